"""A person's reminders, how they come, and the calendar they are fetched by."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_POST, require_safe

from lockin.accounts.authorization import require_sign_in
from lockin.outbox.choosing import choice_of, choose
from lockin.outbox.models import MailChoice
from lockin.reminders import links
from lockin.reminders.feed import CONTENT_TYPE, feed
from lockin.reminders.standing import coming, reminded

AHEAD = timedelta(days=180)


@require_sign_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what this person was reminded of, what comes, and how it comes."""
    return _page(request)


@require_sign_in
@require_POST
def choose_mail(request: HttpRequest) -> HttpResponse:
    """Keep how the person wants to hear by e-mail."""
    user: Any = request.user
    chosen = request.POST.get("choice", "")
    if chosen not in MailChoice.Choice.values:
        messages.error(request, "Choose one of the four.")
        return redirect("reminders:mine")
    choose(person=user, choice=MailChoice.Choice(chosen), now=timezone.now())
    messages.success(request, f"Kept: {MailChoice.Choice(chosen).label}.")
    return redirect("reminders:mine")


@require_sign_in
@require_POST
@never_cache
def make_link(request: HttpRequest) -> HttpResponse:
    """Make the link to the person's calendar; it is on the answer, once."""
    user: Any = request.user
    try:
        _, secret = links.make(person=user, now=timezone.now())
    except links.UnableToMakeLink as error:
        messages.error(request, str(error))
        return redirect("reminders:mine")
    path = reverse("reminders:calendar", args=[secret])
    return _page(request, link=_absolute(request, path))


@require_sign_in
@require_POST
def revoke_link(request: HttpRequest) -> HttpResponse:
    """End the link to the person's calendar."""
    user: Any = request.user
    if links.revoke(person=user, now=timezone.now()):
        messages.success(request, "The link no longer opens anything.")
    return redirect("reminders:mine")


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the calendar of whoever holds the link. An unknown link is a missing page."""
    now = timezone.now()
    token = links.opened_by(secret, now=now)
    if token is None:
        raise Http404("No such calendar.")
    content = feed(token, now=now, absolute=lambda path: _absolute(request, path))
    answer = condition(etag_func=lambda _: f'"{hashlib.sha256(content).hexdigest()}"')(
        lambda _: HttpResponse(content, content_type=CONTENT_TYPE)
    )(request)
    # The address is a key: it is kept by nobody on the way, and told to nobody.
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Disposition"] = 'inline; filename="lockin.ics"'
    return answer


def _page(request: HttpRequest, *, link: str = "") -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    on = user.organisation.day_of(now)
    return render(
        request,
        "reminders/mine.html",
        {
            "on": on,
            "reminded": reminded(user),
            "coming": coming(user, on=on, within=AHEAD),
            "choices": MailChoice.Choice.choices,
            "choice": choice_of(user).value,
            "token": links.current(user, now=now),
            "link": link,
        },
    )


def _absolute(request: HttpRequest, path: str) -> str:
    if settings.SITE_URL:
        return f"{settings.SITE_URL.rstrip('/')}{path}"
    return request.build_absolute_uri(path)
