"""What only tests change."""

import os
import tempfile

from chantier.settings import *  # noqa: F403
from chantier.settings import BASE_DIR, DATABASES, TEMPLATES

# Fast, and asserted absent from production (tests/chantier/test_settings.py).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A task runs where it is asked for; those who test the queue ask for it (tests/queue.py).
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Several test runs slow a machine down; those who test the limit set their own.
PDF_SECONDS = 600.0

# Documents that would hang an engine without limits.
TEMPLATES = [
    TEMPLATES[0] | {"DIRS": [BASE_DIR / "templates", BASE_DIR / "tests" / "templates"]},
]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: in memory, two connections do not wait for each other. One per
    # run, so that two runs on one machine do not meet.
    DATABASES["default"]["TEST"] = {
        "NAME": os.path.join(tempfile.gettempdir(), f"chantier-test-{os.getpid()}.sqlite3")
    }
