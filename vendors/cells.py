"""PURE. Text in a spreadsheet cell that can never be run, and the same text read back.

A cell that begins with = + - @ or a tab is a formula to some program. In CSV an apostrophe goes in
front; a text that has one already gets one more, so that taking one away gives back exactly what
was there.
"""

import re

# The full-width signs are formulas too in some East Asian versions. Leading blanks are trimmed by
# some programs before they look at the first sign.
_SIGN = r"[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
_COULD_RUN = re.compile(rf"'*(\s*{_SIGN}|[\t\r\n])")
_WAS_ESCAPED = re.compile(rf"'+(\s*{_SIGN}|[\t\r\n])")

# A workbook writes an odd character as _x0007_; a text that only looks so must say that it is not.
_LOOKS_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

# What XML 1.0 cannot hold, and lone halves of a surrogate pair.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

LONGEST_IN_WORKBOOK = 32_767


def has_control_character(text: str) -> bool:
    return _CONTROL.search(text) is not None


def for_csv(text: str) -> str:
    """Return the text as no program runs it."""
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if _COULD_RUN.match(text) else text


def for_workbook(text: str) -> str:
    """Return the text for a cell of type text, which is never run whatever it begins with."""
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", one_line_ending(text))
    if _WAS_ESCAPED.match(text):
        text = f"'{text}"
    return _shortened(_LOOKS_CODED.sub("_x005F_", text))


def from_csv(text: str) -> str:
    """Return what `for_csv` was given."""
    return text[1:] if _WAS_ESCAPED.match(text) else text


def from_workbook(text: str) -> str:
    """Return what `for_workbook` was given; a carriage return is a line ending."""
    text = text.replace("_x000D_", "").replace("_x005F_", "_")
    return from_csv(text)


def one_line_ending(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shortened(text: str) -> str:
    """A workbook cell holds so much and no more; what was cut says so."""
    units = text.encode("utf-16-le")
    if len(units) <= LONGEST_IN_WORKBOOK * 2:
        return text
    tail = " … (cut: a cell holds 32,767 characters, the CSV has all of it)"
    kept = units[: (LONGEST_IN_WORKBOOK - len(tail)) * 2].decode("utf-16-le", "ignore")
    return kept + tail
