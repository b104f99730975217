"""PURE. Schema version 1: item bodies to facts. Never changed once an audit was sealed with it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from assessments.audits.facts import (
    AnswerFacts,
    AssessmentFacts,
    AssetFacts,
    AuditFacts,
    Body,
    ClauseFacts,
    CommitmentFacts,
    CommittedYear,
    ComparisonFacts,
    ConcentrationFacts,
    ContractFacts,
    CoverageFacts,
    DependencyFacts,
    DimensionFacts,
    EvidenceFacts,
    FindingFacts,
    GateFacts,
    HeatRow,
    MitigationFacts,
    ModelFacts,
    PortfolioFacts,
    PreviousAudit,
    PreviousWorkload,
    QuestionnaireFacts,
    ScoreFacts,
    VendorFacts,
    WorkloadFacts,
)
from lockin.money import Money


def audit(body: Body) -> AuditFacts:
    organisation, previous = body["organisation"], body["previous"]
    return AuditFacts(
        label=body["label"],
        period_starts_on=date.fromisoformat(body["period_starts_on"]),
        period_ends_on=date.fromisoformat(body["period_ends_on"]),
        as_of=date.fromisoformat(body["as_of"]),
        taken_at=datetime.fromisoformat(body["taken_at"]),
        taken_by=body["taken_by"],
        organisation=organisation["name"],
        base_currency=organisation["base_currency"],
        time_zone=organisation["time_zone"],
        country=organisation["country"],
        opened_at=_instant(body["opened_at"]),
        opened_by=body["opened_by"],
        reason=body["reason"],
        is_late=body["is_late"],
        previous=None
        if previous is None
        else PreviousAudit(
            label=previous["label"],
            snapshot_sha256=previous["snapshot_sha256"],
            closing_sha256=previous["closing_sha256"],
            closed_at=datetime.fromisoformat(previous["closed_at"]),
        ),
        body=body,
    )


def questionnaire(body: Body) -> QuestionnaireFacts:
    return QuestionnaireFacts(
        label=body["label"],
        sha256=body["sha256"],
        scheme=body["scheme"],
        manifest=body["manifest"],
        body=body,
    )


def vendor(body: Body) -> VendorFacts:
    return VendorFacts(
        key=body["key"],
        name=body["name"],
        country=body["country"],
        website=body["website"],
        services=tuple(body["services"]),
        body=body,
    )


def model(body: Body) -> ModelFacts:
    return ModelFacts(
        key=body["key"],
        name=body["name"],
        mode=body["mode"],
        publisher=body["publisher"],
        host=body["host"],
        service=body["service"],
        open_weights=body["open_weights"],
        embedding_dimension=body["embedding_dimension"],
        announced_on=_day(body["announced_on"]),
        retires_on=_day(body["retires_on"]),
        source=body["source"],
        source_url=body["source_url"],
        observed_on=_day(body["observed_on"]),
        confidence=body["confidence"],
        is_stale=body["is_stale"],
        body=body,
    )


def contract(body: Body) -> ContractFacts:
    dates = body["dates"]
    return ContractFacts(
        key=body["key"],
        name=body["name"],
        vendor=body["vendor"],
        owner=body["owner"],
        currency=body["currency"],
        annual_value=_money(body, "annual_value"),
        starts_on=_day(body["starts_on"]),
        ends_on=_day(body["ends_on"]),
        current_end=_day(dates["current_end"]),
        renewal=body["renewal"],
        notice_value=body["notice_value"],
        notice_unit=body["notice_unit"],
        last_notice_on=_day(dates["last_notice_day"]),
        act_by=_day(dates["act_by"]),
        days_left=dates["days_left"],
        is_missed=dates["missed"],
        first_exit_on=_day(dates["first_unilateral_exit"]),
        dates_arithmetic=tuple(dates["arithmetic"]),
        reminder_set=body["reminder_set"],
        uplift=body["uplift"],
        uplift_cap_percent=_decimal(body["uplift_cap_percent"]),
        termination_for_convenience=body["termination_for_convenience"],
        early_termination=body["early_termination"],
        early_termination_percent=_decimal(body["early_termination_percent"]),
        document_on_file=body["document_on_file"],
        decision=body["decision"],
        is_decided=body["is_decided"],
        notice_given_on=_day(body["notice_given_on"]),
        commitments=tuple(_commitment(entry) for entry in body["commitments"]),
        missing=tuple(body["missing"]),
        workloads=tuple(entry["name"] for entry in body["workloads"]),
        body=body,
        # Snapshots of before there was a policy hold no clauses.
        policy=body.get("policy", ""),
        clauses=tuple(_clause(entry) for entry in body.get("clauses", ())),
    )


def _clause(entry: Body) -> ClauseFacts:
    return ClauseFacts(
        key=entry["key"],
        number=entry["number"],
        name=entry["name"],
        must=entry["must"],
        status=entry["status"],
        reason=entry["reason"],
        asks=tuple(entry["asks"]),
        place=entry["place"],
        read_on=_day(entry["read_on"]),
    )


def workload(body: Body) -> WorkloadFacts:
    found = body["assessment"]
    return WorkloadFacts(
        key=body["key"],
        name=body["name"],
        description=body["description"],
        owner=body["owner"],
        business_unit=body["business_unit"],
        criticality=body["criticality"],
        annual_spend=_money(body, "annual_spend"),
        spend_is_known=body["spend_is_known"],
        daily_users=body["daily_users"],
        is_paid_external=body["is_paid_external"],
        time_to_exit_weeks=_decimal(body["time_to_exit_weeks"]),
        own_copy_of_data=body["own_copy_of_data"],
        dependencies=tuple(_dependency(entry) for entry in body["dependencies"]),
        assets=_assets(body["assets"]),
        mitigations=tuple(_mitigation(entry) for entry in body["mitigations"]),
        assessment=None
        if found is None
        else AssessmentFacts(
            label=found["label"],
            questionnaire=found["questionnaire"],
            sent_by=found["sent_by"],
            sent_at=_instant(found["sent_at"]),
            accepted_by=found["accepted_by"],
            accepted_at=_instant(found["accepted_at"]),
        ),
        dimension_choices=tuple(body["dimension_choices"]),
        answers=tuple(_answer(entry) for entry in body["answers"]),
        score=score(body["score"]),
        previous=_previous_workload(body["previous"]),
        body=body,
    )


def score(record: Body | None) -> ScoreFacts:
    """Read a score's own record, schema `workload-score/1`; None is a workload never assessed."""
    if record is None:
        return NOT_ASSESSED
    inherent, residual, counts = (
        record["inherent"] or {},
        record["residual"] or {},
        record["counts"],
    )
    return ScoreFacts(
        scheme=record["scheme"],
        on=date.fromisoformat(record["on"]),
        tier=record["tier"] or "",
        tier_before_gates=record["tier_before_gates"] or "",
        inherent=_decimal(inherent.get("score")),
        inherent_tier=inherent.get("tier", ""),
        residual=_decimal(residual.get("score")),
        low=_decimal(residual.get("low")),
        high=_decimal(residual.get("high")),
        confidence=_decimal(record["confidence"]),
        confidence_grade=record["confidence_grade"] or "",
        is_provisional=bool(record["provisional"]),
        answered=counts["answered"],
        unknown=counts["unknown"],
        blank=counts["blank"],
        not_applicable=counts["not_applicable"],
        dimensions=tuple(_dimension(entry) for entry in record["dimensions"]),
        gates=tuple(
            GateFacts(
                key=entry["key"],
                name=entry["name"],
                fired=entry["fired"],
                reason=entry["reason"],
                effect=entry["effect"],
                not_evaluated=entry["not_evaluated"] or "",
                floor=entry["floor"] or "",
                lifts=entry["lifts"] or "",
            )
            for entry in record["gates"]
        ),
        problems=tuple(entry["text"] for entry in record["problems"]),
        record=record,
    )


