"""System checks of the site: what set-up should have brought."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, register

from lockin.assets import COMMAND
from lockin.templatetags.icons import missing_icons


@register
def icons_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the icons that no package brought. A warning: commands that draw no page still run."""
    missing = missing_icons()
    if not missing:
        return []
    return [
        checks.Warning(
            f"{len(missing)} icons are missing, the first is {missing[0]}.",
            hint=f"Run: {COMMAND}",
            id="lockin.W002",
        )
    ]
