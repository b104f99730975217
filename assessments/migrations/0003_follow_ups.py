"""That a finding is done: rows of their own, written once."""

import django.db.models.deletion
from django.db import migrations, models

from lockin.immutable import ForbidChanges


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0002_frozen_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done_on', models.DateField()),
                ('words', models.TextField(help_text='What was done, or how it is known.')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id_text', models.CharField(blank=True, max_length=40)),
                ('recorded_by_name', models.CharField(help_text='Lockin: not found again.', max_length=200)),
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follow_up', to='assessments.finding')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='follow_up_says_how', violation_error_message='Say what was done.')],
            },
        ),
        ForbidChanges("assessments_followup", message="What was recorded as done stays."),
    ]
