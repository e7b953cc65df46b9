"""What tests of the entry grid send, and what they read of its pages."""

import datetime
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from measures.models import Indicator
from members.models import Organization
from tests.html import StrictClient

N = "\u00a0"
NOW = datetime.datetime(2021, 6, 15, 14, 5, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def in_2021() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def grid_at(organization: Organization) -> str:
    return reverse("measures:indicator_grid", kwargs={"org_slug": organization.slug})


def cell_at(organization: Organization) -> str:
    return reverse("measures:indicator_cell", kwargs={"org_slug": organization.slug})


def sent_cell(indicator: Indicator, value: str, **options: Any) -> dict[str, Any]:
    """One cell, as the script of the page sends it."""
    return {
        "indicator": indicator.code,
        "period_start": "2021-01-01",
        "value": value,
        "version": 0,
        "submission_key": uuid.uuid4(),
    } | options


def form_of(client: StrictClient, address: str) -> dict[str, str]:
    """The fields of the form of the grid, as a browser without JavaScript sends them."""
    body = client.get(address).content.decode()
    form = body[body.index("data-grid ") : body.index("</form>", body.index("data-grid "))]
    fields = re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def value_of(body: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', body)
    assert found, name
    return found[1]
