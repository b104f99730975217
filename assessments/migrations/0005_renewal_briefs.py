"""Renewal briefs: frozen at the decision; opinions and outcomes written once; PDFs once ready."""

import django.db.models.deletion
from django.db import migrations, models

from lockin.immutable import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("assessments", "0004_policy_clauses_waivers"),
        ("vendors", "0003_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Brief",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="Counted for each contract.")),
                ("contract_name", models.CharField(max_length=200)),
                ("vendor_name", models.CharField(max_length=200)),
                (
                    "act_by",
                    models.DateField(blank=True, help_text="As it stood when built.", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being written"),
                            ("council", "Before the council"),
                            ("decided", "Decided"),
                            ("dropped", "Dropped"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="Raised by every change, so that nobody overwrites another unseen.",
                    ),
                ),
                ("built", models.JSONField(help_text="What the data gave.")),
                ("built_on", models.DateField()),
                (
                    "edits",
                    models.JSONField(default=dict, help_text="What people changed, part by part."),
                ),
                ("edited_at", models.DateTimeField()),
                ("edited_by_name", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField()),
                ("opened_by_id_text", models.CharField(max_length=40)),
                ("opened_by_name", models.CharField(max_length=200)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sent_by_id_text", models.CharField(blank=True, max_length=40)),
("sent_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "sent_sha256",
                    models.CharField(
                        blank=True,
                        help_text="Of the content that the council was given.",
                        max_length=64,
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not decided"),
                            ("renew", "Renew as it is"),
                            ("renegotiate", "Renew on conditions"),
                            ("leave", "Leave"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("decision_words", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_id_text", models.CharField(blank=True, max_length=40)),
                ("decided_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "body",
                    models.TextField(
                        blank=True, help_text="Frozen at the decision, canonical JSON."
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "vendor_body",
                    models.TextField(blank=True, help_text="What the vendor may see of it."),
                ),
                ("vendor_sha256", models.CharField(blank=True, max_length=64)),
                ("dropped_reason", models.TextField(blank=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefs",
                        to="vendors.contract",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefs",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BriefDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("internal", "For us"), ("vendor", "For the vendor")], max_length=8
                    ),
                ),
                ("is_draft", models.BooleanField()),
                ("template_version", models.CharField(max_length=20)),
                ("content", models.TextField(help_text="What it is written from, canonical JSON.")),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by_name", models.CharField(blank=True, max_length=200)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(blank=True, null=True)),
                ("pages", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "brief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="assessments.brief",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BriefOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("it", "IT"),
                            ("legal", "Legal"),
                            ("security", "Security"),
                            ("finance", "Finance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content_sha256", models.CharField(max_length=64)),
                ("agrees", models.BooleanField()),
                ("words", models.TextField(blank=True)),
                ("given_at", models.DateTimeField()),
                ("given_by_id_text", models.CharField(max_length=40)),
                ("given_by_name", models.CharField(max_length=200)),
                ("given_by_role", models.CharField(max_length=200)),
                (
                    "brief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="assessments.brief",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BriefOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ask_key", models.CharField(max_length=80)),
                ("ask_title", models.CharField(max_length=200)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("obtained", "Obtained"),
                            ("partly", "Obtained in part"),
                            ("refused", "Refused"),
                            ("not-raised", "Not raised"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(help_text="What was obtained, or why it was refused.")),
                ("parameters", models.JSONField(default=dict)),
                ("objection_key", models.CharField(blank=True, max_length=40)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id_text", models.CharField(max_length=40)),
                ("recorded_by_name", models.CharField(max_length=200)),
                (
                    "brief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="assessments.brief",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="brief",
            index=models.Index(
                fields=["organisation", "state", "act_by"], name="assessments_organis_7de314_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="brief",
            constraint=models.UniqueConstraint(
                fields=("contract", "number"), name="brief_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="brief",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "council"))),
                fields=("contract",),
                name="brief_one_open_a_contract",
                violation_error_message="A brief for this contract is open already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="brief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state", "decided"),
                        models.Q(("decision", ""), _negated=True),
                        models.Q(("body", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                        models.Q(("vendor_sha256", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "decided"), _negated=True),
                        ("body", ""),
                        ("decided_at__isnull", True),
                        ("decision", ""),
                    ),
                    _connector="OR",
                ),
                name="brief_decided_is_frozen",
            ),
        ),
        migrations.AddConstraint(
            model_name="brief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "council"), _negated=True),
                    models.Q(
                        ("sent_at__isnull", False), models.Q(("sent_sha256", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="brief_before_the_council_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="brief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dropped"), _negated=True),
                    models.Q(("dropped_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="brief_dropped_says_why",
                violation_error_message="Say why the brief is dropped.",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefdocument",
            constraint=models.UniqueConstraint(
                fields=("brief", "audience", "is_draft", "template_version", "content_sha256"),
                name="brief_document_once_a_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ready_at__isnull", False),
                        ("state", "ready"),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "ready"), _negated=True),
                        ("ready_at__isnull", True),
                        ("sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="brief_document_ready_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pages__isnull", True), ("pages__range", (1, 6)), _connector="OR"
                ),
                name="brief_document_within_six_pages",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefopinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agrees", True), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="brief_objection_says_why",
                violation_error_message="Say why you disagree.",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True),
                name="brief_outcome_says_what",
                violation_error_message="Say what was obtained, or why not.",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "refused"), _negated=True),
                    models.Q(("objection_key", ""), _negated=True),
                    _connector="OR",
                ),
                name="brief_refusal_names_the_objection",
                violation_error_message="Choose the objection that the vendor raised.",
            ),
        ),
        ForbidChanges(
            "assessments_brief",
            message="A decided brief is never changed.",
            when="OLD.state IN ('decided', 'dropped')",
        ),
        ForbidChanges("assessments_briefopinion", message="An opinion is never changed."),
        ForbidChanges(
            "assessments_briefdocument",
            message="A finished document is never changed.",
            when="OLD.state = 'ready'",
        ),
        ForbidChanges("assessments_briefoutcome", message="What came of an ask is never changed."),
    ]