NOT_ASSESSED = ScoreFacts(
    scheme="",
    on=date.min,
    tier="",
    tier_before_gates="",
    inherent=None,
    inherent_tier="",
    residual=None,
    low=None,
    high=None,
    confidence=None,
    confidence_grade="",
    is_provisional=True,
    answered=0,
    unknown=0,
    blank=0,
    not_applicable=0,
    dimensions=(),
    gates=(),
    problems=("Nobody has assessed this workload yet.",),
    record={},
)


def portfolio(body: Body) -> PortfolioFacts:
    figures = body["figures"]
    return PortfolioFacts(
        workloads=body["workloads"],
        assessed=body["assessed"],
        spend_weighted=_decimal(figures["spend_weighted"]),
        criticality_weighted=_decimal(figures["criticality_weighted"]),
        hard_to_move_share=_decimal(figures["hard_to_move_share"]),
        tiers=body["tiers"],
        by_host=_concentration(figures["by_host"]),
        by_publisher=_concentration(figures["by_publisher"]),
        spend_totals=_monies(body.get("amounts", {}).get("spend_totals", ())),
        without_score=tuple(figures["without_score"]),
        without_spend=tuple(figures["without_spend"]),
        in_other_currency=tuple(body["in_other_currency"]),
        heat=tuple(
            HeatRow(
                key=entry["key"],
                name=entry["name"],
                owner=entry["owner"],
                criticality=entry["criticality"],
                residual=_decimal(entry["residual"]),
                tier=entry["tier"],
                confidence_grade=entry["confidence_grade"],
                dimensions={name: _decimal(figure) for name, figure in entry["dimensions"].items()},
                change=_decimal(entry["change"]),
                annual_spend=_money(entry, "annual_spend"),
            )
            for entry in body["heat"]
        ),
        committed_by_year=tuple(
            CommittedYear(
                year=entry["year"], totals=_monies(entry.get("amounts", {}).get("totals", ()))
            )
            for entry in body["committed_by_year"]
        ),
        body=body,
    )


