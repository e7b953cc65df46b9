"""The entry point of servers: never the developer's settings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chantier.settings")
os.environ.setdefault("CHANTIER_DEBUG", "0")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from chantier.lib import memory

application = get_wsgi_application()
# All views, forms and models, which the first page would else load.
_ = get_resolver().url_patterns
memory.settle()
