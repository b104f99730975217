"""PURE. How an amount, a share and a month stand in a step of arithmetic, and what is refused."""

from decimal import ROUND_HALF_UP, Decimal

from lockin.money import LARGEST, round_half_up
from vendors.exposure.inputs import UnableToReckonExposure

ZERO = Decimal(0)
ONE = Decimal(1)
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
LONGEST = 360  # months that a term or a look ahead may have
STEEPEST = Decimal(10)  # 1,000 % a year


def figure(amount: Decimal) -> str:
    """Return `1,516,666.67` or `2,000,000`: cents only where there are some."""
    shown = round_half_up(amount, 2)
    if shown == shown.to_integral_value():
        shown = shown.quantize(ONE)
    return f"{MINUS if shown < 0 else ''}{abs(shown):,f}"


def percent(share: Decimal, places: int = 2) -> str:
    """Return `21.55 %` for 0.2155, without trailing zeros."""
    shown = f"{abs(share * 100).quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP):f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{MINUS if share < 0 and shown != '0' else ''}{shown} %"


def refuse_negative(**amounts: Decimal | None) -> None:
    """
    Refuse an amount below zero, above 10^15 or no number; None is unknown and passes.

    :raises UnableToReckonExposure: naming it in words
    """
    for name, amount in amounts.items():
        if amount is None:
            continue
        if not amount.is_finite():
            raise UnableToReckonExposure(f"{_words(name)} is not a number.")
        if amount < 0:
            raise UnableToReckonExposure(f"{_words(name)} cannot be negative.")
        if amount > LARGEST:
            raise UnableToReckonExposure(
                f"{_words(name)} is larger than any amount kept here (10^15)."
            )


def refuse_no_share(**shares: Decimal | None) -> None:
    """
    Refuse a share outside 0 to 1; None is unknown and passes.

    :raises UnableToReckonExposure: naming it in words
    """
    for name, share in shares.items():
        if share is not None and not (share.is_finite() and 0 <= share <= 1):
            raise UnableToReckonExposure(f"{_words(name)} must lie between 0 and 100 %.")


def refuse_rate(**rates: Decimal) -> None:
    """
    Refuse a yearly or monthly rate that takes all there is, is beyond all sense, or no number.

    :raises UnableToReckonExposure: naming it in words
    """
    for name, rate in rates.items():
        if not rate.is_finite() or not -1 < rate <= STEEPEST:
            raise UnableToReckonExposure(f"{_words(name)} must lie between −100 and 1,000 %.")


def refuse_no_discount(discount: Decimal | None) -> None:
    """
    Refuse a discount below nothing, of everything or no number; None is unknown and passes.

    :raises UnableToReckonExposure: naming the limits
    """
    if discount is not None and not (discount.is_finite() and 0 <= discount < 1):
        raise UnableToReckonExposure("The discount must lie between 0 and 100 %, below 100 %.")


def refuse_no_term(months: int) -> None:
    """
    Refuse a term that is no month or longer than thirty years.

    :raises UnableToReckonExposure: naming the limits
    """
    if not 1 <= months <= LONGEST:
        raise UnableToReckonExposure(f"The term must be at least one month and at most {LONGEST}.")


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
