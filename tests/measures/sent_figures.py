"""What tests of figures send, and where."""

import uuid
from typing import Any

from django.urls import reverse

from members.models import Organization


def at(name: str, organization: Organization | None = None, **kwargs: Any) -> str:
    """The address of a page of indicators; of an organization when one is given."""
    of_one = {} if organization is None else {"org_slug": organization.slug}
    return reverse(f"measures:{name}", kwargs=of_one | kwargs)


def text_of(response: Any) -> str:
    """What a page says, with plain spaces."""
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def sent_value(**typed: Any) -> dict[str, Any]:
    """The form of a value as a browser sends it."""
    empty = {"value": "", "numerator": "", "denominator": "", "source": "", "note": ""}
    return empty | {"reason": "", "version": 0, "submission_key": uuid.uuid4()} | typed


def sent_aim(**typed: Any) -> dict[str, Any]:
    """The form of an aim as a browser sends it."""
    empty = {"baseline": "", "baseline_from": "", "target": "", "target_from": ""}
    form = {"sharing": "coordination", "version": 0, "submission_key": uuid.uuid4()}
    return empty | form | typed
