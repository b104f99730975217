"""What switching cost does to price: how far a vendor can go, and what more lock-in is worth.

After Farrell and Klemperer (2007): a buyer stays as long as staying costs less than the
alternative and the move to it. Payments come at the end of each year of the offered term.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC, HUNDRED, ONE, ZERO
from assessments.switching_cost.assumptions import plain
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative
from lockin.money import round_half_up

DISCOUNT_RATE = Decimal("0.08")  # a year, unless the organisation sets its own. [assumption]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpliftCeiling:
    """
    The rise (or, below 0, the cut) at which staying and leaving cost the same.

    `share` is of the annual run-rate: 0.057 lets the vendor ask 5.7 % more.
    """

    share: Decimal
    annuity: Decimal
    highest_price: Decimal  # a year
    arithmetic: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionEquivalent:
    """What a change of the switching cost is worth in price: a share and an amount a year."""

    share: Decimal
    a_year: Decimal
    arithmetic: tuple[str, ...]


def annuity_factor(*, rate: Decimal, years: Decimal | int) -> Decimal:
    """
    Return (1 − (1 + r)^−n) ÷ r: the present value of 1 at the end of each of n years.

    :raises UnableToReckonCost: if the rate is negative or the years are not above 0
    """
    yearly = not_negative(rate, what="The discount rate")
    term = not_negative(years, what="The term")
    if not term or term > 100:
        raise UnableToReckonCost("The term is above 0 and at most 100 years.")
    with localcontext(ARITHMETIC):
        if not yearly:
            return term
        return (ONE - (ONE + yearly) ** -term) / yearly


def uplift_ceiling(
    *,
    switching_cost: Decimal,
    exit_cost: Decimal,
    annual_run_rate: Decimal,
    alternative_price: Decimal,
    years: Decimal | int,
    rate: Decimal = DISCOUNT_RATE,
) -> UpliftCeiling:
    """
    Return u* = φ − 1 + (SC + X) ÷ (A · AF).

    :param switching_cost: SC, the sum of the P50 of the contract's workloads
    :param exit_cost: X, what the contract costs on the way out
    :param annual_run_rate: A; all amounts are in one currency
    :param alternative_price: φ, the alternative's price as a share of today's
    :param years: of the renewal that is offered
    :raises UnableToReckonCost: if the run-rate or the alternative's price is 0
    """
    sc = not_negative(switching_cost, what="The switching cost")
    x = not_negative(exit_cost, what="The exit cost")
    a = _run_rate(annual_run_rate)
    phi = not_negative(alternative_price, what="The alternative's price")
    if not phi:
        raise UnableToReckonCost("An alternative that costs nothing needs no ceiling.")
    factor = annuity_factor(rate=rate, years=years)
    with localcontext(ARITHMETIC):
        ceiling = phi - ONE + (sc + x) / (a * factor)
        highest = a * (ONE + ceiling)
    cost = f"({_money(sc)} + {_money(x)}) ÷ ({_money(a)} × {round_half_up(factor, 6)})"
    steps = (
        _annuity_step(rate, years, factor),
        f"{plain(phi)} − 1 + {cost} = {_percent(ceiling)}",
        f"highest price: {_money(a)} × (1 + {_percent(ceiling)}) = {_money(highest)} a year",
    )
    return UpliftCeiling(share=ceiling, annuity=factor, highest_price=highest, arithmetic=steps)


def concession_equivalent(
    *,
    before: Decimal,
    after: Decimal,
    annual_run_rate: Decimal,
    years: Decimal | int,
    rate: Decimal = DISCOUNT_RATE,
) -> ConcessionEquivalent:
    """
    Return (SC after − SC before) ÷ (A · AF), and that as an amount a year.

    Above 0, lock-in grew and this much is to be asked for; below 0, it shrank.

    :raises UnableToReckonCost: if the run-rate is 0
    """
    was = not_negative(before, what="The switching cost before")
    now = not_negative(after, what="The switching cost now")
    a = _run_rate(annual_run_rate)
    factor = annuity_factor(rate=rate, years=years)
    with localcontext(ARITHMETIC):
        a_year = (now - was) / factor
        of_price = (now - was) / (a * factor)
    steps = (
        _annuity_step(rate, years, factor),
        f"({_money(now)} − {_money(was)}) ÷ {round_half_up(factor, 6)} = {_money(a_year)} a year",
        f"{_money(a_year)} ÷ {_money(a)} = {_percent(of_price)}",
    )
    return ConcessionEquivalent(share=of_price, a_year=a_year, arithmetic=steps)


def _run_rate(annual_run_rate: Decimal) -> Decimal:
    if not (a := not_negative(annual_run_rate, what="The annual run-rate")):
        raise UnableToReckonCost("Without an annual run-rate there is no share of it.")
    return a


def _annuity_step(rate: Decimal, years: Decimal | int, factor: Decimal) -> str:
    return (
        f"annuity at {plain(rate * HUNDRED)} % over {plain(Decimal(years))} years: "
        f"{round_half_up(factor, 6)}"
    )


def _money(value: Decimal) -> str:
    return plain(round_half_up(value, 2) + ZERO)


def _percent(value: Decimal) -> str:
    return f"{plain(round_half_up(value * HUNDRED, 4))} %"
