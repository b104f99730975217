"""PURE. The ends of one contract in their order: the first term, and every renewal after it."""

from datetime import date, timedelta

from vendors.days import day, last_day, whole_months
from vendors.term import Renewal, Term


class Periods:
    """The ends of one contract, numbered: 0 is the first term, 1 the first renewal.

    After an amendment, 0 is the period that was running when it took effect.
    """

    def __init__(self, term: Term, first_end: date | None) -> None:
        self.renew = term.renewal is Renewal.AUTOMATIC
        self.step = term.renewal_months if self.renew else None
        self.first_end = None if term.renewal is Renewal.EVERGREEN else first_end
        # Counted from the start where the first term is whole months, else from the day after
        # its end: both keep the day of the month that the contract was made with.
        self.anchor, self.months = None, 0
        if first_end is not None:
            began = term.anchor_on or term.starts_on
            whole = whole_months(began, first_end)
            self.anchor = began if whole else first_end + timedelta(days=1)
            self.months = whole

    def end(self, number: int | None, *, after: int = 0) -> date | None:
        if number is None or self.first_end is None or self.anchor is None:
            return None
        number += after
        if number == 0:
            return self.first_end
        if self.step is None:
            return None
        return last_day(self.anchor, self.months + number * self.step)

    def number_of(self, on: date) -> int | None:
        """Return the period that the day lies in; None where its end cannot be known."""
        if self.first_end is None:
            return None
        if self.first_end >= on or not self.renew:
            return 0
        if self.step is None:
            return None
        apart = (on.year - self.first_end.year) * 12 + on.month - self.first_end.month
        number = max(1, apart // self.step)
        while (end := self.end(number)) is not None and end < on:
            number += 1
        return number


def first_end(
    term: Term, steps: list[str] | None = None, missing: list[str] | None = None
) -> date | None:
    """Return the last day of the first period, with the steps that lead to it."""
    steps = [] if steps is None else steps
    if term.run_to is not None:
        steps.append(f"the period that ran then ends on {day(term.run_to)}")
        return term.run_to
    reckoned = None
    if term.starts_on and term.term_months:
        reckoned = last_day(term.starts_on, term.term_months)
    if term.ends_on is None:
        if reckoned is None:
            if missing is not None and term.renewal is not Renewal.EVERGREEN:
                missing.append("ends_on")
        elif term.starts_on:
            steps.append(
                f"{day(term.starts_on)} + {term.term_months} months: "
                f"last day in force {day(reckoned)}"
            )
        return reckoned
    steps.append(f"stated last day in force {day(term.ends_on)}")
    if reckoned is not None and reckoned != term.ends_on:
        steps.append(
            f"{term.term_months} months would end on {day(reckoned)}; the stated day holds"
        )
    return term.ends_on
