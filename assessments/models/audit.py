"""The annual portability audit: its year, its frozen records, its signatures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from lockin.immutable import AppendOnly, AppendOnlyQuerySet


class AuditSchedule(models.Model):
    """On which day of the year an organisation's audit opens, and what it has opened so far."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="audit_schedule"
    )
    month = models.PositiveSmallIntegerField(default=9)
    day = models.PositiveSmallIntegerField(default=1)
    period_starts_month = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_schedule_is_a_day",
                condition=Q(
                    month__range=(1, 12), day__range=(1, 28), period_starts_month__range=(1, 12)
                ),
                violation_error_message="Choose a day from 1 to 28, which every month has.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}.{self.month}. every year"


class AuditQuerySet(models.QuerySet["Audit"]):
    """Chains over audits."""

    def for_user(self, user: User) -> AuditQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def signed(self) -> AuditQuerySet:
        return self.filter(state=Audit.State.CLOSED)


class Audit(models.Model):
    """One year's audit. One for each organisation and label (decisions 5)."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        ASSESSMENTS = "assessments", "Assessments"
        SNAPSHOT = "snapshot", "Snapshot"
        FINDINGS = "findings", "Findings"
        RESPONSES = "responses", "Responses"
        SIGN_OFF = "sign-off", "Sign-off"
        CLOSED = "closed", "Report"

    class Reason(models.TextChoices):
        YEARLY = "yearly", "Its yearly date"
        NOTICE = "notice", "A notice day in the period"
        HAND = "hand", "Opened by hand"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="audits")
    label = models.CharField(max_length=20)
    period_starts_on = models.DateField()
    period_ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    opens_on = models.DateField()
    opens_because = models.CharField(max_length=8, choices=Reason, default=Reason.YEARLY)
    reason_words = models.CharField(max_length=300, blank=True)
    is_late = models.BooleanField(default=False)
    planned_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_by_id_text = models.CharField(max_length=40, blank=True)
    opened_by_name = models.CharField(max_length=200, blank=True)
    report_due_on = models.DateField(null=True, blank=True)
    findings_agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="audit_one_a_year",
                violation_error_message="There is an audit for that year already.",
            ),
            models.CheckConstraint(
                name="audit_period_ends_after_it_starts",
                condition=Q(period_ends_on__gt=F("period_starts_on")),
            ),
            models.CheckConstraint(
                name="audit_open_says_when",
                condition=Q(state="planned", opened_at__isnull=True)
                | (~Q(state="planned") & Q(opened_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="audit_closed_says_when",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} portability audit"


class Snapshot(models.Model):
    """What the audit saw. Built in batches while `sealed_at` is empty, then frozen for ever."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="snapshot")
    schema_name = models.CharField(max_length=60)
    schema_version = models.PositiveIntegerField()
    trail_sequence = models.PositiveBigIntegerField(
        help_text="End of the trail when it was begun: nothing changed until it was sealed."
    )
    begun_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=1)
    sealed_at = models.DateTimeField(null=True, blank=True)
    items_count = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="snapshot_sealed_has_a_hash",
                condition=Q(sealed_at__isnull=True, sha256="")
                | (Q(sealed_at__isnull=False) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"snapshot of {self.audit}"


class SnapshotItem(models.Model):
    """One frozen thing: canonical JSON text and its hash, in the order of the root hash."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=160)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="snapshot_position_once"),
            models.UniqueConstraint(fields=["snapshot", "kind", "key"], name="snapshot_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Signature(models.Model):
    """One function's signature, over the hash of what was signed. Never removed.

    It ends by being withdrawn with a reason, or by being voided when a response changes.
    """

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="signatures")
    function = models.CharField(
        max_length=10, choices=[(item.value, item.label) for item in Function]
    )
    as_deputy = models.BooleanField(default=False)
    signer = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signer_id_text = models.CharField(max_length=40)
    signer_name = models.CharField(max_length=200)
    signer_role = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_sha256 = models.CharField(max_length=64)
    dissent = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "function"],
                condition=Q(withdrawn_at__isnull=True, voided_at__isnull=True),
                name="signature_once_a_function",
                violation_error_message="This part is signed already.",
            ),
            models.UniqueConstraint(
                fields=["audit", "signer_id_text"],
                condition=Q(withdrawn_at__isnull=True, voided_at__isnull=True),
                name="signature_once_a_person",
                violation_error_message="Four functions are signed by four different people.",
            ),
            models.CheckConstraint(
                name="signature_withdrawn_says_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                violation_error_message="Say why the signature is withdrawn.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} by {self.signer_name}"


class Closing(AppendOnly):
    """What was agreed at the last signature: findings, responses, dissent, signatures."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="closing")
    schema_name = models.CharField(max_length=60)
    schema_version = models.PositiveIntegerField()
    snapshot_sha256 = models.CharField(max_length=64)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"closing of {self.audit}"
