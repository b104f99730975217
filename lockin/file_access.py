"""Files on their way in and out over HTTP: what is too large to be kept, and how one is handed out.

Whether a person may have a file is asked by the view, of the row that names it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, Http404

from lockin.file_store import path_of, too_large


class KeepOutLargeFiles(FileUploadHandler):
    """Read past a file that is too large without keeping it, so that the page can say so."""

    whole_length = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.EVIDENCE_MAX_BYTES:
            self.request.too_large = too_large(  # type: ignore[union-attr]
                max(self.whole_length, start + len(raw_data))
            )
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def handle_raw_input(  # type: ignore[override]
        self, input_data: object, META: object, content_length: int, *args: object, **kwargs: object
    ) -> None:
        self.whole_length = content_length


def handed_out(sha256: str, *, file_name: str, content_type: str) -> FileResponse:
    """Return the stored bytes as an attachment that no browser runs or guesses about."""
    try:
        file = path_of(sha256).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in the store.") from None
    response = FileResponse(file, as_attachment=True, filename=file_name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
