"""Starting a year: one open a workload, one version, last year's answers to confirm."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from assessments.models import Answer, Assessment
from assessments.questionnaires import answering, reviewing, starting, versions
from assessments.risk_profile import preview
from lockin.accounts.roles import Function
from tests.factories.portfolio import make_workload
from tests.factories.questionnaires import answer_everything, edited, save_answer, start_assessment

LAST_YEAR = datetime(2025, 11, 6, 9, 0, tzinfo=UTC)
FEATURE = "api.deepest-feature"


@pytest.fixture
def last_year(version, workload, owner, chair, council):
    assessment = start_assessment(workload, by=owner, now=LAST_YEAR, label="2025")
    answer_everything(assessment, by=owner, now=LAST_YEAR)
    answering.send(assessment=assessment, by=owner, now=LAST_YEAR)
    return reviewing.conclude(assessment=assessment, by=council[Function.LEGAL], now=LAST_YEAR)


def test_pins_the_version_in_use(assessment, version):
    assert assessment.version == version


def test_one_is_open_for_a_workload_and_year(assessment, workload, owner, now):
    with pytest.raises(starting.UnableToStart, match="open already"):
        start_assessment(workload, by=owner, now=now)


def test_the_database_holds_one_open_for_a_workload_and_year(assessment, workload, version, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            organisation=workload.organisation,
            workload=workload,
            version=version,
            label="2026",
            started_at=now,
        )


def test_without_a_published_version_nothing_starts(organisation, owner, now):
    workload = make_workload(organisation, owner=owner)
    with pytest.raises(starting.UnableToStart, match="No questionnaire"):
        start_assessment(workload, by=owner, now=now)


class TestLastYearsAnswers:
    def test_come_as_to_confirm_with_who_and_when(self, last_year, workload, owner, now):
        this_year = start_assessment(workload, by=owner, now=now)
        answer = this_year.answers.get(question_key=FEATURE)
        assert (answer.kind, answer.points, answer.answered_by_name, answer.answered_at) == (
            "to-confirm",
            None,
            "Priya Raman",
            LAST_YEAR,
        )

    def test_count_for_nothing_until_confirmed(self, last_year, workload, owner, now):
        this_year = start_assessment(workload, by=owner, now=now)
        missing = answering.missing_answers(this_year, on=now.date())
        assert len(missing) == 50

    def test_score_like_blanks(self, last_year, workload, owner, now):
        this_year = start_assessment(workload, by=owner, now=now)
        score = preview(assessment=this_year, on=now.date()).score
        assert {entry.inherent.score for entry in score.dimensions} == {100}

    def test_are_confirmed_by_answering(self, last_year, workload, owner, now):
        this_year = start_assessment(workload, by=owner, now=now)
        save_answer(this_year, by=owner, now=now, version=1)
        assert this_year.answers.get(question_key=FEATURE).kind == Answer.Kind.OPTION

    def test_follow_a_question_to_its_new_key(
        self, last_year, workload, organisation, owner, chair, now
    ):
        old, new = 'key = "api.sdk-coupling"\n', 'key = "api.client-library"\n'
        source = edited({old: new + 'replaces = ["api.sdk-coupling"]\n'}, label="2026.2")
        draft = versions.load_draft(source, organisation=organisation, by=chair, now=now)
        versions.publish(version=draft, by=chair, now=now)
        this_year = start_assessment(workload, by=owner, now=now)
        before = last_year.answers.get(question_key="api.sdk-coupling")
        answer = this_year.answers.get(question_key="api.client-library")
        assert answer.option_text == before.option_text
