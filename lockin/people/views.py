"""Pages about people and their roles, and each person's own tokens."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lockin.accounts.authorization import may, require_permission, require_sign_in
from lockin.accounts.models import ApiToken, RoleGrant, User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import ROLE_PERMISSIONS, Function, Role
from lockin.lists import Column, Filter, List, Saved
from lockin.people import changes
from lockin.people.forms import GrantForm, InviteForm, TokenForm


def _of_role(people: Any, role: str) -> Any:
    held = RoleGrant.objects.filter(user=OuterRef("pk"), role=role, ended_at__isnull=True)
    return people.filter(Exists(held))


PEOPLE = List(
    name="people",
    nouns="person,people",
    columns=(
        Column(key="name", label="Person", order=("name",)),
        Column(key="roles", label="Roles"),
        Column(key="seen", label="Last signed in", order=("last_login",), numeric=True),
    ),
    default_sort="name",
    search=("name", "email", "job_title"),
    filters=(
        Filter(
            key="role",
            label="Role",
            choices=[(role.value, role.label) for role in Role],
            apply=_of_role,
        ),
    ),
    saved=(
        Saved(key="active", label="All"),
        Saved(key="closed", label="Closed", query="closed=yes", where=Q(closed_at__isnull=False)),
    ),
)


@require_permission(Permission.PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """List the people, with what each of them is."""
    rows = User.objects.in_organisation(request.user.organisation).prefetch_related(
        Prefetch("grants", RoleGrant.objects.order_by("role", "function", "pk"))
    )
    if request.GET.get("closed") == "yes":
        rows = rows.filter(closed_at__isnull=False)
    page = PEOPLE.read(request, rows)
    return render(
        request,
        "people/people.html",
        {
            "page": page,
            "may_manage": may(request.user, Permission.PEOPLE_MANAGE),
            "role_table": role_table(),
            "permissions": list(Permission),
        },
    )


def role_table() -> list[dict[str, Any]]:
    """Return each permission with the roles that hold it: who may do what."""
    return [
        {
            "permission": permission.value,
            "label": permission.label,
            "held": [permission in ROLE_PERMISSIONS[role] for role in Role],
        }
        for permission in Permission
    ]


@require_permission(Permission.PEOPLE_MANAGE)
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Add a person; the first password is shown on the answer, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = changes.invite(
                organisation=request.user.organisation,
                **form.cleaned_data,
                by=request.user,
                now=timezone.now(),
            )
        except changes.UnableToChangePeople as error:
            form.add_error("email", str(error))
        else:
            return render(
                request, "people/password_once.html", {"person": person, "password": password}
            )
    return render(request, "people/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_permission(Permission.PEOPLE_VIEW)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: roles held, roles ended."""
    found = get_object_or_404(User.objects.in_organisation(request.user.organisation), pk=pk)
    return render(
        request,
        "people/person.html",
        {
            "person": found,
            "ended": found.grants.filter(ended_at__isnull=False).order_by("-ended_at", "pk"),
            "form": GrantForm(),
            "may_manage": may(request.user, Permission.PEOPLE_MANAGE) and not found.closed_at,
        },
    )


@require_permission(Permission.PEOPLE_MANAGE)
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    found = get_object_or_404(User.objects.in_organisation(request.user.organisation), pk=pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a role from the list.")
        return redirect("accounts:person", pk=pk)
    function = form.cleaned_data["function"]
    try:
        changes.grant(
            person=found,
            role=Role(form.cleaned_data["role"]),
            function=Function(function) if function else None,
            is_chair=form.cleaned_data["standing"] == "chair",
            is_deputy=form.cleaned_data["standing"] == "deputy",
            by=request.user,
            now=timezone.now(),
        )
    except changes.UnableToChangePeople as error:
        messages.error(request, str(error))
    return redirect("accounts:person", pk=pk)


@require_permission(Permission.PEOPLE_MANAGE)
@require_POST
def end_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role."""
    given = get_object_or_404(
        RoleGrant.objects.select_related("user__organisation"),
        pk=pk,
        user__organisation=request.user.organisation,
    )
    try:
        changes.end_grant(given=given, by=request.user, now=timezone.now())
    except changes.UnableToChangePeople as error:
        messages.error(request, str(error))
    return redirect("accounts:person", pk=given.user_id)


@require_permission(Permission.PEOPLE_MANAGE)
@never_cache
def new_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then give a new first password."""
    found = get_object_or_404(User.objects.in_organisation(request.user.organisation), pk=pk)
    if request.method != "POST":
        return render(request, "people/confirm_password.html", {"person": found})
    try:
        password = changes.new_password(person=found, by=request.user, now=timezone.now())
    except changes.UnableToChangePeople as error:
        messages.error(request, str(error))
        return redirect("accounts:person", pk=pk)
    return render(request, "people/password_once.html", {"person": found, "password": password})


@require_permission(Permission.PEOPLE_MANAGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Name what is lost, then close the account."""
    found = get_object_or_404(User.objects.in_organisation(request.user.organisation), pk=pk)
    if request.method == "POST":
        try:
            changes.close(person=found, by=request.user, now=timezone.now())
        except changes.UnableToChangePeople as error:
            messages.error(request, str(error))
        return redirect("accounts:person", pk=pk)
    return render(request, "people/confirm_close.html", {"person": found})


@require_sign_in
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens, and make one; the secret is on the answer, once."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _, secret = changes.issue_token(
            person=request.user, name=form.cleaned_data["name"], now=timezone.now()
        )
        form = TokenForm()
    return render(
        request,
        "people/tokens.html",
        {
            "tokens": ApiToken.objects.filter(user=request.user).order_by("-created_at", "pk"),
            "form": form,
            "secret": secret,
            "now": timezone.now(),
        },
        status=400 if form.errors else 200,
    )


@require_sign_in
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(
        ApiToken.objects.select_related("user__organisation"), pk=pk, user=request.user
    )
    changes.revoke_token(token=token, by=request.user, now=timezone.now())
    return redirect("accounts:tokens")
