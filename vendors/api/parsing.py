"""Reading a request's body: JSON that the database and the answer can hold, else 400."""

from __future__ import annotations

import json
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class PlainJSONParser(JSONParser):
    """JSON of bounded size, without NaN, without halves of characters, and not nested for ever."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise ParseError(f"The body is larger than {limit:,} bytes.")
        try:
            found = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            # A lone surrogate is no text: neither PostgreSQL nor an answer could carry it.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {_plain(str(error))}") from None
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number.")


def _plain(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()[:200]
