"""Draws: each estimate as a Beta-PERT variable, all of them moving together by one common factor.

Beta-PERT on low, likely, high (a, m, b) is a + (b − a) · Beta(1 + 4(m−a)/(b−a), 1 + 4(b−m)/(b−a)).
One-factor Gaussian copula: z = √ρ · common + √(1−ρ) · own, and the variable is its quantile at Φ(z).

The same seed gives the same figures, with any version of NumPy: only the raw bits of PCG64 are
taken from it, which are promised to stay. Every estimate has its own stream, named by its key, so
that a what-if that changes one component does not shake the others. Floats are used here alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from hashlib import sha256
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessments.switching_cost.closed_form import CORRELATION
from assessments.switching_cost.estimates import Estimate, UnableToReckonCost, share

Draws = NDArray[np.float64]

NAME = "Beta-PERT, one-factor Gaussian copula"
VERSION = "1"
SEED = 20261123
DRAWS = 20_000
FEWEST_DRAWS, MOST_DRAWS = 1_000, 500_000

_COMMON = "common factor"
_BINS = 40
# The quantile function is tabulated between ±6 standard deviations; a draw beyond that comes once
# in five hundred million. With 1,025 points it is right to a hundred-thousandth of the range.
_POINTS = 1_025
_FURTHEST = 6.0
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the draws are made. Stored with every result, so that it can be repeated."""

    seed: int = SEED
    draws: int = DRAWS
    correlation: Decimal = CORRELATION
    name: str = NAME
    version: str = VERSION

    def __post_init__(self) -> None:
        share(self.correlation, what="The correlation")
        if not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise UnableToReckonCost(
                f"Between {FEWEST_DRAWS:,} and {MOST_DRAWS:,} draws are made, not {self.draws:,}."
            )
        if self.seed < 0:
            raise UnableToReckonCost("The seed is negative.")
        if (self.name, self.version) != (NAME, VERSION):
            raise UnableToReckonCost(f"There is no method {self.name}, version {self.version}.")


DEFAULT_METHOD = Method()


@dataclass(frozen=True, slots=True)
class Bin:
    """How many draws fell between two values; the upper end belongs to the next one."""

    low: Decimal
    high: Decimal
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What the draws of a figure say, in its own unit, to four places."""

    method: Method
    mean: Decimal
    deviation: Decimal
    p10: Decimal
    p50: Decimal
    p80: Decimal
    p90: Decimal
    bins: tuple[Bin, ...]


def simulate_sum(
    estimates: Mapping[str, Estimate], *, method: Method = DEFAULT_METHOD
) -> Distribution:
    """Return the distribution of the sum. The keys name the streams; their order does not matter."""
    total = np.zeros(method.draws)
    for _, column in sorted(draw(estimates, method=method).items()):
        total += column
    return distribution(total, method=method)


def draw(estimates: Mapping[str, Estimate], *, method: Method) -> dict[str, Draws]:
    """Return the draws of each estimate. Draw number i of all of them belongs to one world."""
    rho = float(method.correlation)
    common = math.sqrt(rho) * _normal(method.seed, _COMMON, method.draws)
    own_weight = math.sqrt(1 - rho)
    columns: dict[str, Draws] = {}
    for key, estimate in estimates.items():
        low, high = float(estimate.low), float(estimate.high)
        # Two decimals can differ where their nearest floats do not.
        if low == high:
            columns[key] = np.full(method.draws, low)
            continue
        z = common + own_weight * _normal(method.seed, key, method.draws)
        likely = (estimate.likely - estimate.low) / (estimate.high - estimate.low)
        columns[key] = low + (high - low) * np.interp(z, _z_grid(), _quantiles(float(likely)))
    return columns


def distribution(draws: Draws, *, method: Method) -> Distribution:
    """Return mean, quantiles and bins of the draws."""
    p10, p50, p80, p90 = np.quantile(draws, (0.1, 0.5, 0.8, 0.9))
    return Distribution(
        method=method,
        mean=_decimal(draws.mean()),
        deviation=_decimal(draws.std()),
        p10=_decimal(p10),
        p50=_decimal(p50),
        p80=_decimal(p80),
        p90=_decimal(p90),
        bins=_bins(draws),
    )


def _bins(draws: Draws) -> tuple[Bin, ...]:
    if draws.min() == draws.max():
        value = _decimal(draws.min())
        return (Bin(value, value, len(draws)),)
    counts, edges = np.histogram(draws, bins=_BINS)
    ends = [_decimal(edge) for edge in edges]
    return tuple(
        Bin(low, high, int(count))
        for low, high, count in zip(ends[:-1], ends[1:], counts, strict=True)
    )


def _decimal(value: Any) -> Decimal:
    return Decimal(float(value)).quantize(_PLACES, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=32)  # 160 kB each at the usual number of draws
def _normal(seed: int, key: str, draws: int) -> Draws:
    """Return standard normal draws of the stream with that name (Box and Muller, 1958)."""
    name = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    bits = np.random.PCG64(np.random.SeedSequence((seed, name)))
    half = (draws + 1) // 2
    uniform = (bits.random_raw(2 * half) >> np.uint64(11)) * 2.0**-53  # within [0, 1)
    radius = np.sqrt(-2.0 * np.log1p(-uniform[:half]))
    angle = 2.0 * math.pi * uniform[half:]
    normal = np.concatenate((radius * np.cos(angle), radius * np.sin(angle)))[:draws]
    normal.flags.writeable = False
    return normal


@cache
def _z_grid() -> Draws:
    return np.linspace(-_FURTHEST, _FURTHEST, _POINTS)


@cache
def _probabilities() -> Draws:
    normal = NormalDist()
    return np.array([normal.cdf(z) for z in _z_grid().tolist()])


@lru_cache(maxsize=512)
def _quantiles(likely: float) -> Draws:
    """
    Return the quantiles of Beta-PERT on 0 to 1 at the points of the grid.

    :param likely: where the likeliest value stands between low and high, 0 to 1
    """
    alpha = 1 + 4 * likely
    beta = 6 - alpha
    # With x = sin²θ the density has no edge that is steeper than the grid can follow.
    theta = np.linspace(0.0, math.pi / 2, _POINTS)
    density = np.sin(theta) ** (2 * alpha - 1) * np.cos(theta).clip(0.0) ** (2 * beta - 1)
    below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    table: Draws = np.sin(np.interp(_probabilities(), below / below[-1], theta)) ** 2
    return table