def comparison(body: Body) -> ComparisonFacts:
    questions, workloads = body["questions"], body["workloads"]
    return ComparisonFacts(
        previous_label=body["previous_label"],
        spend_weighted_before=_decimal(body["spend_weighted"]["before"]),
        spend_weighted_after=_decimal(body["spend_weighted"]["after"]),
        questions_added=tuple(questions["added"]),
        questions_removed=tuple(questions["removed"]),
        questions_changed=tuple(questions["changed"]),
        questions_replaced=tuple(questions["replaced"]),
        workloads_added=tuple(workloads["added"]),
        workloads_removed=tuple(workloads["removed"]),
        movers=tuple(body["movers"]),
        previous_findings=tuple(body["previous_findings"]),
        body=body,
    )


def coverage(body: Body) -> CoverageFacts:
    return CoverageFacts(
        assessed=tuple(body["assessed"]), not_assessed=tuple(body["not_assessed"]), body=body
    )


def finding(body: Body) -> FindingFacts:
    return FindingFacts(
        number=body["number"],
        rule=body["rule"],
        subject_kind=body["subject_kind"],
        subject_key=body["subject_key"],
        subject_name=body["subject_name"],
        severity=body["severity"],
        title=body["title"],
        criteria=body["criteria"],
        condition=body["condition"],
        cause=body["cause"],
        effect=body["effect"],
        recommendation=body["recommendation"],
        facts=tuple((entry["label"], entry["value"]) for entry in body["facts"]),
        amounts=tuple(
            (entry["label"], Money.from_minor(int(entry["minor"]), entry["currency"]))
            for entry in body.get("amounts", {}).get("facts", ())
        ),
        due_on=_day(body["due_on"]),
        suggested_owner=body["suggested_owner"],
        body=body,
    )


def _commitment(body: Body) -> CommitmentFacts:
    return CommitmentFacts(
        key=body["key"],
        name=body["name"],
        kind=body["kind"],
        currency=body["currency"],
        pace=_decimal(body["pace"]),
        elapsed_share=_decimal(body["elapsed_share"]),
        used_as_of=_day(body["used_as_of"]),
        committed_now=_money(body, "committed_now"),
        used_now=_money(body, "used_now"),
        remaining=_money(body, "remaining"),
        straight_line_shortfall=_money(body, "straight_line_shortfall"),
        shortfall_share=_decimal(body["shortfall_share"]),
        period_ends_on=_day(body["period_ends_on"]),
        missing=tuple(body["missing"]),
        body=body,
    )


def _dependency(body: Body) -> DependencyFacts:
    return DependencyFacts(
        service=body["service"],
        model_key=body["model_key"],
        model=body["model"],
        host=body["host"],
        publisher=body["publisher"],
        contract_key=body["contract_key"],
        share=_decimal(body["share"]),
        path=body["path"],
        role=body["role"],
        retires_on=_day(body["retires_on"]),
        tuning_ends_on=_day(body["tuning_ends_on"]),
        open_weights=body["open_weights"],
    )


