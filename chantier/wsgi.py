"""The entry point of servers: never the developer's settings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chantier.settings")
os.environ.setdefault("CHANTIER_DEBUG", "0")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
