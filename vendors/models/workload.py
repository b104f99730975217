"""Workloads: one use of AI each, what it depends on, and what would have to move with it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User
from vendors.models.contract import Contract
from vendors.models.vendor import AIModel, RecordQuerySet, Service

if TYPE_CHECKING:
    from lockin.money import Money


class WorkloadQuerySet(RecordQuerySet):
    """Chains over workloads."""

    def for_user(self, user: User) -> WorkloadQuerySet:
        """Workloads a person may see: all, or the person's own."""
        rows = self.filter(organisation_id=user.organisation_id)
        return rows if user.sees_all else rows.filter(owner=user)


class Workload(models.Model):
    """One use of AI, such as claims triage."""

    class Criticality(models.TextChoices):
        CRITICAL = "critical", "Critical"
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="workloads"
    )
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="workloads"
    )
    business_unit = models.CharField(max_length=120, blank=True)
    criticality = models.CharField(max_length=8, choices=Criticality, default=Criticality.MEDIUM)
    annual_spend_minor = models.BigIntegerField(
        null=True, blank=True, help_text="Yearly running cost in minor units; empty is not known."
    )
    currency = models.CharField(max_length=3, default="USD")
    daily_users = models.PositiveIntegerField(null=True, blank=True)
    is_paid_external = models.BooleanField(
        default=True, help_text="Whether an outside vendor is paid for it."
    )
    time_to_exit_weeks = models.DecimalField(
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="Typed estimate, P80. Empty: 26 weeks are assumed.",
    )
    own_copy_of_data = models.BooleanField(
        null=True, blank=True, help_text="Whether we hold our own copy of the data it works on."
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = WorkloadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="workload_key_once"),
            models.CheckConstraint(
                name="workload_spend_not_negative",
                condition=Q(annual_spend_minor__isnull=True) | Q(annual_spend_minor__gte=0),
                violation_error_message="A yearly cost cannot be negative.",
            ),
            models.CheckConstraint(
                name="workload_exit_takes_time",
                condition=Q(time_to_exit_weeks__isnull=True) | Q(time_to_exit_weeks__gt=0),
                violation_error_message="Time to exit is more than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def annual_spend(self) -> Money | None:
        """The yearly running cost, or None when it is not known."""
        from lockin.money import Money

        if self.annual_spend_minor is None:
            return None
        return Money.from_minor(self.annual_spend_minor, self.currency)


class DependencyQuerySet(models.QuerySet["Dependency"]):
    """Chains over dependencies."""

    def in_production(self) -> DependencyQuerySet:
        """What serves traffic now: not a fallback, and at least five in a hundred of it."""
        return self.exclude(role=Dependency.Role.FALLBACK).filter(
            Q(share__isnull=True) | Q(share__gte=Decimal("0.05"))
        )


class Dependency(models.Model):
    """What a workload depends on, how it is reached, and for which part of the traffic."""

    class Path(models.TextChoices):
        DIRECT = "direct", "Direct"
        GATEWAY = "gateway", "Through our gateway"
        EMBEDDED = "embedded", "Inside a product"

    class Role(models.TextChoices):
        PRIMARY = "primary", "Primary"
        SECOND = "second", "Second in production"
        FALLBACK = "fallback", "Fallback"

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="dependencies")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="dependencies"
    )
    model = models.ForeignKey(
        AIModel, on_delete=models.PROTECT, null=True, blank=True, related_name="dependencies"
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="dependencies"
    )
    share = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Share of the traffic, 0 to 1; empty is not known.",
    )
    path = models.CharField(max_length=8, choices=Path, default=Path.DIRECT)
    role = models.CharField(max_length=8, choices=Role, default=Role.PRIMARY)

    objects = DependencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dependency_share_is_a_share",
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1),
                violation_error_message="A share of traffic lies between 0 and 1.",
            ),
            models.CheckConstraint(
                name="dependency_names_something",
                condition=Q(service__isnull=False) | Q(model__isnull=False),
                violation_error_message="Name the service or the model it depends on.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workload} on {self.model or self.service}"


class Asset(models.Model):
    """Something that would have to be rebuilt, re-embedded or carried over."""

    class Kind(models.TextChoices):
        TUNED_MODEL = "tuned-model", "Fine-tuned model"
        EMBEDDING_INDEX = "embedding-index", "Embedding index"
        PROMPTS = "prompts", "Prompts"
        DATASET = "dataset", "Dataset"
        WORKFLOW = "workflow", "Workflow"
        CONNECTOR = "connector", "Connector"

    class HeldBy(models.TextChoices):
        US = "us", "Us"
        BOTH = "both", "Us and the vendor"
        VENDOR = "vendor", "The vendor"
        UNKNOWN = "unknown", "Nobody has checked"

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=200)
    count = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Training examples, documents, prompts, records, flows or connectors.",
    )
    tokens_each = models.PositiveIntegerField(null=True, blank=True)
    dimension = models.PositiveIntegerField(null=True, blank=True)
    held_by = models.CharField(max_length=8, choices=HeldBy, default=HeldBy.UNKNOWN)
    exportable = models.BooleanField(null=True, blank=True)
    model = models.ForeignKey(
        AIModel, on_delete=models.PROTECT, null=True, blank=True, related_name="assets"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="assets"
    )
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workload", "kind", "name"],
                name="asset_once_a_workload",
                violation_error_message="This workload has an asset of that kind and name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
