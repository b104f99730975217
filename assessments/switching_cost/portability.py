"""Degree of portability: how much of building anew a move saves (Mooney, 1993)."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC, ONE
from assessments.switching_cost.assumptions import plain
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative
from lockin.money import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Portability:
    """1: moving costs nothing. 0: as much as building anew. Below 0: build anew."""

    degree: Decimal
    arithmetic: str

    @property
    def build_anew(self) -> bool:
        return self.degree < 0


def degree_of_portability(*, moving: Decimal, building_anew: Decimal) -> Portability:
    """
    Return 1 − cost of moving ÷ cost of building anew, both in one currency.

    :raises UnableToReckonCost: if building anew costs nothing
    """
    move = not_negative(moving, what="The cost of moving")
    build = not_negative(building_anew, what="The cost of building anew")
    if not build:
        raise UnableToReckonCost("What costs nothing to build has no degree of portability.")
    with localcontext(ARITHMETIC):
        degree = ONE - move / build
    shown = [plain(round_half_up(figure, 2)) for figure in (move, build)]
    return Portability(
        degree=degree,
        arithmetic=f"1 − {shown[0]} ÷ {shown[1]} = {plain(round_half_up(degree, 4))}",
    )
