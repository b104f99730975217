"""Papers signed after the contract: order forms and amendments, and what each one changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import User
from lockin.immutable import AppendOnly
from vendors.models.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Amendment(AppendOnly):
    """
    One signed paper that changes a contract's terms from a day on.

    It is written once. What was read out wrongly is taken back by a correction that names it, so
    that every report can still be explained by what was on file on its day.
    """

    class Kind(models.TextChoices):
        ORDER_FORM = "order-form", "Order form"
        AMENDMENT = "amendment", "Amendment"
        CORRECTION = "correction", "Taken back"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField(help_text="In the order of recording, from 1.")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    reference = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(help_text="First day on which the changed terms hold.")
    # Field of the contract → its value from that day on: text, whole number, yes/no or null.
    changes: models.JSONField[Mapping[str, Any], Mapping[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    note = models.TextField(blank=True)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        verbose_name = "amendment"
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                name="amendment_correction_takes_back",
                condition=Q(kind="correction", withdraws__isnull=False)
                | (~Q(kind="correction") & Q(withdraws__isnull=True)),
                violation_error_message="A correction names the paper that it takes back.",
            ),
            models.CheckConstraint(
                name="amendment_never_takes_itself_back",
                condition=Q(withdraws__isnull=True) | ~Q(withdraws=F("pk")),
            ),
            models.CheckConstraint(
                name="amendment_has_a_name",
                condition=~Q(name="") & ~Q(recorded_by_name=""),
                violation_error_message="Name the paper, such as Amendment 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DataActSetting(models.Model):
    """In which countries of ours the EU Data Act's clock is shown beside a contract."""

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="data_act_setting"
    )
    # Codes of two letters; a new row holds the member states, and each can be switched off.
    countries: models.JSONField[list[str], list[str]] = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"Data Act clock of {self.organisation}"
