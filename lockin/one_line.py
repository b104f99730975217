"""PURE. Text that stays on its line, as names must: they stand in rows, mails, the log and reports."""

import re

# C0 and C1 controls, and the two separators that Unicode has besides.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A passage of several lines has tabs and line ends, and nothing else of the kind.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")

ON_ONE_LINE = "Write this on one line: it holds a line break or another control character."
NOTHING_HIDDEN = "This holds a control character that nobody can see. Type it again."


def leaves_its_line(text: str) -> bool:
    """Whether a line break, a tab or another control character stands in a text."""
    return _BREAKS.search(text) is not None


def hides_something(text: str) -> bool:
    """Whether a passage holds a control character other than tabs and line ends."""
    return _HIDDEN.search(text) is not None
