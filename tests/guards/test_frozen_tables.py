"""Every model is listed as frozen, frozen after an act, or changeable; triggers are all there."""

import pytest
from django.apps import apps
from django.db import connection

# Written once, refused for ever after.
FROZEN = {
    "trail.Event",
    "assessments.Closing",
    "assessments.EvidenceVersion",
    "assessments.ReportVolume",
    "assessments.FollowUp",
    "vendors.Amendment",
    "assessments.ClauseJudgement",
    "assessments.PeerAcceptance",
    "assessments.Waiver",
    "assessments.WaiverApproval",
    "assessments.WaiverEnd",
    "assessments.BriefOpinion",
    "assessments.BriefOutcome",
    "vendors.DocumentPage",
}
# Changeable until the act named; the database refuses changes after it.
FROZEN_AFTER = {
    "assessments.QuestionnaireVersion": "its publication",
    "assessments.PolicyVersion": "its publication",
    "assessments.Snapshot": "its sealing",
    "assessments.SnapshotItem": "the snapshot's sealing",
    "assessments.Audit": "the last signature",
    "assessments.Finding": "the last signature",
    "assessments.Signature": "the last signature",
    "assessments.Report": "the last page",
    "assessments.Brief": "the decision",
    "assessments.BriefDocument": "the last page",
    "vendors.ContractDocument": "its upload, and its reading after that",
}
CHANGEABLE = {
    "accounts.Organisation",
    "accounts.User",
    "accounts.RoleGrant",
    "accounts.ApiToken",
    "trail.Head",
    "jobs.Job",
    "jobs.Heartbeat",
    "outbox.Message",
    "outbox.MailChoice",
    "reminders.Deadline",
    "reminders.Reminder",
    "reminders.CalendarToken",
    "vendors.Vendor",
    "vendors.VendorAlias",
    "vendors.Service",
    "vendors.AIModel",
    "vendors.Contract",
    "vendors.DataActSetting",
    "vendors.Commitment",
    "vendors.CommitmentPeriod",
    "vendors.Workload",
    "vendors.Dependency",
    "vendors.Asset",
    "vendors.ImportBatch",
    "vendors.ImportMapping",
    "assessments.Assessment",
    "assessments.Answer",
    "assessments.AnswerDraft",
    "assessments.AnswerEvidence",
    "assessments.DimensionChoice",
    "assessments.Delegation",
    "assessments.Evidence",
    "assessments.Mitigation",
    "assessments.CurrentScore",
    "assessments.ScoreRevision",
    "assessments.AuditSchedule",
}
OURS = {"accounts", "trail", "jobs", "outbox", "reminders", "vendors", "assessments"}


def test_every_model_says_whether_it_may_change():
    models = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert models - FROZEN - set(FROZEN_AFTER) - CHANGEABLE == set()


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(FROZEN | set(FROZEN_AFTER)))
def test_every_frozen_table_has_its_triggers(label):
    """A later migration that rebuilds a table on SQLite would drop them without a word."""
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT event_manipulation FROM information_schema.triggers"
                " WHERE event_object_table = %s",
                [table],
            )
            found = {row[0] for row in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
            found = {row[0].split("BEFORE ")[1].split()[0] for row in cursor.fetchall()}
    assert {"UPDATE", "DELETE"} <= found
