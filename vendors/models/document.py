"""Documents of a contract: the file as it was uploaded, and the text that was read from it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet, UnableToChange
from vendors.models.contract import Contract


class ContractDocumentQuerySet(models.QuerySet["ContractDocument"]):
    """Chains over documents."""

    def for_user(self, user: User) -> ContractDocumentQuerySet:
        """Documents of the contracts that a person may see."""
        return self.filter(contract__in=Contract.objects.for_user(user))

    def on_file(self) -> ContractDocumentQuerySet:
        """Documents that nobody has put aside."""
        return self.filter(put_aside_at__isnull=True)

    def newest(self) -> ContractDocumentQuerySet:
        """Documents that no later version supersedes."""
        return self.filter(superseded_by__isnull=True)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise UnableToChange("Documents are never removed.")


class ContractDocument(models.Model):
    """One version of one paper. The file and who brought it never change; its reading is noted once.

    `sha256` names the bytes in the file store. A paper that replaces another `supersedes` it.
    """

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Agreement"
        TERMS = "terms", "Standard terms"
        ORDER_FORM = "order-form", "Order form"
        AMENDMENT = "amendment", "Amendment"
        ADDENDUM = "addendum", "Addendum"
        OTHER = "other", "Other paper"

    class Reading(models.TextChoices):
        QUEUED = "queued", "Waiting to be read"
        READ = "read", "Read"
        FAILED = "failed", "Not readable"

    class Paging(models.TextChoices):
        """Where the page numbers come from."""

        NONE = "", "Not known"
        PRINTED = "printed", "the pages of the PDF"
        LAID_OUT = "laid-out", "pages as the word processor last laid them out"
        COUNTED = "counted", "stretches of about 3,000 characters, since the file has no pages"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    media_type = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_by_name = models.CharField(max_length=200)
    reading = models.CharField(max_length=6, choices=Reading, default=Reading.QUEUED)
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was not read.")
    read_at = models.DateTimeField(null=True, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    paging = models.CharField(max_length=8, choices=Paging, default=Paging.NONE, blank=True)
    remark = models.CharField(max_length=400, blank=True, help_text="What reading left out.")
    put_aside_at = models.DateTimeField(null=True, blank=True)
    put_aside_why = models.CharField(max_length=400, blank=True)

    objects = ContractDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "sha256"],
                condition=Q(put_aside_at__isnull=True),
                name="document_once_in_a_contract",
                violation_error_message="This file is on the contract already.",
            ),
            models.CheckConstraint(
                name="document_later_version_supersedes",
                condition=Q(version=1, supersedes__isnull=True)
                | Q(version__gt=1, supersedes__isnull=False),
                violation_error_message="A version after the first supersedes another.",
            ),
            models.CheckConstraint(
                name="document_supersedes_another",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
            ),
            models.CheckConstraint(
                name="document_reading_says_its_end",
                condition=Q(
                    reading="queued", reason="", read_at__isnull=True, page_count__isnull=True
                )
                | Q(reading="read", reason="", read_at__isnull=False, page_count__gte=1)
                | Q(reading="failed", read_at__isnull=False, page_count__isnull=True)
                & ~Q(reason=""),
                violation_error_message="A document was read with its pages, or not, with why.",
            ),
            models.CheckConstraint(
                name="document_put_aside_says_why",
                condition=Q(put_aside_at__isnull=True, put_aside_why="")
                | (Q(put_aside_at__isnull=False) & ~Q(put_aside_why="")),
                violation_error_message="Say why it is put aside.",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name} (version {self.version})"

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise UnableToChange("Documents are never removed.")


class DocumentPage(AppendOnly):
    """The text of one page, as it was read. Empty where the page holds none."""

    document = models.ForeignKey(ContractDocument, on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "page of a document"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_page_once"),
            models.CheckConstraint(name="document_page_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Page {self.number}"
