"""System libraries that WeasyPrint loads, and the command that installs them."""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, register

# For each library the names it goes by: Linux, macOS, Windows.
LIBRARIES = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
)
APT = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
COMMANDS = {"darwin": "brew install pango", "win32": "winget install MSYS2.MSYS2"}


def missing_libraries(*, load: Callable[[str], Any] = ctypes.CDLL) -> list[str]:
    """Return the libraries that cannot be loaded, by their Linux name."""

    def loads(name: str) -> bool:
        try:
            load(name)
        except OSError:
            return False
        return True

    return [names[0] for names in LIBRARIES if not any(loads(name) for name in names)]


def command(*, platform: str = sys.platform) -> str:
    """Return the command that installs them all on this platform."""
    return COMMANDS.get(platform, APT)


@register
def check_libraries(**_: Any) -> list[CheckMessage]:
    """Warn only: without them everything works but the PDF."""
    missing = missing_libraries()
    if not missing:
        return []
    return [
        checks.Warning(
            f"Reports cannot be made as PDF: {missing[0]} is missing.",
            hint=f"Run: {command()}",
            id="lockin.W003",
        )
    ]
