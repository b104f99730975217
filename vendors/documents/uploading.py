"""Bring a document to a contract, put it aside, have it read again. Each ends in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from lockin.accounts.models import User
from lockin.file_store import store
from lockin.jobs import queue
from lockin.trail.recording import record
from vendors.days import day
from vendors.models import Contract, ContractDocument

KIND = "document"  # of the job that reads it
ENDINGS = frozenset({"pdf", "docx"})
ACCEPTED = "PDF or DOCX"
LONGEST_NAME = 200


class UnableToUpload(Exception):
    """The document is not taken. The message is written for the user."""


class UnableToReadAgain(Exception):
    """There is nothing to read again. The message is written for the user."""


class UnableToPutAside(Exception):
    """The document stays. The message is written for the user."""


def upload(
    *,
    contract: Contract,
    name: str,
    kind: str,
    file_name: str,
    chunks: Iterable[bytes],
    by: User,
    now: datetime,
    said_size: int | None = None,
    supersedes: ContractDocument | None = None,
) -> ContractDocument:
    """Store a file as a document of a contract, and ask for its text.

    The file is whole in the store before a row names it, and the row is there before anybody is
    woken to read it: nothing is ever half there.

    :raises lockin.file_store.UnableToStore: if the file is not taken
    :raises UnableToUpload: if it is on the contract already, or does not fit what it supersedes
    """
    if contract.archived_at:
        raise UnableToUpload("An archived contract takes no documents. Restore it first.")
    if kind not in ContractDocument.Kind.values:
        raise UnableToUpload("Choose what kind of paper it is.")
    stored = store(
        name=file_name, chunks=chunks, said_size=said_size, endings=ENDINGS, accepted=ACCEPTED
    )
    with transaction.atomic():
        # Held, so that two uploads at once cannot both supersede the same version.
        contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        _check_new(contract, stored.sha256)
        version = _version_after(contract, supersedes)
        try:
            with transaction.atomic():
                document = ContractDocument.objects.create(
                    contract=contract,
                    name=(name.strip() or stored.name)[:LONGEST_NAME],
                    kind=kind,
                    version=version,
                    supersedes=supersedes,
                    file_name=stored.name,
                    sha256=stored.sha256,
                    size=stored.size,
                    media_type=stored.content_type,
                    uploaded_at=now,
                    uploaded_by=by,
                    uploaded_by_name=by.name,
                )
        except IntegrityError:
            # On SQLite nothing holds the contract; the constraint does.
            raise UnableToUpload(
                "The same was uploaded at this moment. Look at the list."
            ) from None
        record(
            "document.uploaded",
            document,
            organisation=contract.organisation,
            by=by,
            now=now,
            after={
                "contract": {"id": str(contract.pk), "name": str(contract)},
                "kind": kind,
                "version": version,
                "supersedes": str(supersedes) if supersedes else None,
                "file": stored.name,
                "sha256": stored.sha256,
                "size": stored.size,
            },
        )
        queue.ask(organisation=contract.organisation, kind=KIND, subject=document.pk, now=now)
    return document


def _check_new(contract: Contract, sha256: str) -> None:
    held = ContractDocument.objects.on_file().filter(contract=contract, sha256=sha256).first()
    if held is not None:
        raise UnableToUpload(
            f"This very file is on the contract since {day(held.uploaded_at)}, as “{held}”."
        )


def _version_after(contract: Contract, supersedes: ContractDocument | None) -> int:
    if supersedes is None:
        return 1
    newest = ContractDocument.objects.on_file().newest().filter(contract=contract)
    if not newest.filter(pk=supersedes.pk).exists():
        raise UnableToUpload(f"“{supersedes}” has a later version, or was put aside.")
    return supersedes.version + 1


@transaction.atomic
def read_again(*, document: ContractDocument, by: User, now: datetime) -> None:
    """Ask once more for the text of a document that could not be read.

    :raises UnableToReadAgain: if it was read, or is waiting
    """
    held = ContractDocument.objects.select_for_update().get(pk=document.pk)
    if held.reading != ContractDocument.Reading.FAILED:
        raise UnableToReadAgain("Only a document that could not be read is read again.")
    before = {"reading": held.reading, "reason": held.reason}
    held.reading, held.reason, held.read_at = ContractDocument.Reading.QUEUED, "", None
    held.save(update_fields=["reading", "reason", "read_at"])
    organisation = held.contract.organisation
    record(
        "document.asked-again",
        held,
        organisation=organisation,
        by=by,
        now=now,
        before=before,
        after={"reading": held.reading},
    )
    queue.ask(organisation=organisation, kind=KIND, subject=held.pk, now=now)


@transaction.atomic
def put_aside(*, document: ContractDocument, why: str, by: User, now: datetime) -> None:
    """Take a document off the contract's list; the file and its text stay on record.

    :raises UnableToPutAside: without a reason, or when it is put aside already
    """
    why = why.strip()
    if not why:
        raise UnableToPutAside("Say why it is put aside.")
    held = ContractDocument.objects.select_for_update().get(pk=document.pk)
    if held.put_aside_at is not None:
        raise UnableToPutAside("It is put aside already.")
    held.put_aside_at, held.put_aside_why = now, why[:400]
    held.save(update_fields=["put_aside_at", "put_aside_why"])
    record(
        "document.put-aside",
        held,
        organisation=held.contract.organisation,
        by=by,
        now=now,
        after={"why": held.put_aside_why},
    )
