"""Sign an audit: four functions, four different people, nobody who opened it by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from assessments.audits import closing
from assessments.audits.progress import unsigned
from assessments.audits.signatures import content_sha256, in_force
from assessments.audits.telling import council_of, tell_about_audit
from assessments.models import Audit, Signature
from lockin.accounts.authorization import may
from lockin.accounts.models import RoleGrant, User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.trail.recording import record

# How fresh the password must be when it comes to signing.
SIGNED_IN_WITHIN = timedelta(minutes=5)


class UnableToSign(Exception):
    """The audit cannot be signed so. The message is written for the user."""


class UnableToWithdraw(Exception):
    """The signature stays. The message is written for the user."""


def why_not(*, audit: Audit, function: str, by: User) -> str:
    """Return why this person cannot sign this part now, or nothing when the person can."""
    if audit.organisation_id != by.organisation_id or not may(by, Permission.AUDIT_SIGN):
        return "Only council members sign."
    if audit.state != Audit.State.SIGN_OFF:
        return "This audit is not up for signature."
    if function not in list(Function):
        return "Choose IT, legal, security or finance."
    if Function(function) not in by.functions:
        return f"You hold no council function for {Function(function).label}."
    if audit.opened_by_id_text and audit.opened_by_id_text == str(by.pk):
        return "The person who opened an audit by hand signs no part of it."
    signed = in_force(audit)
    if signed.filter(function=function).exists():
        return f"{Function(function).label} has signed already."
    if signed.filter(signer_id_text=str(by.pk)).exists():
        return "Four functions are signed by four different people, and you have signed one."
    return ""


@transaction.atomic
def sign(
    *,
    audit: Audit,
    function: str,
    by: User,
    now: datetime,
    reauthenticated_at: datetime | None,
    dissent: str = "",
    seen_sha256: str = "",
) -> Signature:
    """
    Sign one function's part; the last signature closes the audit.

    :param reauthenticated_at: when the signer last gave the password or second factor
    :param dissent: what the signer does not agree with; kept and printed
    :param seen_sha256: what the signer was shown; refused when it has changed since
    :raises UnableToSign: if the person may not, signed in too long ago, or it changed meanwhile
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if reason := why_not(audit=audit, function=function, by=by):
        raise UnableToSign(reason)
    if (
        reauthenticated_at is None
        or not timedelta(0) <= now - reauthenticated_at <= SIGNED_IN_WITHIN
    ):
        raise UnableToSign("Give your password again to sign.")
    sha256 = content_sha256(audit)
    if seen_sha256 and seen_sha256 != sha256:
        raise UnableToSign("A response has changed since you opened this page. Read it again.")
    grant = (
        RoleGrant.objects.filter(user=by, function=function, ended_at__isnull=True)
        .order_by("is_deputy", "pk")
        .first()
    )
    try:
        with transaction.atomic():
            signature = Signature.objects.create(
                audit=audit,
                function=function,
                as_deputy=bool(grant and grant.is_deputy),
                signer=by,
                signer_id_text=str(by.pk),
                signer_name=by.name,
                signer_role=by.role_words[:200],
                signed_at=now,
                signed_sha256=sha256,
                dissent=dissent.strip(),
            )
    except IntegrityError:
        raise UnableToSign("Somebody has just signed. Look at it again.") from None
    record(
        "signature.given",
        signature,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={
            "function": function,
            "as_deputy": signature.as_deputy,
            "sha256": sha256,
            "dissent": signature.dissent,
        },
    )
    missing = unsigned(audit)
    if not missing:
        closing.close(audit=audit, by=by, now=now)
    else:
        tell_about_audit(
            audit,
            to=[person for person in council_of(audit.organisation) if person.pk != by.pk],
            what=f"signed:{signature.pk}",
            subject=f"{audit}: {Function(function).label} has signed",
            body=f"Still to sign: {', '.join(missing)}.",
            now=now,
        )
    return signature


@transaction.atomic
def withdraw(*, signature: Signature, by: User, reason: str, now: datetime) -> Signature:
    """
    Take back one's own signature, with the reason, until the closing.

    :raises UnableToWithdraw: if it is not the signer's own, over, or closed
    """
    audit = Audit.objects.select_for_update().get(pk=signature.audit_id)
    signature = Signature.objects.select_for_update(of=("self",)).get(pk=signature.pk)
    if audit.state != Audit.State.SIGN_OFF:
        raise UnableToWithdraw("A closed audit keeps its signatures.")
    if signature.signer_id_text != str(by.pk):
        raise UnableToWithdraw("Only the signer withdraws a signature.")
    if signature.withdrawn_at or signature.voided_at:
        raise UnableToWithdraw("This signature no longer counts.")
    if not reason.strip():
        raise UnableToWithdraw("Say why the signature is withdrawn.")
    signature.withdrawn_at, signature.withdrawn_reason = now, reason.strip()
    signature.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(
        "signature.withdrawn",
        signature,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={"function": signature.function, "why": signature.withdrawn_reason},
    )
    return signature
