"""Commitments: what counts, what is short, what is forecast, what an exit costs."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from lockin.money import round_half_up
from vendors.exposure import (
    breakeven,
    early_exit,
    eligible,
    forecast,
    prepaid,
    reservations,
    schedule,
    shortfall,
    terms,
)
from vendors.exposure.inputs import UnableToReckonExposure

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "worked_examples" / "commitments.toml").read_text("utf-8")
)
AMOUNTS = {"committed", "discount", "list_use", "payment", "limit", "remaining", "share"}
AMOUNTS |= {"refunded_in_twelve_months", "remaining_at_most", "prepaid_lost", "notice_fees"}


def amount(text):
    return None if text == "" else Decimal(text)


def numbers(given, *names):
    """Return the named inputs, amounts as decimals and the rest as they stand."""
    return {
        name: amount(value) if name in AMOUNTS else value
        for name, value in given.items()
        if not names or name in names
    }


def coverage(given):
    return breakeven.coverage(**numbers(given))


def settle(given):
    committed = [amount(text) for text in given["committed"]]
    carry = terms.Carry(
        deferred_share=amount(given.get("deferred_share", "0")),
        rolled_share=amount(given.get("rolled_share", "0")),
    )
    treatment = given.get("treatment")
    found = shortfall.settle(
        schedule.ramped(starts_on=date(2026, 1, 1), months=12, committed=committed),
        [amount(text) for text in given["eligible"]],
        terms=terms.Terms(
            treatment=treatment and terms.ShortfallTreatment(treatment),
            carry=carry,
            interval=terms.FulfillmentInterval(given["interval"]) if "interval" in given else None,
        ),
    )
    columns = ("obligation", "shortfall", "deferred", "surplus", "rolled", "paid", "due")
    return SimpleNamespace(
        **{name: [getattr(row, name) for row in found.periods] for name in columns},
        total_paid=found.paid,
        paid_at_least=found.paid_at_least,
        is_at_least=found.is_at_least,
        missing=found.missing,
    )


def balance(given):
    events = [(eligible.Event(name), Decimal(text)) for name, text in given["events"]]
    return eligible.balance_after(Decimal(given["original"]), events)


def give_back(given):
    return reservations.give_back(**numbers(given))


def exchange(given):
    return SimpleNamespace(least=reservations.least_exchange(**numbers(given)))


def forecast_of(given):
    left = given["months_left"]
    found = forecast.forecast(
        [amount(text) for text in given["months"]],
        used=Decimal(given["used"]),
        months_left=left,
        growth=Decimal(given.get("growth", "0")),
    )
    held = forecast.reach(found, committed=Decimal(given["committed"]), months_left=left)
    width = found.range
    return SimpleNamespace(
        **{name: getattr(found, name) for name in ("trailing", "expected", "range", "missing")},
        **{name: getattr(held, name) for name in ("shortfall", "shortfall_at_p10", "required")},
        required_to_trailing=held.required_to_trailing,
        largest=forecast.largest_commitment(found),
        **{name: width and getattr(width, name) for name in ("p10", "p50", "p90")},
    )


def stranded(given):
    return early_exit.stranded(
        remaining=amount(given["remaining"]),
        other_monthly_use=[Decimal(given["other_monthly_use"])] * given["months"],
    )


def eligible_of(given):
    found = eligible.eligible_use(
        [
            eligible.Line(
                product=product, cost=Decimal(cost), share=amount(share), is_marketplace=market
            )
            for product, cost, share, market in given["lines"]
        ],
        committed=amount(given["committed"]),
        marketplace=eligible.MarketplaceRule(
            cap_share=Decimal(given["cap_share"]) if "cap_share" in given else None,
            counted_share=Decimal(given.get("counted_share", "1")),
        ),
    )
    return SimpleNamespace(
        **vars(found),
        shortfall=_gap(given, found.counted) if found.counted is not None else None,
    )


def basis(given):
    measured = eligible.at_basis(
        Decimal(given["list_cost"]),
        basis=terms.Basis(given["basis"]),
        discount=Decimal(given["discount"]),
    )
    return SimpleNamespace(measured=measured, shortfall=_gap(given, measured))


def _gap(given, use):
    """Return the shortfall of one period with that commitment and use."""
    return settle(
        {"committed": [given["committed"]], "eligible": [str(use)], "treatment": "pay-gap"}
    ).shortfall[0]


def exit_of(given):
    rule = early_exit.EarlyTermination(
        rule=early_exit.Rule(given["rule"]) if "rule" in given else None,
        steps=tuple((int(gone), Decimal(share)) for gone, share in given.get("steps", ())),
        net_paid=Decimal(given["net_paid"]) if "net_paid" in given else None,
        **numbers({k: v for k, v in given.items() if k in {"share", "discount"}}),
    )
    names = {"remaining", "remaining_at_most", "prepaid_lost", "notice_fees", "months_gone"}
    return early_exit.exit_cost(
        rule, on=date(2026, 11, 24), **numbers({k: v for k, v in given.items() if k in names})
    )


def units(given):
    lines = [
        schedule.UnitLine(name=name, quantity=Decimal(count), unit_price=Decimal(price))
        for name, count, price in given["lines"]
    ]
    return schedule.by_units(lines, intervals=Decimal(given["intervals"]))


def burn_down(given):
    return prepaid.burn_down(
        [
            prepaid.Credit(
                bought_on=bought, expires_on=expires, amount=Decimal(text), rolls_if_renewed=rolls
            )
            for bought, expires, text, rolls in given["purchases"]
        ],
        [prepaid.MonthOfUse(ends_on=ends, amount=amount(text)) for ends, text in given["use"]],
        on=given["on"],
    )


CALCULATIONS = {
    "balance": balance,
    "basis": basis,
    "burn_down": burn_down,
    "coverage": coverage,
    "eligible": eligible_of,
    "exchange": exchange,
    "exit": exit_of,
    "forecast": forecast_of,
    "give_back": give_back,
    "settle": settle,
    "stranded": stranded,
    "units": units,
}


def agrees(found, expected):
    """Hold a result against the written one: to the decimals written, unknown as unknown."""
    if isinstance(expected, list):
        assert len(found) == len(expected)
        return all(agrees(*pair) for pair in zip(found, expected, strict=True))
    if expected == "" or found is None:
        return found is None and expected == ""
    if not isinstance(found, Decimal):
        return found == expected
    places = -Decimal(expected).as_tuple().exponent
    return round_half_up(found, places) == Decimal(expected)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in EXAMPLES["row"]])
def test_the_worked_examples_hold(row):
    result = CALCULATIONS[row["of"]](row["given"])

    wrong = {
        name: (getattr(result, name), expected)
        for name, expected in row["expect"].items()
        if not agrees(getattr(result, name), expected)
    }
    assert wrong == {}
    assert [name for name in row.get("none", ()) if getattr(result, name) is not None] == []


class TestSteps:
    def test_of_a_settled_period_name_what_was_carried(self):
        found = shortfall.settle(
            schedule.flat(starts_on=date(2026, 1, 1), periods=2, months=12, committed=Decimal(400)),
            [Decimal(350), Decimal(380)],
            terms=terms.Terms(
                treatment=terms.ShortfallTreatment.PAY_GAP,
                carry=terms.Carry(deferred_share=Decimal("0.15")),
            ),
        )

        assert [row.arithmetic for row in found.periods] == [
            "obligation 400 = 400; used 350; shortfall 50, of it deferred 50; to pay 0",
            "obligation 400 + 50 deferred = 450; used 380; shortfall 70; to pay 70",
        ]

    def test_of_an_exit_add_up(self):
        found = early_exit.exit_cost(
            early_exit.EarlyTermination(rule=early_exit.Rule.PERCENT, share=Decimal("0.5")),
            on=date(2026, 11, 24),
            remaining=Decimal(1500000),
            prepaid_lost=Decimal(20000),
            notice_fees=Decimal("12500.50"),
        )

        assert found.arithmetic == (
            "early end: 50 % × 1,500,000 = 750,000",
            "min(750,000, remaining 1,500,000) = 750,000",
            "X on 24 Nov 2026: 750,000 + prepaid 20,000 + notice 12,500.50 = 782,500.50",
        )


class TestSchedule:
    def test_periods_follow_each_other_and_do_not_drift(self):
        starts = [
            (period.starts_on, period.ends_on)
            for period in schedule.flat(
                starts_on=date(2026, 1, 31), periods=3, months=1, committed=Decimal(1)
            )
        ]

        assert starts == [
            (date(2026, 1, 31), date(2026, 2, 28)),
            (date(2026, 3, 1), date(2026, 3, 30)),
            (date(2026, 3, 31), date(2026, 4, 30)),
        ]

    def test_that_does_not_add_up_is_refused(self):
        with pytest.raises(UnableToReckonExposure, match=r"add up to 3, .* given as 4"):
            schedule.ramped(
                starts_on=date(2026, 1, 1),
                months=12,
                committed=[Decimal(1), Decimal(2)],
                total=Decimal(4),
            )

    def test_with_an_unread_period_cannot_be_held_to_its_total(self):
        periods = schedule.ramped(
            starts_on=date(2026, 1, 1), months=12, committed=[Decimal(1), None], total=Decimal(4)
        )

        assert [period.committed for period in periods] == [1, None]


class TestRange:
    # Each of the last three less the mean of the three before it: 30, 0, 6; less their mean, 12.
    MONTHS = tuple(Decimal(month) for month in (90, 90, 90, 120, 100, "109.333333333333"))

    def test_draws_from_how_far_the_past_lay_from_its_own_forecast(self):
        scatter = forecast.residuals(self.MONTHS)

        assert [round_half_up(error, 6) for error in scatter] == [18, -12, -6]

    def test_of_one_month_is_the_trailing_mean_with_that_scatter(self):
        found = forecast.forecast(self.MONTHS, used=Decimal(0), months_left=1)

        # Each of three futures is drawn about a third of the time.
        assert agrees(found.trailing, "109.777778")
        assert agrees(found.range.p10, "97.777778")
        assert agrees(found.range.p50, "103.777778")
        assert agrees(found.range.p90, "127.777778")

    def test_of_two_months_lets_the_first_move_the_level_of_the_second(self):
        found = forecast.forecast(self.MONTHS, used=Decimal(0), months_left=2)

        # The best of nine pairs: 18, a third of it in the next level, and 18 again.
        assert agrees(found.range.p90 - found.expected, "42.000000")

    def test_says_how_it_was_drawn(self):
        found = forecast.forecast(self.MONTHS, used=Decimal(640), months_left=1).range

        assert (found.method, found.seed, found.draws) == ("residual-bootstrap-1", 20261123, 2000)


class TestNoticeFees:
    def test_are_the_monthly_fee_for_each_day(self):
        # 36,500 a month is 438,000 a year, 1,200 a day
        assert early_exit.notice_fees(monthly_fee=Decimal(36500), days=30) == 36000

    def test_of_no_notice_are_nothing_even_at_an_unknown_fee(self):
        assert early_exit.notice_fees(monthly_fee=None, days=0) == 0

    def test_of_an_unknown_notice_are_unknown(self):
        assert early_exit.notice_fees(monthly_fee=Decimal(1), days=None) is None


class TestRefusals:
    def test_a_negative_amount(self):
        with pytest.raises(UnableToReckonExposure, match="Cost cannot be negative"):
            eligible.Line(product="models", cost=Decimal(-1))

    def test_a_share_above_one(self):
        with pytest.raises(UnableToReckonExposure, match="between 0 and 100 %"):
            terms.Carry(deferred_share=Decimal(15))

    def test_a_burn_down_settled_as_a_gap(self):
        with pytest.raises(UnableToReckonExposure, match="burn-down"):
            shortfall.settle(
                [], [], terms=terms.Terms(treatment=terms.ShortfallTreatment.LOST_CREDIT)
            )

    def test_a_deferral_without_its_share(self):
        with pytest.raises(UnableToReckonExposure, match="needs the share"):
            terms.Terms(treatment=terms.ShortfallTreatment.DEFERRED)

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-1", "1E+16"])
    def test_what_is_no_amount(self, text):
        with pytest.raises(UnableToReckonExposure, match="Committed amount"):
            schedule.ramped(
                starts_on=date(2026, 1, 1), months=12, committed=[Decimal(text)], total=Decimal(1)
            )

    def test_a_schedule_of_a_thousand_years(self):
        with pytest.raises(UnableToReckonExposure, match="at most 360"):
            schedule.flat(starts_on=date(2026, 1, 1), periods=1000, months=12, committed=Decimal(1))

    def test_a_forecast_of_a_thousand_years(self):
        with pytest.raises(UnableToReckonExposure, match="between 0 and 360"):
            forecast.forecast([Decimal(1)] * 6, used=Decimal(1), months_left=12000)

    def test_growth_that_takes_more_than_all(self):
        with pytest.raises(UnableToReckonExposure, match="Growth per month must lie"):
            forecast.forecast(
                [Decimal(1)] * 6, used=Decimal(1), months_left=3, growth=Decimal("-1.5")
            )

    def test_more_payments_made_than_there_are(self):
        with pytest.raises(UnableToReckonExposure, match="37 payments"):
            reservations.payments_to_come(payment=Decimal(100), payments=36, made=37)
