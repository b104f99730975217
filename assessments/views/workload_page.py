"""What the tabs of a workload show, from its stored score and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404

from assessments.models import Answer, AnswerEvidence, Assessment, CurrentScore, Finding, Mitigation
from assessments.previous_scores import PreviousScore, previous_scores
from assessments.questionnaires.definition import Definition
from assessments.scoring.dimensions import Dimension
from assessments.views import words
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.money import shown_difference
from vendors.models import Workload

ZERO = Decimal(0)
SHOWN_CAUSES = 2
GOOD_EVIDENCE = frozenset({"tested", "documented"})


@dataclass(frozen=True, kw_only=True)
class Tab:
    key: str
    label: str
    url_name: str
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What every tab opens with."""

    workload: Workload
    score: CurrentScore | None
    assessment: Assessment | None
    running: Assessment | None
    tabs: tuple[Tab, ...]
    user: User

    @property
    def record(self) -> Mapping[str, Any]:
        """The score's stored record; empty for a workload that was never assessed."""
        return self.score.result if self.score else {}

    @property
    def definition(self) -> Definition | None:
        return self.assessment.version.definition if self.assessment else None

    def context(self, tab: str) -> dict[str, Any]:
        """Return what the head of every tab shows."""
        may_start = may(self.user, Permission.ASSESSMENT_START)
        return {
            "workload": self.workload,
            "score": self.score,
            "assessment": self.assessment,
            "running": self.running if may(self.user, Permission.ASSESSMENT_VIEW) else None,
            "may_start": may_start and not self.workload.archived_at,
            "may_edit": may(self.user, Permission.PORTFOLIO_EDIT),
            "may_mitigate": may(self.user, Permission.MITIGATION_EDIT)
            and not self.workload.archived_at,
            "see_amounts": may(self.user, Permission.AMOUNTS_VIEW),
            "tabs": [entry for entry in self.tabs if address_of(entry, self.workload)],
            "tab": tab,
            "figures_at": self.score.as_of if self.score else None,
            "change": self.change,
            "raised_by": self.raised_by,
        }

    @property
    def raised_by(self) -> str:
        """The gates that hold the tier above that of the number: “gate G3”, “gates G2 and G3”."""
        record = self.record
        if not record.get("residual") or record["tier"] == record["residual"]["tier"]:
            return ""
        keys = [
            gate["key"]
            for gate in record["gates"]
            if gate["fired"] and gate["floor"] == record["tier"]
        ]
        return f"gate{'s' if len(keys) > 1 else ''} {words.listing(keys)}"

    @property
    def change(self) -> Decimal | None:
        score = self.score
        if score is None or score.residual is None or score.previous is None:
            return None
        return shown_difference(score.previous, score.residual)


def address_of(tab: Tab, workload: Workload) -> str:
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse(tab.url_name, args=[workload.pk])
    except NoReverseMatch:
        return ""


def opened(user: User, pk: int) -> Opened:
    """Return a workload that this person may see, with its score, from a fixed number of queries."""
    rows = Workload.objects.for_user(user).select_related("owner", "organisation", "score")
    workload = get_object_or_404(rows, pk=pk)
    score: CurrentScore | None = getattr(workload, "score", None)
    found = list(
        Assessment.objects.filter(workload=workload)
        .select_related("version")
        .order_by("-started_at", "-pk")
    )
    accepted = [row for row in found if row.state == Assessment.State.ACCEPTED]
    assessment = max(accepted, key=lambda row: (row.accepted_at, row.pk), default=None)
    running = next((row for row in found if row.state != Assessment.State.ACCEPTED), None)
    return Opened(
        workload=workload,
        score=score,
        assessment=assessment,
        running=running,
        tabs=_tabs(user, workload, assessment, score),
        user=user,
    )


def _tabs(
    user: User, workload: Workload, assessment: Assessment | None, score: CurrentScore | None
) -> tuple[Tab, ...]:
    tabs = [Tab(key="overview", label="Overview", url_name="assessments:workload-detail")]
    if score:
        tabs.append(Tab(key="trace", label="Score trace", url_name="assessments:workload-trace"))
    if may(user, Permission.ASSESSMENT_VIEW):
        counts = score.result["counts"] if score else {}
        tabs += [
            Tab(
                key="answers",
                label="Answers",
                url_name="assessments:workload-answers",
                count=sum(counts.values()) if counts else 0,
            ),
            Tab(
                key="evidence",
                label="Evidence",
                url_name="assessments:workload-evidence",
                count=evidence_of(assessment).values("version").distinct().count()
                if assessment
                else 0,
            ),
        ]
    if may(user, Permission.FINDING_VIEW):
        rows = Finding.objects.for_user(user).filter(workload=workload).standing()
        tabs.append(
            Tab(
                key="findings",
                label="Findings",
                url_name="assessments:workload-findings",
                count=rows.count(),
            )
        )
    tabs += [
        Tab(
            key="mitigations",
            label="Mitigations",
            url_name="assessments:workload-mitigations",
            count=Mitigation.objects.filter(workload=workload).count(),
        ),
        Tab(key="history", label="History", url_name="assessments:workload-history"),
    ]
    return tuple(tabs)


def evidence_of(assessment: Assessment) -> Any:
    """Return the uses of evidence in an assessment's answers."""
    return AnswerEvidence.objects.filter(answer__assessment=assessment)


# ── Overview ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class ProfileRow:
    """One dimension in the profile: its bar, its causes and what backs it."""

    name: str
    number: str
    applies: bool
    reason: str
    residual: Decimal | None
    inherent: Decimal | None
    previous: Decimal | None
    causes: tuple[str, ...]
    shown: int
    asked: int
    lifted_by: tuple[str, ...]

    @property
    def change(self) -> Decimal | None:
        if self.residual is None or self.previous is None:
            return None
        return shown_difference(self.previous, self.residual)

    @property
    def is_thin(self) -> bool:
        """Fewer than four in five answers have evidence behind them."""
        return bool(self.asked) and self.shown * 5 < self.asked * 4


