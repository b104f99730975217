"""What every write of the portfolio shares: check, save, and one event with before and after."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from lockin.accounts.models import Organisation, User
from lockin.one_line import NOTHING_HIDDEN, ON_ONE_LINE, hides_something, leaves_its_line
from lockin.trail.recording import changes, field_values, record

Row = TypeVar("Row", bound=models.Model)
Values = Mapping[str, Any]


class UnableToChange(Exception):
    """The write would break a rule. The messages are written for the user, by field.

    The key "" stands for the record as a whole.
    """

    def __init__(self, errors: str | Mapping[str, Sequence[str]]) -> None:
        self.errors: dict[str, list[str]] = (
            {"": [errors]}
            if isinstance(errors, str)
            else {name: list(texts) for name, texts in errors.items()}
        )
        super().__init__(" ".join(text for texts in self.errors.values() for text in texts))


@transaction.atomic
def add(
    row: Row,
    *,
    fields: Sequence[str],
    values: Values,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    prepare: Callable[[Row], None] | None = None,
    after: Callable[[Row], dict[str, Any]] | None = None,
) -> Row:
    """Save a new row and tell the trail."""
    _take(row, fields=fields, values=values, organisation=organisation)
    if "key" in fields and not getattr(row, "key", ""):
        row.key = free_key(type(row), row, text=str(values.get("name", "")))  # type: ignore[attr-defined]
    _save(row, prepare=prepare)
    told = field_values(row, *fields) | (after(row) if after else {})
    record(f"{noun(row)}.added", row, organisation=organisation, by=by, now=now, after=told)
    return row


@transaction.atomic
def edit(
    row: Row,
    *,
    fields: Sequence[str],
    values: Values,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    act: str = "edited",
    prepare: Callable[[Row], None] | None = None,
    parts: Callable[[Row], dict[str, Any]] | None = None,
    change_parts: Callable[[Row], None] | None = None,
) -> Row:
    """Change a row as it stands in the database now; what does not differ is not told."""
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    before = field_values(fresh, *fields) | (parts(fresh) if parts else {})
    _take(fresh, fields=fields, values=values, organisation=organisation)
    _save(fresh, prepare=prepare)
    if change_parts:
        change_parts(fresh)
    after = field_values(fresh, *fields) | (parts(fresh) if parts else {})
    if found := changes(before, after):
        record(
            f"{noun(fresh)}.{act}",
            fresh,
            organisation=organisation,
            by=by,
            now=now,
            before=found[0],
            after=found[1],
        )
    return fresh


@transaction.atomic
def archive(row: Row, *, organisation: Organisation, by: User | None, now: datetime) -> Row:
    """Take a row out of use and keep it; a second time changes nothing."""
    return _set_archived(row, now, organisation=organisation, by=by, now=now, act="archived")


@transaction.atomic
def restore(row: Row, *, organisation: Organisation, by: User | None, now: datetime) -> Row:
    """Put an archived row back into use."""
    return _set_archived(row, None, organisation=organisation, by=by, now=now, act="restored")


def _set_archived(
    row: Row,
    at: datetime | None,
    *,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    act: str,
) -> Row:
    fresh: Any = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if (fresh.archived_at is None) == (at is None):
        return fresh
    before = {"archived_at": fresh.archived_at}
    fresh.archived_at = at
    fresh.save(update_fields=["archived_at"])
    record(
        f"{noun(fresh)}.{act}",
        fresh,
        organisation=organisation,
        by=by,
        now=now,
        before=before,
        after={"archived_at": at},
    )
    return fresh


def noun(row: models.Model) -> str:
    """Return the word that events use for a kind of row."""
    name = row._meta.model_name or ""
    return "model" if name == "aimodel" else name


def free_key(model: type[models.Model], row: Any, *, text: str) -> str:
    """Return a key made of the name that nothing else of this kind has."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:60].strip("-")
    stem = stem or noun(row)
    scope = (
        {"organisation_id": row.organisation_id}
        if hasattr(row, "organisation_id")
        else {"contract_id": row.contract_id}
    )
    taken = set(
        model._default_manager.filter(**scope, key__startswith=stem)
        .order_by("pk")
        .values_list("key", flat=True)
    )
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def check(row: models.Model) -> None:
    """Refuse what the model's own rules refuse.

    :raises UnableToChange: with every message, by field
    """
    errors = dict(_unseen(row))
    try:
        row.full_clean(exclude=errors)
    except ValidationError as error:
        errors |= {
            "" if name == NON_FIELD_ERRORS else name: texts
            for name, texts in error.message_dict.items()
        }
    if errors:
        raise UnableToChange(errors)


def _unseen(row: models.Model) -> Iterator[tuple[str, list[str]]]:
    """Yield the texts that hold what no list, mail or report can show."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if not isinstance(value, str):
            continue
        if isinstance(field, models.TextField):
            if hides_something(value):
                yield field.name, [NOTHING_HIDDEN]
        elif isinstance(field, models.CharField) and leaves_its_line(value):
            yield field.name, [ON_ONE_LINE]


def _take(
    row: models.Model, *, fields: Iterable[str], values: Values, organisation: Organisation
) -> None:
    errors: dict[str, list[str]] = {}
    for name in fields:
        if name not in values:
            continue
        value = values[name]
        if name == "key" and not value:
            continue  # the key on file stays, and a new row's is made of its name
        # Whatever the caller looked up, a record never points out of its organisation.
        if getattr(value, "organisation_id", organisation.pk) != organisation.pk:
            errors[name] = ["There is no such record here."]
            continue
        setattr(row, name, value)
    if errors:
        raise UnableToChange(errors)


def _save(row: Row, *, prepare: Callable[[Row], None] | None) -> None:
    if prepare:
        prepare(row)
    check(row)
    try:
        # Apart, so that a rule which only the database knows leaves the outer transaction whole.
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise UnableToChange("Somebody saved the same at this moment. Look again.") from None
