"""Answers from contract data: the edges of the anchors, what is missing, and how sure it is."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.questionnaires.contract_answers import COMPUTATIONS
from assessments.questionnaires.contract_facts import ContractFacts, VendorSpend
from assessments.questionnaires.loading import CURRENT, load
from assessments.scoring.evidence import Grade
from lockin.money import round_half_up
from vendors.dates import Term
from vendors.exposure.inputs import Commitment, Period

NOVEMBER_23 = date(2026, 11, 23)
QUESTIONNAIRE = load(CURRENT)
EXAMPLES = tomllib.loads(
    (Path(__file__).parents[3] / "worked_examples" / "contract_answers.toml").read_text("utf-8")
)
ROWS = [
    pytest.param(name, row, id=f"{name}: {row['name']}")
    for name, table in EXAMPLES.items()
    for row in table["rows"]
]


def decimal(text):
    return Decimal(text) if text else None


def commitments_of(row):
    if "committed" not in row:
        return ()
    amounts = [row["committed"], *row.get("later", ())]
    return (
        Commitment(
            currency=row.get("commitment_currency", "USD"),
            periods=tuple(
                Period(
                    starts_on=date(2026 + years, 1, 1),
                    ends_on=date(2026 + years, 12, 31),
                    committed=Decimal(amount),
                )
                for years, amount in enumerate(amounts)
            ),
            used_to_date=decimal(row.get("used")),
            used_as_of=row.get("on", NOVEMBER_23) if "used" in row else None,
        ),
    )


def term_of(name, row):
    if "term" in row:
        return Term(**row["term"])
    if name != "renewal":
        return Term(starts_on=date(2025, 7, 1), ends_on=date(2027, 6, 30), renewal="fixed")
    return Term(
        starts_on=date(2025, 7, 1),
        ends_on=None if row.get("no_end") else date(2027, 6, 30),
        renewal=row.get("renewal", "automatic"),
        renewal_months=12,
        notice_value=row.get("notice"),
        notice_unit=row.get("notice_unit", "days"),
    )


def facts_of(name, row):
    return contract(
        term=term_of(name, row),
        annual_run_rate=decimal(row.get("run_rate", "1000000")),
        commitments=commitments_of(row),
        order_form_read=row.get("order_form_read", False),
        reminder_set=row.get("alert", False),
        notice_given_on=row.get("notice_given_on"),
        renewal_agreed=row.get("renewal_agreed", False),
        early_termination=row.get("early_termination", "unknown"),
        early_termination_percent=decimal(row.get("percent")),
        uplift=row.get("uplift", "unknown"),
        uplift_cap_percent=decimal(row.get("percent")),
        vendor_spend=spend(with_vendor=row.get("spent"), all_vendors=row.get("all", "1000000")),
    )


def contract(**facts):
    return ContractFacts(**{"key": "c", "name": "C", "currency": "USD", "term": Term(), **facts})


def spend(*, with_vendor="100000", all_vendors="1000000", **facts):
    return VendorSpend(
        vendor="Northwind AI",
        currency="USD",
        with_vendor=decimal(with_vendor),
        all_vendors=decimal(all_vendors),
        **facts,
    )


def committed(used_as_of=NOVEMBER_23):
    year = Period(
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), committed=Decimal(900_000)
    )
    return Commitment(
        currency="USD", periods=(year,), used_to_date=Decimal(400_000), used_as_of=used_as_of
    )


def compute(name, facts, *, on=NOVEMBER_23):
    return COMPUTATIONS[name][1](facts, on=on)


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_each_edge_falls_under_its_anchor(name, row):
    answer = compute(name, facts_of(name, row), on=row.get("on", NOVEMBER_23))

    if "missing" in row:
        assert answer.option_key is None
        assert answer.points is None
        assert answer.counted_points == 100
        assert any(row["missing"] in item for item in answer.missing)
    else:
        assert (answer.option_key, answer.points) == (row["option"], row["points"])
        value = None if answer.value is None else str(round_half_up(answer.value, 2))
        assert value == row.get("value")
        assert not answer.missing


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_every_answer_is_one_of_the_questionnaire_with_its_points(name, row):
    answer = compute(name, facts_of(name, row), on=row.get("on", NOVEMBER_23))
    question = QUESTIONNAIRE.question(answer.question_key)

    assert question.computed == name
    if answer.option_key is not None:
        assert question.option(answer.option_key).points == answer.points


def test_every_answer_of_a_computed_question_can_come_out():
    reached = {}
    for name, table in EXAMPLES.items():
        reached[name] = {row["option"] for row in table["rows"] if "option" in row}

    for question in QUESTIONNAIRE.questions:
        if question.computed:
            assert reached[question.computed] == {option.key for option in question.options}


class TestGrade:
    def test_a_clause_is_declared_until_the_signed_paper_was_read(self):
        assert compute("uplift-cap", contract(uplift="uncapped")).grade is Grade.DECLARED

    def test_a_clause_of_the_signed_paper_is_documented_on_the_day_it_was_read(self):
        facts = contract(uplift="uncapped", order_form_read=True, recorded_on=date(2026, 3, 1))

        answer = compute("uplift-cap", facts)

        assert (answer.grade, answer.as_of) == (Grade.DOCUMENTED, date(2026, 3, 1))

    def test_an_obligation_from_imported_actuals_is_tested_on_the_day_of_the_reading(self):
        facts = contract(
            commitments=(committed(used_as_of=date(2026, 10, 31)),),
            annual_run_rate=Decimal(1_000_000),
            order_form_read=True,
            actuals_imported=True,
        )

        answer = compute("remaining-obligation", facts)

        assert (answer.grade, answer.as_of) == (Grade.TESTED, date(2026, 10, 31))

    def test_imported_actuals_say_nothing_about_a_clause(self):
        facts = contract(early_termination="full", actuals_imported=True)

        assert compute("early-termination", facts).grade is Grade.DECLARED

    def test_a_signed_paper_says_nothing_about_the_share_of_spend(self):
        facts = contract(order_form_read=True, vendor_spend=spend())

        assert compute("vendor-share", facts).grade is Grade.DECLARED

    def test_imported_spend_makes_the_share_tested(self):
        facts = contract(vendor_spend=spend(imported=True, as_of=date(2026, 10, 31)))

        answer = compute("vendor-share", facts)

        assert (answer.grade, answer.as_of) == (Grade.TESTED, date(2026, 10, 31))

    @pytest.mark.parametrize("name", COMPUTATIONS)
    def test_what_is_not_known_has_no_evidence(self, name):
        assert compute(name, contract(recorded_on=NOVEMBER_23)).grade is Grade.NONE


class TestArithmetic:
    def test_shows_how_the_years_came_about(self):
        facts = contract(commitments=(committed(),), annual_run_rate=Decimal(1_000_000))

        steps = compute("remaining-obligation", facts).steps(with_amounts=True)

        assert ("Still committed", "$500,000.00", True, "") in steps
        assert ("Annual run-rate", "$1,000,000.00", True, "") in steps
        assert ("In years of spend", "0.50", False, "") in steps

    def test_shows_no_amount_to_whoever_may_not_see_amounts(self):
        facts = contract(
            commitments=(committed(),),
            annual_run_rate=Decimal(1_000_000),
            vendor_spend=spend(),
        )

        for name in COMPUTATIONS:
            for step in compute(name, facts).steps(with_amounts=False):
                assert "000" not in step.value

    def test_says_that_a_share_is_at_most_so_where_spend_is_not_recorded(self):
        answer = compute("vendor-share", contract(vendor_spend=spend(not_recorded=3)))

        assert answer.arithmetic[-1].label == "At most, as no spend is recorded for"
        assert answer.arithmetic[-1].value == "3 workloads"

    def test_says_why_short_notice_without_an_alert_counts_as_more(self):
        facts = contract(
            term=Term(
                starts_on=date(2025, 7, 1),
                ends_on=date(2027, 6, 30),
                renewal="automatic",
                renewal_months=12,
                notice_value=30,
            )
        )

        assert compute("renewal", facts).arithmetic[-1][:2] == (
            "Alert",
            "none, so the next answer counts",
        )
