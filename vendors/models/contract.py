"""Contracts: what was signed, when it ends, how it renews, what leaving costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import Organisation, User
from vendors.models.vendor import RecordQuerySet, Vendor

if TYPE_CHECKING:
    from lockin.money import Money


class ContractQuerySet(RecordQuerySet):
    """Chains over contracts."""

    def for_user(self, user: User) -> ContractQuerySet:
        """Contracts a person may see: all, or the person's own and those of own workloads."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(Q(dependencies__workload__owner=user) | Q(owner=user)).distinct()

    def in_force(self) -> ContractQuerySet:
        """Contracts in use that were signed and have not been put down as ended."""
        return self.filter(archived_at__isnull=True, state=Contract.State.IN_FORCE)

    def with_terms(self) -> ContractQuerySet:
        """Bring what the dates are reckoned from: one query more for all rows together."""
        return self.select_related("organisation").prefetch_related("amendments")


class Contract(models.Model):
    """An agreement with a vendor. An empty field means nobody has read it out, never zero."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in-force", "In force"
        ENDED = "ended", "Ended"

    class Renewal(models.TextChoices):
        FIXED = "fixed", "Ends by itself"
        AUTOMATIC = "automatic", "Renews itself"
        EVERGREEN = "evergreen", "Runs until notice"
        UNKNOWN = "unknown", "Nobody has checked"

    class NoticeUnit(models.TextChoices):
        DAYS = "days", "Days"
        BUSINESS_DAYS = "business-days", "Business days"
        MONTHS = "months", "Months"

    class NoticeForm(models.TextChoices):
        ANY = "any", "In writing, any way"
        EMAIL = "email", "E-mail"
        PORTAL = "portal", "The vendor’s portal"
        POST = "post", "Post"
        REGISTERED = "registered", "Registered post"
        COURIER = "courier", "Courier"
        UNKNOWN = "unknown", "Nobody has checked"

    class DeliveryUnit(models.TextChoices):
        DAYS = "days", "Days"
        BUSINESS_DAYS = "business-days", "Business days"

    class DataAct(models.TextChoices):
        SETTING = "setting", "As set for the country"
        APPLIES = "applies", "Applies"
        NOT = "not", "Does not apply"

    class UpliftBasis(models.TextChoices):
        CONTRACT = "contract", "Prices of this contract"
        LIST = "list", "List prices of that day"
        UNKNOWN = "unknown", "Nobody has checked"

    class Uplift(models.TextChoices):
        CAPPED = "capped", "Capped"
        INDEX = "index", "Price index"
        UNCAPPED = "uncapped", "No cap"
        UNKNOWN = "unknown", "Nobody has checked"

    class EarlyTermination(models.TextChoices):
        FREE = "free", "Free"
        PERCENT = "percent", "Share of what remains"
        FULL = "full", "All that remains"
        UNKNOWN = "unknown", "Nobody has checked"

    class Decision(models.TextChoices):
        NONE = "", "Not decided"
        RENEW = "renew", "Renew"
        RENEGOTIATE = "renegotiate", "Renegotiate"
        LEAVE = "leave", "Leave"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contracts"
    )
    key = models.SlugField(max_length=80)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.IN_FORCE)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    reference = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    annual_value_minor = models.BigIntegerField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day in force.")
    term_months = models.PositiveIntegerField(null=True, blank=True)
    renewal = models.CharField(max_length=10, choices=Renewal, default=Renewal.UNKNOWN)
    renewal_months = models.PositiveIntegerField(null=True, blank=True)
    notice_value = models.PositiveIntegerField(null=True, blank=True)
    notice_unit = models.CharField(max_length=14, choices=NoticeUnit, default=NoticeUnit.DAYS)
    notice_form = models.CharField(max_length=10, choices=NoticeForm, default=NoticeForm.UNKNOWN)
    notice_address = models.CharField(max_length=300, blank=True)
    # Only what the paper says about a notice on its way; null is "it says nothing".
    notice_delivery_value = models.PositiveIntegerField(null=True, blank=True)
    notice_delivery_unit = models.CharField(
        max_length=14, choices=DeliveryUnit, default=DeliveryUnit.DAYS
    )
    # Notice that comes earlier than this before the end does not count; null: no such rule.
    notice_earliest_value = models.PositiveIntegerField(null=True, blank=True)
    notice_earliest_unit = models.CharField(
        max_length=14, choices=NoticeUnit, default=NoticeUnit.DAYS
    )
    reminder_set = models.BooleanField(
        default=False, help_text="Whether a named person is reminded of the notice date."
    )
    time_zone = models.CharField(max_length=64, blank=True)
    holiday_country = models.CharField(
        max_length=6, blank=True, help_text="Whose public holidays count, such as GB or DE-BY."
    )
    jurisdiction = models.CharField(
        max_length=2, blank=True, help_text="Country in which we are the customer."
    )
    data_act = models.CharField(max_length=8, choices=DataAct, default=DataAct.SETTING)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    uplift = models.CharField(max_length=8, choices=Uplift, default=Uplift.UNKNOWN)
    uplift_basis = models.CharField(max_length=8, choices=UpliftBasis, default=UpliftBasis.UNKNOWN)
    uplift_cap_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    termination_for_convenience = models.BooleanField(null=True, blank=True)
    convenience_from_month = models.PositiveIntegerField(null=True, blank=True)
    convenience_notice_days = models.PositiveIntegerField(null=True, blank=True)
    early_termination = models.CharField(
        max_length=8, choices=EarlyTermination, default=EarlyTermination.UNKNOWN
    )
    early_termination_percent = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True
    )
    termination_for_cause = models.BooleanField(null=True, blank=True)
    cause_cure_days = models.PositiveIntegerField(null=True, blank=True)
    # What lets us out of the commitment (domain 4.1).
    release_on_retirement = models.BooleanField(null=True, blank=True)
    release_on_price_rise = models.BooleanField(null=True, blank=True)
    release_on_service_level = models.BooleanField(null=True, blank=True)
    document_on_file = models.BooleanField(
        default=False, help_text="Whether the signed order form and its amendments were read."
    )
    decision = models.CharField(max_length=12, choices=Decision, default=Decision.NONE, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    notice_given_on = models.DateField(null=True, blank=True)
    # Reckoned by vendors.dates and kept, so that lists can sort by it; refreshed by every write,
    # and nightly, since renewals move it. Never typed, never shown as a fact of the paper.
    notice_by = models.DateField(null=True, blank=True, editable=False)
    # As amended, on the day of reckoning: the end of the present period, and the yearly value.
    current_end_on = models.DateField(null=True, blank=True, editable=False)
    value_now_minor = models.BigIntegerField(null=True, blank=True, editable=False)
    note = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="contract_key_once"),
            models.CheckConstraint(
                name="contract_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                violation_error_message="The last day comes before the first.",
            ),
            models.CheckConstraint(
                name="contract_value_not_negative",
                condition=Q(annual_value_minor__isnull=True) | Q(annual_value_minor__gte=0),
                violation_error_message="A yearly value cannot be negative.",
            ),
            models.CheckConstraint(
                name="contract_decision_says_when",
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="contract_percentages_in_range",
                condition=(Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, 100)))
                & (
                    Q(early_termination_percent__isnull=True)
                    | Q(early_termination_percent__range=(0, 100))
                )
                & (Q(uplift_cap_percent__isnull=True) | Q(uplift_cap_percent__range=(0, 1000))),
                violation_error_message="A percentage lies outside its range.",
            ),
            models.CheckConstraint(
                name="contract_state_known",
                condition=Q(state__in=["draft", "in-force", "ended"]),
            ),
            models.CheckConstraint(
                name="contract_draft_takes_no_notice",
                condition=~Q(state="draft") | Q(notice_given_on__isnull=True),
                violation_error_message="A draft binds nobody, so it takes no notice.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def annual_value(self) -> Money | None:
        """What it costs a year, or None when nobody has read it out."""
        from lockin.money import Money

        if self.annual_value_minor is None:
            return None
        return Money.from_minor(self.annual_value_minor, self.currency)
