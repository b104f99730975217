"""Third-party files that pages and reports use: which package each one comes from."""

import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

NODE = "node_modules"
COMMAND = "make setup"

INTER_SUBSETS = (
    "latin",
    "latin-ext",
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
    "vietnamese",
)

# Name under static/ → package and path inside it. Only what a page names is listed: a package's
# whole folder would bring maps and variants that nobody asks for.
STATIC_FILES: dict[str, tuple[str, str]] = {
    "vendor/bootstrap.min.css": (NODE, "bootstrap/dist/css/bootstrap.min.css"),
    "vendor/bootstrap.bundle.min.js": (NODE, "bootstrap/dist/js/bootstrap.bundle.min.js"),
    # Each of the two names its map, and a named file has to be there.
    "vendor/bootstrap.min.css.map": (NODE, "bootstrap/dist/css/bootstrap.min.css.map"),
    "vendor/bootstrap.bundle.min.js.map": (NODE, "bootstrap/dist/js/bootstrap.bundle.min.js.map"),
    "vendor/htmx.min.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
    "vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
    **{
        f"vendor/fonts/inter-{subset}-wght-normal.woff2": (
            NODE,
            f"@fontsource-variable/inter/files/inter-{subset}-wght-normal.woff2",
        )
        for subset in INTER_SUBSETS
    },
}

# Fonts of the report. Each is one whole file for all the scripts it knows: WeasyPrint mixes up the
# glyphs of several files that share a family and a weight, which is how web fonts are usually cut.
# The first that has a letter draws it, so the order below is the order to name them in.
REPORT_WEIGHTS = {400: "400Regular", 500: "500Medium", 600: "600SemiBold"}
REPORT_FAMILIES: dict[str, tuple[int, ...]] = {
    "Inter": (400, 500, 600),
    "Source Serif 4": (400, 600),
    "Noto Sans SC": (400, 600),
    "Noto Sans JP": (400, 600),
    "Noto Sans KR": (400, 600),
    "Noto Sans Arabic": (400, 600),
    "Noto Sans Hebrew": (400, 600),
    "Noto Sans Thai": (400, 600),
    "Noto Sans Devanagari": (400, 600),
}
REPORT_FALLBACKS = tuple(family for family in REPORT_FAMILIES if family.startswith("Noto"))
FONT_SCHEME = "font"


def package_path(package: str, path: str) -> Path:
    """Return where a package's file stands, whether or not set-up has brought it."""
    if package == NODE:
        return Path(settings.BASE_DIR) / NODE / path
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return Path(package) / path
    return Path(spec.submodule_search_locations[0]) / path


def report_fonts() -> dict[str, Path]:
    """Return the report's fonts: `Noto Sans SC-600` → the file."""
    fonts = {}
    for family, weights in REPORT_FAMILIES.items():
        folder = family.lower().replace(" ", "-")
        for weight in weights:
            cut = REPORT_WEIGHTS[weight]
            name = f"{family.replace(' ', '')}_{cut}.ttf"
            fonts[f"{folder}-{weight}"] = package_path(
                NODE, f"@expo-google-fonts/{folder}/{cut}/{name}"
            )
    return fonts


def report_font_css() -> str:
    """
    Return the report's @font-face lines, with addresses like `font:noto-sans-sc-600`.

    The report's fetcher answers these from report_fonts() and refuses everything else.
    """
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url({FONT_SCHEME}:{family.lower().replace(' ', '-')}-{weight})}}"
        for family, weights in REPORT_FAMILIES.items()
        for weight in weights
    )


def missing_files() -> list[Path]:
    """Return the files that set-up should have brought and did not."""
    static = (package_path(*source) for source in STATIC_FILES.values())
    return sorted(path for path in (*static, *report_fonts().values()) if not path.is_file())


class PackageFinder(BaseFinder):
    """Find the listed files in the packages that set-up installed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = {name: package_path(*source) for name, source in STATIC_FILES.items()}

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Name what is missing. A warning, so that commands which draw no page still run."""
        missing = missing_files()
        if not missing:
            return []
        return [
            checks.Warning(
                f"{len(missing)} files from packages are missing, the first is {missing[0]}.",
                hint=f"Run: {COMMAND}",
                id="lockin.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file of that name, or an empty list as Django wants it."""
        source = self.files.get(path)
        if source is None or not source.is_file():
            return []
        return [str(source)] if find_all else str(source)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield each file under its static name."""
        for name, path in self.files.items():
            if path.is_file():
                yield name, RenamedFile(name=name, path=path)


class RenamedFile(FileSystemStorage):
    """One file of a package, under the name the pages use."""

    prefix = ""

    def __init__(self, *, name: str, path: Path) -> None:
        super().__init__(location=path.parent)
        self.names = {name: path.name}

    def path(self, name: str) -> str:
        """Return where the file really stands."""
        return super().path(self.names.get(name, name))

    def _open(self, name: str, mode: str = "rb") -> Any:
        return super()._open(self.names.get(name, name), mode)  # type: ignore[misc]
