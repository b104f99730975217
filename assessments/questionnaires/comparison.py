"""PURE. What changed between two versions of the questions, so that years stay comparable."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.questionnaires.questions import Definition, Question


@dataclass(frozen=True, slots=True)
class Change:
    """One question in both versions; the keys differ where the new one replaces the old."""

    old_key: str
    new_key: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every list is in the order of the newer version; removed keys in that of the older."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    replaced: tuple[Change, ...]
    """The newer question stands for the older one under a new key; texts of both."""
    reworded: tuple[Change, ...]
    reweighted: tuple[Change, ...]
    rescaled: tuple[Change, ...]
    """The same answer no longer counts the same, or the answers to choose from differ."""
    sections_reweighted: tuple[Change, ...]
    pairs: Mapping[str, tuple[str, ...]]
    """Newer key to the older keys it is compared with; a question that is new has none."""

    @property
    def is_empty(self) -> bool:
        return not (
            self.added
            or self.removed
            or self.replaced
            or self.reworded
            or self.reweighted
            or self.rescaled
            or self.sections_reweighted
        )


def compare(old: Definition, new: Definition) -> Comparison:
    """Return what a reader of both years has to know about the questions."""
    pairs = {question.key: _older_keys(old, question) for question in new.questions}
    matched = {key for keys in pairs.values() for key in keys}
    both = [
        (old.question(key), question) for question in new.questions for key in pairs[question.key]
    ]
    return Comparison(
        added=tuple(key for key, older in pairs.items() if not older),
        removed=tuple(q.key for q in old.questions if q.key not in matched),
        replaced=tuple(
            Change(was.key, now.key, was.text, now.text) for was, now in both if was.key != now.key
        ),
        reworded=tuple(
            Change(was.key, now.key, was.text, now.text)
            for was, now in both
            if was.key == now.key and _words(was) != _words(now)
        ),
        reweighted=tuple(
            Change(was.key, now.key, str(was.weight), str(now.weight))
            for was, now in both
            if was.weight != now.weight
        ),
        rescaled=tuple(
            Change(was.key, now.key, _scale(was), _scale(now))
            for was, now in both
            if _scale(was) != _scale(now)
        ),
        sections_reweighted=_sections(old, new),
        pairs=pairs,
    )


def _older_keys(old: Definition, question: Question) -> tuple[str, ...]:
    if question.key in old.by_key:
        return (question.key,)
    return tuple(key for key in question.replaces if key in old.by_key)


def _words(question: Question) -> tuple[object, ...]:
    """What the person who answered was shown, by answer, whatever the order."""
    return (
        question.text,
        question.hint,
        sorted((option.key, option.label, option.consequence) for option in question.options),
    )


def _scale(question: Question) -> str:
    return ", ".join(f"{option.key} {option.points}" for option in question.options)


def _sections(old: Definition, new: Definition) -> tuple[Change, ...]:
    before = {section.key: section.weight for section in old.sections}
    return tuple(
        Change(section.key, section.key, str(before[section.key]), str(section.weight))
        for section in new.sections
        if section.key in before and before[section.key] != section.weight
    )
