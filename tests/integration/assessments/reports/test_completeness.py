"""Every answer, comment, finding and figure of a frozen audit is in its report.

The example's audit is frozen and signed, and each kind of record is merged into one that has a
value in every field that any of them has. Then every leaf gets a value of its own that stands
nowhere else, the report is rendered, and each value is looked for in the text of the PDFs. What
cannot have a value of its own (yes or no, a word of a fixed list) is changed instead, and the
report's text must change with it. So no leaf is found because another one looks like it.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import transaction
from django.test import TestCase

from assessments.audits import findings, sign_off
from assessments.audits.payload import KINDS, Payload
from assessments.audits.stored import payload_of
from assessments.example import auditing, loading
from assessments.models import Audit, Closing, Finding, Signature, Snapshot
from assessments.reports import context, volumes, words
from assessments.reports.source import Source
from lockin.accounts.models import RoleGrant
from lockin.accounts.roles import Function
from lockin.canonical import dumps
from lockin.money import Money
from tests.conftest import NOW
from tests.factories.audits import take_snapshot
from tests.integration.assessments.reports.test_pdf import MILLIMETRES, letters, text_of

# The bodies are the same bytes on both databases; only loading the example needs one at all.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite, pytest.mark.slow]

Leaf = tuple[str, Any]
Bodies = dict[str, list[Any]]

# What is not printed as it stands, and why. Nothing else may be missing.
REASONS = {
    # Numbers of rows, which mean nothing outside the database.
    r"closing\.findings\.\[\]\.id": "an internal id",
    r"closing\.signatures\.\[\]\.signer_id": "an internal id",
    r"closing\.findings\.\[\]\.severity_rank": "the severity as a number, to sort by",
    r"workload\.score\.schema": "the name of the record's form",
    r"workload\.score\.sensitivity\.variations\.\[\]\.key": "its name is printed",
    r"workload\.score\.problems\.\[\]\.key": "its text is printed",
    r"workload\.answers\.\[\]\.arithmetic\.\[\]\.is_amount": "says who may read the line",
    r"workload\.answers\.\[\]\.dimension": "the question's number and key begin with it",
    # A change is printed as the difference of the two figures beside it.
    r".*\.delta": "the difference of two printed figures",
    r"portfolio\.heat\.\[\]\.change": "the difference of two printed figures",
    # The same value again; `test_what_is_printed_once` holds them equal.
    r"workload\.score\.dimensions\.\[\]\.answers\.\[\]"
    r"\.(number|points|evidence|evidence_on|reason|state)": "the answer's own, printed with it",
    r"portfolio\.heat\.\[\]\.(business_unit|is_provisional)": "the workload's own, printed with it",
    r"comparison\.movers\.\[\]\.key": "the workload's own, printed with it",
    r"comparison\.movers\.\[\]\.causes\.\[\]\.(question|dimension|change)": "printed with its text, "
    "and in the comparison of the workload",
    r"workload\.previous\.comparison\.questions\.\[\]\.dimension": "the question's key begins with it",
    r"workload\.previous\.dimensions\.\w+": "the comparison's own residual before",
    r"closing\.(audit|snapshot_sha256)": "the audit's own, printed with it",
    r"closing\.findings\.\[\]\.(rule|subject_kind|subject_key)": "the draft's own, printed with it",
    r"workload\.spend_is_known": "the spend itself is printed; this is for readers without amounts",
    r"workload\.assessment\.questionnaire_sha256": "the version's own, printed with it",
}
# Words of fixed lists, and keys that other records refer to: changed, not replaced.
FIXED = re.compile(
    r"(^|\.)(\w*key|question|number|dimension|kind|burn|renewal|notice_unit|uplift|early_termination|"
    r"decision|criticality|path|role|held_by|control|grade|drill|review|state|tier\w*|"
    r"confidence_grade|lowest_confidence_grade|severity|severity_now|carry_over|response|status|"
    r"function|without_waiver|subject_kind|change|currency|base_currency|opens_because|floor|lifts|finding|what|"
    r"evidence|always_apply\.\[\]|lifted_by\.\[\]|schema|version|label|rule|replaces|old_key)$"
)
# Other records refer by these, so they stay as they are.
KEY = re.compile(r"\.(\w*key|question)$")
# Texts that happen to look like a number: versions, and the lines of computed answers.
LIKE_A_NUMBER = re.compile(
    r"\.(questionnaire|scheme\w*|name|value|label|questions\.(before|after))$|organisation"
)
OTHER = {
    "tier": ("portable", "high"),
    "severity": ("low", "medium"),
    "floor": ("moderate", "high"),
    "currency": ("EUR", "GBP"),
    "criticality": ("low", "medium"),
    "dimension": ("vectors", "workflow"),
    "function": ("legal", "security"),
}


@pytest.fixture(scope="module")
def frozen(django_db_setup: Any, django_db_blocker: Any) -> tuple[Bodies, dict[str, Any]]:
    """The example's audit of this year, signed: its bodies by kind, and its closing."""
    with django_db_blocker.unblock(), transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=False):
            organisation = loading.load(now=NOW)
            audit = Audit.objects.get(label="2026", organisation=organisation)
            _sign(audit)
        payload = payload_of(Snapshot.objects.get(audit=audit))
        bodies = {kind: list(payload.bodies(kind)) for kind in KINDS}
        closing = json.loads(Closing.objects.get(audit=audit).body)
        transaction.set_rollback(True)
    return bodies, closing


