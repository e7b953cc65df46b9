"""All that the process that draws knows of the portal: neither its secrets nor its database."""

import json
import os

NAMES = ("STATICFILES_DIRS", "LOGGING")
# Where the one that asks writes their values.
VARIABLE = "RENDERING_SETTINGS"

_values = json.loads(os.environ.get(VARIABLE, "{}"))
STATICFILES_DIRS = _values.get("STATICFILES_DIRS", [])
LOGGING = _values.get("LOGGING", {})
