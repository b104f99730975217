"""Renewal briefs: built from live data, edited, agreed and decided; frozen at the decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from vendors.models import Contract


class BriefQuerySet(models.QuerySet["Brief"]):
    """Chains over briefs."""

    def for_user(self, user: User) -> BriefQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def open(self) -> BriefQuerySet:
        """Briefs that still wait for a decision."""
        return self.filter(state__in=(Brief.State.DRAFT, Brief.State.COUNCIL))


class Brief(models.Model):
    """One renewal of one contract. The database refuses every change after the decision."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        COUNCIL = "council", "Before the council"
        DECIDED = "decided", "Decided"
        DROPPED = "dropped", "Dropped"

    class Decision(models.TextChoices):
        NONE = "", "Not decided"
        RENEW = "renew", "Renew as it is"
        RENEGOTIATE = "renegotiate", "Renew on conditions"
        LEAVE = "leave", "Leave"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="briefs")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="briefs")
    number = models.PositiveIntegerField(help_text="Counted for each contract.")
    contract_name = models.CharField(max_length=200)
    vendor_name = models.CharField(max_length=200)
    act_by = models.DateField(null=True, blank=True, help_text="As it stood when built.")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(
        default=1, help_text="Raised by every change, so that nobody overwrites another unseen."
    )
    built = models.JSONField(help_text="What the data gave.")
    built_on = models.DateField()
    edits = models.JSONField(default=dict, help_text="What people changed, part by part.")
    edited_at = models.DateTimeField()
    edited_by_name = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    opened_by_id_text = models.CharField(max_length=40)
    opened_by_name = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by_id_text = models.CharField(max_length=40, blank=True)
    sent_by_name = models.CharField(max_length=200, blank=True)
    sent_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the content that the council was given."
    )
    decision = models.CharField(max_length=12, choices=Decision, default=Decision.NONE, blank=True)
    decision_words = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id_text = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True, help_text="Frozen at the decision, canonical JSON.")
    sha256 = models.CharField(max_length=64, blank=True)
    vendor_body = models.TextField(blank=True, help_text="What the vendor may see of it.")
    vendor_sha256 = models.CharField(max_length=64, blank=True)
    dropped_reason = models.TextField(blank=True)

    objects = BriefQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="brief_number_once"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=("draft", "council")),
                name="brief_one_open_a_contract",
                violation_error_message="A brief for this contract is open already.",
            ),
            models.CheckConstraint(
                name="brief_decided_is_frozen",
                condition=(
                    Q(state="decided", decided_at__isnull=False)
                    & ~Q(decision="")
                    & ~Q(body="")
                    & ~Q(sha256="")
                    & ~Q(vendor_sha256="")
                )
                | (~Q(state="decided") & Q(decided_at__isnull=True, decision="", body="")),
            ),
            models.CheckConstraint(
                name="brief_before_the_council_says_what",
                condition=~Q(state="council") | (Q(sent_at__isnull=False) & ~Q(sent_sha256="")),
            ),
            models.CheckConstraint(
                name="brief_dropped_says_why",
                condition=~Q(state="dropped") | ~Q(dropped_reason=""),
                violation_error_message="Say why the brief is dropped.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "act_by"])]

    def __str__(self) -> str:
        return f"Renewal brief: {self.contract_name}"


class BriefOpinion(AppendOnly):
    """One function's word on what the council was given. The latest of a function counts.

    It is over the hash of the content, so that it ends when the content changes.
    """

    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="opinions")
    function = models.CharField(
        max_length=10, choices=[(item.value, item.label) for item in Function]
    )
    content_sha256 = models.CharField(max_length=64)
    agrees = models.BooleanField()
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
    given_by_id_text = models.CharField(max_length=40)
    given_by_name = models.CharField(max_length=200)
    given_by_role = models.CharField(max_length=200)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="brief_objection_says_why",
                condition=Q(agrees=True) | ~Q(words=""),
                violation_error_message="Say why you disagree.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} on {self.brief}"


class BriefDocument(models.Model):
    """A PDF of a brief, for us or for the vendor. Frozen once it is ready."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", "For us"
        VENDOR = "vendor", "For the vendor"

    class State(models.TextChoices):
        PENDING = "pending", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="documents")
    audience = models.CharField(max_length=8, choices=Audience)
    is_draft = models.BooleanField()
    template_version = models.CharField(max_length=20)
    content = models.TextField(help_text="What it is written from, canonical JSON.")
    content_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=200, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "audience", "is_draft", "template_version", "content_sha256"],
                name="brief_document_once_a_state",
            ),
            models.CheckConstraint(
                name="brief_document_ready_is_whole",
                condition=(Q(state="ready", ready_at__isnull=False) & ~Q(sha256=""))
                | (~Q(state="ready") & Q(ready_at__isnull=True, sha256="")),
            ),
            models.CheckConstraint(
                name="brief_document_within_six_pages",
                condition=Q(pages__isnull=True) | Q(pages__range=(1, 6)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.brief}"


class BriefOutcome(AppendOnly):
    """What came of one ask. A later row corrects an earlier one; the latest counts."""

    class Result(models.TextChoices):
        OBTAINED = "obtained", "Obtained"
        PARTLY = "partly", "Obtained in part"
        REFUSED = "refused", "Refused"
        NOT_RAISED = "not-raised", "Not raised"

    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="outcomes")
    ask_key = models.CharField(max_length=80)
    ask_title = models.CharField(max_length=200)
    result = models.CharField(max_length=10, choices=Result)
    words = models.TextField(help_text="What was obtained, or why it was refused.")
    parameters = models.JSONField(default=dict)
    objection_key = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id_text = models.CharField(max_length=40)
    recorded_by_name = models.CharField(max_length=200)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="brief_outcome_says_what",
                condition=~Q(words=""),
                violation_error_message="Say what was obtained, or why not.",
            ),
            models.CheckConstraint(
                name="brief_refusal_names_the_objection",
                condition=~Q(result="refused") | ~Q(objection_key=""),
                violation_error_message="Choose the objection that the vendor raised.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ask_title}: {self.get_result_display()}"
