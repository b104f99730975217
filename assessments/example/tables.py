"""The example's own files, read as rows."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assessments.example.dates import materialise

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table, every cell as text."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(name: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def portfolio_files(folder: str, *, today: date) -> dict[str, bytes]:
    """Return the tables of one import, with its dates written out, by file name."""
    return {
        path.name: materialise(path.read_text(encoding="utf-8"), today=today).encode()
        for path in sorted((DATA / folder).glob("*.csv"))
    }


def evidence_file(name: str, *, workload: str, day: date) -> bytes:
    """Return an evidence file made out for a workload and a day."""
    text = (DATA / "evidence" / name).read_text(encoding="utf-8")
    in_csv = name.endswith(".csv")
    shown = _quoted(workload) if in_csv else workload
    return text.replace("{workload}", shown).replace("{day}", day.isoformat()).encode()


def _quoted(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()
