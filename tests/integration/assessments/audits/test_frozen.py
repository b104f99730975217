"""What was signed stays as it was, whatever happens to the records it came from."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from assessments.audits.stored import payload_of
from assessments.models import (
    Audit,
    Closing,
    Finding,
    FollowUp,
    Signature,
    Snapshot,
    SnapshotItem,
)
from assessments.questionnaires import versions
from lockin.immutable import UnableToChange
from lockin.trail.models import Event
from tests.factories.audits import changed_questionnaire, publish_questionnaire, sign_all
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(signable, council, now) -> Audit:
    return sign_all(signable, council=council, now=now)


def frozen_text(audit: Audit) -> list[tuple[str, str, str]]:
    items = SnapshotItem.objects.filter(snapshot__audit=audit).order_by("position")
    return list(items.values_list("kind", "body", "sha256"))


class TestLaterChanges:
    def test_they_leave_bodies_hashes_and_scores_as_they_were(
        self, closed, organisation, portfolio, owner, council, now
    ):
        before = frozen_text(closed)
        root, closing = closed.snapshot.sha256, Closing.objects.get(audit=closed)
        scores = [row.score.residual for row in payload_of(closed.snapshot).workloads()]

        publish_questionnaire(
            organisation, now=now + timedelta(days=1), source=changed_questionnaire()
        )
        Vendor.objects.filter(organisation=organisation).update(name="Renamed Inc.")
        approver = council[next(iter(council))]
        approver_name = approver.name
        approver.grants.all().delete()
        approver.delete()
        portfolio["triage"].name = "Another name"
        portfolio["triage"].save()

        assert frozen_text(closed) == before
        assert Snapshot.objects.get(audit=closed).sha256 == root
        assert Closing.objects.get(audit=closed).sha256 == closing.sha256
        assert [row.score.residual for row in payload_of(closed.snapshot).workloads()] == scores
        assert Signature.objects.get(audit=closed, function="it").signer_name == approver_name
        assert Signature.objects.get(audit=closed, function="it").signer is None

    def test_every_hash_still_holds(self, closed, organisation, now):
        publish_questionnaire(
            organisation, now=now + timedelta(days=1), source=changed_questionnaire()
        )
        written = StringIO()

        call_command("verify_snapshots", stdout=written)

        assert "2026 portability audit" in written.getvalue()
        assert "All 1 hold." in written.getvalue()

    def test_the_version_it_was_answered_in_is_in_it(self, closed, organisation):
        (frozen,) = payload_of(closed.snapshot).questionnaires

        version = versions.in_use(organisation)
        assert frozen.sha256 == version.sha256
        assert frozen.manifest["label"] == "2026.1"


ROWS = {
    "audit": (Audit, {"label": "1999"}),
    "snapshot": (Snapshot, {"sha256": "0" * 64}),
    "item": (SnapshotItem, {"body": "{}"}),
    "finding": (Finding, {"title": "Nothing to see"}),
    "signature": (Signature, {"dissent": "None."}),
}


class TestAfterTheClosing:
    @pytest.mark.parametrize("name", ROWS)
    def test_the_database_refuses_an_update(self, closed, name):
        model, values = ROWS[name]

        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=model.objects.first().pk).update(**values)

    @pytest.mark.parametrize("name", ["item", "finding", "signature"])
    def test_the_database_refuses_plain_sql_removal(self, closed, name):
        model, _ = ROWS[name]

        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"DELETE FROM {model._meta.db_table} WHERE id = %s", [model.objects.first().pk]
            )

    def test_nothing_is_added(self, closed):
        finding = Finding.objects.filter(audit=closed).first()
        finding.pk, finding.number, finding.rule = None, 999, ""

        with pytest.raises(DatabaseError), transaction.atomic():
            finding.save(force_insert=True)

    def test_the_closing_refuses_in_words(self, closed):
        closing = Closing.objects.get(audit=closed)
        closing.body = "{}"

        with pytest.raises(UnableToChange, match="never changed"):
            closing.save()

    def test_the_database_refuses_a_change_of_the_closing_too(self, closed):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE assessments_closing SET body = '{}'")

    def test_what_is_recorded_as_done_stays(self, closed, now):
        row = FollowUp.objects.create(
            finding=Finding.objects.filter(audit=closed).first(),
            done_on=now.date(),
            words="Done.",
            recorded_at=now,
            recorded_by_name="Priya Raman",
        )

        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM assessments_followup WHERE id = %s", [row.pk])


class TestVerify:
    def break_it(self, sql: str, *values: object) -> None:
        """Write past the triggers, as somebody with the keys to the database would."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(sql, values)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(sql, values)
            for _, statement in triggers:
                cursor.execute(statement)

    def verified(self) -> str:
        written = StringIO()
        with pytest.raises(CommandError, match="1 of 1 audits do not hold"):
            call_command("verify_snapshots", stdout=written)
        return written.getvalue()

    def test_a_changed_item_is_named(self, closed):
        self.break_it(
            "UPDATE assessments_snapshotitem SET body = %s WHERE kind = %s", "{}", "portfolio"
        )

        assert "portfolio portfolio does not match its hash" in self.verified()

    def test_a_removed_item_is_missed(self, closed):
        self.break_it("DELETE FROM assessments_snapshotitem WHERE kind = %s", "coverage")

        assert "items were sealed" in self.verified()

    def test_a_changed_closing_is_named(self, closed):
        body = Closing.objects.get(audit=closed).body.replace("accepted", "disputed", 1)
        self.break_it("UPDATE assessments_closing SET body = %s", body)

        assert "The closing does not match its hash" in self.verified()

    def test_a_signature_over_something_else_is_named(self, closed):
        self.break_it(
            "UPDATE assessments_signature SET signed_sha256 = %s WHERE function = %s",
            "0" * 64,
            "legal",
        )

        assert "The signature for legal covers something else" in self.verified()


def test_the_trail_tells_the_whole_audit(closed):
    acts = list(
        Event.objects.filter(act__startswith="audit.")
        .order_by("sequence")
        .values_list("act", flat=True)
    )

    assert [act for act in acts if act != "audit.planned"] == [
        "audit.opened",
        "audit.snapshot-asked",
        "audit.snapshot-sealed",
        "audit.findings-agreed",
        "audit.put-up-for-signature",
        "audit.closed",
    ]
