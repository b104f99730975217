"""Sign-off: what is signed, the password once more, and taking a signature back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from assessments.audits import sign_off
from assessments.audits.signatures import content_sha256
from assessments.forms.audits import SignForm, WithdrawForm
from assessments.models import Audit, Finding, Signature, Snapshot
from assessments.views import audit_page
from assessments.views.audits import back_to, open_functions, opened, say
from lockin.accounts.authorization import require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function

MOST_WRONG = 5
WAIT_SECONDS = 300
WAIT = "Five passwords were wrong. Wait five minutes, then try again."
WRONG = "This is not your password."


@require_permission(Permission.AUDIT_SIGN)
@sensitive_post_parameters("password")
@never_cache
def audit_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a signature covers, and take it with the password."""
    user: Any = request.user
    audit = opened(user, pk)
    parts = open_functions(audit, user)
    form = SignForm(request.POST or None, functions=parts) if parts else None
    if request.method == "POST":
        if form is None:
            say(request, sign_off.UnableToSign(_why_none(audit, user)))
            return back_to(audit)
        if form.is_valid() and _password_holds(form, user) and _signed(request, audit, form):
            return back_to(audit)
    if audit.state != Audit.State.SIGN_OFF:
        say(request, sign_off.UnableToSign("This audit is not up for signature."))
        return back_to(audit)
    return render(
        request,
        "assessments/sign_off.html",
        _context(audit, user, form, parts),
        status=400 if form and form.errors else 200,
    )


def _signed(request: HttpRequest, audit: Audit, form: SignForm) -> bool:
    """Sign; a refusal stands on the form."""
    now = timezone.now()
    try:
        sign_off.sign(
            audit=audit,
            function=form.cleaned_data["function"],
            by=request.user,  # type: ignore[arg-type]
            now=now,
            reauthenticated_at=now,
            dissent=form.cleaned_data["dissent"],
            seen_sha256=form.cleaned_data["seen"],
        )
    except sign_off.UnableToSign as error:
        form.add_error(None, str(error))
        return False
    audit.refresh_from_db()
    closed = audit.state == Audit.State.CLOSED
    words = "Signed. All four have signed: the audit is closed, and the report is being made."
    messages.success(request, words if closed else "Signed.")
    return True


def _password_holds(form: SignForm, user: User) -> bool:
    """Check the password. Tries are counted before it is looked at, so that none is free."""
    key = f"sign-wrong:{user.pk}"
    cache.add(key, 0, WAIT_SECONDS)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two
        tries = 1
    if tries > MOST_WRONG:
        form.add_error("password", WAIT)
        return False
    if not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", WAIT if tries == MOST_WRONG else WRONG)
        return False
    cache.delete(key)
    return True


def _why_none(audit: Audit, user: User) -> str:
    """Return why this person cannot sign any part now."""
    held = [function for function in Function if function in user.functions]
    if not held:
        return "You hold no council function, so you sign no part."
    reasons = [sign_off.why_not(audit=audit, function=function, by=user) for function in held]
    return next((reason for reason in reasons if reason), "")


def _context(
    audit: Audit, user: User, form: SignForm | None, parts: list[Function]
) -> dict[str, Any]:
    snapshot = Snapshot.objects.get(audit=audit)
    # What the page shows is what is signed, also when the form comes back with an error.
    covers = content_sha256(audit)
    if form is not None and form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = covers  # type: ignore[index]
    elif form is not None:
        form.initial["seen"] = covers
    standing = ~Q(state=Finding.State.DROPPED)
    answers = {
        name: Count("pk", filter=standing & Q(response=value))
        for name, value in (
            ("accepted", Finding.Response.ACCEPTED),
            ("risk_accepted", Finding.Response.RISK_ACCEPTED),
            ("disputed", Finding.Response.DISPUTED),
        )
    }
    signatures = list(Signature.objects.filter(audit=audit).order_by("signed_at", "pk"))
    in_force = [row for row in signatures if not (row.withdrawn_at or row.voided_at)]
    return {
        "audit": audit,
        "form": form,
        "parts": parts,
        "why_none": "" if parts else _why_none(audit, user),
        "snapshot": snapshot,
        "covers": covers,
        "counts": Finding.objects.filter(audit=audit).aggregate(
            agreed=Count("pk", filter=standing), dropped=Count("pk", filter=~standing), **answers
        ),
        "seats": audit_page.seats(audit, signatures),
        "dissent": [row for row in in_force if row.dissent],
        "mine": next((row for row in in_force if row.signer_id_text == str(user.pk)), None),
        "is_last": len(in_force) == len(Function) - 1,
        "may_preview": audit_page.may_preview(audit, user),
    }


@require_permission(Permission.AUDIT_SIGN)
def audit_withdraw(request: HttpRequest, pk: int, signature: int) -> HttpResponse:
    """Ask why, then take back one's own signature."""
    user: Any = request.user
    audit = opened(user, pk)
    given = get_object_or_404(
        Signature.objects.filter(audit=audit, signer_id_text=str(user.pk)), pk=signature
    )
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_off.withdraw(
                signature=given, by=user, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except sign_off.UnableToWithdraw as error:
            say(request, error)
        else:
            messages.success(request, "Your signature is withdrawn.")
        return back_to(audit)
    return render(
        request,
        "assessments/sign_withdraw.html",
        {"audit": audit, "signature": given, "form": form},
        status=400 if form.errors else 200,
    )
