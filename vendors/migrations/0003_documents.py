"""Documents of contracts. The database refuses to change what was uploaded and what was read.

Django rebuilds a SQLite table when a column is altered, and drops its triggers with it: a later
migration that alters one of these tables must create them again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lockin.immutable import ForbidChanges

READ = "d.id = NEW.document_id AND d.reading = 'read'"


class Migration(migrations.Migration):

    dependencies = [
        ('vendors', '0002_notice_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ContractDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('agreement', 'Agreement'), ('terms', 'Standard terms'), ('order-form', 'Order form'), ('amendment', 'Amendment'), ('addendum', 'Addendum'), ('other', 'Other paper')], max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('media_type', models.CharField(max_length=100)),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by_name', models.CharField(max_length=200)),
                ('reading', models.CharField(choices=[('queued', 'Waiting to be read'), ('read', 'Read'), ('failed', 'Not readable')], default='queued', max_length=6)),
                ('reason', models.CharField(blank=True, help_text='Why it was not read.', max_length=400)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('page_count', models.PositiveIntegerField(blank=True, null=True)),
                ('paging', models.CharField(blank=True, choices=[('', 'Not known'), ('printed', 'the pages of the PDF'), ('laid-out', 'pages as the word processor last laid them out'), ('counted', 'stretches of about 3,000 characters, since the file has no pages')], default='', max_length=8)),
                ('remark', models.CharField(blank=True, help_text='What reading left out.', max_length=400)),
                ('put_aside_at', models.DateTimeField(blank=True, null=True)),
                ('put_aside_why', models.CharField(blank=True, max_length=400)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='vendors.contract')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='vendors.contractdocument')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'document',
            },
        ),
        migrations.CreateModel(
            name='DocumentPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='vendors.contractdocument')),
            ],
            options={
                'verbose_name': 'page of a document',
            },
        ),
        migrations.AddConstraint(
            model_name='contractdocument',
            constraint=models.UniqueConstraint(condition=models.Q(('put_aside_at__isnull', True)), fields=('contract', 'sha256'), name='document_once_in_a_contract', violation_error_message='This file is on the contract already.'),
        ),
        migrations.AddConstraint(
            model_name='contractdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('supersedes__isnull', True), ('version', 1)), models.Q(('supersedes__isnull', False), ('version__gt', 1)), _connector='OR'), name='document_later_version_supersedes', violation_error_message='A version after the first supersedes another.'),
        ),
        migrations.AddConstraint(
            model_name='contractdocument',
            constraint=models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('supersedes', models.F('id')), _negated=True), _connector='OR'), name='document_supersedes_another'),
        ),
        migrations.AddConstraint(
            model_name='contractdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('page_count__isnull', True), ('read_at__isnull', True), ('reading', 'queued'), ('reason', '')), models.Q(('page_count__gte', 1), ('read_at__isnull', False), ('reading', 'read'), ('reason', '')), models.Q(('page_count__isnull', True), ('read_at__isnull', False), ('reading', 'failed'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='document_reading_says_its_end', violation_error_message='A document was read with its pages, or not, with why.'),
        ),
        migrations.AddConstraint(
            model_name='contractdocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('put_aside_at__isnull', True), ('put_aside_why', '')), models.Q(('put_aside_at__isnull', False), models.Q(('put_aside_why', ''), _negated=True)), _connector='OR'), name='document_put_aside_says_why', violation_error_message='Say why it is put aside.'),
        ),
        migrations.AddConstraint(
            model_name='documentpage',
            constraint=models.UniqueConstraint(fields=('document', 'number'), name='document_page_once'),
        ),
        migrations.AddConstraint(
            model_name='documentpage',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='document_page_from_one'),
        ),
        ForbidChanges(
            "vendors_contractdocument",
            message="An uploaded document is never changed.",
            when="NEW.contract_id <> OLD.contract_id OR NEW.version <> OLD.version"
            " OR COALESCE(NEW.supersedes_id, 0) <> COALESCE(OLD.supersedes_id, 0)"
            " OR NEW.file_name <> OLD.file_name OR NEW.sha256 <> OLD.sha256"
            " OR NEW.size <> OLD.size OR NEW.media_type <> OLD.media_type"
            " OR NEW.uploaded_at <> OLD.uploaded_at"
            " OR NEW.uploaded_by_name <> OLD.uploaded_by_name"
            " OR (NEW.uploaded_by_id IS NOT NULL"
            " AND NEW.uploaded_by_id <> COALESCE(OLD.uploaded_by_id, 0))"
            " OR (OLD.reading = 'read' AND (NEW.reading <> OLD.reading"
            " OR NEW.page_count <> OLD.page_count OR NEW.paging <> OLD.paging"
            " OR NEW.read_at <> OLD.read_at OR NEW.remark <> OLD.remark))",
            on=("UPDATE",),
        ),
        ForbidChanges(
            "vendors_contractdocument",
            message="A document is never removed.",
            on=("DELETE",),
            name="kept",
        ),
        ForbidChanges(
            "vendors_documentpage",
            message="What was read from a document is never changed.",
            new_when=f"EXISTS (SELECT 1 FROM vendors_contractdocument d WHERE {READ})",
        ),
    ]
