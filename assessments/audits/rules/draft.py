"""PURE. A finding as a rule drafts it: five texts, the figures behind them, and who could act."""

from dataclasses import dataclass
from enum import StrEnum

from lockin.money import Money


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very-high"

    __hash__ = str.__hash__

    @property
    def rank(self) -> int:
        """1 (low) to 4 (very high)."""
        return list(Severity).index(self) + 1


class Suggested(StrEnum):
    """Who the finding is offered to: the subject's owner, or a function of the council."""

    OWNER = "owner"
    IT = "it"
    LEGAL = "legal"
    SECURITY = "security"
    FINANCE = "finance"

    __hash__ = str.__hash__


class Subject(StrEnum):
    WORKLOAD = "workload"
    CONTRACT = "contract"
    COMMITMENT = "commitment"
    PORTFOLIO = "portfolio"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDraft:
    """
    What should be, what was found, why, what it means, what to do.

    No text names an amount: amounts stand in `amounts`, so that a reader who may not see them is
    shown the same finding without. `rule` and the subject together find the same finding again
    next year.
    """

    rule: str
    subject: Subject
    subject_key: str
    subject_name: str
    severity: Severity
    title: str
    criteria: str
    condition: str
    cause: str
    effect: str
    recommendation: str
    facts: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, Money], ...] = ()
    suggested: Suggested = Suggested.OWNER
    due_days: int = 90

    @property
    def identity(self) -> tuple[str, str, str]:
        return (self.rule, str(self.subject), self.subject_key)

    @property
    def contract_key(self) -> str:
        """The contract that it is about; empty for workloads and the portfolio."""
        if self.subject not in (Subject.CONTRACT, Subject.COMMITMENT):
            return ""
        return self.subject_key.partition("/")[0]
