"""Versions of the policy: copied, edited, published for good; refused by the database after that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, OperationalError

from assessments.clauses import versions
from assessments.clauses.loading import CURRENT
from assessments.models import PolicyVersion
from lockin.trail.models import Event
from tests.conftest import NOW

ASKS = "clauses.0.asks"


def test_a_published_version_is_never_changed(world):
    with (
        pytest.raises((IntegrityError, InternalError, OperationalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE assessments_policyversion SET notes = 'other'")
    with (
        pytest.raises((IntegrityError, InternalError, OperationalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM assessments_policyversion")
    assert versions.manifest_matches(PolicyVersion.objects.get(pk=world.policy.pk))


def test_it_says_who_approved_it(world):
    assert world.policy.published_by_name == "Nadia Berg"
    assert world.policy.published_by_role == "Council chair, IT"


def test_a_copy_is_edited_and_published_and_then_in_use(world):
    draft = versions.copy(version=world.policy, label="2", by=world.it, now=NOW)
    assert versions.in_use(world.organisation) == world.policy

    edited = versions.edit(
        version=draft,
        changes={ASKS: "All of our data"},
        sha256=draft.sha256,
        by=world.it,
        now=NOW,
    )
    later = NOW + timedelta(hours=1)
    versions.publish(version=edited, by=world.it, now=later, sha256=edited.sha256)

    newest = versions.in_use(world.organisation)
    assert newest is not None
    assert newest.label == "2"
    older, changes = versions.changes_of(newest)
    assert older == world.policy
    assert [(change.what, change.after) for change in changes] == [
        ("What we ask", "All of our data")
    ]
    acts = Event.objects.filter(subject_type="policyversion", subject_id=str(draft.pk))
    assert list(acts.order_by("sequence").values_list("act", flat=True)) == [
        "policy.copied",
        "policy.edited",
        "policy.published",
    ]


def test_a_draft_that_moved_meanwhile_is_not_overwritten(world):
    draft = versions.copy(version=world.policy, label="2", by=world.it, now=NOW)
    seen = draft.sha256
    versions.edit(version=draft, changes={ASKS: "First"}, sha256=seen, by=world.it, now=NOW)

    with pytest.raises(versions.UnableToChangePolicy, match="changed since you looked"):
        versions.edit(version=draft, changes={ASKS: "Second"}, sha256=seen, by=world.it, now=NOW)
    with pytest.raises(versions.UnableToChangePolicy, match="changed since you looked"):
        versions.publish(version=draft, by=world.it, now=NOW, sha256=seen)


def test_a_draft_that_is_not_sound_is_refused(world):
    draft = versions.copy(version=world.policy, label="2", by=world.it, now=NOW)

    with pytest.raises(versions.UnableToChangePolicy, match="Our policy requires"):
        versions.edit(
            version=draft,
            changes={"clauses.0.framing": "We want out."},
            sha256=draft.sha256,
            by=world.it,
            now=NOW,
        )


def test_a_label_is_used_once(world):
    with pytest.raises(versions.UnableToChangePolicy, match="on file already"):
        versions.copy(version=world.policy, label="1", by=world.it, now=NOW)
    with pytest.raises(versions.UnableToChangePolicy, match="published and never changes"):
        versions.load_draft(CURRENT, organisation=world.organisation, by=world.it, now=NOW)
