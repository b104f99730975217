"""The command that opens audits by hand of the operator."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Audit

pytestmark = pytest.mark.django_db


def open_audits(*arguments: str) -> str:
    written = StringIO()
    call_command("open_audits", *arguments, stdout=written)
    return written.getvalue()


def test_it_says_what_it_opened(organisation):
    assert "opened the 2026 portability audit" in open_audits("--on", "2026-09-01")


def test_twice_opens_nothing_more(organisation):
    open_audits("--on", "2026-09-01")

    assert "nothing to open on 2026-09-01" in open_audits("--on", "2026-09-01")
    assert Audit.objects.exclude(state="planned").count() == 1


def test_a_day_that_is_none_is_refused(organisation):
    with pytest.raises(CommandError, match="tomorrow is not a day"):
        open_audits("--on", "tomorrow")


def test_verifying_nothing_says_so(organisation):
    written = StringIO()

    call_command("verify_snapshots", stdout=written)

    assert written.getvalue() == "No snapshot is sealed yet.\n"
