"""Evidence: add, replace, accept, flag. Versions are only ever added, by whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max

from assessments.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Evidence,
    EvidenceVersion,
    Snapshot,
)
from lockin.accounts.models import User
from lockin.file_store import StoredFile, store
from lockin.trail.recording import record
from vendors.models import Workload

# Older evidence is marked, and the score believes it less (domain 2.2).
CURRENT_FOR = timedelta(days=365)
LONGEST_LINK = 1000


class UnableToAdd(Exception):
    """The evidence is not taken. The message is written for the user."""


class UnableToRemove(Exception):
    """The evidence stays. The message is written for the user."""


class UnableToJudge(Exception):
    """The evidence cannot be accepted or flagged. The message is written for the user."""


def is_out_of_date(dated_on: date, *, on: date) -> bool:
    """Whether evidence of that day is more than twelve months old."""
    return on - dated_on > CURRENT_FOR


def add_file(
    *,
    workload: Workload,
    name: str,
    chunks: Iterable[bytes],
    dated_on: date,
    by: User,
    now: datetime,
    said_size: int | None = None,
    title: str = "",
) -> EvidenceVersion:
    """Store a file as new evidence of a workload.

    :raises UnableToStore: if the file is not taken
    :raises UnableToAdd: if its date lies ahead
    """
    _check_day(dated_on, by=by, now=now)
    stored = store(name=name, chunks=chunks, said_size=said_size)
    return _first_version(
        workload, title=title or stored.name, file=stored, dated_on=dated_on, by=by, now=now
    )


def add_link(
    *, workload: Workload, link: str, dated_on: date, by: User, now: datetime, title: str = ""
) -> EvidenceVersion:
    """Keep a link as new evidence of a workload.

    :raises UnableToAdd: if it is no web address or its date lies ahead
    """
    link = check_link(link)
    _check_day(dated_on, by=by, now=now)
    return _first_version(
        workload, title=title or link[:200], link=link, dated_on=dated_on, by=by, now=now
    )


def replace_with_file(
    *,
    link: AnswerEvidence,
    name: str,
    chunks: Iterable[bytes],
    dated_on: date,
    by: User,
    now: datetime,
    said_size: int | None = None,
) -> EvidenceVersion:
    """Store a file as the next version of the evidence behind an answer.

    :raises UnableToStore: if the file is not taken
    :raises UnableToAdd: if its date lies ahead
    """
    _check_day(dated_on, by=by, now=now)
    stored = store(name=name, chunks=chunks, said_size=said_size)
    return _replace(link, file=stored, dated_on=dated_on, by=by, now=now)


def replace_with_link(
    *, link: AnswerEvidence, address: str, dated_on: date, by: User, now: datetime
) -> EvidenceVersion:
    """Keep a link as the next version of the evidence behind an answer.

    :raises UnableToAdd: if it is no web address or its date lies ahead
    """
    address = check_link(address)
    _check_day(dated_on, by=by, now=now)
    return _replace(link, address=address, dated_on=dated_on, by=by, now=now)


@transaction.atomic
def _replace(
    link: AnswerEvidence,
    *,
    dated_on: date,
    by: User,
    now: datetime,
    file: StoredFile | None = None,
    address: str = "",
) -> EvidenceVersion:
    """Attach a new version; the one before it stays on what was sent, accepted or sealed."""
    answer = Answer.objects.select_for_update(of=("self",)).select_related("assessment")
    answer = answer.get(pk=link.answer_id)
    version = _next_version(
        link.version.evidence, file=file, link=address, dated_on=dated_on, by=by, now=now
    )
    open_states = {Assessment.State.DRAFT, Assessment.State.RETURNED}
    if answer.assessment.state in open_states:
        if not is_sealed(link):
            link.delete()
        # A form that still lists the old version is stale now, and is told so.
        answer.version += 1
        if answer.evidence_on is not None:
            answer.evidence_on = max(answer.evidence_on, dated_on)
        answer.save(update_fields=["version", "evidence_on"])
    AnswerEvidence.objects.create(
        answer=answer, version=version, attached_at=now, attached_by_name=by.name
    )
    return version


def check_link(link: str) -> str:
    """Return a web address as it is kept.

    :raises UnableToAdd: if it is none
    """
    link = link.strip()
    try:
        parts = urlsplit(link)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # brackets without an address, or a character that splits the host
        whole = False
    if not whole or len(link) > LONGEST_LINK or any(character.isspace() for character in link):
        raise UnableToAdd("Enter a web address that begins with https:// or http://")
    return link


def attach(
    *, answer: Answer, versions: Iterable[EvidenceVersion], by: User, now: datetime
) -> list[EvidenceVersion]:
    """Make these versions the evidence behind an answer, and no others.

    Call it inside the transaction that saves the answer.

    :raises UnableToRemove: if one that is left out is in this year's snapshot without a successor
    """
    wanted = {version.pk: version for version in versions}
    links = list(answer.evidence.select_related("version").order_by("pk"))
    for link in links:
        if link.version_id in wanted:
            continue
        successors = {version.evidence_id for version in wanted.values()}
        if is_sealed(link) and link.version.evidence_id not in successors:
            raise UnableToRemove(
                f"{link.version.file_name or link.version.link} is part of the "
                f"{answer.assessment.label} snapshot. It can be replaced, not removed."
            )
        link.delete()
    held = {link.version_id for link in links}
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(answer=answer, version=version, attached_at=now, attached_by_name=by.name)
        for pk, version in wanted.items()
        if pk not in held
    )
    return list(wanted.values())


def is_sealed(link: AnswerEvidence) -> bool:
    """Whether the year's snapshot was taken with this evidence attached."""
    assessment = link.answer.assessment
    return Snapshot.objects.filter(
        audit__organisation_id=assessment.organisation_id,
        audit__label=assessment.label,
        sealed_at__isnull=False,
        begun_at__gte=link.attached_at,
    ).exists()


