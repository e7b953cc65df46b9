"""What only tests change."""

from chantier.settings import *  # noqa: F403

# Fast, and asserted absent from production (tests/chantier/test_settings.py).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
