"""The example's audit of last year: from the snapshot to the fourth signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from assessments.audits import findings, sign_off, snapshot
from assessments.example import tables
from assessments.models import Audit, Finding
from lockin.accounts.models import User
from lockin.accounts.roles import Function
from lockin.jobs import queue

DISSENT = {
    Function.FINANCE: (
        "I do not agree that the Azure commitment is out of pace: two programmes will use it up."
    )
}


def freeze(*, audit: Audit, by: User, now: datetime) -> None:
    """Take the snapshot here and now: history waits for no worker."""
    job = snapshot.ask(audit=audit, by=by, now=now)
    claim = queue.claim(job.pk, now=now)
    assert claim is not None
    snapshot.build(claim=claim, audit_id=audit.pk, now=now + timedelta(minutes=2))
    audit.refresh_from_db()


def agree(*, audit: Audit, by: User, fallback: User, on: date, now: datetime) -> list[Finding]:
    """Give every finding an owner and a date, and agree on all of them."""
    drafted = list(Finding.objects.filter(audit=audit).order_by("number"))
    for finding in drafted:
        findings.assign(
            finding=finding,
            owner=finding.owner or _owner_of(finding) or fallback,
            due_on=finding.due_on or on + timedelta(days=180),
            by=by,
            now=now,
        )
    findings.agree_all(audit=audit, by=by, now=now + timedelta(minutes=30))
    return list(Finding.objects.filter(audit=audit).order_by("number"))


def _owner_of(finding: Finding) -> User | None:
    if finding.workload is not None:
        return finding.workload.owner
    return finding.contract.owner if finding.contract is not None else None


def respond(*, agreed: list[Finding], now: datetime) -> None:
    """Let every owner respond, as the table says for the rule."""
    words = tables.document("responses")
    for count, finding in enumerate(agreed):
        owner = finding.owner
        assert owner is not None
        entry = words.get(finding.rule, words["else"])
        when = now + timedelta(minutes=11 * count)
        findings.respond(
            finding=finding,
            response=entry["response"],
            text=entry["text"],
            due_on=owner.organisation.day_of(when) + timedelta(days=entry["days"]),
            by=owner,
            now=when,
        )


def sign(*, audit: Audit, signers: Mapping[Function, User], now: datetime) -> None:
    """Let the four functions sign, a day after one another."""
    for count, (function, person) in enumerate(signers.items()):
        when = now + timedelta(days=count)
        sign_off.sign(
            audit=audit,
            function=function,
            by=person,
            now=when,
            reauthenticated_at=when - timedelta(seconds=40),
            dissent=DISSENT.get(function, ""),
        )
    audit.refresh_from_db()


def finish(*, audit: Audit, rules: set[str], by: User, now: datetime) -> int:
    """Record findings of some rules as done."""
    done = 0
    for finding in Finding.objects.filter(audit=audit, rule__in=rules).order_by("number"):
        findings.mark_done(
            finding=finding,
            done_on=by.organisation.day_of(now),
            words="Read out, on file and checked by procurement.",
            by=by,
            now=now,
        )
        done += 1
    return done
