"""Small questionnaire versions for tests: two sections, few questions, every text written."""

from assessments.questionnaires.definition import (
    Applies,
    Condition,
    Definition,
    GenericAnswer,
    Option,
    Question,
    Section,
)

SCALE = (("none", 0), ("some", 50), ("all", 100))


def options(*scale):
    return tuple(
        Option(key=key, points=points, label=f"Label {key}", consequence=f"Consequence {key}.")
        for key, points in (scale or SCALE)
    )


def question(key, number, weight, **changes):
    plain = {
        "key": key,
        "number": number,
        "weight": weight,
        "name": "A name",
        "text": f"What about {key}?",
        "hint": "Count what runs today.",
        "why": "Because it costs.",
        "evidence": ("A log",),
        "respondent": "engineering",
        "options": options(),
    }
    return Question(**{**plain, **changes})


def section(key, weight, *questions, **changes):
    plain = {
        "key": key,
        "number": key[0].upper(),
        "name": key.capitalize(),
        "intro": "What this is about.",
        "weight": weight,
        "may_not_apply": False,
        "questions": questions,
    }
    return Section(**{**plain, **changes})


APPLIES = Applies(
    text="Is there any?", hint="Count all.", yes="Yes", no="No", reason_label="How do you know?"
)


def api(*questions):
    return section("api", 60, *questions)


def workflow(*questions):
    return section("workflow", 40, *questions, may_not_apply=True, applies=APPLIES)


def definition(*sections, **changes):
    plain = {
        "label": "test.1",
        "scheme": "2026.1",
        "title": "A test version",
        "notes": "For tests.",
        "unknown": GenericAnswer(label="Nobody has checked", consequence="Counts as the worst."),
        "not_applicable": GenericAnswer(label="Does not apply", consequence="Left out."),
        "sections": sections or (DEFAULT_API, DEFAULT_WORKFLOW),
    }
    return Definition(**{**plain, **changes})


def when(key, *option_keys):
    return Condition(question=key, options=option_keys)


DEFAULT_API = api(
    question("api.depth", "1.1", 60),
    question("api.calls", "1.2", 40, visible_when=when("api.depth", "some", "all")),
)
DEFAULT_WORKFLOW = workflow(question("workflow.export", "4.1", 100, unit="days", source="a ÷ b"))
