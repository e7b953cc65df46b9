"""A spreadsheet of purchases as a browser sends it, step by step."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertRedirects

from benefits.models import PurchaseImport
from members.models import Organization
from tests.benefits.bought import url
from tests.html import StrictClient

HEAD = "Date;Fournisseur;Montant;Référence"


def send(client: StrictClient, organization: Organization, data: bytes, name: str) -> Any:
    upload = SimpleUploadedFile(name, data)
    return client.post(url("purchase_import_create", organization), {"table": upload})


def sent(client: StrictClient, organization: Organization, text: str) -> PurchaseImport:
    """A CSV that has been kept."""
    response = send(client, organization, text.encode(), "achats.csv")
    assert response.status_code == 302, response.context["form"].errors
    return PurchaseImport.objects.latest("pk")


def address(table: PurchaseImport, name: str = "detail") -> str:
    return url(f"purchase_import_{name}", table.organization, pk=table.pk)


def columns(table: PurchaseImport, **more: str) -> dict[str, str]:
    """The columns as they were guessed, as the form posts them."""
    names = {place: name for name, place in table.mapping.items() if isinstance(place, int)}
    posted = {f"colonne-{place}": names.get(place, "") for place in range(len(table.headings))}
    return posted | more


def read(client: StrictClient, table: PurchaseImport, **more: str) -> PurchaseImport:
    """Tell the columns as they were guessed, and read all the rows."""
    assertRedirects(client.post(address(table), columns(table, **more)), address(table))
    table.refresh_from_db()
    while table.state == PurchaseImport.State.CHECKING:
        client.post(address(table, "check"))
        table.refresh_from_db()
    return table


def preview(client: StrictClient, table: PurchaseImport, query: str = "") -> Any:
    response = client.get(address(table) + query)
    assert response.status_code == 200
    return response.context["preview"]


def answer_all(client: StrictClient, table: PurchaseImport, answer: str) -> None:
    client.post(address(table, "suppliers"), {"tous": answer})


def apply(client: StrictClient, table: PurchaseImport, **more: str) -> Any:
    shown = preview(client, table, "?repetees=oui" if more else "")
    return client.post(address(table, "apply"), {"stamp": shown.stamp, **more})


def ready(client: StrictClient, organization: Organization, *rows: str) -> PurchaseImport:
    """A small CSV whose suppliers all have an answer."""
    table = read(client, sent(client, organization, "\n".join([HEAD, *rows])))
    answer_all(client, table, "tard")
    return table