def _sign(audit: Audit) -> None:
    """Freeze, drop one finding, agree and respond; one signature is withdrawn and given again."""
    people = {
        grant.function: grant.user
        for grant in RoleGrant.objects.filter(ended_at__isnull=True, is_deputy=False)
        .exclude(function="")
        .select_related("user")
    }
    chair = people[Function.IT]
    audit = take_snapshot(audit, by=chair, now=NOW, even_so="Two owners are on leave.")
    last = Finding.objects.filter(audit=audit).order_by("-number")[0]
    findings.drop(finding=last, reason="It stands in another one.", by=chair, now=NOW)
    auditing.agree(
        audit=audit, by=chair, fallback=chair, on=NOW.date(), now=NOW + timedelta(hours=1)
    )
    kept = Finding.objects.filter(audit=audit, state=Finding.State.AGREED).order_by("number")
    auditing.respond(agreed=list(kept), now=NOW + timedelta(hours=2))
    when = NOW + timedelta(days=5)
    audit.refresh_from_db()
    sign_off.sign(
        audit=audit, function=Function.LEGAL, by=people["legal"], now=when, reauthenticated_at=when
    )
    sign_off.withdraw(
        signature=Signature.objects.get(audit=audit),
        by=people["legal"],
        reason="Read it again first.",
        now=when,
    )
    signers = {Function(name): person for name, person in people.items()}
    auditing.sign(audit=audit, signers=signers, now=when + timedelta(hours=1))


# One record that has everything


def merged(values: list[Any]) -> Any:
    """Return one value with every field that any of these has; of a list, one merged element."""
    known = [value for value in values if value not in (None, "", [], {})]
    if not known:
        return values[0] if values else None
    first = known[0]
    if isinstance(first, dict):
        names = dict.fromkeys(name for value in known for name in value)
        return {name: merged([value[name] for value in known if name in value]) for name in names}
    if isinstance(first, list):
        return [merged([inner for value in known for inner in value])]
    return first


def whole_sample(bodies: Bodies, closing: dict[str, Any]) -> tuple[Bodies, dict[str, Any]]:
    """Return one record of each kind; a dropped finding and an ended signature stand beside."""
    sample = {kind: [merged(found)] if found else [] for kind, found in bodies.items()}
    parted = {**closing, "findings": [], "signatures": []}
    for is_one in (
        lambda entry: entry["state"] != "dropped",
        lambda entry: entry["state"] == "dropped",
    ):
        parted["findings"].append(merged([row for row in closing["findings"] if is_one(row)]))
    for is_one in (lambda entry: not entry["withdrawn_at"], lambda entry: entry["withdrawn_at"]):
        parted["signatures"].append(merged([row for row in closing["signatures"] if is_one(row)]))
    _fill(sample, parted)
    return sample, parted


TEXT, DAY, INSTANT = "a text", "2026-01-01", "2026-01-01T00:00:00.000000Z"


CLAUSE = {
    **dict.fromkeys(("key", "number", "name", "reason", "place", "excerpt", "judged_by"), TEXT),
    **{key: [TEXT] for key in ("asks", "said")},
    **dict.fromkeys(("read_on", "waived_until"), DAY),
    "must": True,
    "status": "waived",
    "without_waiver": "missing",
}


