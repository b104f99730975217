"""What a contract says about notice and the ways out of it, and the papers that amend it.

The database refuses to change or remove an amendment. Django rebuilds a SQLite table when a column
is altered, and drops its triggers with it: a later migration that alters the table of amendments
must create them again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lockin.immutable import ForbidChanges


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('vendors', '0003_documents'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='In the order of recording, from 1.')),
                ('kind', models.CharField(choices=[('order-form', 'Order form'), ('amendment', 'Amendment'), ('correction', 'Taken back')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('reference', models.CharField(blank=True, max_length=120)),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('effective_on', models.DateField(help_text='First day on which the changed terms hold.')),
                ('changes', models.JSONField(blank=True, default=dict)),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_name', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': 'amendment',
            },
        ),
        migrations.CreateModel(
            name='DataActSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('countries', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='contract',
            name='cause_cure_days',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='current_end_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='data_act',
            field=models.CharField(choices=[('setting', 'As set for the country'), ('applies', 'Applies'), ('not', 'Does not apply')], default='setting', max_length=8),
        ),
        migrations.AddField(
            model_name='contract',
            name='holiday_country',
            field=models.CharField(blank=True, help_text='Whose public holidays count, such as GB or DE-BY.', max_length=6),
        ),
        migrations.AddField(
            model_name='contract',
            name='jurisdiction',
            field=models.CharField(blank=True, help_text='Country in which we are the customer.', max_length=2),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_address',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_delivery_unit',
            field=models.CharField(choices=[('days', 'Days'), ('business-days', 'Business days')], default='days', max_length=14),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_delivery_value',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_earliest_unit',
            field=models.CharField(choices=[('days', 'Days'), ('business-days', 'Business days'), ('months', 'Months')], default='days', max_length=14),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_earliest_value',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_form',
            field=models.CharField(choices=[('any', 'In writing, any way'), ('email', 'E-mail'), ('portal', 'The vendor’s portal'), ('post', 'Post'), ('registered', 'Registered post'), ('courier', 'Courier'), ('unknown', 'Nobody has checked')], default='unknown', max_length=10),
        ),
        migrations.AddField(
            model_name='contract',
            name='release_on_price_rise',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='release_on_retirement',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='release_on_service_level',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in-force', 'In force'), ('ended', 'Ended')], default='in-force', max_length=8),
        ),
        migrations.AddField(
            model_name='contract',
            name='termination_for_cause',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='uplift_basis',
            field=models.CharField(choices=[('contract', 'Prices of this contract'), ('list', 'List prices of that day'), ('unknown', 'Nobody has checked')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='contract',
            name='value_now_minor',
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in-force', 'ended'])), name='contract_state_known'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), _negated=True), ('notice_given_on__isnull', True), _connector='OR'), name='contract_draft_takes_no_notice', violation_error_message='A draft binds nobody, so it takes no notice.'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='vendors.contract'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='amendment',
            name='withdraws',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_by', to='vendors.amendment'),
        ),
        migrations.AddField(
            model_name='dataactsetting',
            name='organisation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='data_act_setting', to='accounts.organisation'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(fields=('contract', 'number'), name='amendment_number_once'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'correction'), ('withdraws__isnull', False)), models.Q(models.Q(('kind', 'correction'), _negated=True), ('withdraws__isnull', True)), _connector='OR'), name='amendment_correction_takes_back', violation_error_message='A correction names the paper that it takes back.'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('withdraws__isnull', True), models.Q(('withdraws', models.F('pk')), _negated=True), _connector='OR'), name='amendment_never_takes_itself_back'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('recorded_by_name', ''), _negated=True)), name='amendment_has_a_name', violation_error_message='Name the paper, such as Amendment 1.'),
        ),
        ForbidChanges(
            "vendors_amendment",
            message="A recorded amendment is never changed.",
            may_become_null=("recorded_by_id",),
        ),
    ]
