"""Waivers: a clause or an act before signing that we do without, until a day, and who agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import Organisation, User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from vendors.models import Contract


class WaiverQuerySet(AppendOnlyQuerySet):
    """Chains over waivers."""

    def for_user(self, user: User) -> WaiverQuerySet:
        """Waivers of the contracts that a person may see."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(contract__in=Contract.objects.for_user(user))


class Waiver(AppendOnly):
    """One request to do without, with what stood at the time. Approvals and its end are rows.

    `baseline` is frozen: the tier and spend of each workload under the contract, and its terms.
    Whether the waiver is out of date is reckoned from it, never stored.
    """

    class Act(models.TextChoices):
        NONE = "", "None"
        LAYER = "abstraction-layer", "Abstraction layer in place"
        CLAUSES = "portability-clauses", "Portability clauses obtained"
        ALTERNATIVE = "production-alternative", "Production-ready alternative"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="waivers")
    clause_key = models.CharField(max_length=80, blank=True)
    act = models.CharField(max_length=24, choices=Act, default=Act.NONE, blank=True)
    subject_name = models.CharField(max_length=200, help_text="What is waived, as it read then.")
    reason = models.TextField()
    compensating_control = models.TextField()
    expires_on = models.DateField(help_text="Last day on which it holds.")
    baseline = models.JSONField()
    requested_on = models.DateField()
    requested_at = models.DateTimeField()
    requested_by_id_text = models.CharField(max_length=40, blank=True)
    requested_by_name = models.CharField(max_length=200)
    requested_by_role = models.CharField(max_length=200, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = "waiver"
        indexes = [models.Index(fields=["contract", "clause_key", "act"])]
        constraints = [
            models.CheckConstraint(
                name="waiver_has_one_subject",
                condition=(Q(clause_key="") & ~Q(act="")) | (~Q(clause_key="") & Q(act="")),
                violation_error_message="A waiver is of one clause or of one act.",
            ),
            models.CheckConstraint(
                name="waiver_says_why_and_what_instead",
                condition=~Q(reason="") & ~Q(compensating_control=""),
                violation_error_message="Say why, and what is done instead.",
            ),
            models.CheckConstraint(
                name="waiver_ends_after_its_request",
                condition=Q(expires_on__gt=F("requested_on")),
                violation_error_message="A waiver ends after the day on which it is asked for.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name}, {self.contract}"


class WaiverApproval(AppendOnly):
    """One function's word on a waiver. Two functions, two people; the first refusal ends it."""

    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, related_name="approvals")
    function = models.CharField(max_length=10)
    approved = models.BooleanField()
    words = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by_id_text = models.CharField(max_length=40)
    decided_by_name = models.CharField(max_length=200)
    decided_by_role = models.CharField(max_length=200, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "waiver approval"
        constraints = [
            models.UniqueConstraint(
                fields=["waiver", "function"],
                name="waiver_approved_once_a_function",
                violation_error_message="This function has said its word.",
            ),
            models.UniqueConstraint(
                fields=["waiver", "decided_by_id_text"],
                name="waiver_approved_once_a_person",
                violation_error_message="One person speaks for one function.",
            ),
            models.CheckConstraint(
                name="waiver_refusal_says_why",
                condition=Q(approved=True) | ~Q(words=""),
                violation_error_message="Say why it is refused.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} on waiver {self.waiver_id}"


class WaiverEnd(AppendOnly):
    """That a waiver was taken back before its last day."""

    waiver = models.OneToOneField(Waiver, on_delete=models.PROTECT, related_name="end")
    words = models.TextField()
    ended_at = models.DateTimeField()
    ended_by_id_text = models.CharField(max_length=40, blank=True)
    ended_by_name = models.CharField(max_length=200)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "waiver end"
        constraints = [
            models.CheckConstraint(
                name="waiver_end_says_why",
                condition=~Q(words=""),
                violation_error_message="Say why it is taken back.",
            ),
        ]

    def __str__(self) -> str:
        return f"End of waiver {self.waiver_id}"