def _fill(sample: Bodies, closing: dict[str, Any]) -> None:
    """Put something where the example has nothing, in the shape that the freezing code writes."""
    question = {"key": TEXT, "number": "9.9", "text": TEXT}
    moved = {**question, "old_key": TEXT, "old": TEXT, "new": TEXT}
    comparison = sample["comparison"][0]
    comparison["questions"] |= {
        "after": "another version",
        "added": [question],
        "removed": [dict(question)],
        "changed": [{"what": "reworded", **moved}],
        "replaced": [dict(moved)],
    }
    comparison["workloads"]["removed"] = [TEXT]
    for name in ("without_score", "without_spend", "without_criticality"):
        sample["portfolio"][0]["figures"][name] = [TEXT]
    sample["portfolio"][0]["in_other_currency"] = [TEXT]
    workload = sample["workload"][0]
    workload["score"]["problems"] = [{"key": TEXT, "text": TEXT}]
    workload["previous"]["comparison"]["questions"][0]["replaces"] = TEXT
    contract = sample["contract"][0]
    contract |= {"missing": [TEXT], "decided_at": INSTANT, "notice_given_on": DAY}
    contract["policy"] = contract.get("policy") or TEXT
    read = next(iter(contract.get("clauses") or ()), {})
    contract["clauses"] = [
        {**CLAUSE, **{name: value for name, value in read.items() if value not in (None, "", [])}}
    ]
    contract["commitments"][0]["missing"] = [TEXT]
    contract["dates"]["problem"] = TEXT
    manifest = sample["questionnaire"][0]["manifest"]
    manifest["sections"][0]["questions"][0] |= {
        "replaces": [TEXT],
        "visible_when": {"question": TEXT, "options": [TEXT]},
    }
    workload["answers"][0]["arithmetic"] = [
        {"label": TEXT, "of": TEXT, "is_amount": False, "value": TEXT},
        {"label": TEXT, "of": TEXT, "is_amount": True, "amounts": {"value": TEXT}},
    ]
    withdrawn = closing["signatures"][1]
    withdrawn["dissent"] = TEXT
    closing["signatures"].append(
        {
            **withdrawn,
            "withdrawn_at": None,
            "withdrawn_reason": "",
            "voided_at": INSTANT,
            "voided_reason": TEXT,
        }
    )


# One value a leaf


def leaves(value: Any, path: str) -> Iterator[Leaf]:
    """Yield each leaf with its path; the places of lists are left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}.[]")
    else:
        yield path, value


def replaced(value: Any, path: str, put: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: replaced(inner, f"{path}.{name}", put) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, f"{path}.[]", put) for inner in value]
    return put(path, value)


class Marks:
    """Hands out values that stand nowhere else, of the kind of the one they replace."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Any, set[str]]] = []
        self._count = 0

    def __call__(self, path: str, value: Any) -> Any:
        if isinstance(value, bool) or value is None or FIXED.search(path):
            return value
        if value == "" and path.startswith("closing."):
            return value  # It stays with the other finding, or the other signatures.
        self._count += 1
        mark, printed = self._of(value, path, self._count)
        self.given.append((path, mark, {letters(text) for text in printed}))
        return mark

    def _of(self, value: Any, path: str, count: int) -> tuple[Any, set[str]]:
        if isinstance(value, int):
            mark = 70_000 + 7 * count
            if path.endswith(".minor"):
                mark *= 100_000
                money = Money.from_minor(mark, "USD")
                return mark, {words.exact(money), f"{mark // 100_000:,}"}
            return mark, {f"{mark:,}", str(mark)}
        if re.fullmatch(r"[0-9a-f]{64}", value):
            mark = hashlib.sha256(str(count).encode()).hexdigest()
            return mark, {mark}
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            day = date(1900, 1, 1) + timedelta(days=11 * count)
            return day.isoformat(), {words.day(day)}
        if re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", value):
            instant = datetime(1900, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=11 * count)
            return instant.strftime("%Y-%m-%dT%H:%M:%S.000000Z"), {words.day(instant.date())}
        if re.fullmatch(r"-?\d+(\.\d+)?", value) and not LIKE_A_NUMBER.search(path):
            number = Decimal(30_000 + 7 * count) + Decimal("0.6134")
            return str(number), {
                *(
                    words.fixed(number * factor, places)
                    for factor in (1, 100)
                    for places in range(5)
                ),
                str(number),
                words.plain(number),
                words.plain(number * 100),
            }
        mark = f"Qz{count}x"
        return mark, {mark}


