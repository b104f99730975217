"""A renewal brief at each step, made by the product's own acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assessments.briefs import deciding
from assessments.models import Brief
from lockin.accounts.models import User
from lockin.accounts.roles import Function
from vendors.models import Contract


def brief_before_council(contract: Contract, *, by: User, now: datetime) -> Brief:
    """Build a brief and send it."""
    brief = deciding.open_brief(contract=contract, by=by, now=now)
    return deciding.send(brief=brief, version=brief.version, by=by, now=now)


def agree(brief: Brief, *, council: Mapping[Function, User], functions: str, now: datetime) -> None:
    """Let functions agree, named with spaces between."""
    for name in functions.split():
        deciding.give_opinion(
            brief=brief,
            function=name,
            agrees=True,
            words="",
            by=council[Function(name)],
            now=now,
        )
