"""How clauses stand in contracts: readings as history, waivers, the matrix, the gate, exposure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, OperationalError

from assessments.clauses import recording, waivers
from assessments.clauses.bearing import contradictions, exposed, proposals
from assessments.clauses.gate import gate_of
from assessments.clauses.judging import Status
from assessments.clauses.matrix import matrix
from assessments.clauses.standing import of_contract, of_contracts
from assessments.clauses.waiving import WaiverState
from assessments.models import ClauseJudgement, Mitigation
from assessments.questionnaires.loading import CURRENT as QUESTIONS
from assessments.questionnaires.loading import load as load_questions
from assessments.risk_profile import profile_of
from lockin.immutable import UnableToChange
from lockin.trail.models import Event
from tests.conftest import NOW, TODAY
from tests.factories import audits
from tests.factories.clauses import ACCEPTABLE, C1, C2, C3, C5, judge
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.models import Contract, Dependency


def status(world, key=C1):
    contract = Contract.objects.select_related("vendor", "organisation").get(pk=world.contract.pk)
    return of_contract(contract, on=TODAY).by_key[key].status


def test_an_unread_contract_lacks_every_clause(world):
    found = of_contract(world.contract, on=TODAY)

    assert {entry.status for entry in found.clauses} == {Status.MISSING}
    assert found.sentence == (
        "Nobody has read this contract for a clause, so all 6 count as missing."
    )


def test_the_newest_reading_counts_and_the_older_stays(world):
    judge(world.contract, C1, by=world.legal)
    judge(world.contract, C1, by=world.legal, finding="absent", now=NOW + timedelta(hours=1))

    assert status(world) is Status.MISSING
    rows = ClauseJudgement.objects.newest_first()
    assert [row.finding for row in rows] == ["absent", "obtained"]
    assert rows[0].judged_by_name == "Tomas Keller"
    assert rows[0].judged_by_role == "Council member, Legal"


def test_a_judgement_is_written_once(world):
    row = judge(world.contract, C1, by=world.legal)

    with pytest.raises(UnableToChange):
        row.save()
    with (
        pytest.raises((IntegrityError, InternalError, OperationalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE assessments_clausejudgement SET note = 'x'")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"values": {}}, "finding"),
        ({"values": {"days": -1}}, "days"),
        ({"values": {"classes": ["everything"]}}, "classes"),
        ({"values": {"colour": "blue"}}, "colour"),
        ({"values": {"any-time": "perhaps"}}, "any-time"),
        ({"finding": "refused"}, "objection_key"),
        ({"finding": "not-applicable", "note": "None."}, "finding"),
        ({"read_on": TODAY + timedelta(days=1)}, "read_on"),
        ({"page": 3}, "document_name"),
        ({"finding": "perhaps"}, "finding"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(world, fields, place):
    with pytest.raises(recording.UnableToJudge) as refusal:
        judge(world.contract, C1, by=world.legal, **fields)

    assert refusal.value.field == place
    assert not ClauseJudgement.objects.exists()


def test_a_judgement_is_in_the_log_of_the_contract(world):
    judge(world.contract, C1, by=world.legal, document_name="Order form", page=4)

    event = Event.objects.get(act="clause.judged")
    assert (event.subject_type, event.subject_id) == ("contract", str(world.contract.pk))
    assert event.after["page"] == 4


def test_a_reading_dates_the_answers_that_the_contract_gives(world):
    audits.publish_questionnaire(world.organisation, now=NOW)
    audits.accept_assessment(world.workload, label="2026", now=NOW)
    before = profile_of(world.workload, on=TODAY).computed["commercial.renewal"]
    judge(world.contract, C5, by=world.legal, read_on=TODAY - timedelta(days=3))

    after = profile_of(world.workload, on=TODAY).computed["commercial.renewal"]

    assert before.as_of is None
    assert after.as_of == TODAY - timedelta(days=3)


# ── Waivers ─────────────────────────────────────────────────────────────────────────────────────


def ask(world, **fields):
    values = {
        "contract": world.contract,
        "clause_key": C1,
        "reason": "No other vendor serves the model in our region.",
        "compensating_control": "We keep our own copy.",
        "expires_on": TODAY + timedelta(days=60),
        "by": world.it,
        "on": TODAY,
        "now": NOW,
    }
    return waivers.request(**values | fields)


def agree(waiver, person, function, **fields):
    values = {"approved": True, "words": "", "on": TODAY, "now": NOW}
    return waivers.decide(waiver=waiver, function=function, by=person, **values | fields)


def granted(world):
    waiver = ask(world)
    agree(waiver, world.legal, "legal")
    agree(waiver, world.security, "security")
    return waiver


def test_two_functions_waive_a_clause(world):
    waiver = ask(world)
    agree(waiver, world.legal, "legal")
    assert status(world) is Status.MISSING

    agree(waiver, world.security, "security")

    assert status(world) is Status.WAIVED


def test_whoever_asks_does_not_approve(world):
    waiver = ask(world)

    with pytest.raises(waivers.UnableToWaive, match="does not approve"):
        agree(waiver, world.it, "it")


@pytest.mark.parametrize("person", ["owner", "auditor", "legal"])
def test_nobody_speaks_for_a_function_that_is_not_theirs(world, person):
    with pytest.raises(waivers.UnableToWaive, match="do not speak"):
        agree(ask(world), getattr(world, person), "finance")


def test_a_function_speaks_once(world):
    waiver = ask(world)
    agree(waiver, world.legal, "legal")

    with pytest.raises(waivers.UnableToWaive, match="has said its word"):
        agree(waiver, world.legal, "legal")


def test_a_refusal_says_why_and_is_the_last_word(world):
    waiver = ask(world)
    with pytest.raises(waivers.UnableToWaive, match="Say why"):
        agree(waiver, world.legal, "legal", approved=False)
    agree(waiver, world.legal, "legal", approved=False, words="Ask the vendor again.")

    with pytest.raises(waivers.UnableToWaive, match="refused"):
        agree(waiver, world.security, "security")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"reason": "Because."}, "reason"),
        ({"compensating_control": " "}, "compensating_control"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": TODAY + timedelta(days=367)}, "expires_on"),
        ({"act": "abstraction-layer"}, ""),
        ({"clause_key": "c9"}, ""),
    ],
)
def test_a_waiver_says_why_what_instead_and_until_when(world, fields, place):
    with pytest.raises(waivers.UnableToWaive) as refusal:
        ask(world, **fields)

    assert refusal.value.field == place


def test_it_ends_when_it_is_taken_back(world):
    waiver = granted(world)
    waivers.end(waiver=waiver, words="We got the clause.", by=world.legal, now=NOW)

    assert status(world) is Status.MISSING
    with pytest.raises(waivers.UnableToWaive):
        waivers.end(waiver=waiver, words="Again.", by=world.legal, now=NOW)


@pytest.mark.parametrize("move", ["spend", "contract", "another workload", "score"])
def test_it_goes_out_of_date_by_itself(world, move):
    granted(world)
    if move == "spend":
        world.workload.annual_spend_minor = 1
        world.workload.save(update_fields=["annual_spend_minor"])
    elif move == "contract":
        world.contract.renewal_months = 24
        world.contract.save(update_fields=["renewal_months"])
    elif move == "another workload":
        other = make_workload(world.organisation, name="Chat", owner=world.owner)
        make_dependency(other, model=Dependency.objects.get().model, contract=world.contract)
    else:
        audits.publish_questionnaire(world.organisation, now=NOW)
        audits.accept_assessment(world.workload, label="2026", now=NOW)
        from assessments import current_scores

        current_scores.refresh(organisation=world.organisation, on=TODAY, now=NOW)

    contract = Contract.objects.select_related("vendor", "organisation").get(pk=world.contract.pk)
    found = of_contract(contract, on=TODAY)

    assert found.by_key[C1].status is Status.MISSING
    assert found.waivers[0].standing.state is WaiverState.STALE


# ── Who has accepted what ───────────────────────────────────────────────────────────────────────


def other_vendor(world, name="Cohere"):
    vendor = make_vendor(world.organisation, name)
    make_service(vendor)
    return vendor, make_contract(vendor)


def note(world, vendor, **fields):
    values = {
        "organisation": world.organisation,
        "clause_key": C2,
        "vendor": vendor,
        "stance": "accepted",
        "words": "Datasets and settings.",
        "source": "A filed agreement",
        "observed_on": TODAY,
        "confidence": "primary",
        "by": world.legal,
        "on": TODAY,
        "now": NOW,
    }
    return recording.note_peer(**values | fields)


def table(world, **fields):
    return matrix(organisation=world.organisation, on=TODAY, **fields)


def test_a_comparable_vendor_that_accepted_makes_the_objection_commercial(world):
    _, contract = other_vendor(world)
    judge(contract, C1, by=world.legal)

    found = table(world).acceptance(C1, vendor=world.vendor)

    assert found.is_commercial
    assert found.sentence == (
        "1 comparable vendor has accepted this clause (Cohere), so an objection to it is "
        "commercial, not one of principle."
    )


def test_an_unread_contract_of_another_vendor_proves_nothing(world):
    other_vendor(world)

    found = table(world).acceptance(C1, vendor=world.vendor)

    assert not found.is_commercial
    assert found.sentence == "Of no comparable vendor is anything known. Ask two of them at once."


def test_a_draft_is_no_acceptance(world):
    _, contract = other_vendor(world)
    judge(contract, C1, by=world.legal)
    Contract.objects.filter(pk=contract.pk).update(state=Contract.State.DRAFT)

    assert not table(world).acceptance(C1, vendor=world.vendor).is_commercial


def test_a_vendor_of_another_kind_is_not_comparable(world):
    vendor = make_vendor(world.organisation, "Pinecone")
    make_service(vendor, kind="vector-store")
    judge(make_contract(vendor), C1, by=world.legal)

    assert not table(world).acceptance(C1, vendor=world.vendor).is_commercial


def test_our_own_waiver_is_not_the_vendors_acceptance(world):
    _, contract = other_vendor(world)
    waiver = ask(world, contract=contract)
    agree(waiver, world.legal, "legal")
    agree(waiver, world.security, "security")

    assert table(world).by_clause[C1].met == 0


def test_what_the_contract_on_the_table_gives_proves_nothing(world):
    judge(world.contract, C1, by=world.legal)
    whole = table(world)

    own = whole.acceptance(C1, vendor=world.vendor, contract=world.contract)
    assert "itself" not in own.sentence
    assert "itself" in whole.acceptance(C1, vendor=world.vendor).sentence


def test_a_peer_note_counts_until_it_is_corrected_or_taken_back(world):
    vendor, _ = other_vendor(world)
    first = note(world, vendor)
    assert table(world).acceptance(C2, vendor=world.vendor).accepted == ("Cohere",)

    second = note(world, vendor, stance="refused", corrects=first)
    assert table(world).acceptance(C2, vendor=world.vendor).accepted == ()

    note(world, vendor, corrects=second, withdraws=True)
    cell = next(c for c in table(world).by_clause[C2].cells if c.column.name == "Cohere")
    assert [entry.kind for entry in cell.entries] == ["ours"]


def test_published_papers_of_a_vendor_stand_beside_its_contracts(world):
    vendor = make_vendor(world.organisation, "Amazon Web Services")
    make_contract(vendor)

    row = table(world).by_clause["c6-commitment-flexibility"]

    cell = next(c for c in row.cells if c.column.vendor == vendor)
    assert (cell.status, cell.best.kind) == (Status.PARTLY, "published")
    assert cell.best.source


def test_an_owner_sees_the_vendors_of_own_contracts_alone(world):
    other_vendor(world)

    names = [c.name for c in table(world, user=world.owner).columns if c.vendor is not None]

    assert names == ["OpenAI"]


def test_the_matrix_costs_the_same_however_many_contracts(world):
    def cost():
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            table(world)
        return len(queries)

    ask(world)
    before = cost()
    for number in range(5):
        vendor, contract = other_vendor(world, f"Vendor {number}")
        judge(contract, C1, by=world.legal)
        ask(world, contract=contract)
        note(world, vendor)

    assert cost() == before


# ── Bearing on workloads ────────────────────────────────────────────────────────────────────────


def test_a_gap_names_the_workloads_in_production(world):
    spare = make_workload(world.organisation, name="Spare", owner=world.owner)
    make_dependency(
        spare,
        model=Dependency.objects.get().model,
        contract=world.contract,
        role=Dependency.Role.FALLBACK,
    )
    clause = world.policy.definition.clause(C1)

    found = exposed(world.contract, [clause])[C1]

    assert [entry.workload for entry in found] == [world.workload]


def questions():
    return load_questions(QUESTIONS)


def test_a_clause_proposes_an_answer_with_its_page(world):
    judge(world.contract, C1, by=world.legal, document_name="Order form", page=4, excerpt="30 days")

    found = proposals(world.workload, definition=questions(), on=TODAY)
    proposal = found["workflow.post-term-access"]

    assert (proposal.option_key, proposal.points) == ("from-30", 50)
    assert proposal.deciding.standing.place == "Order form, page 4"
    assert not any(key.startswith("commercial.months") for key in found)


def test_the_worst_contract_decides_and_an_unread_one_proposes_nothing(world):
    judge(world.contract, C1, by=world.legal)
    vendor, second = other_vendor(world)
    make_dependency(world.workload, model=make_model(vendor), contract=second)

    unread = proposals(world.workload, definition=questions(), on=TODAY)
    assert not unread["workflow.post-term-access"].is_known
    assert unread["workflow.post-term-access"].unread == (second.name,)

    judge(second, C1, by=world.legal, values=ACCEPTABLE[C1] | {"post-term-days": 0})
    worst = proposals(world.workload, definition=questions(), on=TODAY)
    assert worst["workflow.post-term-access"].option_key == "none"
    assert worst["workflow.post-term-access"].deciding.contract == second


def test_a_draft_proposes_nothing(world):
    Contract.objects.update(state=Contract.State.DRAFT)
    judge(world.contract, C1, by=world.legal)

    assert proposals(world.workload, definition=questions(), on=TODAY) == {}


def test_the_clause_and_the_record_are_compared(world):
    world.contract.convenience_notice_days = 30
    world.contract.save()
    judge(world.contract, C5, by=world.legal, values=ACCEPTABLE[C5] | {"notice-days": 60})

    entry = of_contract(world.contract, on=TODAY).by_key[C5]

    assert "On how many days' notice: read as 60, on the contract 30" in contradictions(
        entry, world.contract
    )


# ── Before signing ──────────────────────────────────────────────────────────────────────────────


def control(world, name, **fields):
    values = {
        "workload": world.workload,
        "control": name,
        "dimension": "api",
        "coverage": Decimal("0.9"),
        "grade": "tested",
        "tested_on": TODAY - timedelta(days=10),
        "recorded_at": NOW,
        "recorded_by_name": "Priya Raman",
    }
    return Mitigation.objects.create(**values | fields)


def acts(world):
    return [act.passes for act in gate_of(world.contract, on=TODAY).acts]


def test_nothing_recorded_passes_nothing(world):
    gate = gate_of(world.contract, on=TODAY)

    assert acts(world) == [False, False, False]
    assert gate.sentence.startswith("3 of 3 acts lack")
    assert all(figure.needs for figure in gate.figures)


def test_all_three_acts_let_us_sign(world):
    control(world, "M1")
    control(world, "M3")
    judge(world.contract, C1, by=world.legal)
    judge(world.contract, C2, by=world.legal)

    gate = gate_of(world.contract, on=TODAY)

    assert [line.words for act in gate.acts for line in act.lines if not line.is_done] == []
    assert gate.passes
    assert gate.sentence == "All three acts stand: our policy lets us sign."


@pytest.mark.parametrize(
    "fields",
    [
        {"measured_coverage": Decimal("0.69")},
        {"tested_on": TODAY - timedelta(days=366)},
        {"grade": "documented"},
        {"drill": "failed"},
    ],
)
def test_a_layer_that_does_not_work_is_no_layer(world, fields):
    control(world, "M1", **fields)

    assert acts(world)[0] is False


def test_a_waiver_of_an_act_passes_it(world):
    waiver = ask(world, clause_key="", act="production-alternative")
    assert acts(world)[2] is False
    agree(waiver, world.legal, "legal")
    agree(waiver, world.security, "security")

    assert acts(world)[2] is True


def test_a_contract_without_workloads_passes_no_act_of_theirs(world):
    Dependency.objects.all().delete()

    assert acts(world) == [False, False, False]


def test_a_draft_without_workloads_takes_those_that_the_vendor_serves_now(world):
    draft = make_contract(world.vendor, "OpenAI from 2027", state=Contract.State.DRAFT)
    control(world, "M1")

    gate = gate_of(draft, on=TODAY)

    assert gate.stands_in
    assert [line.name for line in gate.acts[0].lines] == [world.workload.name]
    assert gate.acts[0].is_done


def test_many_contracts_are_judged_with_a_fixed_number_of_queries(world):
    from django.test.utils import CaptureQueriesContext

    def cost():
        contracts = list(Contract.objects.select_related("vendor", "organisation"))
        with CaptureQueriesContext(connection) as queries:
            of_contracts(contracts, organisation=world.organisation, on=TODAY)
        return len(queries)

    judge(world.contract, C3, by=world.legal)
    ask(world)
    before = cost()
    for number in range(4):
        _, contract = other_vendor(world, f"Vendor {number}")
        judge(contract, C3, by=world.legal)
        ask(world, contract=contract)

    assert cost() == before
