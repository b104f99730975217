"""The example's records, brought in through the product's own import."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from assessments.example import tables
from lockin.accounts.models import Organisation, User
from vendors.imports.apply import Applied, apply
from vendors.imports.parsing import parse


def bring_in(
    folder: str, *, organisation: Organisation, today: date, by: User, now: datetime
) -> Applied:
    """Parse a folder of tables as the upload of a ZIP would be, plan it and write it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in tables.portfolio_files(folder, today=today).items():
            packed.writestr(name, content)
    archive.seek(0)
    parsed = parse(archive, name=f"{folder}.zip")
    assert not parsed.errors, "; ".join(str(error) for error in parsed.errors[:5])
    return apply(organisation=organisation, parsed=parsed, batch=None, by=by, now=now)
