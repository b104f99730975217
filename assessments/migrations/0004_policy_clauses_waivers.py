"""The policy, what contracts say against it, and waivers: frozen rows, with their triggers.

A policy version is frozen once published; all the others are written once.
"""

import django.db.models.deletion
from django.db import migrations, models

from lockin.immutable import ForbidChanges


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('assessments', '0003_follow_ups'),
        ('vendors', '0003_documents'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=40)),
                ('manifest', models.TextField(help_text='Canonical JSON of the definition.')),
                ('sha256', models.CharField(max_length=64)),
                ('notes', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('created_by_name', models.CharField(max_length=200)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by_id_text', models.CharField(blank=True, max_length=40)),
                ('published_by_name', models.CharField(blank=True, max_length=200)),
                ('published_by_role', models.CharField(blank=True, max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policy_versions', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'policy version',
            },
        ),
        migrations.CreateModel(
            name='ClauseJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause_key', models.CharField(max_length=80)),
                ('finding', models.CharField(choices=[('obtained', 'The contract has such a clause'), ('absent', 'The contract says nothing of it'), ('refused', 'The vendor refused it'), ('not-applicable', 'It does not apply')], max_length=16)),
                ('parameters', models.JSONField(default=dict, help_text='Parameter key to value; a missing key was not read.')),
                ('objection_key', models.CharField(blank=True, max_length=40)),
                ('objection_words', models.TextField(blank=True, help_text='What the vendor said.')),
                ('note', models.TextField(blank=True)),
                ('excerpt', models.TextField(blank=True, help_text='The words of the paper.')),
                ('document_name', models.CharField(blank=True, max_length=300)),
                ('page', models.PositiveIntegerField(blank=True, null=True)),
                ('read_on', models.DateField(help_text='The day on which the paper was read.')),
                ('judged_at', models.DateTimeField()),
                ('judged_by_id_text', models.CharField(blank=True, max_length=40)),
                ('judged_by_name', models.CharField(max_length=200)),
                ('judged_by_role', models.CharField(blank=True, max_length=200)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clause_judgements', to='vendors.contract')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='vendors.contractdocument')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='assessments.policyversion')),
            ],
            options={
                'verbose_name': 'clause judgement',
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause_key', models.CharField(blank=True, max_length=80)),
                ('act', models.CharField(blank=True, choices=[('', 'None'), ('abstraction-layer', 'Abstraction layer in place'), ('portability-clauses', 'Portability clauses obtained'), ('production-alternative', 'Production-ready alternative')], default='', max_length=24)),
                ('subject_name', models.CharField(help_text='What is waived, as it read then.', max_length=200)),
                ('reason', models.TextField()),
                ('compensating_control', models.TextField()),
                ('expires_on', models.DateField(help_text='Last day on which it holds.')),
                ('baseline', models.JSONField()),
                ('requested_on', models.DateField()),
                ('requested_at', models.DateTimeField()),
                ('requested_by_id_text', models.CharField(blank=True, max_length=40)),
                ('requested_by_name', models.CharField(max_length=200)),
                ('requested_by_role', models.CharField(blank=True, max_length=200)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='vendors.contract')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'waiver',
            },
        ),
        migrations.CreateModel(
            name='WaiverApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(max_length=10)),
                ('approved', models.BooleanField()),
                ('words', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField()),
                ('decided_by_id_text', models.CharField(max_length=40)),
                ('decided_by_name', models.CharField(max_length=200)),
                ('decided_by_role', models.CharField(blank=True, max_length=200)),
                ('waiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='assessments.waiver')),
            ],
            options={
                'verbose_name': 'waiver approval',
            },
        ),
        migrations.CreateModel(
            name='WaiverEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('ended_at', models.DateTimeField()),
                ('ended_by_id_text', models.CharField(blank=True, max_length=40)),
                ('ended_by_name', models.CharField(max_length=200)),
                ('waiver', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='assessments.waiver')),
            ],
            options={
                'verbose_name': 'waiver end',
            },
        ),
        migrations.CreateModel(
            name='PeerAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause_key', models.CharField(max_length=80)),
                ('stance', models.CharField(choices=[('accepted', 'Accepted'), ('partly', 'Accepted in part'), ('refused', 'Refused')], max_length=8)),
                ('words', models.TextField(help_text='What was accepted or refused.')),
                ('source', models.CharField(max_length=300)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('observed_on', models.DateField()),
                ('confidence', models.CharField(choices=[('primary', 'Read at the source'), ('secondary', 'Told by somebody who read it'), ('recalled', 'Not checked')], max_length=10)),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id_text', models.CharField(blank=True, max_length=40)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='assessments.peeracceptance')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='peer_acceptances', to='vendors.vendor')),
            ],
            options={
                'verbose_name': 'peer acceptance',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('words', ''), _negated=True)), name='peer_acceptance_has_a_source', violation_error_message='Say what was accepted, and where that is known from.'), models.CheckConstraint(condition=models.Q(('is_withdrawn', False), ('corrects__isnull', False), _connector='OR'), name='peer_withdrawal_names_a_row')],
            },
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('organisation', 'label'), name='policy_label_once', violation_error_message='A version with this label is on file already.'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by_name', '')), models.Q(('published_at__isnull', False), models.Q(('published_by_name', ''), _negated=True)), _connector='OR'), name='policy_published_says_by_whom'),
        ),
        migrations.AddIndex(
            model_name='clausejudgement',
            index=models.Index(fields=['contract', 'clause_key', '-judged_at'], name='assessments_contrac_96512d_idx'),
        ),
        migrations.AddConstraint(
            model_name='clausejudgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding', 'refused'), _negated=True), models.Q(('objection_key', ''), _negated=True), _connector='OR'), name='clause_refusal_says_why', violation_error_message='Say which objection the vendor raised.'),
        ),
        migrations.AddConstraint(
            model_name='clausejudgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding', 'not-applicable'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='clause_left_out_says_why', violation_error_message='Say why the clause does not apply.'),
        ),
        migrations.AddConstraint(
            model_name='clausejudgement',
            constraint=models.CheckConstraint(condition=models.Q(('page__isnull', True), models.Q(('page__gte', 1), models.Q(('document_name', ''), _negated=True)), _connector='OR'), name='clause_page_has_a_document', violation_error_message='A page belongs to a document.'),
        ),
        migrations.AddConstraint(
            model_name='clausejudgement',
            constraint=models.CheckConstraint(condition=models.Q(('document__isnull', True), models.Q(('document_name', ''), _negated=True), _connector='OR'), name='clause_document_is_named'),
        ),
        migrations.AddIndex(
            model_name='waiver',
            index=models.Index(fields=['contract', 'clause_key', 'act'], name='assessments_contrac_228998_idx'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clause_key', ''), models.Q(('act', ''), _negated=True)), models.Q(models.Q(('clause_key', ''), _negated=True), ('act', '')), _connector='OR'), name='waiver_has_one_subject', violation_error_message='A waiver is of one clause or of one act.'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('compensating_control', ''), _negated=True)), name='waiver_says_why_and_what_instead', violation_error_message='Say why, and what is done instead.'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__gt', models.F('requested_on'))), name='waiver_ends_after_its_request', violation_error_message='A waiver ends after the day on which it is asked for.'),
        ),
        migrations.AddConstraint(
            model_name='waiverapproval',
            constraint=models.UniqueConstraint(fields=('waiver', 'function'), name='waiver_approved_once_a_function', violation_error_message='This function has said its word.'),
        ),
        migrations.AddConstraint(
            model_name='waiverapproval',
            constraint=models.UniqueConstraint(fields=('waiver', 'decided_by_id_text'), name='waiver_approved_once_a_person', violation_error_message='One person speaks for one function.'),
        ),
        migrations.AddConstraint(
            model_name='waiverapproval',
            constraint=models.CheckConstraint(condition=models.Q(('approved', True), models.Q(('words', ''), _negated=True), _connector='OR'), name='waiver_refusal_says_why', violation_error_message='Say why it is refused.'),
        ),
        migrations.AddConstraint(
            model_name='waiverend',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='waiver_end_says_why', violation_error_message='Say why it is taken back.'),
        ),
        ForbidChanges(
            "assessments_policyversion",
            message="A published policy is never changed.",
            when="OLD.published_at IS NOT NULL",
        ),
        ForbidChanges("assessments_clausejudgement", message="A judgement is never changed."),
        ForbidChanges("assessments_peeracceptance", message="Peer evidence is never changed."),
        ForbidChanges("assessments_waiver", message="A waiver is never changed."),
        ForbidChanges("assessments_waiverapproval", message="An approval is never changed."),
        ForbidChanges("assessments_waiverend", message="What ended stays ended."),
    ]
