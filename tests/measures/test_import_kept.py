"""The file of a table: kept until it is applied, never longer than it serves."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chantier.lib.files import WholeFileStorage
from measures.models import RegisterImport
from tests.factories import RegisterImportFactory
from tests.measures.sent import url
from tests.measures.tables import confirm, edited, export, send


@pytest.fixture
def client(contributor, log_in_as):
    return log_in_as(contributor)


def stored_files(place):
    return [path for path in place.rglob("*") if path.is_file()]


def test_the_file_of_an_applied_table_goes_and_its_digest_stays(
    client, record, organization, private_files, django_capture_on_commit_callbacks
):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    preview = send(client, organization, table)
    page = client.get(preview["Location"])
    assert len(stored_files(private_files)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post(preview["Location"], {"stamp": page.context["plan"].stamp})
    assert stored_files(private_files) == []
    row = RegisterImport.objects.get()
    assert (row.file.name, row.sha256) == ("", hashlib.sha256(table).hexdigest())
    assert client.get(preview["Location"]).context["page"].paginator.count == 1


def test_a_disk_that_keeps_an_applied_file_undoes_nothing(
    client, record, organization, private_files, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*args):
        raise OSError("Read-only file system")

    preview = send(
        client, organization, edited(export(client, organization, "csv"), "csv", Responsable="G")
    )
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(WholeFileStorage, "delete", refuse)
        assert confirm(client, preview).status_code == 302
    assert len(stored_files(private_files)) == 1
    send(client, organization, b"")
    assert stored_files(private_files) == []


def test_only_an_applied_table_has_no_file(organization):
    row = RegisterImportFactory(organization=organization)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterImport.objects.filter(pk=row.pk).update(file="")


def test_a_table_whose_file_is_lost_says_so(client, organization):
    table = RegisterImportFactory(organization=organization)
    table.file.storage.delete(table.file.name)
    page = url("import_detail", organization, pk=table.pk)
    for response in (client.get(page), client.post(page, {"stamp": "x"})):
        assert response.status_code == 200
        assert "Choisissez-le de nouveau" in response.content.decode()


def test_a_table_applied_by_a_click_of_the_same_instant_shows_what_it_did(
    client, organization, monkeypatch
):
    table = RegisterImportFactory(organization=organization)

    def vanish(*args):
        RegisterImport.objects.filter(pk=table.pk).update(file="", applied_at=timezone.now())
        raise FileNotFoundError

    monkeypatch.setattr(WholeFileStorage, "_open", vanish)
    page = url("import_detail", organization, pk=table.pk)
    assert client.post(page, {"stamp": "x"})["Location"] == page