def previous_of(opened_one: Opened) -> PreviousScore | None:
    """Return the workload in the last signed audit."""
    workload = opened_one.workload
    return previous_scores(workload.organisation, workload_keys=[workload.key]).get(workload.key)


def profile_rows(
    record: Mapping[str, Any],
    *,
    definition: Definition,
    said: Mapping[str, str],
    previous: PreviousScore | None,
) -> list[ProfileRow]:
    """Return the five rows, each with the answers that cost most of its points."""
    rows = []
    for entry in record["dimensions"]:
        key = entry["dimension"]
        counted = [answer for answer in entry["answers"] if answer["points"] is not None]
        rows.append(
            ProfileRow(
                name=Dimension(key).full_name,
                number=entry["number"],
                applies=entry["applies"],
                reason=entry["reason_if_not"],
                residual=decimal(entry["residual"]),
                inherent=decimal(entry["inherent"]),
                previous=previous.dimension(key) if previous else None,
                causes=causes(counted, definition=definition, said=said),
                shown=sum(1 for answer in counted if is_shown(answer)),
                asked=len(counted),
                lifted_by=tuple(entry["lifted_by"]),
            )
        )
    return rows


def is_shown(answer: Mapping[str, Any]) -> bool:
    """Whether evidence that still counts stands behind an answer."""
    return answer["evidence"] in GOOD_EVIDENCE and Decimal(answer["evidence_factor"] or 0) > 0


def causes(
    answers: Sequence[Mapping[str, Any]], *, definition: Definition, said: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the answers that bring the most points, in words: “Weight export: none”."""
    worst = sorted(answers, key=lambda answer: -Decimal(answer["score_part"] or 0))
    return tuple(
        f"{question_name(definition, answer['question'])}: {lowered(answer_words(answer, said))}"
        for answer in worst[:SHOWN_CAUSES]
        if Decimal(answer["score_part"] or 0) > 0
    )


def question_name(definition: Definition, key: str) -> str:
    question = definition.by_key.get(key)
    return question.name if question else key


def answer_words(answer: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """Return an answer as people read it."""
    if answer["state"] == "unknown":
        return "Nobody has checked"
    if answer["state"] == "blank":
        return "Not answered"
    if answer["state"] == "not_applicable":
        return "Does not apply"
    return said.get(answer["question"]) or "Answered"


def lowered(text: str) -> str:
    """Lower a sentence's first letter, but not that of a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def words_of(
    assessment: Assessment, record: Mapping[str, Any], definition: Definition
) -> dict[str, str]:
    """Return question key → the answer's words; computed answers by the points they count with."""
    rows = Answer.objects.filter(assessment=assessment, kind=Answer.Kind.OPTION)
    found = dict(rows.order_by("question_key").values_list("question_key", "option_text"))
    for entry in record["dimensions"]:
        for answer in entry["answers"]:
            question = definition.by_key.get(answer["question"])
            if question is None or not question.computed or answer["state"] != "answered":
                continue
            points = Decimal(answer["points"])
            found[question.key] = next(
                (option.label for option in question.options if option.points == points), ""
            )
    return found


@dataclass(frozen=True, kw_only=True)
class WaterfallRow:
    """One step from the inherent score to the residual one, as a floating bar."""

    label: str
    note: str
    start: Decimal
    end: Decimal
    is_total: bool = False
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def change(self) -> Decimal:
        return shown_difference(self.start, self.end)

    @property
    def left(self) -> str:
        return f"{min(self.start, self.end):.2f}%"

    @property
    def width(self) -> str:
        return f"{max(abs(self.end - self.start), Decimal('0.4')):.2f}%"


def waterfall(record: Mapping[str, Any]) -> list[WaterfallRow]:
    """Return inherent → controls → gates that lift → residual. The changes add up."""
    if not record.get("residual"):
        return []
    inherent, residual = record["inherent"], record["residual"]
    start, mitigated = Decimal(inherent["score"]), Decimal(record["mitigated"])
    end = Decimal(residual["score"])
    lifted = [
        f"{gate} on {Dimension(entry['dimension']).full_name}"
        for entry in record["dimensions"]
        for gate in entry["lifted_by"]
    ]
    counting = [
        entry
        for dimension in record["dimensions"]
        for entry in dimension["mitigations"]
        if Decimal(entry["product"]) > 0
    ]
    names = sorted({entry["name"] for entry in counting})
    return [
        WaterfallRow(
            label="Inherent",
            note="As if no control existed",
            start=ZERO,
            end=start,
            is_total=True,
            low=Decimal(inherent["low"]),
            high=Decimal(inherent["high"]),
        ),
        WaterfallRow(
            label="Controls",
            note=", ".join(names) if names else "None counts",
            start=start,
            end=mitigated,
        ),
        WaterfallRow(
            label="Gates that lift a form of lock-in",
            note=", ".join(lifted) if lifted else "None",
            start=mitigated,
            end=end,
        ),
        WaterfallRow(
            label="Residual",
            note="The score",
            start=ZERO,
            end=end,
            is_total=True,
            low=Decimal(residual["low"]),
            high=Decimal(residual["high"]),
        ),
    ]


def gates(record: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the gates by what became of them."""
    found = list(record.get("gates", ()))
    return {
        "fired": [gate for gate in found if gate["fired"]],
        "waiting": [gate for gate in found if not gate["fired"] and gate["not_evaluated"]],
        "passed": [gate for gate in found if not gate["fired"] and not gate["not_evaluated"]],
    }


def decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
