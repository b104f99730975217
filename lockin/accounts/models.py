"""The organisation, its people, and what each of them is here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from lockin.accounts.permissions import Permission
from lockin.accounts.roles import CHAIR_ONLY, ROLE_PERMISSIONS, SEES_ALL, Function, Role


def check_time_zone(name: str) -> None:
    """Refuse a zone that this machine does not know."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone, such as Europe/Dublin.")


class Organisation(models.Model):
    """The company whose portfolio this is. One an installation (decisions 1)."""

    name = models.CharField(max_length=200, unique=True)
    base_currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    country = models.CharField(
        max_length=2, default="US", help_text="For public holidays, such as US or GB."
    )
    language = models.CharField(max_length=8, default="en")
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def day_of(self, instant: datetime) -> date:
        """Return the day that an instant falls on here (decisions 2)."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()


class UserManager(BaseUserManager["User"]):
    """People are found by their e-mail address."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet["User"]):
    """Chains over people."""

    def in_organisation(self, organisation: Organisation) -> UserQuerySet:
        return self.filter(organisation=organisation)

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def holding(self, role: Role, function: Function | None = None) -> UserQuerySet:
        """People with a role that is not ended, and with a function where one is asked for."""
        condition = Q(grants__role=role, grants__ended_at__isnull=True)
        if function is not None:
            condition &= Q(grants__function=function)
        return self.filter(condition).distinct()


class User(AbstractBaseUser):
    """A person. Closing the account anonymises it and keeps the row (decisions 4)."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "Follow the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    single_keys = models.BooleanField(default=True, help_text="Single-letter keyboard shortcuts.")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_closed_is_not_active",
                condition=Q(closed_at__isnull=True) | Q(is_active=False),
                violation_error_message="A closed account cannot be active.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside a name."""
        words = [word for word in self.name.split() if word]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))

    @cached_property
    def current_grants(self) -> tuple[RoleGrant, ...]:
        """The roles held now, read once a request."""
        return tuple(
            grant for grant in self.grants.order_by("role", "function", "pk") if not grant.ended_at
        )

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(grant.role) for grant in self.current_grants)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything this person may do, from the roles held now."""
        if not self.is_active:
            return frozenset()
        held: set[Permission] = set()
        for role in self.roles:
            held |= ROLE_PERMISSIONS[role]
        return frozenset(held if self.is_chair else held - CHAIR_ONLY)

    @property
    def sees_all(self) -> bool:
        """Whether records beyond the person's own are visible."""
        return bool(self.roles & SEES_ALL)

    @property
    def is_chair(self) -> bool:
        return any(grant.is_chair for grant in self.current_grants)

    @property
    def functions(self) -> frozenset[Function]:
        """The council functions this person may sign for, as member or deputy."""
        return frozenset(
            Function(grant.function) for grant in self.current_grants if grant.function
        )

    @property
    def role_words(self) -> str:
        """What this person is, in words: “Council chair, IT”."""
        if self.closed_at:
            return "Account closed"
        words = []
        for grant in self.current_grants:
            if grant.role == Role.COUNCIL:
                kind = "Council chair" if grant.is_chair else "Council member"
                if grant.is_deputy:
                    kind = "Council deputy"
                words.append(f"{kind}, {Function(grant.function).label}")
            else:
                words.append(Role(grant.role).label)
        return "; ".join(words) or "No role"


class RoleGrant(models.Model):
    """A role a person holds from one day, until it is ended. Ended grants stay as history."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    function = models.CharField(
        max_length=10, blank=True, choices=[(item.value, item.label) for item in Function]
    )
    is_chair = models.BooleanField(default=False)
    is_deputy = models.BooleanField(default=False)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "function"],
                condition=Q(ended_at__isnull=True),
                name="role_grant_once_a_person",
                violation_error_message="This person already holds that role.",
            ),
            models.CheckConstraint(
                name="role_grant_function_is_for_the_council",
                condition=(Q(role="council") & ~Q(function=""))
                | (~Q(role="council") & Q(function="")),
                violation_error_message="A council member has a function; nobody else has one.",
            ),
            models.CheckConstraint(
                name="role_grant_chair_is_a_member",
                condition=Q(is_chair=False) | Q(role="council", is_deputy=False),
                violation_error_message="Only a council member can chair, and a deputy cannot.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.function}".strip() + f" of user {self.user_id}"


class ApiToken(models.Model):
    """A key for the API: stored hashed, shown once, ends by itself (decisions 14)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.digest[:8]})"

    def holds(self, *, now: datetime) -> bool:
        """Whether the key opens anything at that time."""
        return self.revoked_at is None and now < self.expires_at


def actor_words(user: User | None) -> dict[str, Any]:
    """Return what a frozen row keeps of a person: name, role and text id (decisions 4)."""
    if user is None:
        return {"id": "", "name": "Lockin", "role": "schedule"}
    return {"id": str(user.pk), "name": user.name, "role": user.role_words}
