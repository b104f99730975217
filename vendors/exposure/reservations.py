"""
PURE. Giving back or exchanging a reservation, within the seller's limit (Azure's published rules).

A refund cancels the payments to come and takes them from a limit per rolling twelve months; an
exchange asks for a new reservation at least as large as the payments to come. The limit and a fee
are figures of the seller's terms, observed on a day, and not part of the formula.
"""

from dataclasses import dataclass
from decimal import Decimal

from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import MINUS, TIMES, ZERO, figure, refuse_negative, refuse_no_share


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    to_come: Decimal
    """Payments that the reservation still asks for."""
    fee: Decimal
    allowed: bool
    limit_left: Decimal
    """Of the rolling twelve months, after this refund if it is allowed."""
    arithmetic: tuple[str, ...]


def payments_to_come(*, payment: Decimal, payments: int, made: int) -> Decimal:
    """
    Return what is still to be paid.

    :raises UnableToReckonExposure: if more payments were made than there are
    """
    refuse_negative(payment=payment)
    if not 0 <= made <= payments:
        raise UnableToReckonExposure(
            f"{made} payments cannot have been made: the reservation has {payments}."
        )
    return payment * (payments - made)


def give_back(
    *,
    payment: Decimal,
    payments: int,
    made: int,
    limit: Decimal,
    refunded_in_twelve_months: Decimal = ZERO,
    fee_share: Decimal = ZERO,
) -> GivenBack:
    """Return what a refund cancels and what the limit leaves; above the limit it is refused."""
    refuse_negative(limit=limit, refunded=refunded_in_twelve_months)
    refuse_no_share(fee=fee_share)
    to_come = payments_to_come(payment=payment, payments=payments, made=made)
    open_limit = max(ZERO, limit - refunded_in_twelve_months)
    allowed = to_come <= open_limit
    left = open_limit - to_come if allowed else open_limit
    verdict = f"= {figure(left)} left" if allowed else "is too little: no refund"
    return GivenBack(
        to_come=to_come,
        fee=to_come * fee_share,
        allowed=allowed,
        limit_left=left,
        arithmetic=(
            f"{payments - made} payments {TIMES} {figure(payment)} = {figure(to_come)} cancelled",
            f"limit {figure(open_limit)} {MINUS} {figure(to_come)} {verdict}",
        ),
    )


def least_exchange(*, payment: Decimal, payments: int, made: int) -> Decimal:
    """Return how large a new reservation must be for this one to be taken in exchange."""
    return payments_to_come(payment=payment, payments=payments, made=made)
