"""Tests: everything real but the password hash, which need not be slow."""

import os
import tempfile
from pathlib import Path

# Before the base is read: a test run never touches the installation's own files.
os.environ.setdefault("LOCKIN_VAR", tempfile.mkdtemp(prefix="lockin-test-"))

from lockin.settings.base import *  # noqa: F403
from lockin.settings.base import DATABASES, STORAGES, TEMPLATES, VAR

SECRET_KEY = "not a secret: used by tests alone, and long enough for every check there is"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True

# A file, not memory: workers and the live server in other processes and threads share it.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}

# An undefined variable in a template is a fault, not an empty string (tests/conftest.py looks).
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "«undefined: %s»"
