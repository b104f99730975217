"""What embedding a corpus again takes apart from money: hours at a rate limit, and storage."""

from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative

_BYTES_A_FLOAT = 4
_MINUTES_AN_HOUR = 60
_GIGA = Decimal(10**9)


def elapsed_hours(tokens: Decimal | int, *, tokens_a_minute: Decimal | int) -> Decimal:
    """
    Return the hours that the calls take at the vendor's limit: the least time of a freeze.

    :raises UnableToReckonCost: if the limit is 0
    """
    whole = not_negative(tokens, what="Tokens")
    limit = not_negative(tokens_a_minute, what="Tokens a minute")
    if not limit:
        raise UnableToReckonCost("At 0 tokens a minute it never ends.")
    with localcontext(ARITHMETIC):
        return whole / limit / _MINUTES_AN_HOUR


def raw_gigabytes(vectors: int, *, dimensions: int) -> Decimal:
    """Return the size of the vectors as 32-bit floats, in GB of 10^9 bytes, without any index."""
    count = not_negative(vectors, what="Vectors")
    size = not_negative(dimensions, what="Dimensions")
    with localcontext(ARITHMETIC):
        return count * size * _BYTES_A_FLOAT / _GIGA
