"""A portfolio of any size, the same for the same seed: rows written directly, in bulk.

It says nothing about the import or the rules of writing, which it goes round; the example does
(`load_example`). What it writes keeps every constraint of the database.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from assessments import current_scores
from assessments.example.people import PASSWORD
from assessments.models import Answer, Assessment, DimensionChoice, Mitigation, QuestionnaireVersion
from assessments.questionnaires import versions
from assessments.questionnaires.definition import Definition
from assessments.questionnaires.loading import CURRENT
from assessments.scoring.scheme import CURRENT_SCHEME
from lockin.accounts.models import Organisation, RoleGrant, User
from lockin.accounts.roles import Function, Role
from lockin.trail.recording import loading_history, record
from vendors.days import add_months
from vendors.models import (
    AIModel,
    Asset,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    Service,
    Vendor,
    Workload,
)
from vendors.portfolio.terms import notice_by

BATCH = 2000
WORKLOADS_AT_ONCE = 250
VENDORS, SERVICES, MODELS = 40, 80, 160
WORKLOADS_A_CONTRACT = 8
WORKLOADS_AN_OWNER = 40
LEFT_OUT = ("tuning", "vectors", "workflow")
UNITS = ("Claims", "Underwriting", "Service", "Finance", "Legal", "Technology", "Marketing")
TASKS = ("triage", "search", "drafting", "extraction", "routing", "scoring", "summaries")


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """How many rows were written."""

    organisation: Organisation
    workloads: int
    answers: int


def seed(
    *,
    name: str,
    workloads: int,
    seed: int,
    years: int,
    now: datetime,
    with_scores: bool = True,
    say: Callable[[str], None] = lambda _text: None,
) -> Seeded:
    """Write a seeded organisation of that many workloads, assessed in each of the years."""
    return _Seeding(
        name=name, workloads=workloads, years=years, now=now, say=say, rng=random.Random(seed)
    ).write(with_scores=with_scores)


@dataclass(kw_only=True)
class _Seeding:
    name: str
    workloads: int
    years: int
    now: datetime
    rng: random.Random
    say: Callable[[str], None]

    def write(self, *, with_scores: bool) -> Seeded:
        with transaction.atomic(), loading_history():
            self.found()
            self.portfolio()
            answers = self.assess()
            record(
                "portfolio.seeded",
                self.organisation,
                organisation=self.organisation,
                by=None,
                now=self.now,
                after={"workloads": self.workloads, "answers": answers},
            )
        if with_scores:
            self.say("Scores …")
            current_scores.refresh(organisation=self.organisation, on=self.today, now=self.now)
        return Seeded(organisation=self.organisation, workloads=self.workloads, answers=answers)

    def found(self) -> None:
        self.organisation = Organisation.objects.create(
            name=self.name, is_example=True, created_at=self.now - timedelta(days=800)
        )
        self.today: date = self.organisation.day_of(self.now)
        # Addresses are unique in the whole installation, so they carry the organisation's number.
        domain = f"seeded-{self.organisation.pk}.example"
        password = make_password(PASSWORD)
        count = max(1, self.workloads // WORKLOADS_AN_OWNER)
        people = [
            User(
                organisation=self.organisation,
                name="Chair" if not n else f"Owner {n}",
                email=f"chair@{domain}" if not n else f"owner-{n}@{domain}",
                password=password,
                created_at=self.now,
            )
            for n in range(count + 1)
        ]
        User.objects.bulk_create(people, batch_size=BATCH)
        self.chair, *self.owners = people
        RoleGrant.objects.bulk_create(
            [
                RoleGrant(
                    user=self.chair,
                    role=Role.COUNCIL,
                    function=Function.IT,
                    is_chair=True,
                    granted_at=self.now,
                ),
                *(
                    RoleGrant(user=owner, role=Role.OWNER, granted_at=self.now)
                    for owner in self.owners
                ),
            ],
            batch_size=BATCH,
        )
        draft = versions.load_draft(CURRENT, organisation=self.organisation, by=None, now=self.now)
        self.version: QuestionnaireVersion = versions.publish(version=draft, by=None, now=self.now)

    # ── Records ─────────────────────────────────────────────────────────────────────────────────

    def portfolio(self) -> None:
        self.say("Vendors, models, contracts, workloads …")
        rng, organisation = self.rng, self.organisation
        vendors = self._bulk(
            Vendor(organisation=organisation, key=f"vendor-{n}", name=f"Vendor {n}")
            for n in range(VENDORS)
        )
        services = self._bulk(
            Service(
                organisation=organisation,
                key=f"service-{n}",
                name=f"Service {n}",
                vendor=vendors[n % VENDORS],
                kind=rng.choice(Service.Kind.values),
            )
            for n in range(SERVICES)
        )
        models = self._bulk(self._model(n, vendors, services) for n in range(MODELS))
        contracts = self._contracts(vendors)
        self.rows: list[Workload] = self._bulk(
            Workload(
                organisation=organisation,
                key=f"workload-{n:06}",
                name=f"{rng.choice(UNITS)} {rng.choice(TASKS)} {n}",
                owner=self.owners[n % len(self.owners)],
                business_unit=rng.choice(UNITS),
                criticality=rng.choice(Workload.Criticality.values),
                annual_spend_minor=rng.randrange(10_000, 3_000_000) * 100,
                daily_users=rng.randrange(1, 3000),
                time_to_exit_weeks=Decimal(rng.randrange(4, 52)),
                own_copy_of_data=rng.random() < 0.8,
            )
            for n in range(self.workloads)
        )
        self._bulk(part for row in self.rows for part in self._dependencies(row, models, contracts))
        self._bulk(part for row in self.rows for part in self._assets(row))
        self._bulk(part for row in self.rows for part in self._mitigations(row))

    def _model(self, n: int, vendors: list[Vendor], services: list[Service]) -> AIModel:
        rng = self.rng
        service = services[n % SERVICES]
        ends = self.today + timedelta(days=rng.randrange(20, 900))
        return AIModel(
            organisation=self.organisation,
            key=f"model-{n}",
            name=f"Model {n}",
            publisher=vendors[n * 7 % VENDORS],
            host=service.vendor,
            service=service,
            open_weights=rng.random() < 0.25,
            input_price=Decimal(rng.randrange(5, 500)) / 100,
            output_price=Decimal(rng.randrange(20, 2500)) / 100,
            retires_on=ends if rng.random() < 0.7 else None,
            source="Seeded",
            observed_on=self.today,
        )

    def _contracts(self, vendors: list[Vendor]) -> list[Contract]:
        rng, made = self.rng, []
        for n in range(max(1, self.workloads // WORKLOADS_A_CONTRACT)):
            starts = add_months(self.today.replace(day=1), -rng.randrange(1, 30))
            term = rng.choice((12, 24, 36))
            row = Contract(
                organisation=self.organisation,
                key=f"contract-{n}",
                name=f"Contract {n}",
                vendor=vendors[n % VENDORS],
                annual_value_minor=rng.randrange(50_000, 4_000_000) * 100,
                starts_on=starts,
                ends_on=add_months(starts, term) - timedelta(days=1),
                term_months=term,
                renewal=rng.choice(("fixed", "automatic")),
                renewal_months=12,
                notice_value=rng.choice((30, 60, 90)),
                uplift=rng.choice(("capped", "uncapped")),
                uplift_cap_percent=Decimal(rng.choice((3, 5, 7, 10))),
                termination_for_convenience=rng.random() < 0.3,
                convenience_from_month=12,
                convenience_notice_days=60,
                early_termination=rng.choice(("free", "percent", "full")),
                early_termination_percent=Decimal(50),
                document_on_file=rng.random() < 0.8,
            )
            row.notice_by = notice_by(row, on=self.today)
            made.append(row)
        self._bulk(made)
        promises = self._bulk(
            Commitment(
                contract=row,
                key=f"commitment-{n}",
                name=f"Commitment {n}",
                used_to_date_minor=(row.annual_value_minor or 0) // 3,
                used_as_of=self.today - timedelta(days=20),
            )
            for n, row in enumerate(made)
        )
        self._bulk(
            CommitmentPeriod(
                commitment=promise,
                starts_on=add_months(promise.contract.starts_on, 12 * year),
                ends_on=add_months(promise.contract.starts_on, 12 * year + 12) - timedelta(days=1),
                amount_minor=promise.contract.annual_value_minor,
            )
            for promise in promises
            for year in range(promise.contract.term_months // 12)
        )
        return made

    def _dependencies(
        self, row: Workload, models: list[AIModel], contracts: list[Contract]
    ) -> Iterator[Dependency]:
        count = self.rng.choice((1, 1, 2, 3))
        for place, model in enumerate(self.rng.sample(models, count)):
            yield Dependency(
                workload=row,
                model=model,
                service=model.service,
                contract=self.rng.choice(contracts),
                share=Decimal(1) / count if count < 3 else Decimal("0.3333"),
                path=self.rng.choice(Dependency.Path.values),
                role=Dependency.Role.PRIMARY if not place else Dependency.Role.SECOND,
            )

    def _assets(self, row: Workload) -> Iterator[Asset]:
        for kind in self.rng.sample(Asset.Kind.values, self.rng.randrange(1, 4)):
            yield Asset(
                workload=row,
                kind=kind,
                name=f"{kind} of {row.name}",
                count=self.rng.randrange(5, 5_000_000),
                held_by=self.rng.choice(Asset.HeldBy.values),
                exportable=self.rng.random() < 0.6,
            )

    def _mitigations(self, row: Workload) -> Iterator[Mitigation]:
        earning = sorted(CURRENT_SCHEME.mitigations.credits, key=str)
        for control, dimension in self.rng.sample(earning, self.rng.randrange(0, 3)):
            yield Mitigation(
                workload=row,
                control=control,
                dimension=dimension,
                coverage=Decimal(self.rng.randrange(1, 10)) / 10,
                grade=self.rng.choice(("documented", "declared")),
                recorded_at=self.now,
                recorded_by_name="Seeded",
            )

    # ── Answers ─────────────────────────────────────────────────────────────────────────────────

    def assess(self) -> int:
        """Write an accepted assessment for each year, in batches that keep the memory bounded."""
        definition, count = self.version.definition, 0
        for ago in reversed(range(self.years)):
            at = self.now - timedelta(days=365 * ago + 30)
            label = str(self.today.year - ago)
            self.say(f"Assessments of {label} …")
            for start in range(0, len(self.rows), WORKLOADS_AT_ONCE):
                count += self._batch(
                    self.rows[start : start + WORKLOADS_AT_ONCE], definition, label=label, at=at
                )
        return count

    def _batch(
        self, rows: list[Workload], definition: Definition, *, label: str, at: datetime
    ) -> int:
        assessments = self._bulk(
            Assessment(
                organisation=self.organisation,
                workload=row,
                version=self.version,
                label=label,
                state=Assessment.State.ACCEPTED,
                started_at=at,
                sent_at=at,
                sent_by_name="Seeded",
                accepted_at=at,
                accepted_by_name="Seeded",
            )
            for row in rows
        )
        day = self.organisation.day_of(at)
        answers, choices = [], []
        for assessment in assessments:
            left_out = self.rng.choice(LEFT_OUT) if self.rng.random() < 0.4 else ""
            if left_out:
                choices.append(
                    DimensionChoice(
                        assessment=assessment,
                        dimension=left_out,
                        applies=False,
                        reason="Nothing of the kind.",
                        chosen_at=at,
                        chosen_by_name="Seeded",
                    )
                )
            answers += self._answers(assessment, definition, at=at, day=day)
        self._bulk(choices)
        self._bulk(answers)
        return len(answers)

    def _answers(
        self, assessment: Assessment, definition: Definition, *, at: datetime, day: date
    ) -> Iterator[Answer]:
        rng = self.rng
        lean = rng.randrange(5)
        for question in definition.questions:
            option = question.options[min(4, max(0, lean + rng.choice((-2, -1, 0, 0, 1, 2))))]
            yield Answer(
                assessment=assessment,
                question_key=question.key,
                kind=Answer.Kind.OPTION,
                option_key=option.key,
                points=option.points,
                question_text=question.text,
                option_text=option.label,
                grade=rng.choice(("tested", "documented", "declared", "declared")),
                evidence_on=day - timedelta(days=rng.randrange(0, 400)),
                answered_at=at,
                answered_by_name="Seeded",
                review=Answer.Review.ACCEPTED,
            )

    def _bulk(self, rows: Any) -> list[Any]:
        made = list(rows)
        if made:
            type(made[0])._default_manager.bulk_create(made, batch_size=BATCH)
        return made
