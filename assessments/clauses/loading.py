"""PURE. Reads a policy from its TOML or JSON file; every fault names the clause and the field."""

import json
import re
import tomllib
from pathlib import Path

from assessments.clauses.checks import faults
from assessments.clauses.definition import Policy, from_manifest
from assessments.questionnaires.reading import UnableToReadDefinition

DATA = Path(__file__).parent / "data"
CURRENT = DATA / "policy_v1.toml"
HALF_SIGN = re.compile(r"[\ud800-\udfff]")
# As they stand in JSON.
CONTROL_SIGN = re.compile(r"\\u00[01][0-9a-f]|\\[bf]")
# The parser takes a time that grows with the square of a key's parts.
DEEP_KEY = re.compile(r"(?:\.\s*[\w\"'-]+\s*){20}")


def load(source: Path | str | bytes) -> Policy:
    """
    Return the policy in the file, or in the bytes of one, read and checked.

    :raises UnableToReadDefinition: with the first fault and its place
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnableToReadDefinition("The file is not UTF-8.") from error
    if DEEP_KEY.search(text):
        raise UnableToReadDefinition("The file is nested too deeply.")
    try:
        # A version can be taken out as JSON, changed, and brought back.
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except RecursionError as error:
        raise UnableToReadDefinition("The file is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise UnableToReadDefinition(f"The file is not JSON. {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UnableToReadDefinition(f"The file is not TOML. {error}.") from error
    except ValueError as error:
        # Python reads no number of thousands of digits.
        raise UnableToReadDefinition(
            "The file is not JSON or TOML: a number is too long."
        ) from error
    _check_signs(content)
    policy = from_manifest(content)
    for fault in faults(policy):
        raise UnableToReadDefinition(fault.text, where=fault.where)
    return policy


def _check_signs(content: object) -> None:
    """
    Refuse texts that no page can show; an escape in JSON gets past the check of the file's bytes.

    :raises UnableToReadDefinition: for half a sign, or a control sign that is no break of a line
    """
    text = json.dumps(content, ensure_ascii=False, default=str)
    if HALF_SIGN.search(text):
        raise UnableToReadDefinition("The file is not UTF-8: it holds half a sign.")
    # `json.dumps` writes control signs as escapes; a backslash of the text itself is doubled.
    if CONTROL_SIGN.search(text.replace("\\\\", "")):
        raise UnableToReadDefinition("The file holds a control sign.")
