"""Reviewing: who may, returning single questions, accepting, and handing questions on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Answer, AnswerEvidence, Assessment, CurrentScore, Delegation
from assessments.questionnaires import answering, delegating, evidence, reviewing
from lockin.accounts.roles import Function, Role
from lockin.outbox.models import Message
from tests.factories.people import make_user
from tests.factories.questionnaires import answer_everything, save_answer

FEATURE = "api.deepest-feature"


@pytest.fixture
def reviewer(council):
    return council[Function.LEGAL]


@pytest.fixture
def sent(assessment, council, owner, now):
    answer_everything(assessment, by=owner, now=now)
    return answering.send(assessment=assessment, by=owner, now=now)


@pytest.fixture
def returned(sent, reviewer, now):
    reviewing.return_question(
        assessment=sent, question_key=FEATURE, comment="Which endpoints?", by=reviewer, now=now
    )
    return reviewing.conclude(assessment=sent, by=reviewer, now=now)


class TestWhoReviews:
    def test_a_council_member_who_answered_nothing(self, sent, reviewer):
        assert reviewing.why_not(reviewer, sent) == ""

    def test_nobody_who_answered_a_question(self, assessment, council, owner, chair, now):
        save_answer(assessment, by=chair, now=now)
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        sent = answering.send(assessment=assessment, by=owner, now=now)
        assert "You answered" in reviewing.why_not(chair, sent)

    def test_nor_one_whose_answer_was_changed_by_another(
        self, assessment, council, owner, chair, now
    ):
        save_answer(assessment, by=chair, now=now)
        save_answer(assessment, by=owner, now=now, version=1, option="streaming")
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        sent = answering.send(assessment=assessment, by=owner, now=now)
        assert "You answered" in reviewing.why_not(chair, sent)

    def test_nor_who_sent_it(self, assessment, council, owner, chair, now):
        answer_everything(assessment, by=owner, now=now)
        sent = answering.send(assessment=assessment, by=chair, now=now)
        assert "You sent" in reviewing.why_not(chair, sent)

    def test_nor_an_auditor(self, sent, auditor, now):
        with pytest.raises(reviewing.UnableToReview, match="council member"):
            reviewing.conclude(assessment=sent, by=auditor, now=now)

    def test_the_council_is_told_when_it_is_sent(self, sent, council):
        told = set(Message.objects.filter(subject__startswith="To review").values_list("to_id"))
        assert told == {(person.pk,) for person in council.values()}


class TestReturn:
    def test_says_what_is_missing(self, sent, reviewer, now):
        with pytest.raises(reviewing.UnableToReview, match="what is missing"):
            reviewing.return_question(
                assessment=sent, question_key=FEATURE, comment=" ", by=reviewer, now=now
            )

    def test_leaves_one_question_to_answer_and_the_rest_accepted(self, returned):
        assert returned.state == Assessment.State.RETURNED
        assert returned.answers.filter(review=Answer.Review.ACCEPTED).count() == 49

    def test_the_returned_question_can_be_answered_again(self, returned, owner, now):
        saved = save_answer(returned, by=owner, now=now, version=1, option="streaming")
        assert saved.answer.review == Answer.Review.NONE

    def test_nothing_else_can(self, returned, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="not returned"):
            save_answer(
                returned, "api.integration-points", by=owner, now=now, version=1, option="3-to-10"
            )

    def test_it_is_not_sent_again_before_that(self, returned, owner, now):
        with pytest.raises(answering.UnableToSend, match="One question"):
            answering.send(assessment=returned, by=owner, now=now)

    def test_a_section_left_out_can_be_returned(self, assessment, council, reviewer, owner, now):
        answering.choose_dimension(
            assessment=assessment,
            dimension="tuning",
            applies=False,
            reason="None",
            by=owner,
            now=now,
        )
        tuning = {q.key for q in assessment.version.definition.section("tuning").questions}
        answer_everything(assessment, by=owner, now=now, but=tuning)
        sent = answering.send(assessment=assessment, by=owner, now=now)
        reviewing.return_section(
            assessment=sent, dimension="tuning", comment="There is an adapter", by=reviewer, now=now
        )
        back = reviewing.conclude(assessment=sent, by=reviewer, now=now)
        assert back.state == Assessment.State.RETURNED
        assert len(answering.missing_answers(back, on=now.date())) == 10


class TestAccept:
    def test_accepts_every_answer_and_says_when(self, sent, reviewer, now):
        accepted = reviewing.conclude(assessment=sent, by=reviewer, now=now)
        assert (accepted.state, accepted.accepted_at) == (Assessment.State.ACCEPTED, now)
        assert not accepted.answers.exclude(review=Answer.Review.ACCEPTED).exists()

    def test_after_a_return_and_a_new_answer(self, returned, owner, reviewer, now):
        save_answer(returned, by=owner, now=now, version=1, option="streaming")
        again = answering.send(assessment=returned, by=owner, now=now + timedelta(hours=1))
        accepted = reviewing.conclude(assessment=again, by=reviewer, now=now + timedelta(hours=2))
        assert accepted.state == Assessment.State.ACCEPTED

    def test_the_score_follows(self, sent, reviewer, now, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            reviewing.conclude(assessment=sent, by=reviewer, now=now)
        assert CurrentScore.objects.get().assessment == sent


class TestReviewPage:
    @pytest.fixture(autouse=True)
    def _on_that_day(self, time_machine, now):
        time_machine.move_to(now, tick=False)

    def test_returns_one_and_accepts_the_rest(self, client_as, sent, reviewer):
        client = client_as(reviewer)
        client.post(
            reverse("assessments:answer-review", args=[sent.pk, FEATURE]),
            {"act": "return", "comment": "Which endpoints?"},
        )
        client.post(reverse("assessments:assessment-conclude", args=[sent.pk]))
        sent.refresh_from_db()
        assert sent.state == Assessment.State.RETURNED

    @pytest.mark.parametrize(("show", "shown"), [("weak", True), ("returned", False)])
    def test_filters_by_what_needs_a_look(self, client_as, sent, reviewer, show, shown):
        address = reverse("assessments:assessment-review", args=[sent.pk])
        text = client_as(reviewer).get(address, {"show": show}).content.decode()
        assert (f'id="{FEATURE}"' in text) is shown

    def test_an_answerer_reads_it_without_buttons(self, client_as, sent, owner):
        address = reverse("assessments:assessment-review", args=[sent.pk])
        assert "Accept all answers" not in client_as(owner).get(address).content.decode()

    def test_evidence_is_flagged_with_a_comment(
        self, client_as, assessment, council, owner, reviewer, now
    ):
        link = evidence.add_link(
            workload=assessment.workload,
            link="https://git.example",
            dated_on=now.date(),
            by=owner,
            now=now,
        )
        save_answer(assessment, by=owner, now=now, grade="documented", evidence=(link.pk,))
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        answering.send(assessment=assessment, by=owner, now=now)
        row = AnswerEvidence.objects.get()
        client_as(reviewer).post(
            reverse("assessments:evidence-review", args=[row.pk]),
            {"act": "flag", "comment": "The page is empty"},
        )
        row.refresh_from_db()
        assert (row.state, row.comment) == ("flagged", "The page is empty")
        work = client_as(owner).get(reverse("assessments:my-work")).content.decode()
        assert "Evidence flagged" in work


class TestAsking:
    @pytest.fixture
    def helper(self, organisation):
        return make_user(organisation, "Lena Fuchs", roles=[(Role.OWNER, "")])

    def ask(self, assessment, to, by, now, key=FEATURE):
        return delegating.ask(
            assessment=assessment,
            dimension="api",
            question_key=key,
            to=to,
            title="The question",
            note="You know this one",
            by=by,
            now=now,
        )

    def test_sends_a_message_with_the_address(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now)
        message = Message.objects.get(to=helper)
        assert message.path == reverse("assessments:question", args=[assessment.pk, FEATURE])

    def test_lasts_thirty_days(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now)
        late = delegating.reach_of(helper, assessment, now=now + timedelta(days=30))
        in_time = delegating.reach_of(helper, assessment, now=now + timedelta(days=29))
        assert (late.is_nothing, in_time.questions) == (True, {FEATURE})

    def test_can_be_taken_back(self, assessment, helper, owner, now):
        row = self.ask(assessment, helper, owner, now)
        delegating.revoke(delegation=row, by=owner, now=now)
        assert delegating.reach_of(helper, assessment, now=now).is_nothing

    def test_is_done_when_answered(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now)
        save_answer(assessment, by=helper, now=now)
        assert Delegation.objects.get().done_at == now

    def test_a_section_is_done_when_all_of_it_is_answered(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now, key="")
        questions = assessment.version.definition.section("api").questions
        for question in questions[:-1]:
            save_answer(
                assessment, question.key, by=helper, now=now, option=question.options[0].key
            )
        assert Delegation.objects.get().done_at is None
        last = questions[-1]
        save_answer(assessment, last.key, by=helper, now=now, option=last.options[0].key)
        assert Delegation.objects.get().done_at == now

    def test_nobody_is_asked_twice(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now)
        with pytest.raises(delegating.UnableToAsk, match="already"):
            self.ask(assessment, helper, owner, now)

    def test_can_be_asked_again_after_it_ended(self, assessment, helper, owner, now):
        self.ask(assessment, helper, owner, now)
        self.ask(assessment, helper, owner, now + timedelta(days=31))
        assert Delegation.objects.count() == 2

    def test_an_auditor_is_not_asked(self, assessment, auditor, owner, now):
        with pytest.raises(delegating.UnableToAsk, match="no role"):
            self.ask(assessment, auditor, owner, now)
