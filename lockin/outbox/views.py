"""A person's own messages."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lockin.accounts.authorization import require_sign_in
from lockin.lists import Column, List, Saved
from lockin.outbox.models import Message

MESSAGES = List(
    name="messages",
    nouns="message",
    columns=(
        Column(key="subject", label="Message", order=("subject",)),
        Column(key="at", label="Received", order=("created_at",), numeric=True),
    ),
    default_sort="-at",
    search=("subject", "body"),
    saved=(
        Saved(key="all", label="All"),
        Saved(key="new", label="New", query="new=yes", where=Q(read_at__isnull=True)),
    ),
)


@require_sign_in
def message_list(request: HttpRequest) -> HttpResponse:
    """List the messages to the person who is signed in."""
    rows = Message.objects.for_user(request.user)
    if request.GET.get("new") == "yes":
        rows = rows.unread()
    return render(request, "outbox/message_list.html", {"page": MESSAGES.read(request, rows)})


@require_sign_in
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark all of them as read."""
    Message.objects.for_user(request.user).unread().update(read_at=timezone.now())
    return redirect("outbox:message-list")
