"""My work: what waits for each role, in one list and in the menu's count."""

import pytest
from django.urls import reverse

from assessments.models import Audit, Finding
from assessments.questionnaires import answering, delegating
from assessments.views.my_work import waiting, waiting_rows
from lockin.accounts.roles import Function, Role
from tests.factories.people import make_user
from tests.factories.questionnaires import answer_everything


@pytest.fixture(autouse=True)
def _on_that_day(time_machine, now):
    time_machine.move_to(now, tick=False)


def kinds(user, now):
    return [task.kind for task in waiting(user, now=now)]


@pytest.fixture
def audit(organisation, now):
    return Audit.objects.create(
        organisation=organisation,
        label="2026",
        opens_on=now.date(),
        period_starts_on=now.date().replace(month=1, day=1),
        period_ends_on=now.date().replace(month=12, day=31),
        planned_at=now,
        opened_at=now,
        state=Audit.State.SIGN_OFF,
    )


def test_an_owner_answers(assessment, owner, now):
    assert kinds(owner, now) == ["Answer"]


def test_a_person_asked_answers_that_question(assessment, organisation, owner, now):
    person = make_user(organisation, "Lena Fuchs", roles=[(Role.OWNER, "")])
    delegating.ask(
        assessment=assessment, dimension="api", to=person, title="API", by=owner, now=now
    )
    assert kinds(person, now) == ["Asked of you"]


def test_the_council_reviews_what_is_sent(assessment, council, owner, now):
    answer_everything(assessment, by=owner, now=now)
    answering.send(assessment=assessment, by=owner, now=now)
    assert kinds(council[Function.FINANCE], now) == ["Review"]


def test_each_function_signs_its_own_part(audit, council, now):
    tasks = [task.title for task in waiting(council[Function.LEGAL], now=now)]
    assert tasks == ["2026 portability audit, Legal part"]


def test_who_opened_the_audit_by_hand_signs_nothing(audit, council, now):
    Audit.objects.update(opened_by=council[Function.LEGAL])
    assert kinds(council[Function.LEGAL], now) == []


def test_an_owner_responds_to_a_finding(audit, organisation, owner, now):
    Finding.objects.create(
        organisation=organisation,
        audit=audit,
        number=1,
        subject_kind="workload",
        subject_key="claims",
        subject_name="Claims",
        severity="high",
        severity_rank=3,
        title="Hard to move",
        criteria="a",
        condition="b",
        cause="c",
        effect="d",
        recommendation="e",
        state=Finding.State.AGREED,
        owner=owner,
        owner_name=owner.name,
    )
    assert kinds(owner, now) == ["Respond"]


def test_nothing_waits_for_an_auditor(assessment, audit, auditor, client_as, now):
    text = client_as(auditor).get(reverse("assessments:my-work")).content.decode()
    assert "Nothing is waiting." in text


@pytest.mark.parametrize("function", list(Function))
def test_the_menu_counts_what_the_list_shows(assessment, audit, council, owner, now, function):
    answer_everything(assessment, by=owner, now=now)
    answering.send(assessment=assessment, by=owner, now=now)
    user = council[function]
    assert waiting_rows(user, now=now).count() == len(list(waiting(user, now=now))) == 2


def test_the_menu_shows_the_count(assessment, client_as, owner):
    text = client_as(owner).get(reverse("assessments:questionnaire")).content.decode()
    assert '<span>My work</span><span class="n">1</span>' in text


def test_the_count_holds_open_parts_of_the_sign_off(audit, council, now):
    assert waiting_rows(council[Function.LEGAL], now=now).count() == 1
