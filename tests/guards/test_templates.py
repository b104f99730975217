"""Every template is used by something, and none sets a style that the policy would drop."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Found by Django and allauth under these names, not by a line of ours.
BY_NAME = re.compile(r"^(account/|django/|4[0-9][0-9]|403_csrf|500)")


def sources() -> str:
    files = [
        *TEMPLATES,
        *(
            path
            for app in ("lockin", "vendors", "assessments")
            for path in (ROOT / app).rglob("*.py")
        ),
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_template_is_used():
    text = sources()
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
    unused = [
        name
        for name in names
        if not BY_NAME.match(name) and f'"{name}' not in text and f"'{name}" not in text
    ]
    assert unused == []


PAGES = [
    path
    for path in TEMPLATES
    if not path.relative_to(ROOT / "templates").as_posix().startswith("reports/")
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_carries_a_style_or_a_script_of_its_own(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"<[^>]+\sstyle=|<style|<script(?![^>]*\bsrc=)(?![^>]*type=)|\son[a-z]+=", text
    )
