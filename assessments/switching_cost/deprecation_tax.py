"""What staying costs: a vendor retires models, and each time prompts are reworked and tested."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC
from assessments.switching_cost.assumptions import plain
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative
from lockin.money import round_half_up

HORIZON_MONTHS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecationTax:
    """A cost of staying. It is not part of the switching cost."""

    amount: Decimal
    changes: Decimal  # retirements within the horizon
    arithmetic: str


def deprecation_tax(
    *,
    cost_of_change: Decimal,
    model_life_months: Decimal | int,
    horizon_months: Decimal | int = HORIZON_MONTHS,
) -> DeprecationTax:
    """
    Return horizon ÷ model life × the cost of prompts and evaluation (c2).

    :param model_life_months: from release to retirement at this vendor
    :raises UnableToReckonCost: if a model's life is 0
    """
    cost = not_negative(cost_of_change, what="The cost of a change of model")
    life = not_negative(model_life_months, what="The life of a model")
    horizon = not_negative(horizon_months, what="The horizon")
    if not life:
        raise UnableToReckonCost("A model that lives for 0 months cannot be used.")
    with localcontext(ARITHMETIC):
        changes = horizon / life
        amount = horizon * cost / life
    return DeprecationTax(
        amount=amount,
        changes=changes,
        arithmetic=(
            f"{plain(horizon)} months ÷ {plain(life)} months × "
            f"{plain(round_half_up(cost, 2))} = {plain(round_half_up(amount, 2))}"
        ),
    )
