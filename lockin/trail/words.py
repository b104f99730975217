"""The log in words: what somebody did, to what, and how a value reads.

An event is written with a code, `noun.verb`, and the name that the row had; both stay as they are
for ever. These are the words of today for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lockin.money import Money
from lockin.templatetags.figures import day, grouped, moment, number

# What an act is called where “verb the noun” does not say it.
_ACTS = {
    "answer.saved": "answered",
    "answer.returned": "returned the answer to",
    "assessment.reopened": "opened the assessment again",
    "audit.findings-agreed": "agreed on the findings",
    "audit.put-up-for-signature": "put the audit up for signature",
    "audit.reminded": "reminded owners",
    "audit.snapshot-asked": "asked for the snapshot",
    "audit.snapshot-sealed": "froze the snapshot",
    "audit-schedule.edited": "set the yearly day of the audit",
    "brief.document-asked": "asked for the file of the renewal brief",
    "brief.document-downloaded": "downloaded the file of the renewal brief",
    "brief.document-made": "made the file of the renewal brief",
    "brief.opinion": "gave an opinion on the renewal brief",
    "brief.outcome": "recorded the outcome of the renewal",
    "brief.taken-back": "took back the renewal brief",
    "calendar-link.made": "made a calendar link",
    "calendar-link.revoked": "ended a calendar link",
    "clause.judged": "judged a clause",
    "commitment-period.imported": "imported the period",
    "commitment-period.import-changed": "changed the period by import",
    "contract.amended": "put a paper on file that amends the contract",
    "contract.amendment-taken-back": "took back a paper that amended the contract",
    "contract.decided": "decided on the contract",
    "contract.notice-given": "recorded that notice was given",
    "contract.notice-taken-back": "took back that notice was given",
    "data-act-setting.edited": "set where the Data Act clock is shown",
    "document.asked-again": "asked to read the document again",
    "document.not-read": "could not read the document",
    "document.put-aside": "put the document aside",
    "finding.assigned": "set owner or due date",
    "finding.done": "recorded the finding as done",
    "finding.responded": "responded to the finding",
    "finding.restored": "took back the dropped finding",
    "import.dropped": "dropped the import",
    "mitigation.changed": "changed the control",
    "organisation.founded": "set up the organisation",
    "peer-acceptance.recorded": "recorded what the vendor accepted elsewhere",
    "peer-acceptance.withdrawn": "took back what the vendor accepted elsewhere",
    "person.closed": "closed the account",
    "person.mail-chosen": "chose how to hear by e-mail",
    "person.password-reset": "set a new first password",
    "person.role-ended": "ended a role",
    "person.role-given": "gave a role",
    "portfolio.seeded": "made a portfolio for trying out",
    "question.handed": "handed on",
    "question.taken-back": "took back the question",
    "reminder.escalated": "told the chair that nobody has acted",
    "reminder.sent": "reminded",
    "report.asked": "asked for the report",
    "section.chosen": "said whether the section applies",
    "signature.given": "signed",
    "signature.voided": "ended the signature",
    "signature.withdrawn": "withdrew the signature",
    "token.issued": "made an API token",
    "token.revoked": "ended an API token",
}
# Nouns of acts and kinds of rows whose code is no word.
_NOUNS = {
    "aimodel": "model",
    "aipolicy": "policy",
    "answerevidence": "evidence",
    "apitoken": "API token",
    "auditschedule": "yearly day",
    "brief": "renewal brief",
    "calendartoken": "calendar link",
    "commitmentperiod": "commitment period",
    "dataactsetting": "Data Act clock",
    "delegation": "question handed on",
    "dimensionchoice": "section",
    "importbatch": "import",
    "importmapping": "import mapping",
    "mitigation": "control",
    "policyversion": "policy",
    "questionnaireversion": "questionnaire",
    "renewalbrief": "renewal brief",
    "rolegrant": "role",
    "user": "person",
}
# The kinds that the log can be narrowed to.
KINDS = (
    *("aimodel", "answer", "apitoken", "assessment", "asset", "audit", "auditschedule"),
    *("commitment", "commitmentperiod", "contract", "delegation", "dependency"),
    *("dimensionchoice", "evidence", "finding", "importbatch", "importmapping", "mitigation"),
    *("organisation", "questionnaireversion", "reminder", "report", "service", "signature"),
    "user",
    *("vendor", "workload"),
)
_VERBS = {"import-changed": "changed {} by import", "taken-back": "took back {}"}
_SHORT = {"it": "IT", "sha256": "SHA-256", "id": "number", "api": "API"}
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+(Z|[+-]\d{2}:\d{2})")


def did(act: str) -> str:
    """Return what was done, to be read after a name: “changed the contract by import”."""
    if act in _ACTS:
        return _ACTS[act]
    subject, _, verb = act.partition(".")
    named = f"the {kind(subject)}"
    if not verb:
        return spaced(act)
    return _VERBS[verb].format(named) if verb in _VERBS else f"{spaced(verb)} {named}"


def kind(code: str) -> str:
    """Return the word for a kind of row: “commitment period”."""
    return _NOUNS.get(code) or spaced(code)


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of rows with their words, for a filter."""
    pairs = [(code, kind(code)) for code in KINDS]
    return sorted(((code, word[:1].upper() + word[1:]) for code, word in pairs), key=_word)


def about(
    *,
    subject_type: str,
    subject_name: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> str:
    """Return what it was done to, as people call it.

    Rows that have no name of their own are named by what they belong to, which the event holds.
    """
    held = {**(before or {}), **(after or {})}
    whole = held.get("assessment") or held.get("workload")
    whole = whole.get("name") if isinstance(whole, Mapping) else whole
    part = {
        "answer": held.get("question"),
        "dimensionchoice": held.get("section"),
        "delegation": held.get("what"),
        "mitigation": subject_name.partition(" of ")[0] if whole else None,
        "signature": _signed(held.get("function")),
    }.get(subject_type)
    if not part:
        return _DAY.sub(lambda found: day(date.fromisoformat(found[0])), subject_name)
    words = f"“{part}”" if subject_type in ("answer", "delegation") else str(part)
    to = f", to {held['to']}" if subject_type == "delegation" and held.get("to") else ""
    return f"{words}{f', {whole}' if whole else ''}{to}"


def label(name: str) -> str:
    """Return the words for a field: “Annual value” for `annual_value_minor`."""
    words = " ".join(_SHORT.get(word, word) for word in name.removesuffix("_minor").split("_"))
    return words[:1].upper() + words[1:]


def value(name: str, held: Any, *, currency: str | None = None) -> str | None:
    """Return a value as people read it; None where there is none. `currency` is for amounts."""
    if held is None or held == "" or held == [] or held == {}:
        return None
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, Mapping):
        if "name" in held:
            return str(held["name"])
        return "; ".join(f"{label(key).lower()} {value(key, each)}" for key, each in held.items())
    if isinstance(held, list):
        return "; ".join(str(value(name, each)) for each in held)
    if isinstance(held, int):
        if name.endswith("_minor") and currency:
            return str(Money.from_minor(held, currency))
        return grouped(number(held)) if abs(held) >= 10_000 else str(held)  # type: ignore[arg-type]
    text = str(held)
    if _INSTANT.fullmatch(text):
        return moment(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    return text


def spaced(code: str) -> str:
    """Return a code as words."""
    return code.replace("-", " ").replace("_", " ")


def _signed(function: Any) -> str | None:
    return f"for {_SHORT.get(str(function), function)}" if function else None


def _word(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
