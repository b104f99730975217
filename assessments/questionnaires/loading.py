"""PURE. Reads a questionnaire version from its TOML file; every fault names line, key and field."""

import re
import tomllib
from pathlib import Path

from assessments.questionnaires.checks import problems
from assessments.questionnaires.definition import from_manifest
from assessments.questionnaires.questions import Definition
from assessments.questionnaires.reading import UnableToReadDefinition

DATA = Path(__file__).parent / "data"
# The parser takes a time that grows with the square of a key's parts; ours have four at most.
DEEP_KEY = re.compile(r"(?:\.\s*[\w\"'-]+\s*){20}")
CURRENT = DATA / "lock_in_2026_1.toml"


def load(source: Path | str | bytes) -> Definition:
    """
    Return the version in the file, or in the bytes of one, read and checked.

    :raises UnableToReadDefinition: with the first fault, its line, key and field
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnableToReadDefinition("The file is not UTF-8.", line=line) from error
    if deep := DEEP_KEY.search(text):
        line = text[: deep.start()].count("\n") + 1
        raise UnableToReadDefinition("The file is nested too deeply.", line=line)
    try:
        content = tomllib.loads(text)
    except RecursionError as error:
        raise UnableToReadDefinition("The file is nested too deeply.") from error
    except tomllib.TOMLDecodeError as error:
        # The parser names the line itself: "… (at line 12, column 3)".
        raise UnableToReadDefinition(f"The file is not TOML. {error}.") from error
    try:
        definition = from_manifest(content)
    except UnableToReadDefinition as error:
        raise _with_line(text, error.where, error.field, error.text) from error
    for problem in problems(definition):
        raise _with_line(text, problem.where, problem.field, problem.text)
    return definition


def _with_line(text: str, where: str, field: str, fault: str) -> UnableToReadDefinition:
    return UnableToReadDefinition(
        fault, where=where, field=field, line=_line_of(text, where, field)
    )


def _line_of(text: str, where: str, field: str) -> int:
    """Return the line of the field under that key, of the key where it has none, or 0."""
    lines = text.splitlines()
    owner = next(
        (number for number, line in enumerate(lines) if _names(line, where)), None if where else -1
    )
    if owner is None:
        return 0
    # A fault of one answer stands on that answer's line; any other, on its field's.
    first, _, rest = field.partition(".")
    option = rest.partition(".")[0] if first == "options" else ""
    head = re.compile(rf"\s*{re.escape(first)}\s*=|\s*\[[\w.]*\b{re.escape(first)}\]")
    for number in range(owner + 1, len(lines)):
        line = lines[number]
        if line.startswith("[["):
            break
        if _names(line, option) if option else head.match(line):
            return number + 1
    return owner + 1


def _names(line: str, key: str) -> bool:
    return bool(key) and re.search(rf'\bkey\s*=\s*"{re.escape(key)}"', line) is not None
