"""What a contract says on a clause, as somebody read it; and what others accepted elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.models.policy import PolicyVersion
from lockin.accounts.models import Organisation, User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from vendors.models import Contract, Vendor
from vendors.models.document import ContractDocument


class ClauseJudgementQuerySet(AppendOnlyQuerySet):
    """Chains over judgements."""

    def for_user(self, user: User) -> ClauseJudgementQuerySet:
        """Judgements of the contracts that a person may see."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(contract__in=Contract.objects.for_user(user))

    def newest_first(self) -> ClauseJudgementQuerySet:
        return self.order_by("-judged_at", "-pk")


class ClauseJudgement(AppendOnly):
    """One reading of one clause in one contract. A later reading stands before it, none replaces it.

    Whether the clause is met is not stored: it is reckoned from `parameters` and the policy.
    """

    class Finding(models.TextChoices):
        OBTAINED = "obtained", "The contract has such a clause"
        ABSENT = "absent", "The contract says nothing of it"
        REFUSED = "refused", "The vendor refused it"
        NOT_APPLICABLE = "not-applicable", "It does not apply"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="clause_judgements"
    )
    clause_key = models.CharField(max_length=80)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="judgements")
    finding = models.CharField(max_length=16, choices=Finding)
    parameters = models.JSONField(
        default=dict, help_text="Parameter key to value; a missing key was not read."
    )
    objection_key = models.CharField(max_length=40, blank=True)
    objection_words = models.TextField(blank=True, help_text="What the vendor said.")
    note = models.TextField(blank=True)
    excerpt = models.TextField(blank=True, help_text="The words of the paper.")
    document = models.ForeignKey(
        ContractDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="judgements"
    )
    document_name = models.CharField(max_length=300, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    read_on = models.DateField(help_text="The day on which the paper was read.")
    judged_at = models.DateTimeField()
    judged_by_id_text = models.CharField(max_length=40, blank=True)
    judged_by_name = models.CharField(max_length=200)
    judged_by_role = models.CharField(max_length=200, blank=True)

    objects = ClauseJudgementQuerySet.as_manager()

    class Meta:
        verbose_name = "clause judgement"
        indexes = [models.Index(fields=["contract", "clause_key", "-judged_at"])]
        constraints = [
            models.CheckConstraint(
                name="clause_refusal_says_why",
                condition=~Q(finding="refused") | ~Q(objection_key=""),
                violation_error_message="Say which objection the vendor raised.",
            ),
            models.CheckConstraint(
                name="clause_left_out_says_why",
                condition=~Q(finding="not-applicable") | ~Q(note=""),
                violation_error_message="Say why the clause does not apply.",
            ),
            models.CheckConstraint(
                name="clause_page_has_a_document",
                condition=Q(page__isnull=True) | (Q(page__gte=1) & ~Q(document_name="")),
                violation_error_message="A page belongs to a document.",
            ),
            models.CheckConstraint(
                name="clause_document_is_named",
                condition=Q(document__isnull=True) | ~Q(document_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause_key} of {self.contract}"


class PeerAcceptanceQuerySet(AppendOnlyQuerySet):
    """Chains over peer evidence."""

    def for_user(self, user: User) -> PeerAcceptanceQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def standing(self) -> PeerAcceptanceQuerySet:
        """Rows that no later row corrects or takes back."""
        return self.filter(corrected_by__isnull=True, is_withdrawn=False)


class PeerAcceptance(AppendOnly):
    """What a vendor accepted or refused elsewhere, with its source and day.

    A row is corrected, or taken back, by a later one that names it.
    """

    class Stance(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Accepted in part"
        REFUSED = "refused", "Refused"

    class Confidence(models.TextChoices):
        PRIMARY = "primary", "Read at the source"
        SECONDARY = "secondary", "Told by somebody who read it"
        RECALLED = "recalled", "Not checked"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    clause_key = models.CharField(max_length=80)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="peer_acceptances")
    stance = models.CharField(max_length=8, choices=Stance)
    words = models.TextField(help_text="What was accepted or refused.")
    source = models.CharField(max_length=300)
    source_url = models.URLField(max_length=500, blank=True)
    observed_on = models.DateField()
    confidence = models.CharField(max_length=10, choices=Confidence)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_withdrawn = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by_id_text = models.CharField(max_length=40, blank=True)
    recorded_by_name = models.CharField(max_length=200)

    objects = PeerAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "peer acceptance"
        constraints = [
            models.CheckConstraint(
                name="peer_acceptance_has_a_source",
                condition=~Q(source="") & ~Q(words=""),
                violation_error_message="Say what was accepted, and where that is known from.",
            ),
            models.CheckConstraint(
                name="peer_withdrawal_names_a_row",
                condition=Q(is_withdrawn=False) | Q(corrects__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause_key}: {self.vendor}"
