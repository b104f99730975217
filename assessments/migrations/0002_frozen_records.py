"""What the database refuses to change: published versions, sealed snapshots, closed audits.

Django rebuilds a SQLite table when a column is altered, and drops its triggers with it: a later
migration that alters one of these tables must create them again. A test names every trigger.
"""

from django.db import migrations

from lockin.immutable import ForbidChanges

CLOSED = "EXISTS (SELECT 1 FROM assessments_closing c WHERE c.audit_id = {row}.audit_id)"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        # A published version can be retired, once; nothing else about it changes.
        ForbidChanges(
            "assessments_questionnaireversion",
            message="A published questionnaire is never changed.",
            when="OLD.published_at IS NOT NULL AND (NEW.manifest <> OLD.manifest"
            " OR NEW.sha256 <> OLD.sha256 OR NEW.label <> OLD.label OR NEW.scheme <> OLD.scheme"
            " OR NEW.notes <> OLD.notes OR NEW.published_at IS NULL"
            " OR NEW.published_at <> OLD.published_at"
            " OR NEW.published_by_name <> OLD.published_by_name"
            " OR NEW.organisation_id <> OLD.organisation_id"
            " OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL))",
            on=("UPDATE",),
        ),
        ForbidChanges(
            "assessments_questionnaireversion",
            message="A published questionnaire is never removed.",
            when="OLD.published_at IS NOT NULL",
            on=("DELETE",),
            name="kept",
        ),
        ForbidChanges(
            "assessments_snapshot",
            message="A sealed snapshot is never changed.",
            when="OLD.sealed_at IS NOT NULL",
        ),
        ForbidChanges(
            "assessments_snapshotitem",
            message="A sealed snapshot is never changed.",
            when="EXISTS (SELECT 1 FROM assessments_snapshot s"
            " WHERE s.id = OLD.snapshot_id AND s.sealed_at IS NOT NULL)",
            new_when="EXISTS (SELECT 1 FROM assessments_snapshot s"
            " WHERE s.id = NEW.snapshot_id AND s.sealed_at IS NOT NULL)",
        ),
        ForbidChanges("assessments_closing", message="A closing is never changed."),
        ForbidChanges(
            "assessments_audit",
            message="A closed audit is never changed.",
            when="OLD.state = 'closed'",
            may_become_null=("opened_by_id",),
        ),
        ForbidChanges(
            "assessments_finding",
            message="The audit of this finding is closed.",
            when=CLOSED.format(row="OLD"),
            new_when=CLOSED.format(row="NEW"),
            may_become_null=("owner_id", "workload_id", "contract_id"),
        ),
        ForbidChanges(
            "assessments_signature",
            message="The audit of this signature is closed.",
            when=CLOSED.format(row="OLD"),
            new_when=CLOSED.format(row="NEW"),
            may_become_null=("signer_id",),
        ),
        ForbidChanges("assessments_evidenceversion", message="Evidence is never changed."),
        ForbidChanges(
            "assessments_report",
            message="A finished report is never changed.",
            when="OLD.state = 'ready'",
        ),
        ForbidChanges("assessments_reportvolume", message="A finished report is never changed."),
    ]
