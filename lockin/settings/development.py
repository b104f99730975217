"""The embedded default: one machine, SQLite, a queue of files."""

from lockin.settings.base import *  # noqa: F403
from lockin.settings.base import SECRET_KEY, VAR

DEBUG = False
if not SECRET_KEY:
    # Made once and kept, so that sessions outlive a restart; production must bring its own.
    _key_file = VAR / "secret-key"
    if not _key_file.exists():
        from django.core.management.utils import get_random_secret_key

        _key_file.write_text(get_random_secret_key())
        _key_file.chmod(0o600)
    SECRET_KEY = _key_file.read_text()
