"""Commitments: what we promised to spend under a contract, period by period."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from vendors.models.contract import Contract


class Commitment(models.Model):
    """A promise to spend. Names follow FOCUS 1.3, so that imports need no translation."""

    class Kind(models.TextChoices):
        SPEND_AGREEMENT = "spend-agreement", "Spend agreement (EDP, PPA, MACC, CUD)"
        MINIMUM = "minimum", "Minimum spend"
        PREPAID = "prepaid", "Prepaid credit"
        SEATS = "seats", "Seats"
        PROVISIONED = "provisioned", "Provisioned throughput"

    class Burn(models.TextChoices):
        BUILD_UP = "build-up", "Build-up: what is missing is paid"
        BURN_DOWN = "burn-down", "Burn-down: what is left is lost"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="commitments")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.SPEND_AGREEMENT)
    burn = models.CharField(max_length=10, choices=Burn, default=Burn.BUILD_UP)
    currency = models.CharField(max_length=3, default="USD")
    used_to_date_minor = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Use in the current period, typed until actuals are imported.",
    )
    used_as_of = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "key"], name="commitment_key_once"),
            models.CheckConstraint(
                name="commitment_use_says_when",
                condition=Q(used_to_date_minor__isnull=True, used_as_of__isnull=True)
                | Q(used_to_date_minor__isnull=False, used_as_of__isnull=False),
                violation_error_message="Use to date needs the day it was read, and the reverse.",
            ),
            models.CheckConstraint(
                name="commitment_use_not_negative",
                condition=Q(used_to_date_minor__isnull=True) | Q(used_to_date_minor__gte=0),
                violation_error_message="Use cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommitmentPeriod(models.Model):
    """What is due in one period of a commitment."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day of the period.")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "starts_on"], name="commitment_period_starts_once"
            ),
            models.CheckConstraint(
                name="commitment_period_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The period ends before it starts.",
            ),
            models.CheckConstraint(
                name="commitment_period_not_negative",
                condition=Q(amount_minor__gte=0),
                violation_error_message="A committed amount cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment} from {self.starts_on:%Y-%m-%d}"
