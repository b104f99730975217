"""Third-party files: all there after set-up, found under the names that pages use."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lockin import assets

NAMES = {
    "Latin": "Łódź İstanbul Ngân hàng Thương mại",
    "Cyrillic": "ООО «Яндекс Облако» Ґ",
    "Greek": "Ελληνική Τράπεζα",
    "simplified Chinese": "北京智谱华章科技有限公司",
    "traditional Chinese": "台灣積體電路製造股份有限公司",
    "Japanese": "株式会社プリファードネットワークス 髙島屋 𠮷野家",
    "Korean": "네이버클라우드 주식회사",
    "Arabic": "شركة الاتصالات السعودية",
    "Hebrew": "בנק לאומי לישראל",
    "Thai": "ธนาคารกสิกรไทย",
    "Devanagari": "भारतीय स्टेट बैंक",
    "signs": "– − → ≥ ✓ € £ ×",
}


@pytest.fixture(scope="module")
def letters() -> dict[int, set[int]]:
    """What the report's fonts can draw, by weight; read once, since some are large."""
    known: dict[int, set[int]] = {}
    for name, path in assets.report_fonts().items():
        weight = int(name.rsplit("-", 1)[1])
        with TTFont(path, lazy=True) as font:
            known.setdefault(weight, set()).update(font.getBestCmap())
    return known


class TestFiles:
    def test_set_up_brought_every_listed_file(self):
        assert assets.missing_files() == []

    def test_a_file_is_found_under_the_name_that_pages_use(self):
        found = assets.PackageFinder().find("vendor/htmx.min.js")

        assert Path(found).name == "htmx-2.min.js"

    def test_other_names_are_not_found(self):
        assert assets.PackageFinder().find("vendor/secret.js") == []

    def test_collecting_reads_the_file_behind_each_name(self):
        listed = dict(assets.PackageFinder().list(None))

        assert set(listed) == set(assets.STATIC_FILES)
        with listed["vendor/htmx.min.js"].open("vendor/htmx.min.js") as file:
            assert file.read(20)

    def test_what_is_missing_is_named_with_the_command_that_brings_it(self, settings, tmp_path):
        settings.BASE_DIR = tmp_path

        [warning] = assets.PackageFinder().check()

        assert "node_modules" in warning.msg
        assert warning.hint == "Run: make setup"


class TestReportFonts:
    @pytest.mark.parametrize("weight", [400, 600])
    @pytest.mark.parametrize("script", NAMES)
    def test_names_in_this_script_can_be_drawn(self, letters, script, weight):
        asked = {ord(letter) for letter in NAMES[script] if not letter.isspace()}

        assert asked <= letters[weight]

    def test_each_family_and_weight_is_one_file(self):
        faces = re.findall(r'font-family:"([^"]+)";font-weight:(\d+)', assets.report_font_css())

        assert len(faces) == len(set(faces)) == len(assets.report_fonts())

    def test_each_address_in_the_style_sheet_names_a_font(self):
        addresses = re.findall(r"url\(font:([^)]+)\)", assets.report_font_css())

        assert addresses == list(assets.report_fonts())
