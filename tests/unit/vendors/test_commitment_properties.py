"""What holds for every commitment, exit and discount, whatever the figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vendors.exposure import (
    breakeven,
    early_exit,
    eligible,
    forecast,
    option_tree,
    portability_trade,
    prepaid,
    schedule,
    shortfall,
    terms,
    uplift,
)

amounts = st.decimals(min_value=0, max_value=10**12, places=2)
# Whole per cent keep every product exact, so that sums can be compared to the cent.
shares = st.integers(0, 100).map(lambda whole: Decimal(whole) / 100)
years = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6)
DAY = date(2026, 11, 24)
TOLERANCE = Decimal("0.01")


def settle(rows, *, deferred=Decimal(0), rolled=Decimal(0)):
    return shortfall.settle(
        schedule.ramped(starts_on=date(2026, 1, 1), months=12, committed=[c for c, _ in rows]),
        [use for _, use in rows],
        terms=terms.Terms(
            treatment=terms.ShortfallTreatment.PAY_GAP,
            carry=terms.Carry(deferred_share=deferred, rolled_share=rolled),
        ),
    )


class TestShortfall:
    @given(years, shares, shares)
    def test_is_never_negative_and_never_beside_a_surplus(self, rows, deferred, rolled):
        for row in settle(rows, deferred=deferred, rolled=rolled).periods:
            assert min(row.obligation, row.shortfall, row.surplus, row.paid) >= 0
            assert row.shortfall == 0 or row.surplus == 0
            assert 0 <= row.deferred <= row.shortfall
            assert 0 <= row.rolled <= row.surplus

    @given(years, shares, shares)
    def test_carry_conserves_money(self, rows, deferred, rolled):
        found = settle(rows, deferred=deferred, rolled=rolled)

        committed = sum(c for c, _ in rows)
        used = sum(use for _, use in rows)
        not_rolled = sum(row.surplus - row.rolled for row in found.periods)
        assert committed + not_rolled == used + found.paid

    @given(years, shares)
    def test_the_last_period_carries_nothing_on(self, rows, share):
        last = settle(rows, deferred=share, rolled=share).periods[-1]

        assert last.deferred == last.rolled == 0

    @given(years, amounts, shares, st.data())
    def test_more_use_never_costs_a_larger_gap(self, rows, more, share, data):
        place = data.draw(st.integers(0, len(rows) - 1))
        raised = [(c, use + more if at == place else use) for at, (c, use) in enumerate(rows)]

        assert settle(raised, deferred=share).paid <= settle(rows, deferred=share).paid

    @given(years, amounts, st.data())
    def test_a_larger_commitment_never_costs_a_smaller_gap(self, rows, more, data):
        place = data.draw(st.integers(0, len(rows) - 1))
        raised = [(c + more if at == place else c, use) for at, (c, use) in enumerate(rows)]

        assert settle(raised).paid >= settle(rows).paid

    @given(years, shares)
    def test_deferral_never_raises_what_is_paid_in_all(self, rows, share):
        assert settle(rows, deferred=share).paid <= settle(rows).paid

    @given(years, shares, st.data())
    def test_an_unknown_use_never_makes_a_total_known(self, rows, share, data):
        place = data.draw(st.integers(0, len(rows) - 1))
        hidden = [(c, None if at == place else use) for at, (c, use) in enumerate(rows)]
        found = settle(hidden, deferred=share)

        assert found.paid is None
        assert found.missing
        assert found.paid_at_least <= sum(c for c, _ in rows)


parts = st.one_of(st.none(), amounts)
rules = st.one_of(
    st.builds(
        early_exit.EarlyTermination,
        rule=st.sampled_from([None, *early_exit.Rule]),
        share=st.one_of(st.none(), shares),
        steps=st.lists(st.tuples(st.integers(0, 60), shares), max_size=3).map(tuple),
        discount=st.one_of(st.none(), st.integers(0, 99).map(lambda whole: Decimal(whole) / 100)),
        net_paid=parts,
    )
)


def cost(rule, remaining, prepaid_lost=Decimal(0), notice=Decimal(0), gone=12):
    return early_exit.exit_cost(
        rule,
        on=DAY,
        remaining=remaining,
        prepaid_lost=prepaid_lost,
        notice_fees=notice,
        months_gone=gone,
    )


class TestExitCost:
    @given(rules, amounts, amounts, amounts)
    def test_never_exceeds_remaining_and_prepaid_and_fees(self, rule, remaining, lost, notice):
        found = cost(rule, remaining, lost, notice)

        assert found.at_most <= remaining + lost + notice
        assert found.total is None or found.at_least == found.total == found.at_most

    @given(rules, parts, parts, parts)
    def test_is_known_or_says_what_is_missing(self, rule, remaining, lost, notice):
        found = cost(rule, remaining, lost, notice)

        assert (found.total is None) == bool(found.missing)
        assert found.at_most is None or found.at_least <= found.at_most

    @given(rules, amounts, amounts)
    def test_never_falls_with_a_larger_obligation(self, rule, remaining, more):
        small, large = cost(rule, remaining), cost(rule, remaining + more)
        assume(small.total is not None and large.total is not None)

        assert small.total <= large.total

    @given(amounts, st.lists(amounts, max_size=24), amounts)
    def test_stranded_lies_within_the_obligation_and_falls_with_other_use(
        self, remaining, use, more
    ):
        found = early_exit.stranded(remaining=remaining, other_monthly_use=use)
        fuller = early_exit.stranded(remaining=remaining, other_monthly_use=[*use, more])

        assert 0 <= fuller.stranded <= found.stranded <= remaining
        assert 0 <= found.burnable_share <= 1


class TestEligibleUse:
    lines = st.lists(
        st.builds(
            eligible.Line,
            product=st.just("models"),
            cost=amounts,
            share=st.one_of(st.none(), shares),
            is_marketplace=st.booleans(),
        ),
        max_size=5,
    )
    marketplaces = st.builds(
        eligible.MarketplaceRule, cap_share=st.one_of(st.none(), shares), counted_share=shares
    )

    @given(lines, parts, marketplaces)
    def test_lies_within_its_bounds_and_within_the_spend(self, lines, committed, marketplace):
        found = eligible.eligible_use(lines, committed=committed, marketplace=marketplace)

        assert 0 <= found.at_least <= found.at_most <= sum(line.cost for line in lines)
        assert (found.counted is None) == bool(found.missing)
        if found.counted is not None:
            assert found.at_least <= found.counted <= found.at_most
            assert found.counted + found.uncounted == sum(line.cost for line in lines)

    @given(lines, amounts, amounts, marketplaces)
    def test_never_falls_with_more_spend(self, lines, committed, more, marketplace):
        assume(all(line.share is not None for line in lines))
        extra = eligible.Line(product="more", cost=more, is_marketplace=True)

        def counted(given_lines):
            return eligible.eligible_use(
                given_lines, committed=committed, marketplace=marketplace
            ).counted

        assert counted(lines) <= counted([*lines, extra])


class TestBurnDown:
    purchases = st.lists(
        st.tuples(st.integers(0, 24), st.one_of(st.none(), st.integers(1, 24)), amounts).map(
            lambda row: prepaid.Credit(
                bought_on=date(2025 + row[0] // 12, row[0] % 12 + 1, 1),
                expires_on=row[1]
                and date(2025 + (row[0] + row[1]) // 12, (row[0] + row[1]) % 12 + 1, 15),
                amount=row[2],
                rolls_if_renewed=bool(row[0] % 2),
            )
        ),
        min_size=1,
        max_size=4,
    )
    use = st.lists(amounts, max_size=24).map(
        lambda rows: [
            prepaid.MonthOfUse(ends_on=date(2025 + month // 12, month % 12 + 1, 28), amount=row)
            for month, row in enumerate(rows)
        ]
    )

    @given(purchases, use)
    def test_conserves_money(self, purchases, use):
        found = prepaid.burn_down(purchases, use, on=date(2029, 1, 1))

        assert found.bought == found.used + found.lost + found.left
        assert found.used + found.uncovered == sum(month.amount for month in use)
        assert min(found.used, found.lost, found.left, found.uncovered) >= 0


class TestForecast:
    months = st.lists(st.decimals(min_value=0, max_value=10**7, places=2), min_size=6, max_size=14)

    @settings(max_examples=15, deadline=None)
    @given(months, st.integers(0, 4), st.integers(-5, 5))
    def test_a_range_is_ordered_above_what_was_used_and_comes_again(self, months, left, growth):
        used = sum(months, Decimal(0))

        def again():
            return forecast.forecast(
                months, used=used, months_left=left, growth=Decimal(growth) / 100
            )

        found = again()
        assert used <= found.range.p10 <= found.range.p50 <= found.range.p90
        assert found == again()

    @given(months, amounts, amounts, st.integers(1, 12))
    @settings(max_examples=15, deadline=None)
    def test_a_larger_promise_never_has_a_smaller_shortfall(self, months, committed, more, left):
        found = forecast.forecast(months[:5], used=sum(months), months_left=left)
        small = forecast.reach(found, committed=committed, months_left=left)
        large = forecast.reach(found, committed=committed + more, months_left=left)

        assert 0 <= small.shortfall <= large.shortfall
        assert small.required <= large.required

    @given(st.lists(st.one_of(st.none(), amounts), max_size=14))
    def test_fewer_than_six_known_months_have_no_residuals(self, months):
        tail = months[-6:]

        assert bool(forecast.residuals(months)) == (len(tail) == 6 and None not in tail)

    @given(st.lists(amounts, min_size=6, max_size=14))
    def test_residuals_lie_around_nothing(self, months):
        assert abs(sum(forecast.residuals(months))) < TOLERANCE


class TestDiscounts:
    discounts = st.integers(1, 95).map(lambda whole: Decimal(whole) / 100)

    @given(discounts, st.integers(13, 84))
    def test_the_break_even_decline_makes_both_prices_the_same(self, discount, months):
        found = breakeven.break_even(discount=discount, months=months)
        assume(found.decline is not None)

        falling = sum((1 - found.decline) ** (month // 12) for month in range(months))
        assert abs(falling - (1 - discount) * months) < Decimal("1e-6")

    @given(discounts, shares, shares)
    def test_more_use_never_thins_the_discount(self, discount, one, other):
        low, high = sorted([one + Decimal("0.01"), other + Decimal("0.01")])

        assert breakeven.effective_discount(
            discount=discount, used_share=low
        ) <= breakeven.effective_discount(discount=discount, used_share=high)

    @given(amounts, amounts, discounts)
    def test_coverage_never_misses_more_than_was_used(self, committed, use, discount):
        found = breakeven.coverage(committed=committed, discount=discount, list_use=use)

        assert 0 <= found.missed_saving <= found.uncovered <= use

    @given(amounts, shares, shares, st.integers(1, 10))
    def test_a_cap_never_costs(self, annual, rise, cap, span):
        table = uplift.uplift_table(annual=annual, uplift=rise, cap=cap, years=span)

        assert table.difference >= 0
        assert all(held <= free for held, free in zip(table.capped, table.uncapped, strict=True))


trades = st.builds(
    portability_trade.Trade,
    annual=st.decimals(min_value=1, max_value=10**8, places=2),
    discount=st.integers(0, 60).map(lambda whole: Decimal(whole) / 100),
    flexible_cost=st.decimals(min_value=0, max_value=10**7, places=2),
    locked_cost=st.decimals(min_value=0, max_value=10**7, places=2),
    rate=st.integers(0, 20).map(lambda whole: Decimal(whole) / 100),
    term_months=st.integers(1, 3).map(lambda span: span * 12),
    horizon_months=st.integers(3, 6).map(lambda span: span * 12),
)


class TestTrade:
    @settings(max_examples=40, deadline=None)
    @given(trades, shares, shares)
    def test_freedom_is_never_dearer_in_a_market_that_falls_further(self, trade, one, other):
        low, high = sorted([one, other])
        near = portability_trade.compare(trade, decline=low)
        far = portability_trade.compare(trade, decline=high)

        assert far.flexible.present_value <= near.flexible.present_value + TOLERANCE
        assert far.locked.present_value <= near.locked.present_value + TOLERANCE

    @settings(max_examples=40, deadline=None)
    @given(trades, shares, amounts)
    def test_a_dearer_way_out_never_helps(self, trade, decline, more):
        dearer = replace(trade, locked_cost=trade.locked_cost + more)

        assert (
            portability_trade.compare(dearer, decline=decline).advantage
            <= portability_trade.compare(trade, decline=decline).advantage
        )

    @settings(max_examples=40, deadline=None)
    @given(trades)
    def test_turns_where_both_paths_cost_the_same(self, trade):
        turn = portability_trade.break_even_decline(trade)
        assume(turn)

        gap = portability_trade.compare(trade, decline=turn).advantage
        assert abs(gap) < TOLERANCE


@given(
    st.lists(shares, min_size=2, max_size=4),
    st.integers(1, 6),
    st.decimals(min_value=0, max_value=10**6, places=2),
)
def test_freedom_is_worth_more_the_likelier_a_fall_is(chances, span, switching_cost):
    worth = [
        option_tree.option_tree(
            annual=Decimal(10**6),
            years=span,
            probability=chance,
            drop_to=Decimal("0.6"),
            switching_cost=switching_cost,
            discount=Decimal("0.2"),
            rate=Decimal("0.08"),
        ).required_discount
        for chance in sorted(chances)
    ]

    assert all(0 <= low <= high + Decimal("1e-20") for low, high in pairwise(worth))
