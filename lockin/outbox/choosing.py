"""A person's choice of how to hear by e-mail."""

from datetime import datetime

from django.db import transaction

from lockin.accounts.models import User
from lockin.outbox.models import MailChoice
from lockin.trail.recording import record


def choice_of(person: User) -> MailChoice.Choice:
    """Return how a person hears by mail: at once, where nothing was chosen."""
    found = MailChoice.objects.filter(user=person).first()
    return MailChoice.Choice(found.choice) if found else MailChoice.Choice.AT_ONCE


@transaction.atomic
def choose(*, person: User, choice: MailChoice.Choice, now: datetime) -> None:
    """Keep a person's choice; it counts for what is told from now on."""
    before = choice_of(person)
    if before == choice:
        return
    MailChoice.objects.update_or_create(user=person, defaults={"choice": choice, "changed_at": now})
    record(
        "person.mail-chosen",
        person,
        organisation=person.organisation,
        by=person,
        now=now,
        before={"mail": before.value},
        after={"mail": choice.value},
    )
