"""PURE. How one cell of an import is read: what it may hold, and what is expected instead.

A parser takes what a cell holds and returns a value, or raises `UnableToReadCell` with what it
expects. `write` gives the text that the same parser reads back.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from lockin import money
from lockin.one_line import leaves_its_line
from vendors import cells
from vendors.calendars import is_known

Cell = str | int | float | Decimal | bool | date | datetime | time | timedelta | None
Value = str | int | Decimal | bool | date | None
Parser = Callable[[Cell], Value]

_KEY = re.compile(r"[-a-zA-Z0-9_]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_YES = {"yes", "y", "true", "1"}
_NO = {"no", "n", "false", "0"}
_EARLIEST, _LATEST = date(1950, 1, 1), date(2150, 12, 31)
_LARGEST_COUNT = 2_147_483_647


class UnableToReadCell(ValueError):
    """A cell does not hold what its column takes. The message says what is expected."""


def text_of(cell: Cell) -> str:
    """Return the cell as a person would have typed it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        # A spreadsheet keeps fifteen figures; the rest is binary dust.
        exact = Decimal(format(cell, ".15g"))
        return format(exact, "f").removesuffix(".0")
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time() and cell.tzinfo is None
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def line(cell: Cell, *, longest: int) -> str:
    """One line of text: blanks at the ends and doubled ones are dirt."""
    if isinstance(cell, date | time | timedelta):
        raise UnableToReadCell("text; format the cell as text, it holds a date now")
    text = text_of(cell).strip()
    if leaves_its_line(text.replace("\t", " ")):
        raise UnableToReadCell("text on one line, without line breaks or control characters")
    return _checked(" ".join(text.split()), longest)


def passage(cell: Cell, *, longest: int = 20_000) -> str:
    """Free text, kept as it is; only line endings are made one kind."""
    return _checked(cells.one_line_ending(text_of(cell)), longest)


def _checked(text: str, longest: int) -> str:
    if cells.has_control_character(text):
        raise UnableToReadCell("text without control characters")
    if len(text) > longest:
        raise UnableToReadCell(f"at most {longest:,} characters, this has {len(text):,}")
    return text


def key(cell: Cell, *, longest: int = 80) -> str:
    text = line(cell, longest=longest)
    if not _KEY.fullmatch(text):
        raise UnableToReadCell("a key of letters, digits, - and _, such as azure-openai")
    return text


def email(cell: Cell) -> str:
    text = line(cell, longest=254).lower()
    if not _EMAIL.fullmatch(text):
        raise UnableToReadCell("an e-mail address")
    return text


def web_address(cell: Cell, *, longest: int = 200) -> str:
    text = line(cell, longest=longest)
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise UnableToReadCell("a web address that begins with https:// or http://")
    return text


def country(cell: Cell) -> str:
    text = line(cell, longest=60).upper()
    if not re.fullmatch("[A-Z]{2}", text):
        raise UnableToReadCell("a country code of two letters, such as US or DE")
    return text


def time_zone(cell: Cell) -> str:
    text = line(cell, longest=64)
    if text not in available_timezones():
        raise UnableToReadCell("a time zone such as Europe/Berlin")
    return text


def holiday_calendar(cell: Cell) -> str:
    """Whose public holidays count: a country, or a part of one."""
    text = line(cell, longest=60).upper()
    if not is_known(text):
        raise UnableToReadCell("a country whose holidays are known, such as GB or DE-BY")
    return text


def currency(cell: Cell) -> str:
    text = line(cell, longest=60).upper()
    if text not in money.CURRENCIES:
        raise UnableToReadCell("an ISO 4217 currency code, such as USD or EUR")
    return text


def day(cell: Cell) -> date:
    expected = "a date such as 2026-12-31"
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise UnableToReadCell(f"{expected}, without a time of day")
        cell = cell.date()
    if isinstance(cell, date):
        found = cell
    else:
        if isinstance(cell, int | float | Decimal):
            raise UnableToReadCell(f"{expected}; format the cell as a date, it holds a number")
        text = text_of(cell).strip()
        if not _ISO_DATE.fullmatch(text):
            raise UnableToReadCell(expected)
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise UnableToReadCell(f"{expected}; this day does not exist") from None
    if not _EARLIEST <= found <= _LATEST:
        raise UnableToReadCell(f"a date between {_EARLIEST.year} and {_LATEST.year}")
    return found


