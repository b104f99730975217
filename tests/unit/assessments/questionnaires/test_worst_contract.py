"""Several contracts under one workload: which count, which decides, and how sure it is."""

from datetime import date
from decimal import Decimal

from assessments.questionnaires.contract_answers import COMPUTATIONS
from assessments.questionnaires.contract_facts import ContractFacts, ContractUse
from assessments.questionnaires.worst_contract import computed_answers, worst_of
from assessments.scoring.evidence import Grade
from vendors.dates import Term

ON = date(2026, 11, 23)
UPLIFT = "commercial.uplift-cap"
UPLIFT_CAP = COMPUTATIONS["uplift-cap"][1]


def contract(name, cap=None, **facts):
    uplift = {"uplift": "capped", "uplift_cap_percent": Decimal(cap)} if cap else {}
    return ContractFacts(
        **{"key": name.lower(), "name": name, "currency": "USD", "term": Term(), **uplift, **facts}
    )


def use(facts, share="0.5", *, is_fallback=False):
    return ContractUse(facts, None if share is None else Decimal(share), is_fallback)


def cap_of(*uses):
    return computed_answers(uses, on=ON)[UPLIFT]


class TestWhichContractsCount:
    def test_the_worst_counts(self):
        assert cap_of(use(contract("A", 3)), use(contract("B", 8))).points == 75

    def test_one_under_five_percent_of_the_traffic_does_not(self):
        answer = cap_of(use(contract("A", 3)), use(contract("B", 8), "0.0499"))

        assert answer.points == 0
        assert answer.arithmetic[-1] == ("Not counted", "4.99% of the traffic", False, "B")

    def test_one_with_exactly_five_percent_does(self):
        assert cap_of(use(contract("A", 3)), use(contract("B", 8), "0.05")).points == 75

    def test_one_whose_share_nobody_knows_does(self):
        assert cap_of(use(contract("A", 3)), use(contract("B", 8), None)).points == 75

    def test_a_fallback_does_not(self):
        answer = cap_of(use(contract("A", 3)), use(contract("B", 8), "0.9", is_fallback=True))

        assert answer.points == 0
        assert answer.arithmetic[-1] == ("Not counted", "a fallback, not in production", False, "B")

    def test_shares_of_one_contract_add_up(self):
        both = contract("B", 8)

        assert cap_of(use(contract("A", 3)), use(both, "0.03"), use(both, "0.02")).points == 75

    def test_no_contract_at_all_leaves_every_question_unknown(self):
        answers = computed_answers([], on=ON)

        assert set(answers) == {question for question, _ in COMPUTATIONS.values()}
        assert all(answer.counted_points == 100 for answer in answers.values())
        assert answers[UPLIFT].missing == ("a contract under a production dependency",)


class TestWorstOf:
    def test_one_that_is_not_known_makes_the_whole_not_known(self):
        answer = cap_of(use(contract("A", 3)), use(contract("B")))

        assert answer.option_key is None
        assert answer.missing == ("B: the cap on the price at renewal",)

    def test_one_that_is_known_to_be_worst_decides_beside_one_that_is_not_known(self):
        answer = cap_of(
            use(contract("A")), use(contract("B", uplift="uncapped", order_form_read=True))
        )

        assert (answer.option_key, answer.grade) == ("none", Grade.DOCUMENTED)
        assert answer.missing == ()

    def test_it_is_as_sure_as_its_weakest_part(self):
        answer = cap_of(use(contract("A", 3)), use(contract("B", 8, order_form_read=True)))

        assert (answer.points, answer.grade) == (75, Grade.DECLARED)

    def test_it_is_as_old_as_its_oldest_part(self):
        answer = cap_of(
            use(contract("A", 3, recorded_on=date(2025, 1, 5))),
            use(contract("B", 8, recorded_on=date(2026, 1, 5))),
        )

        assert answer.as_of == date(2025, 1, 5)

    def test_the_arithmetic_of_every_contract_stays_and_the_worst_comes_first(self):
        answer = cap_of(use(contract("A", 3)), use(contract("B", 8)), use(contract("C", 5)))

        assert [(step.value, step.of) for step in answer.arithmetic] == [
            ("B", ""),
            ("8%", "B"),
            ("3%", "A"),
            ("5%", "C"),
        ]

    def test_a_single_answer_stays_as_it_is(self):
        answer = UPLIFT_CAP(contract("A", 3), on=ON)

        assert worst_of([("A", answer)]) is answer