def marked(sample: Bodies, closing: dict[str, Any]) -> tuple[Bodies, dict[str, Any], Marks]:
    marks = Marks()
    bodies = {
        kind: [replaced(body, kind, marks) for body in found] for kind, found in sample.items()
    }
    return bodies, replaced(closing, "closing", marks), marks


def every_leaf(bodies: Bodies, closing: dict[str, Any]) -> Iterator[Leaf]:
    for kind in KINDS:
        for body in bodies[kind]:
            yield from leaves(body, kind)
    yield from leaves(closing, "closing")


def not_in(shown: str, marks: Marks, bodies: Bodies, closing: dict[str, Any]) -> dict[str, Any]:
    """Return each leaf whose value is not in a text, but for those with a reason."""
    missing = {
        path: mark
        for path, mark, printed in marks.given
        if not reason(path) and not any(text in shown for text in printed)
    }
    return missing | {
        path: key
        for path, key in every_leaf(bodies, closing)
        if KEY.search(path) and not reason(path) and letters(key) not in shown
    }


def source_of(bodies: Bodies, closing: dict[str, Any]) -> Source:
    return Source(
        Payload(lambda kind: iter(copy.deepcopy(bodies[kind]))),
        closing,
        is_draft=False,
        dated="2026-11-30T09:00:00+00:00",
        snapshot_sha256="ab" * 32,
        closing_sha256="cd" * 32,
    )


def html_of(bodies: Bodies, closing: dict[str, Any]) -> str:
    source = source_of(bodies, closing)
    return "".join(
        volumes.html_of(context.document(source, volume), template="v1")
        for volume in context.plan(source)
    )


def reason(path: str) -> str:
    return next((why for rule, why in REASONS.items() if re.fullmatch(rule, path)), "")


def test_the_sample_has_a_value_in_every_field(frozen) -> None:
    """A field that is empty here would be looked for nowhere."""
    sample, closing = whole_sample(*frozen)
    filled, empty = set(), set()
    for path, value in every_leaf(sample, closing):
        is_empty = value is None or (path.startswith("closing.") and value == "")
        (empty if is_empty else filled).add(path)
    nothing = empty - filled

    assert nothing <= {
        # The gates of the sample neither hold a tier up nor lift a form of lock-in at once.
        "workload.score.tier_floor",
    }, sorted(nothing)


def test_every_value_of_the_frozen_records_is_in_the_pdfs(frozen, tmp_path: Path) -> None:
    bodies, closing, marks = marked(*whole_sample(*frozen))

    made = volumes.make(
        source_of(bodies, closing),
        items=lambda kinds, keys: (),
        closing_text=dumps(closing),
        folder=tmp_path,
        template="v1",
        at_once=1,
        progress=lambda done, total, said: None,
    )
    shown = letters("".join(text_of(volume.path) for volume in made))

    assert len(marks.given) > 400
    assert not (missing := not_in(shown, marks, bodies, closing)), missing


def test_a_large_audit_in_many_volumes_says_the_same(frozen, monkeypatch) -> None:
    """Its body shortens the lists, and the volumes hold what is left out. Read as HTML: quicker."""
    monkeypatch.setattr(context, "MOST_FINDINGS_IN_BODY", 0)
    monkeypatch.setattr(context, "MOST_IN_BODY", 0)
    bodies, closing, marks = marked(*whole_sample(*frozen))
    assert len(context.plan(source_of(bodies, closing))) == 5

    shown = letters(unescape(re.sub(r"<[^>]+>", " ", html_of(bodies, closing))))

    assert not (missing := not_in(shown, marks, bodies, closing)), missing


def test_every_choice_and_every_yes_or_no_changes_the_report(frozen) -> None:
    sample, closing = whole_sample(*frozen)
    bodies, closing, _ = marked(sample, closing)
    before = html_of(bodies, closing)
    paths = {
        path: value
        for path, value in every_leaf(bodies, closing)
        if not reason(path)
        and not KEY.search(path)
        and (isinstance(value, bool) or (FIXED.search(path) and value is not None))
    }

    same = []
    for path, value in paths.items():
        swap = _swapping(path, value)
        changed = {
            kind: [replaced(body, kind, swap) for body in found] for kind, found in bodies.items()
        }
        if html_of(changed, replaced(closing, "closing", swap)) == before:
            same.append(path)

    assert len(paths) > 80
    assert not same, same


