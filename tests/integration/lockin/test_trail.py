"""The audit trail: written once, chained, and refused to every later hand."""

import pytest
from django.db import Error, connection, transaction

from lockin.immutable import UnableToChange
from lockin.trail.models import Event
from lockin.trail.recording import broken_links, record


@pytest.fixture
def two_events(organisation, chair, now):
    for act in ("vendor.added", "vendor.edited"):
        record(act, chair, organisation=organisation, by=chair, now=now, after={"name": "OpenAI"})
    return Event.objects.order_by("sequence")


def test_events_count_from_one_without_gaps(two_events):
    assert [event.sequence for event in two_events] == [1, 2]


def test_each_event_names_the_hash_of_the_one_before(two_events):
    first, second = two_events
    assert second.previous_hash == first.hash


def test_an_untouched_chain_holds(two_events):
    assert list(broken_links(two_events)) == []


def test_the_actor_is_kept_by_name_and_role_not_by_key(two_events):
    event = two_events[0]
    assert (event.actor_name, event.actor_role) == ("Nadia Berg", "Council chair, IT")


def test_the_model_refuses_a_change_in_words(two_events):
    with pytest.raises(UnableToChange, match="never changed"):
        Event.objects.update(actor_name="Somebody else")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE trail_event SET actor_name = 'Somebody else'", "DELETE FROM trail_event"],
)
def test_the_database_refuses_what_walks_past_the_model(two_events, statement):
    with (
        pytest.raises(Error, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_changed_event_is_found_by_its_hash(two_events):
    first, second = two_events
    first.after = {"name": "Another vendor"}
    assert list(broken_links([first, second])) == ["Event 1 was changed after it was written."]


def test_a_missing_event_is_found_by_its_number(two_events):
    _, second = two_events
    assert "Event 1 is missing; the next one is 2." in list(broken_links([second]))
