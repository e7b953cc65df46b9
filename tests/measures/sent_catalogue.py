"""What the forms of the catalogue send."""

from typing import Any

from tests.html import StrictClient


def opened(client: StrictClient, address: str) -> dict[str, Any]:
    """The fields of a form as a browser would send them back, untouched."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    draft = response.context["draft"]
    data: dict[str, Any] = {}
    if draft.formset:
        for field in draft.formset.management_form:
            data[field.html_name] = str(field.value())
    for part in draft.parts:
        for field in part:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value if isinstance(value, list) else str(value)
    return data


def address_of(kind: str, code: str) -> str:
    return f"/catalogue/{kind}/{code}/"
