"""Load the example: the history in the order in which it happened, through the domain's own calls.

All of it is one transaction: a stop half-way leaves nothing. What an import, an answer or a
signature writes is written by the import, the answer and the signature; trail events carry the
mark that they were loaded. Findings, scores and hashes follow from the records, none are typed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments import current_scores
from assessments.audits import cycle
from assessments.example import amending, assessing, auditing, clauses, controls, importing, people
from assessments.example.timeline import Calendar
from assessments.models import Assessment, Audit, AuditSchedule
from assessments.questionnaires import answering, delegating, drafts, versions
from assessments.questionnaires.loading import CURRENT
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from lockin.outbox.models import Message
from lockin.trail.recording import loading_history, record
from vendors.models import Workload

ZONE = "America/New_York"
CHAIR, LEGAL, SECURITY, FINANCE = (
    f"{name}@halden.example"
    for name in (
        "ingrid.solberg",
        "tomas.herrera",
        "naomi.achebe",
        "walter.lindgren",
    )
)

# What this year's audit waits for.
BEING_ANSWERED = "cat-summaries"
SENT = "broker-routing"
RETURNED = "voice-of-customer"
LEFT_TO_ANSWER = frozenset(
    {
        "workflow.post-term-access",
        "workflow.logs-outside",
        "workflow.skills",
        "commercial.discount-lost",
        "commercial.bundling",
    }
)
ASKED_OF_SOMEONE = "workflow.skills"
RETURNED_QUESTIONS = {
    "vectors.golden-set": "Sixty pairs from which month? Attach the list, or say that it is older."
}


class UnableToLoadExample(Exception):
    """The example is not loaded. The message is written for the user."""


def load(*, now: datetime) -> Organisation:
    """
    Load the example organisation with its past, its present and its next step.

    :raises UnableToLoadExample: if an organisation is on file already
    """
    if Organisation.objects.exists():
        raise UnableToLoadExample(
            "There is an organisation already. The example is loaded into an empty database only."
        )
    with transaction.atomic(), loading_history():
        organisation = _History(now=now).write()
        # Last of all: what was reckoned on the way stands on days gone by.
        transaction.on_commit(
            partial(
                current_scores.refresh,
                organisation=organisation,
                on=organisation.day_of(now),
                now=now,
            )
        )
    return organisation


class _History:
    """The two years, one step after the other."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.days = Calendar(today=now.astimezone(ZoneInfo(ZONE)).date(), zone=ZONE)
        self.people: dict[str, User] = {}

    def write(self) -> Organisation:
        self.found()
        self.last_year()
        self.between()
        self.this_year()
        self.clear_messages()
        return self.organisation

    def found(self) -> None:
        """Organisation, people, questions, the first import and the yearly day."""
        began = self.days.last_year(-40, 9)
        self.organisation = people.found_organisation(zone=ZONE, now=began)
        self.people = people.invite_all(organisation=self.organisation, now=began)
        chair = self.people[CHAIR]
        published = self.days.last_year(-30)
        version = versions.load_draft(
            CURRENT, organisation=self.organisation, by=chair, now=published
        )
        versions.publish(version=version, by=chair, now=published + timedelta(minutes=20))
        self.bring_in("1_first_import", self.days.last_year(-21))
        self._schedule(by=chair, now=self.days.last_year(-14))

    def last_year(self) -> None:
        """Last year's audit, from its opening to the fourth signature."""
        days, chair = self.days, self.people[CHAIR]
        audit = self._open(days.last_year(0, 6))
        controls.register(
            workloads=self.workloads(),
            year=assessing.LAST,
            today=days.today,
            now=days.last_year(2, 11),
        )
        assessments = self.assessments(audit)
        for count, assessment in enumerate(assessments):
            self._answer_and_send(assessment, assessing.LAST, days.last_year(4 + count))
        for count, assessment in enumerate(assessments):
            self._accept(assessment, count, days.last_year(19 + count, 15))
        auditing.freeze(audit=audit, by=chair, now=days.last_year(36))
        agreed = auditing.agree(
            audit=audit,
            by=chair,
            fallback=chair,
            on=days.last_year(40).date(),
            now=days.last_year(40),
        )
        auditing.respond(agreed=agreed, now=days.last_year(47))
        signers = {
            Function.IT: chair,
            Function.LEGAL: self.people[LEGAL],
            Function.SECURITY: self.people[SECURITY],
            Function.FINANCE: self.people[FINANCE],
        }
        audit.refresh_from_db()
        auditing.sign(audit=audit, signers=signers, now=days.last_year(62, 14))
        self.signed = audit
        # What the audit taught: a policy, and the first thing that is done without.
        clauses.publish_policy(organisation=self.organisation, by=chair, now=days.last_year(63))
        self._reckon(days.last_year(63))
        clauses.waive(
            organisation=self.organisation, people=self.people, year="last", when=days.last_year
        )

    def between(self) -> None:
        """A year of work: a second import, and the controls as they stand now."""
        self.bring_in("2_this_year", self.days.this_year(-2))
        amending.put_on_file(
            organisation=self.organisation,
            today=self.days.today,
            by=self.people[LEGAL],
            now=self.days.this_year(-2, 14),
        )
        controls.register(
            workloads=self.workloads(),
            year=assessing.THIS,
            today=self.days.today,
            now=self.days.this_year(-1, 9),
        )

    def this_year(self) -> None:
        """This year's audit: most is accepted, three assessments hold up the snapshot."""
        days = self.days
        audit = self._open(days.this_year(0, 6))
        assessments = {row.workload.key: row for row in self.assessments(audit)}
        begun, returned = assessments.pop(BEING_ANSWERED), assessments[RETURNED]
        for count, assessment in enumerate(assessments.values()):
            when = days.this_year(2 + count // 2, 9 + 4 * (count % 2))
            self._answer_and_send(assessment, assessing.THIS, when)
        for count, (key, assessment) in enumerate(assessments.items()):
            if key not in (SENT, RETURNED):
                self._accept(assessment, count, days.this_year(9 + count // 2, 9 + 5 * (count % 2)))
        self._begin(begun, days.this_year(18, 9))
        # The paper of three contracts turned up and was read out: with it came a notice day.
        self.bring_in("3_contracts_read", days.this_year(20, 11))
        auditing.finish(
            audit=self.signed,
            rules={"contract_incomplete"},
            by=self.people[CHAIR],
            now=days.this_year(21, 11),
        )
        self.read_contracts()
        assessing.return_questions(
            assessment=returned,
            comments=RETURNED_QUESTIONS,
            by=self.people[SECURITY],
            now=days.this_year(22, 16),
        )

    def read_contracts(self) -> None:
        """What every contract says against the policy, what peers know, and what is waived."""
        clauses.judge(organisation=self.organisation, people=self.people, when=self.days.this_year)
        clauses.note_peers(
            organisation=self.organisation, by=self.people[LEGAL], when=self.days.this_year
        )
        # A waiver is granted on the scores of its day.
        self._reckon(self.days.this_year(21))
        clauses.waive(
            organisation=self.organisation,
            people=self.people,
            year="this",
            when=self.days.this_year,
        )

    def _reckon(self, now: datetime) -> None:
        current_scores.refresh(
            organisation=self.organisation, on=self.organisation.day_of(now), now=now
        )

    def _accept(self, assessment: Assessment, count: int, now: datetime) -> None:
        """Let security and legal take turns."""
        assessing.accept(
            assessment=assessment, by=self.people[(SECURITY, LEGAL)[count % 2]], now=now
        )

    def _begin(self, assessment: Assessment, now: datetime) -> None:
        """Answer most of it, hand one question to a colleague, and leave one half typed."""
        owner = assessment.workload.owner
        assert owner is not None
        assessing.answer(
            assessment=assessment,
            year=assessing.THIS,
            today=self.days.today,
            by=owner,
            now=now,
            leave=LEFT_TO_ANSWER,
        )
        question = assessment.version.definition.question(ASKED_OF_SOMEONE)
        delegating.ask(
            assessment=assessment,
            dimension=assessment.version.definition.section_of(ASKED_OF_SOMEONE).key,
            question_key=ASKED_OF_SOMEONE,
            title=question.name,
            note="You keep the list of who has shipped on which stack.",
            to=self.people["hana.kim@halden.example"],
            by=owner,
            now=now + timedelta(hours=2),
        )
        drafts.keep(
            assessment=assessment,
            question_key="workflow.logs-outside",
            body={"choice": "full-own", "grade": "declared", "comment": "Checking with operations"},
            based_on_version=1,
            by=owner,
            now=now + timedelta(hours=2, minutes=20),
        )

    def _answer_and_send(self, assessment: Assessment, year: str, now: datetime) -> None:
        owner = assessment.workload.owner
        assert owner is not None
        assessing.answer(assessment=assessment, year=year, today=self.days.today, by=owner, now=now)
        answering.send(assessment=assessment, by=owner, now=now + timedelta(hours=3))
        assessment.refresh_from_db()

    def _open(self, now: datetime) -> Audit:
        opened = cycle.open_due(
            organisation=self.organisation, on=self.organisation.day_of(now), now=now
        )
        assert len(opened) == 1, f"{len(opened)} audits opened on {now:%Y-%m-%d}."
        opened[0].refresh_from_db()
        return opened[0]

    def _schedule(self, *, by: User, now: datetime) -> None:
        schedule, _ = AuditSchedule.objects.update_or_create(
            organisation=self.organisation,
            defaults={
                "month": self.days.opens_on.month,
                "day": self.days.opens_on.day,
                "period_starts_month": self.days.period_starts_month,
            },
        )
        record(
            "audit-schedule.edited",
            schedule,
            organisation=self.organisation,
            by=by,
            now=now,
            after={"month": schedule.month, "day": schedule.day},
        )

    def bring_in(self, folder: str, now: datetime) -> None:
        importing.bring_in(
            folder,
            organisation=self.organisation,
            today=self.days.today,
            by=self.people[CHAIR],
            now=now,
        )

    def workloads(self) -> dict[str, Workload]:
        rows = Workload.objects.in_organisation(self.organisation)
        return {row.key: row for row in rows.select_related("organisation", "owner").order_by("pk")}

    def assessments(self, audit: Audit) -> list[Assessment]:
        return list(
            Assessment.objects.filter(organisation=self.organisation, label=audit.label)
            .select_related("workload__owner", "workload__organisation", "version", "organisation")
            .order_by("workload__key", "pk")
        )

    def clear_messages(self) -> None:
        """Messages of days gone by were read then; no mail goes out for them now."""
        old = Message.objects.filter(organisation=self.organisation, created_at__lt=self.now)
        old.update(sent_at=self.now)
        old.filter(created_at__lt=self.days.this_year(0, 5)).update(read_at=self.now)