def _swapping(path: str, value: Any) -> Callable[[str, Any], Any]:
    """Return what puts another value at this path, and leaves all others."""
    other: Any
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    else:
        name = path.rpartition(".")[2]
        choices = next(
            (found for key, found in OTHER.items() if name.startswith(key) or name.endswith(key)),
            None,
        )
        other = next(text for text in choices if text != value) if choices else f"{value}zz"
    return lambda at, found: other if at == path and found is not None else found


def test_what_is_printed_once_is_the_same_wherever_it_stands(frozen) -> None:
    """The values that are left out because their twin is printed are equal to their twin."""
    bodies, closing = frozen
    for workload in bodies["workload"]:
        answers = {entry["question_key"]: entry for entry in workload["answers"]}
        for dimension in (workload["score"] or {}).get("dimensions", ()):
            for trace in dimension["answers"]:
                answer = answers[trace["question"]]
                for name in ("number", "points", "evidence_on"):
                    assert trace[name] == answer[name]
                assert trace["evidence"] == answer["grade"]
                assert trace["question"].startswith(dimension["dimension"])
        comparison = (workload["previous"] or {}).get("comparison")
        for entry in (comparison or {}).get("dimensions", ()):
            assert entry["residual"]["before"] == workload["previous"]["dimensions"].get(
                entry["dimension"]
            )
        if workload["assessment"]:
            asked = (
                workload["assessment"]["questionnaire"],
                workload["assessment"]["questionnaire_sha256"],
            )
            assert asked in {(row["label"], row["sha256"]) for row in bodies["questionnaire"]}
    units = {row["key"]: row["business_unit"] for row in bodies["workload"]}
    assert {row["key"]: row["business_unit"] for row in bodies["portfolio"][0]["heat"]} == units
    drafts = {row["number"]: row for row in bodies["finding"]}
    for finding in closing["findings"]:
        for name in ("rule", "subject_kind", "subject_key"):
            assert finding[name] == drafts[finding["number"]][name]
    assert closing["audit"] == bodies["audit"][0]["label"]


AWKWARD = (
    "<b>Bold</b> <img src=x onerror=alert(1)> & </td></tr></table>",
    "W" * 180,
    "Donaudampfschifffahrtsgesellschaftskapitänsversicherungsabteilung" * 2,
    "مطالبات التأمين على السيارات",
    "ביטוח (חיים) 2026",
    "保険金請求の自動仕分け" * 6,
    "Страхование жизни и здоровья",
    "one\ntwo\r\nthree\n\n\nfour",
    "tab\there, no\u00a0break, zero\u200bwidth, over\u202eturned",
    "ends with a backslash \\ and {{ braces }} {% now %}",
)


def test_awkward_texts_stay_inside_the_margins(frozen, tmp_path: Path) -> None:
    """Markup, words without an end, scripts from right to left and line breaks, in every text."""
    count = 0

    def put(path: str, value: Any) -> Any:
        nonlocal count
        if (
            not isinstance(value, str)
            or FIXED.search(path)
            or re.fullmatch(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d(T.*Z)?|[0-9a-f]{64}", value)
        ):
            return value
        count += 1
        return AWKWARD[count % len(AWKWARD)]

    sample, closing = whole_sample(*frozen)
    bodies = {kind: [replaced(body, kind, put) for body in found] for kind, found in sample.items()}

    made = list(
        volumes.make(
            source_of(bodies, replaced(closing, "closing", put)),
            items=lambda kinds, keys: (),
            closing_text="{}",
            folder=tmp_path,
            template="v1",
            at_once=1,
            progress=lambda done, total, said: None,
        )
    )

    assert count > 150
    assert sum(volume.pages for volume in made) < 60
    assert [found for volume in made for found in _outside(volume.path)] == []


def _outside(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield each letter that is drawn outside the side margins of 18 mm, or below the foot."""
    left, right, foot = 17.5 * MILLIMETRES, 192.5 * MILLIMETRES, 8 * MILLIMETRES
    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            letters_here = text.get_text_range()
            for place in range(text.count_chars()):
                x0, y0, x1, _ = text.get_charbox(place)
                if x1 > x0 and (x0 < left or x1 > right or y0 < foot):
                    yield path.name, number, letters_here[max(0, place - 20) : place + 20]
                    break
    finally:
        document.close()
