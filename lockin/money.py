"""PURE. An amount with its currency: minor units, adding, rounding and reading, in one place.

Amounts are `Decimal`; rows keep integer minor units. Nothing here converts between currencies:
totals are per currency until dated rates exist.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217, list one ("active codes"), without funds, metals and test codes. Codes withdrawn since
# 2023 (ANG, BGN, CUC, HRK, SLL, ZWL) stay readable: contracts outlive currencies.
_ACTIVE = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR
    ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_ACTIVE.split())

# ISO 4217, list one, column "minor unit": every code not named here has two decimals.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(_FOUR_DECIMALS.split(), 4),
}

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SCALES = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))
_MINUS = "\N{MINUS SIGN}"

# More than any contract; a longer number is a slip of the keyboard or an attack on the database.
LARGEST = Decimal(10) ** 15

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
_TWO_MEANINGS = re.compile(rf"[-{_MINUS}]?[0-9]{{1,3}},[0-9]{{3}}")
_OTHER_SEPARATORS = re.compile(rf"[-{_MINUS}0-9.,'\u2019\s]+")
_NOT_A_NUMBER = re.compile(r"[+-]?(nan|snan|inf|infinity)", re.IGNORECASE)


class UnableToReadAmount(ValueError):
    """A text is no amount. The message is written for the user."""


class UnableToAdd(ValueError):
    """Two currencies meet in one sum."""


def exponent(currency: str) -> int:
    """Return how many decimals the currency has."""
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code.")
    return _EXPONENTS.get(currency, 2)


def round_half_up(amount: Decimal, places: int) -> Decimal:
    """Return the amount with that many decimals: the only rounding of money in the product."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def shown_difference(before: Decimal, after: Decimal, places: int = 0) -> Decimal:
    """Return the difference of two figures as a reader sees them, rounded each by itself.

    72.4 and 71.6 are shown as 72 and 72, so their difference is shown as 0 and not as +1.
    """
    return round_half_up(after, places) - round_half_up(before, places)


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"An amount is a finite Decimal, not {self.amount!r}.")
        exponent(self.currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> "Money":
        return cls(Decimal(units).scaleb(-exponent(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(Decimal(0), currency)

    def to_minor(self) -> int:
        """Return whole minor units, rounded half up."""
        return int(round_half_up(self.amount, exponent(self.currency)).scaleb(self._exponent))

    @property
    def _exponent(self) -> int:
        return exponent(self.currency)

    def rounded(self) -> "Money":
        return Money(round_half_up(self.amount, self._exponent), self.currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise UnableToAdd(
                f"{self.currency} and {other.currency} cannot be added without a dated rate."
            )
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __str__(self) -> str:
        figure = f"{abs(self.rounded().amount):,f}"
        return f"{self._sign(self.rounded().amount)}{self._mark()}{figure}"

    def short(self) -> str:
        """Return three significant figures for a reader: $1.24m, $720k, €12.4m."""
        figure, unit = _three_figures(abs(self.amount))
        sign = self._sign(figure.copy_sign(self.amount))
        return f"{sign}{self._mark()}{figure:f}{unit}"

    def _mark(self) -> str:
        return _SYMBOLS.get(self.currency, f"{self.currency}\N{NO-BREAK SPACE}")

    @staticmethod
    def _sign(amount: Decimal) -> str:
        return _MINUS if amount < 0 else ""


def _three_figures(size: Decimal) -> tuple[Decimal, str]:
    """Return the scaled figure and its unit; 999,950 is 1m, not 1,000k."""
    for position, (scale, unit) in enumerate(_SCALES):
        if size < scale:
            continue
        scaled = size / scale
        figure = round_half_up(scaled, max(0, 2 - scaled.adjusted()))
        if figure >= 1000 and position > 0:
            return Decimal(1), _SCALES[position - 1][1]
        return _without_trailing_zeros(figure), unit
    whole = round_half_up(size, 0)
    return (Decimal(1), "k") if whole >= 1000 else (whole, "")


def _without_trailing_zeros(figure: Decimal) -> Decimal:
    return figure.quantize(Decimal(1)) if figure == figure.to_integral() else figure.normalize()


def totals(amounts: Iterable[Money]) -> dict[str, Money]:
    """Return one total per currency, in order of the code."""
    sums: dict[str, Money] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Money.zero(money.currency)) + money
    return dict(sorted(sums.items()))


def parse_amount(
    text: str, *, currency: str | None = None, allow_negative: bool = False
) -> Decimal:
    """
    Return the amount that a person wrote: `1240000`, `1240000.50` or `1,240,000.50`.

    A text that two countries read differently (`1,234`, `1.234,56`) is refused, never guessed.

    :raises UnableToReadAmount: with what was found and how to write it
    """
    found = text.strip()
    if not found:
        raise UnableToReadAmount("The amount is empty. Write a number such as 1240000.50.")
    if _NOT_A_NUMBER.fullmatch(found):
        raise UnableToReadAmount(f"“{found}” is not an amount. Leave an unknown amount empty.")
    if len(found) > 40:
        raise UnableToReadAmount("The amount is too long to be one. Write it as 1240000.50.")

    # People paste the real minus sign too.
    figure = found.replace(_MINUS, "-", 1)
    if _GROUPED.fullmatch(figure):
        figure = figure.replace(",", "")
    elif not _PLAIN.fullmatch(figure):
        raise UnableToReadAmount(_why_not_plain(found))

    amount = Decimal(figure)
    if abs(amount) > LARGEST:
        raise UnableToReadAmount(f"“{found}” is larger than any amount kept here (10^15).")
    if amount < 0 and not allow_negative:
        raise UnableToReadAmount(f"“{found}” is negative. Write an amount of zero or more.")
    if currency is not None:
        refuse_hidden_decimals(amount, currency=currency)
    return amount if amount else abs(amount)


def refuse_hidden_decimals(amount: Decimal, *, currency: str) -> None:
    """
    Refuse an amount that the currency's minor unit cannot hold, such as 0.005 USD.

    :raises UnableToReadAmount: naming the decimals that the currency has
    """
    places = exponent(currency)
    if amount != round_half_up(amount, places):
        raise UnableToReadAmount(
            f"{amount:f} has more decimals than {currency} has ({places}). "
            "If the point stands between thousands, leave it out."
        )


def _why_not_plain(found: str) -> str:
    if _TWO_MEANINGS.fullmatch(found):
        return (
            f"“{found}” can mean two amounts. Write {found.replace(',', '')} for thousands, "
            f"or {found.replace(',', '.')} with a dot for decimals."
        )
    if re.search(r"[eE]", found) and re.fullmatch(r"[-+0-9.eE]+", found):
        return f"“{found}” is in scientific notation. Write the number out: 1240000."
    if _OTHER_SEPARATORS.fullmatch(found) and re.search(r"[0-9]", found):
        return (
            f"“{found}” is written in a way that countries read differently. "
            "Write 1240000.50: a dot for decimals and nothing between thousands."
        )
    return f"“{found}” is not an amount. Write digits alone, such as 1240000.50, without currency."
