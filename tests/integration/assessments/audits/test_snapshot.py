"""The snapshot: what it holds, what it costs, and what happens when records change meanwhile."""

from __future__ import annotations

import pytest

from assessments.models import Audit, Finding, Snapshot, SnapshotItem
from lockin.canonical import digest, root_digest

pytestmark = pytest.mark.django_db


class TestBuild:
    def test_it_freezes_one_item_of_every_record(self, frozen):
        kinds = list(
            SnapshotItem.objects.filter(snapshot__audit=frozen)
            .order_by("position")
            .values_list("kind", flat=True)
        )

        assert kinds[:5] == ["audit", "vendor", "model", "contract", "workload"]
        assert kinds.count("workload") == 2
        assert {"questionnaire", "scheme", "portfolio", "coverage", "finding"} <= set(kinds)

    def test_the_root_hash_covers_every_item_in_order(self, frozen):
        items = list(SnapshotItem.objects.filter(snapshot__audit=frozen).order_by("position"))

        assert all(digest(item.body) == item.sha256 for item in items)
        assert Snapshot.objects.get(audit=frozen).sha256 == root_digest(
            item.sha256 for item in items
        )

    def test_it_leads_to_drafted_findings_numbered_by_severity(self, frozen):
        ranks = list(
            Finding.objects.filter(audit=frozen)
            .order_by("number")
            .values_list("severity_rank", flat=True)
        )

        assert frozen.state == Audit.State.FINDINGS
        assert ranks
        assert ranks == sorted(ranks, reverse=True)