@transaction.atomic
def accept(*, link: AnswerEvidence, by: User, now: datetime) -> None:
    """Say that the evidence shows the answer."""
    _judge(link, AnswerEvidence.State.ACCEPTED, "", by=by, now=now)


@transaction.atomic
def flag(*, link: AnswerEvidence, comment: str, by: User, now: datetime) -> None:
    """Say what is wrong with the evidence.

    :raises UnableToJudge: without a comment
    """
    if not comment.strip():
        raise UnableToJudge("Say what is wrong with it.")
    _judge(link, AnswerEvidence.State.FLAGGED, comment.strip(), by=by, now=now)


def _judge(link: AnswerEvidence, state: str, comment: str, *, by: User, now: datetime) -> None:
    before = {"state": link.state, "comment": link.comment}
    link.state, link.comment = state, comment
    link.save(update_fields=["state", "comment"])
    record(
        f"evidence.{state}",
        link.answer,
        organisation=link.answer.assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={"state": state, "comment": comment, "evidence": str(link.version)},
    )


def _check_day(dated_on: date, *, by: User, now: datetime) -> None:
    if dated_on > by.organisation.day_of(now):
        raise UnableToAdd("The evidence's own date lies ahead. Enter the day it was made.")


@transaction.atomic
def _first_version(
    workload: Workload,
    *,
    title: str,
    dated_on: date,
    by: User,
    now: datetime,
    file: StoredFile | None = None,
    link: str = "",
) -> EvidenceVersion:
    evidence = Evidence.objects.create(
        organisation_id=workload.organisation_id,
        workload=workload,
        title=title[:200],
        added_at=now,
        added_by=by,
    )
    return _write(evidence, 1, file=file, link=link, dated_on=dated_on, by=by, now=now)


@transaction.atomic
def _next_version(
    evidence: Evidence,
    *,
    dated_on: date,
    by: User,
    now: datetime,
    file: StoredFile | None = None,
    link: str = "",
) -> EvidenceVersion:
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    number = (evidence.versions.aggregate(top=Max("number"))["top"] or 0) + 1
    return _write(evidence, number, file=file, link=link, dated_on=dated_on, by=by, now=now)


def _write(
    evidence: Evidence,
    number: int,
    *,
    file: StoredFile | None,
    link: str,
    dated_on: date,
    by: User,
    now: datetime,
) -> EvidenceVersion:
    version = EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        file_name=file.name if file else "",
        sha256=file.sha256 if file else "",
        size=file.size if file else None,
        content_type=file.content_type if file else "",
        link=link,
        dated_on=dated_on,
        added_at=now,
        added_by_id_text=str(by.pk),
        added_by_name=by.name,
    )
    record(
        "evidence.added" if number == 1 else "evidence.replaced",
        evidence,
        organisation=evidence.organisation,
        by=by,
        now=now,
        after={
            "version": number,
            "file": version.file_name,
            "link": link,
            "sha256": version.sha256,
            "size": version.size,
            "dated_on": dated_on,
        },
    )
    return version
