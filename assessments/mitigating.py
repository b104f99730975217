"""Register controls against lock-in: add, change, remove. Each write reckons the score again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from assessments import current_scores
from assessments.models import Evidence, EvidenceVersion, Mitigation
from assessments.questionnaires import evidence
from assessments.scoring.dimensions import Dimension
from assessments.scoring.inputs import Control
from assessments.scoring.scheme import CURRENT_SCHEME
from lockin.accounts.models import User
from lockin.file_store import UnableToStore
from lockin.trail.recording import changes, field_values, record
from vendors.models import Workload

FIELDS = (
    *("control", "dimension", "coverage", "measured_coverage", "grade", "tested_on", "drill"),
    *("gateway_single_maintainer", "gateway_unpinned", "gateway_without_break_glass"),
    *("evidence", "note"),
)
NEEDS_EVIDENCE = frozenset({Mitigation.Grade.TESTED, Mitigation.Grade.DOCUMENTED})
LONGEST_NOTE = 5000


class UnableToRecord(Exception):
    """The control is not registered. `field` names the part to correct, if it is one part."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What shows the control: a version that is on file, a new file or a new link."""

    version_id: int | None = None
    file_name: str = ""
    chunks: Iterable[bytes] = ()
    size: int | None = None
    link: str = ""
    dated_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """A control as somebody describes it. Coverages are shares, 0 to 1."""

    control: str
    dimension: str
    coverage: Decimal
    measured_coverage: Decimal | None = None
    grade: str = Mitigation.Grade.DECLARED
    tested_on: date | None = None
    drill: str = ""
    gateway_single_maintainer: bool | None = None
    gateway_unpinned: bool | None = None
    gateway_without_break_glass: bool | None = None
    note: str = ""
    proof: Proof = field(default_factory=Proof)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The control as it is kept. `was_lowered`: it is Declared, because nothing shows it."""

    mitigation: Mitigation
    was_lowered: bool


def earns_credit(control: str, dimension: str) -> bool:
    """Whether the present scheme credits this control for that form of lock-in."""
    return (Control(control), Dimension(dimension)) in CURRENT_SCHEME.mitigations.credits


@transaction.atomic
def add(*, workload: Workload, given: Given, by: User, now: datetime) -> Recorded:
    """
    Register a control of a workload.

    :raises UnableToRecord: if it earns nothing there, is registered already, or is not whole
    """
    row = Mitigation(workload=workload)
    lowered = _fill(row, given, by=by, now=now)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise UnableToRecord(
            f"{row.get_control_display()} is registered for "
            f"{Dimension(row.dimension).full_name} already. Change that entry.",
            field="dimension",
        ) from None
    record(
        "mitigation.added",
        row,
        organisation=workload.organisation,
        by=by,
        now=now,
        after={"workload": str(workload), **field_values(row, *FIELDS)},
    )
    _reckon(workload, now=now)
    return Recorded(mitigation=row, was_lowered=lowered)


@transaction.atomic
def change(*, mitigation: Mitigation, given: Given, by: User, now: datetime) -> Recorded:
    """
    Change a control. Which control it is and what it acts on stay as they are.

    :raises UnableToRecord: if it is not whole
    """
    row = (
        Mitigation.objects.select_for_update(of=("self",))
        .select_related("workload__organisation", "evidence")
        .get(pk=mitigation.pk)
    )
    if (given.control, given.dimension) != (row.control, row.dimension):
        raise UnableToRecord("Another control or form of lock-in is another entry: add it.")
    before = field_values(row, *FIELDS)
    lowered = _fill(row, given, by=by, now=now)
    found = changes(before, field_values(row, *FIELDS))
    if found is not None:
        row.save()
        record(
            "mitigation.changed",
            row,
            organisation=row.workload.organisation,
            by=by,
            now=now,
            before=found[0],
            after={"workload": str(row.workload), **found[1]},
        )
        _reckon(row.workload, now=now)
    return Recorded(mitigation=row, was_lowered=lowered)


@transaction.atomic
def remove(*, mitigation: Mitigation, by: User, now: datetime) -> None:
    """Take a control off the register. Snapshots keep it as it was."""
    workload = mitigation.workload
    before = field_values(mitigation, *FIELDS)
    record(
        "mitigation.removed",
        mitigation,
        organisation=workload.organisation,
        by=by,
        now=now,
        before={"workload": str(workload), **before},
    )
    mitigation.delete()
    _reckon(workload, now=now)


def _fill(row: Mitigation, given: Given, *, by: User, now: datetime) -> bool:
    """Write what was given into the row; return whether its grade was lowered."""
    _check(given, on=by.organisation.day_of(now))
    row.control, row.dimension = given.control, given.dimension
    row.coverage, row.measured_coverage = given.coverage, given.measured_coverage
    row.tested_on, row.drill, row.note = given.tested_on, given.drill, given.note.strip()
    is_gateway = given.control == Mitigation.Control.M1
    for name in ("single_maintainer", "unpinned", "without_break_glass"):
        value = getattr(given, f"gateway_{name}") if is_gateway else None
        setattr(row, f"gateway_{name}", value)
    row.evidence = _evidence(row.workload, given.proof, by=by, now=now)
    lowered = row.evidence is None and given.grade in NEEDS_EVIDENCE
    row.grade = Mitigation.Grade.DECLARED if lowered else given.grade
    if row.drill == Mitigation.Drill.PASSED and row.evidence is None:
        raise UnableToRecord(
            "A drill that passed needs its record: add a file or a link.", field="drill"
        )
    row.recorded_at, row.recorded_by_name = now, by.name
    return lowered


def _check(given: Given, *, on: date) -> None:
    if not earns_credit(given.control, given.dimension):
        raise UnableToRecord(
            f"{Mitigation.Control(given.control).label} earns no credit for "
            f"{Dimension(given.dimension).full_name}.",
            field="dimension",
        )
    for name, share in (
        ("coverage", given.coverage),
        ("measured_coverage", given.measured_coverage),
    ):
        if share is not None and not 0 <= share <= 1:
            raise UnableToRecord("Coverage lies between 0 and 100 percent.", field=name)
    if given.grade == Mitigation.Grade.TESTED and given.tested_on is None:
        raise UnableToRecord("A tested control needs the day of the test.", field="tested_on")
    if given.drill and given.tested_on is None:
        raise UnableToRecord("A drill needs the day it was held.", field="tested_on")
    if given.tested_on is not None and given.tested_on > on:
        raise UnableToRecord("The day of the test lies ahead.", field="tested_on")
    if len(given.note) > LONGEST_NOTE:
        raise UnableToRecord(f"The note is longer than {LONGEST_NOTE} characters.", field="note")


def _evidence(
    workload: Workload, proof: Proof, *, by: User, now: datetime
) -> EvidenceVersion | None:
    """Return the version that shows the control, stored now where it is new."""
    dated_on = proof.dated_on or by.organisation.day_of(now)
    try:
        if proof.file_name:
            return evidence.add_file(
                workload=workload,
                name=proof.file_name,
                chunks=proof.chunks,
                said_size=proof.size,
                dated_on=dated_on,
                by=by,
                now=now,
            )
        if proof.link:
            return evidence.add_link(
                workload=workload, link=proof.link, dated_on=dated_on, by=by, now=now
            )
    except (evidence.UnableToAdd, UnableToStore) as error:
        name = "file" if proof.file_name else "link"
        raise UnableToRecord(str(error), field=name) from error
    if proof.version_id is None:
        return None
    mine = Evidence.objects.for_user(by).filter(workload=workload)
    found = EvidenceVersion.objects.filter(pk=proof.version_id, evidence__in=mine).first()
    if found is None:
        raise UnableToRecord("That evidence is not of this workload.", field="version")
    return found


def _reckon(workload: Workload, *, now: datetime) -> None:
    organisation = workload.organisation
    current_scores.touch(
        organisation=organisation,
        workload_ids=[workload.pk],
        on=organisation.day_of(now),
        now=now,
    )
