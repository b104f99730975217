"""Mitigations as recorded, and the score that follows from everything, as of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessments.models.assessment import Assessment
from assessments.models.evidence import EvidenceVersion
from lockin.accounts.models import Organisation
from vendors.models import Workload

if TYPE_CHECKING:
    from lockin.accounts.models import User


class Mitigation(models.Model):
    """A control against one form of lock-in: how far it reaches, and how well that is shown."""

    class Control(models.TextChoices):
        M1 = "M1", "Abstraction layer"
        M2 = "M2", "Second provider in production"
        M3 = "M3", "Open-source fallback"
        M4 = "M4", "Golden set and portable prompts"
        M5 = "M5", "Embedding adapter or dual index"
        M6 = "M6", "Change-over runbook rehearsed"

    class Grade(models.TextChoices):
        TESTED = "tested", "Tested"
        DOCUMENTED = "documented", "Documented"
        DECLARED = "declared", "Declared"

    class Drill(models.TextChoices):
        NONE = "", "No swap drill"
        PASSED = "passed", "Swap drill passed"
        FAILED = "failed", "Swap drill failed"

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="mitigations")
    control = models.CharField(max_length=2, choices=Control)
    dimension = models.CharField(max_length=12)
    coverage = models.DecimalField(max_digits=5, decimal_places=4)
    measured_coverage = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Share of traffic measured through it, where somebody measured.",
    )
    grade = models.CharField(max_length=10, choices=Grade)
    tested_on = models.DateField(null=True, blank=True)
    drill = models.CharField(max_length=6, choices=Drill, default=Drill.NONE, blank=True)
    gateway_single_maintainer = models.BooleanField(null=True, blank=True)
    gateway_unpinned = models.BooleanField(null=True, blank=True)
    gateway_without_break_glass = models.BooleanField(null=True, blank=True)
    evidence = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workload", "control", "dimension"], name="mitigation_once"
            ),
            models.CheckConstraint(
                name="mitigation_coverage_is_a_share",
                condition=Q(coverage__gte=0, coverage__lte=1)
                & (
                    Q(measured_coverage__isnull=True)
                    | Q(measured_coverage__gte=0, measured_coverage__lte=1)
                ),
                violation_error_message="Coverage lies between 0 and 1.",
            ),
            models.CheckConstraint(
                name="mitigation_tested_says_when",
                condition=~Q(grade="tested") | Q(tested_on__isnull=False),
                violation_error_message="A tested control needs the day of the test.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control} on {self.dimension} of {self.workload_id}"


class CurrentScoreQuerySet(models.QuerySet["CurrentScore"]):
    """Chains over current scores."""

    def for_user(self, user: User) -> CurrentScoreQuerySet:
        rows = self.filter(organisation_id=user.organisation_id)
        return rows if user.sees_all else rows.filter(workload__owner=user)


class CurrentScore(models.Model):
    """The score of a workload as of a day: recomputed on change and nightly (decisions 9).

    Lists sort and filter on the columns; `result` holds the whole trace.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    workload = models.OneToOneField(Workload, on_delete=models.CASCADE, related_name="score")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scheme = models.CharField(max_length=40)
    as_of = models.DateField()
    inputs_sha256 = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    residual = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    inherent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    low = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    tier = models.CharField(max_length=10, blank=True)
    tier_rank = models.PositiveSmallIntegerField(default=0)
    is_provisional = models.BooleanField(default=True)
    api = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    tuning = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    vectors = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    workflow = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    commercial = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    previous = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Residual score in the last signed audit.",
    )
    previous_label = models.CharField(max_length=20, blank=True)
    result = models.JSONField()

    objects = CurrentScoreQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "residual"]),
            models.Index(fields=["organisation", "tier_rank"]),
            # All that lists sort, count and add up, so that none of them reads the long traces.
            models.Index(
                fields=[
                    *("workload", "residual", "previous", "is_provisional", "tier"),
                    *("api", "tuning", "vectors", "workflow", "commercial"),
                ],
                name="score_figures_of_lists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workload_id}: {self.residual}"


class ScoreRevision(models.Model):
    """How often an organisation's stored scores were written.

    Scores move without an event in the trail, by the night alone. Together with the trail's end
    the number says whether anything a list shows may have changed (`remembered.state_of`).
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.number}"