def _assets(bodies: Iterable[Body]) -> tuple[AssetFacts, ...]:
    return tuple(
        AssetFacts(
            kind=body["kind"],
            name=body["name"],
            count=None if body["count"] is None else int(body["count"]),
            tokens_each=body["tokens_each"],
            dimension=body["dimension"],
            held_by=body["held_by"],
            exportable=body["exportable"],
        )
        for body in bodies
    )


def _mitigation(body: Body) -> MitigationFacts:
    return MitigationFacts(
        control=body["control"],
        name=body["name"],
        dimension=body["dimension"],
        coverage=Decimal(body["coverage"]),
        measured_coverage=_decimal(body["measured_coverage"]),
        grade=body["grade"],
        tested_on=_day(body["tested_on"]),
        drill=body["drill"],
        gateway_single_maintainer=body["gateway_single_maintainer"],
        gateway_unpinned=body["gateway_unpinned"],
        gateway_without_break_glass=body["gateway_without_break_glass"],
        note=body["note"],
    )


def _answer(body: Body) -> AnswerFacts:
    return AnswerFacts(
        question_key=body["question_key"],
        number=body["number"],
        dimension=body["dimension"],
        question_text=body["question_text"],
        kind=body["kind"],
        option_text=body["option_text"],
        points=_decimal(body["points"]),
        reason=body["reason"],
        grade=body["grade"],
        evidence_on=_day(body["evidence_on"]),
        comment=body["comment"],
        is_computed=body["is_computed"],
        arithmetic=tuple(_steps(body["arithmetic"])),
        answered_by=body["answered_by"],
        answered_at=_instant(body["answered_at"]),
        review=body["review"],
        review_comment=body["review_comment"],
        evidence=tuple(
            EvidenceFacts(
                title=entry["title"],
                file_name=entry["file_name"],
                sha256=entry["sha256"],
                size=entry["size"],
                link=entry["link"],
                dated_on=date.fromisoformat(entry["dated_on"]),
                added_by=entry["added_by"],
                state=entry["state"],
                comment=entry["comment"],
            )
            for entry in body["evidence"]
        ),
    )


def _steps(bodies: Iterable[Body]) -> Iterator[str]:
    """Yield the lines of arithmetic that this reader may see."""
    for body in bodies:
        value = body.get("amounts", {}).get("value") if body["is_amount"] else body["value"]
        if value is not None:
            of = f"{body['of']}, " if body["of"] else ""
            yield f"{of}{body['label']}: {value}"


def _dimension(body: Body) -> DimensionFacts:
    return DimensionFacts(
        dimension=body["dimension"],
        number=body["number"],
        applies=body["applies"],
        reason_if_not=body["reason_if_not"],
        weight=_decimal(body["weight"]),
        inherent=_decimal(body["inherent"]),
        low=_decimal(body["low"]),
        high=_decimal(body["high"]),
        confidence=_decimal(body["confidence"]),
        confidence_grade=body["confidence_grade"] or "",
        reduction=_decimal(body["reduction"]),
        residual=_decimal(body["residual"]),
        score_part=_decimal(body["score_part"]),
        lifted_by=tuple(body["lifted_by"]),
        answers=tuple(body["answers"]),
        mitigations=tuple(body["mitigations"]),
    )


def _previous_workload(body: Body | None) -> PreviousWorkload | None:
    if body is None:
        return None
    return PreviousWorkload(
        label=body["label"],
        residual=_decimal(body["residual"]),
        tier=body["tier"],
        assets=_assets(body["assets"]),
        comparison=body["comparison"],
    )


def _concentration(body: Body) -> ConcentrationFacts:
    return ConcentrationFacts(
        hhi=_decimal(body["hhi"]),
        shares=tuple((entry["name"], Decimal(entry["share"])) for entry in body["shares"]),
        lines_not_known=body["lines_not_known"],
    )


def _money(body: Body, name: str) -> Money | None:
    """Return an amount of the body; None where it is not known or not for this reader."""
    found = body.get("amounts", {}).get(name)
    return None if found is None else Money.from_minor(int(found["minor"]), found["currency"])


def _monies(found: Iterable[Body]) -> tuple[Money, ...]:
    return tuple(Money.from_minor(int(entry["minor"]), entry["currency"]) for entry in found)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
