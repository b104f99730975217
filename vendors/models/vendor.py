"""Vendors, the services they run, and the AI models that those services serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from lockin.accounts.models import Organisation

if TYPE_CHECKING:
    from datetime import date

    from lockin.accounts.models import User


class RecordQuerySet(models.QuerySet):
    """What all root records of the portfolio share: an organisation, and an archive."""

    def in_organisation(self, organisation: Organisation) -> RecordQuerySet:
        return self.filter(organisation=organisation)

    def current(self) -> RecordQuerySet:
        """Records in use: not archived."""
        return self.filter(archived_at__isnull=True)


class VendorQuerySet(RecordQuerySet):
    """Chains over vendors."""

    def for_user(self, user: User) -> VendorQuerySet:
        """Vendors a person may see: all, or those that the person's own workloads use."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(
            Q(services__dependencies__workload__owner=user)
            | Q(hosted_models__dependencies__workload__owner=user)
            | Q(published_models__dependencies__workload__owner=user)
        ).distinct()


class Vendor(models.Model):
    """A company that we buy AI from, directly or inside something else."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vendors")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    website = models.URLField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = VendorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="vendor_key_once"),
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                name="vendor_name_once",
                violation_error_message="A vendor with this name is on file already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VendorAlias(models.Model):
    """Another spelling of a vendor's name, seen in an import or left by a merge."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="vendor_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceQuerySet(RecordQuerySet):
    """Chains over services."""

    def for_user(self, user: User) -> ServiceQuerySet:
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(
            Q(dependencies__workload__owner=user) | Q(models__dependencies__workload__owner=user)
        ).distinct()


class Service(models.Model):
    """Something a vendor runs: a model interface, a platform, a gateway, a vector store."""

    class Kind(models.TextChoices):
        MODEL_API = "model-api", "Model interface"
        PLATFORM = "platform", "AI platform"
        SAAS = "saas", "Software with AI inside"
        GATEWAY = "gateway", "Gateway"
        VECTOR_STORE = "vector-store", "Vector store"
        OWN = "own", "Our own servers"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.SlugField(max_length=80)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.MODEL_API)
    tuning_ends_on = models.DateField(
        null=True,
        blank=True,
        help_text="Last day on which new tuning jobs are taken, if announced.",
    )
    note = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="service_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AIModelQuerySet(RecordQuerySet):
    """Chains over models."""

    def for_user(self, user: User) -> AIModelQuerySet:
        rows = self.filter(organisation_id=user.organisation_id)
        return rows if user.sees_all else rows.filter(dependencies__workload__owner=user).distinct()

    def retiring_by(self, day: date) -> AIModelQuerySet:
        return self.filter(retires_on__lte=day)


class AIModel(models.Model):
    """A model at one host. The same model ends on different days at different hosts."""

    class Mode(models.TextChoices):
        CHAT = "chat", "Text and chat"
        EMBEDDING = "embedding", "Embedding"
        RERANK = "rerank", "Reranking"
        OTHER = "other", "Other"

    class Confidence(models.TextChoices):
        PRIMARY = "primary", "Read at the source"
        SECONDARY = "secondary", "From a collection"
        RECALLED = "recalled", "Not checked"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.SlugField(max_length=120)
    registry_key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.CHAT)
    publisher = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="published_models")
    host = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="hosted_models")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="models", null=True, blank=True
    )
    open_weights = models.BooleanField(null=True, blank=True)
    # Prices per million tokens: exact decimals, not minor units, since they go below a cent.
    input_price = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    output_price = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    price_currency = models.CharField(max_length=3, default="USD")
    embedding_dimension = models.PositiveIntegerField(null=True, blank=True)
    announced_on = models.DateField(
        null=True, blank=True, help_text="Day on which the retirement was announced."
    )
    retires_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    observed_on = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.RECALLED)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = AIModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="model_key_once"),
            models.CheckConstraint(
                name="model_announced_before_it_retires",
                condition=Q(announced_on__isnull=True)
                | Q(retires_on__isnull=True)
                | Q(announced_on__lte=models.F("retires_on")),
                violation_error_message="A retirement is announced before it happens.",
            ),
            models.CheckConstraint(
                name="model_prices_not_negative",
                condition=(Q(input_price__isnull=True) | Q(input_price__gte=0))
                & (Q(output_price__isnull=True) | Q(output_price__gte=0)),
                violation_error_message="A price cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.host}" if self.host_id else self.name
