"""After the negotiation: what was asked, obtained, refused and why.

A refusal is a reading of the clause at once, so that the contract's clauses and the matrix carry
it. What was obtained is read out of the signed paper, by judging the clause: nobody should have
to trust a note where there is a text.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments.briefs.reading import content_of
from assessments.clauses import recording, standing
from assessments.models import Brief, BriefOutcome
from lockin.accounts.models import User
from lockin.trail.recording import record

OTHER = ("other", "Something else")


class UnableToPutDown(Exception):
    """The outcome is refused. The message is written for the user."""


def objections_for(brief: Brief, *, ask_key: str) -> list[tuple[str, str]]:
    """Return the known objections to an ask; an ask of our own has only "something else"."""
    found = standing.of_contract(brief.contract, on=brief.built_on).by_key.get(ask_key)
    known = [(row.key, row.name) for row in found.clause.objections] if found else []
    return [*known, OTHER]


@transaction.atomic
def put_down(
    *,
    brief: Brief,
    ask_key: str,
    result: str,
    words: str,
    objection_key: str = "",
    by: User,
    now: datetime,
) -> BriefOutcome:
    """
    Put down what came of one ask; a later word replaces it. A refusal is kept with the clause.

    :raises UnableToPutDown: if the brief is not decided, or the outcome is not whole
    """
    brief = (
        Brief.objects.select_for_update(of=("self",))
        .select_related("contract__organisation")
        .get(pk=brief.pk)
    )
    if brief.state != Brief.State.DECIDED:
        raise UnableToPutDown("What came of it follows the decision.")
    ask = next((row for row in content_of(brief)["asks"] if row["key"] == ask_key), None)
    if ask is None:
        raise UnableToPutDown("There is no such ask in this brief.")
    if result not in BriefOutcome.Result.values:
        raise UnableToPutDown("Say what came of it.")
    if not words.strip():
        raise UnableToPutDown("Say what was obtained, or why not.")
    refused = result == BriefOutcome.Result.REFUSED
    if refused and objection_key not in dict(objections_for(brief, ask_key=ask_key)):
        raise UnableToPutDown("Choose the objection that the vendor raised.")
    row = BriefOutcome.objects.create(
        brief=brief,
        ask_key=ask_key,
        ask_title=ask["title"],
        result=result,
        words=words.strip(),
        objection_key=objection_key if refused else "",
        recorded_at=now,
        recorded_by_id_text=str(by.pk),
        recorded_by_name=by.name,
    )
    record(
        "brief.outcome",
        brief,
        organisation=brief.organisation,
        by=by,
        now=now,
        after={
            "ask": ask_key,
            "result": result,
            "words": row.words,
            "objection": row.objection_key,
        },
    )
    on = brief.organisation.day_of(now)
    found = standing.of_contract(brief.contract, on=on).by_key.get(ask_key)
    if refused and found is not None:
        try:
            recording.judge(
                contract=brief.contract,
                clause_key=ask_key,
                finding="refused",
                # What the paper gives so far is not undone by a refusal to give more.
                values=found.reading.values if found.reading else {},
                objection_key=objection_key,
                objection_words=row.words,
                read_on=on,
                by=by,
                on=on,
                now=now,
            )
        except recording.UnableToJudge as error:
            raise UnableToPutDown(str(error)) from None
    return row
