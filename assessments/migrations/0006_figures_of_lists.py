"""Everything that lists sort, count and add up in one index, and a count of writes of scores."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("assessments", "0005_renewal_briefs"),
        ("vendors", "0005_contract_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreRevision",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.organisation",
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="currentscore",
            index=models.Index(
                fields=[
                    *("workload", "residual", "previous", "is_provisional", "tier"),
                    *("api", "tuning", "vectors", "workflow", "commercial"),
                ],
                name="score_figures_of_lists",
            ),
        ),
    ]
