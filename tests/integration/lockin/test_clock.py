"""Times on pages stand in the organisation's zone."""

from datetime import UTC, datetime

import pytest

from lockin.trail.recording import record
from tests.factories.people import make_organisation, make_user


@pytest.mark.django_db
def test_an_event_at_noon_in_utc_is_shown_at_one_in_berlin(client_as):
    organisation = make_organisation(time_zone="Europe/Berlin")
    auditor = make_user(organisation, "Edith Marsh", roles=[("auditor", "")])
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    record("vendor.added", auditor, organisation=organisation, by=auditor, now=at)
    assert "23 Nov 2026, 13:00" in client_as(auditor).get("/log/").content.decode()