def amount(cell: Cell) -> Decimal:
    if isinstance(cell, bool | date | time | timedelta):
        raise UnableToReadCell("an amount such as 1240000.50")
    try:
        return money.parse_amount(text_of(cell))
    except money.UnableToReadAmount as error:
        raise UnableToReadCell(f"an amount such as 1240000.50. {error}") from None


def _number(text: str, expected: str) -> Decimal:
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        raise UnableToReadCell(expected)
    return Decimal(text)


def price(cell: Cell) -> Decimal:
    expected = "a price of zero or more, such as 0.075, with at most 8 decimals"
    if isinstance(cell, bool | date | time | timedelta):
        raise UnableToReadCell(expected)
    price = _number(text_of(cell).strip(), expected)
    if price < 0 or price >= 10**10 or price != money.round_half_up(price, 8):
        raise UnableToReadCell(expected)
    return price


def _ratio(cell: Cell, *, expected: str, largest: int, places: int, per_cent: int) -> Decimal:
    """A percentage (20, 20%) or a share (0.2, 20%): `per_cent` is what one per cent is worth."""
    if isinstance(cell, bool | date | time | timedelta):
        raise UnableToReadCell(expected)
    text = text_of(cell).strip()
    if text.endswith("%"):
        figure = _number(text[:-1].strip(), expected) * per_cent / 100
    else:
        figure = _number(text, expected)
    if not 0 <= figure <= largest or figure != money.round_half_up(figure, places):
        raise UnableToReadCell(expected)
    return figure


def percent(cell: Cell, *, largest: int = 100) -> Decimal:
    return _ratio(
        cell,
        expected=f"a percentage from 0 to {largest}, such as 20 or 12.5",
        largest=largest,
        places=3,
        per_cent=100,
    )


def share(cell: Cell) -> Decimal:
    return _ratio(
        cell,
        expected="a share from 0 to 1, such as 0.6, with at most 4 decimals",
        largest=1,
        places=4,
        per_cent=1,
    )


def count(cell: Cell, *, smallest: int = 0, largest: int = _LARGEST_COUNT) -> int:
    expected = f"a whole number of {smallest} or more" + (
        f", at most {largest:,}" if largest < _LARGEST_COUNT else ""
    )
    if isinstance(cell, bool | date | time | timedelta):
        raise UnableToReadCell(expected)
    figure = _number(text_of(cell).strip(), expected)
    if figure != figure.to_integral() or not smallest <= figure <= largest:
        raise UnableToReadCell(expected)
    return int(figure)


def weeks(cell: Cell) -> Decimal:
    expected = "weeks, more than 0 and at most 1000, such as 26 or 12.5"
    if isinstance(cell, bool | date | time | timedelta):
        raise UnableToReadCell(expected)
    figure = _number(text_of(cell).strip(), expected)
    if not 0 < figure <= 1000 or figure != money.round_half_up(figure, 1):
        raise UnableToReadCell(expected)
    return figure


def yes_or_no(cell: Cell) -> bool:
    word = text_of(cell).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnableToReadCell("yes or no (leave it empty where nobody has checked)")


def choice(cell: Cell, *, words: tuple[str, ...]) -> str:
    word = "-".join(text_of(cell).casefold().replace("_", " ").split())
    if word not in words:
        raise UnableToReadCell(f"one of {', '.join(words)}")
    return word


def write(value: Value) -> str:
    """Return the text that the column's parser reads back as this value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def shown(cell: Cell, *, longest: int = 60) -> str:
    """Return the cell for an error message: one line, short, and safe to print."""
    text = " ".join(text_of(cell).split())
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return text if len(text) <= longest else f"{text[:longest]}…"
