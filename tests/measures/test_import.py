"""A table sent to a register: previewed, then applied whole or not at all."""

import copy
import datetime
import threading

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import timezone

from measures.actions import imports
from measures.models import Implementation, ImplementationEvent, RegisterImport
from measures.statuses import Status
from tests.factories import (
    ImplementationFactory,
    MeasureFactory,
    RegisterImportFactory,
    StageFactory,
)
from tests.measures.sent import posted, url
from tests.measures.tables import as_csv, as_xlsx, confirm, edited, export, send

KINDS = ["csv", "xlsx"]


@pytest.fixture
def client(contributor, log_in_as):
    return log_in_as(contributor)


def stored_files(place):
    return [path for path in place.rglob("*") if path.is_file()]


def save(client, record, **values):
    record.refresh_from_db()
    response = client.post(record.get_absolute_url(), posted(record, **values))
    assert response.status_code == 302


# --- What a table does ---------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_cell_is_previewed_then_written(client, record, organization, kind):
    table = edited(export(client, organization, kind), kind, Responsable="Service des achats")
    preview = send(client, organization, table, f"registre.{kind}")
    page = client.get(preview["Location"]).content.decode()
    assert "Service des achats" in page
    assert "Tout importer" in page
    record.refresh_from_db()
    assert record.lead == ""
    done = confirm(client, preview)
    assert done["Location"] == preview["Location"]
    record.refresh_from_db()
    assert (record.lead, record.version) == ("Service des achats", 2)
    event = record.events.get()
    table = RegisterImport.objects.get()
    assert (event.kind, event.batch) == (ImplementationEvent.Kind.IMPORTED, table.batch)
    assert event.changes == {"lead": ["", "Service des achats"]}
    assert table.applied_at is not None


def test_a_new_text_is_told_word_by_word(client, record, organization):
    Implementation.objects.update(description="Nous avons écrit une clause.")
    table = edited(
        export(client, organization, "csv"),
        "csv",
        **{"Ce que nous avons fait": "Nous avons écrit deux clauses."},
    )
    page = client.get(send(client, organization, table)["Location"]).content.decode()
    assert "retiré" in page
    assert "une clause</del>" in page
    assert "deux clauses</ins>" in page


def test_measures_of_the_guide_are_added_by_their_code(client, organization):
    measure = MeasureFactory(code="M2-01", stage=StageFactory(order=2))
    table = as_csv(["code", "STATUT", "date d'implantation"], ["m2-01", "implantee", "2020-10-01"])
    confirm(client, send(client, organization, table))
    record = Implementation.objects.get()
    assert (record.measure, record.stage, record.status) == (measure, measure.stage, "implantee")
    assert record.implemented_on == datetime.date(2020, 10, 1)
    assert record.events.get().kind == ImplementationEvent.Kind.IMPORTED


def test_a_measure_of_its_own_needs_a_title_and_a_stage(client, organization, five_stages):
    table = as_csv(
        ["Mesure", "Étape", "Statut"],
        ["Nos jeudis verts", "3", "en cours"],
        ["Sans étape", "", "en cours"],
    )
    response = send(client, organization, table)
    assert [error.reference for error in response.context["errors"]] == ["B3"]
    confirm(
        client,
        send(
            client,
            organization,
            as_csv(["Mesure", "Étape", "Statut"], ["Nos jeudis verts", "3", "en cours"]),
        ),
    )
    record = Implementation.objects.get()
    assert (record.own_title, record.stage, record.measure) == (
        "Nos jeudis verts",
        five_stages[2],
        None,
    )


def test_columns_in_any_order_under_other_heads(client, organization):
    MeasureFactory(code="A1")
    table = as_csv(
        ["Notes internes", "personne ou unite responsable", "Statut :", "CODE"],
        ["à moi", "Greffe", "Planifiée", "A1"],
    )
    preview = send(client, organization, table)
    page = client.get(preview["Location"]).content.decode()
    assert "«\u00a0Notes internes\u00a0»" in page
    confirm(client, preview)
    assert Implementation.objects.get().lead == "Greffe"


def test_rows_of_the_template_without_a_status_are_ignored(client, organization):
    MeasureFactory.create_batch(3)
    response = client.get(url("import_template", organization, kind="xlsx"))
    table = edited(b"".join(response), "xlsx", Statut="Planifiée")
    preview = send(client, organization, table, "modele.xlsx")
    plan = client.get(preview["Location"]).context["plan"]
    assert (len(plan.added), plan.skipped) == (1, 2)


def test_a_filled_row_without_a_status_is_not_lost_silently(client, organization):
    MeasureFactory(code="A1")
    table = as_csv(["Code", "Statut", "Responsable"], ["A1", "", "Greffe"])
    errors = send(client, organization, table).context["errors"]
    assert [(error.reference, error.column) for error in errors] == [("B2", "Statut")]


def test_a_row_without_version_fills_what_is_empty_and_erases_nothing(client, record, organization):
    code = record.measure.code
    table = as_csv(
        ["Code", "Statut", "Responsable", "Ce que nous avons fait"], [code, "", "Greffe", ""]
    )
    confirm(client, send(client, organization, table))
    record.refresh_from_db()
    assert (record.lead, record.description, record.status) == ("Greffe", "Début.", "en-cours")


def test_a_row_without_version_never_overwrites(client, record, organization):
    table = as_csv(["Fiche", "Ce que nous avons fait"], [record.pk, "Autre chose."])
    [error] = send(client, organization, table).context["errors"]
    assert (error.reference, error.yours, error.stored) == ("B2", "Autre chose.", "Début.")


def test_the_title_of_a_known_record_is_told_and_kept(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Mesure="Autre titre")
    response = send(client, organization, table)
    assert "garde les siens" in response.content.decode()
    assert response.context["plan"].unchanged == 1


# --- Nothing changes that the person did not change ----------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_unchanged_changes_nothing(client, record, organization, kind):
    ImplementationFactory(organization=organization, own=True, not_applicable=True)
    ImplementationFactory(organization=organization, implemented=True, description="=1+1\r\n'@")
    response = send(client, organization, export(client, organization, kind), f"registre.{kind}")
    assert "Rien à changer" in response.content.decode()
    assert response.context["plan"].unchanged == 3
    assert not ImplementationEvent.objects.exists()
    assert not RegisterImport.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_left_alone_never_overwrites_a_later_save(client, record, organization, kind):
    data = export(client, organization, kind)
    save(client, record, description="Une autre personne a écrit ceci.")
    table = edited(data, kind, Responsable="Greffe")
    confirm(client, send(client, organization, table, f"registre.{kind}"))
    record.refresh_from_db()
    assert record.description == "Une autre personne a écrit ceci."
    assert record.lead == "Greffe"


def test_the_same_cell_changed_by_two_people_shows_both(client, record, organization):
    data = export(client, organization, "xlsx")
    save(client, record, lead="Direction générale")
    save(client, record, lead="Direction générale", description="Encore.")
    table = edited(data, "xlsx", Responsable="Greffe")
    response = send(client, organization, table, "registre.xlsx")
    [error] = response.context["errors"]
    assert (error.reference, error.column) == ("K2", "Responsable")
    assert (error.yours, error.stored) == ("Greffe", "Direction générale")
    page = response.content.decode()
    assert "Greffe" in page
    assert "Direction générale" in page
    record.refresh_from_db()
    assert (record.lead, record.version) == ("Direction générale", 3)


def test_the_same_change_made_by_two_people_is_no_clash(client, record, organization):
    data = export(client, organization, "csv")
    save(client, record, lead="Greffe")
    response = send(client, organization, edited(data, "csv", Responsable="Greffe"))
    assert response.context["plan"].unchanged == 1


# --- The second look -----------------------------------------------------------


def test_a_second_click_does_nothing_more(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    preview = send(client, organization, table)
    stamp = client.get(preview["Location"]).context["plan"].stamp
    for _ in range(2):
        assert client.post(preview["Location"], {"stamp": stamp}).status_code == 302
    assert ImplementationEvent.objects.count() == 1
    page = client.get(preview["Location"]).content.decode()
    assert "Ce qu’elle a changé" in page
    assert record.get_absolute_url() in page


def test_a_register_that_changes_during_the_preview_is_shown_again(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    preview = send(client, organization, table)
    stamp = client.get(preview["Location"]).context["plan"].stamp
    save(client, record, description="Entre-temps.")
    response = client.post(preview["Location"], {"stamp": stamp})
    assert response.status_code == 409
    assert "Le registre a changé pendant l’aperçu" in response.content.decode()
    record.refresh_from_db()
    assert record.lead == ""
    done = client.post(preview["Location"], {"stamp": response.context["plan"].stamp})
    assert done.status_code == 302
    record.refresh_from_db()
    assert (record.lead, record.description) == ("Greffe", "Entre-temps.")


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_in_one_instant_write_once(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    page = send(client, organization, table)["Location"]
    stamp = client.get(page).context["plan"].stamp
    start, statuses = threading.Barrier(2), []

    def click():
        try:
            twin = copy.copy(client)
            start.wait(timeout=10)
            statuses.append(twin.post(page, {"stamp": stamp}).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(timeout=30)
    assert statuses == [302, 302]
    assert ImplementationEvent.objects.count() == 1


def test_nothing_is_applied_without_having_been_read(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    preview = send(client, organization, table)
    assert client.post(preview["Location"]).status_code == 200
    record.refresh_from_db()
    assert record.lead == ""


def test_a_failure_half_way_writes_nothing(client, organization, monkeypatch):
    MeasureFactory(code="A1")
    MeasureFactory(code="A2")
    table = as_csv(["Code", "Statut"], ["A1", "Planifiée"], ["A2", "Planifiée"])
    preview = send(client, organization, table)
    create, calls = imports.create_implementation, []

    def fail_at_the_second(**kwargs):
        calls.append(kwargs)
        if len(calls) == 2:
            raise IntegrityError
        return create(**kwargs)

    monkeypatch.setattr(imports, "create_implementation", fail_at_the_second)
    assert confirm(client, preview).status_code == 409
    assert not Implementation.objects.exists()
    assert RegisterImport.objects.get().applied_at is None


def test_an_import_is_taken_back_whole(client, record, organization):
    MeasureFactory(code="A1")
    head = ["Fiche", "Version", "Code", "Statut", "Responsable"]
    table = as_csv(head, [record.pk, 1, "", "en cours", "Greffe"], ["", "", "A1", "Planifiée", ""])
    confirm(client, send(client, organization, table))
    batch = RegisterImport.objects.get().batch
    client.post(url("change_undo", organization), {"batch": str(batch)})
    record.refresh_from_db()
    assert record.lead == ""
    assert Implementation.objects.exclude(pk=record.pk).get().status == Status.NOT_ASSESSED


def test_what_was_done_stays_readable_after_it_is_taken_back(client, record, organization):
    table = edited(export(client, organization, "csv"), "csv", Responsable="Greffe")
    done = confirm(client, send(client, organization, table))
    batch = RegisterImport.objects.get().batch
    client.post(url("change_undo", organization), {"batch": str(batch)})
    assert client.get(done["Location"]).context["page"].paginator.count == 1


def test_tables_that_nobody_applied_are_forgotten(client, organization, private_files):
    long_ago = timezone.now() - datetime.timedelta(days=1, minutes=1)
    with time_machine.travel(long_ago, tick=False):
        old = RegisterImportFactory(organization=organization)
        applied = RegisterImportFactory(organization=organization, applied_at=long_ago)
    fresh = RegisterImportFactory()
    send(client, organization, b"")
    assert set(RegisterImport.objects.values_list("pk", flat=True)) == {applied.pk, fresh.pk}
    assert not old.file.storage.exists(old.file.name)
    # What the disk had kept of an applied table goes too.
    applied.refresh_from_db()
    assert applied.file.name == ""
    assert len(stored_files(private_files)) == 1


def test_a_table_of_another_organization_is_not_found(client, organization):
    theirs = RegisterImportFactory()
    page = url("import_detail", organization, pk=theirs.pk)
    assert client.get(page).status_code == 404
    assert client.post(page).status_code == 404


def test_a_failed_write_leaves_no_file(client, organization, private_files, monkeypatch):
    MeasureFactory(code="A1")

    def fail(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(RegisterImport, "save", fail)
    with pytest.raises(IntegrityError):
        send(client, organization, as_csv(["Code", "Statut"], ["A1", "Planifiée"]))
    assert stored_files(private_files) == []


def test_readers_send_nothing(organization, reader, log_in_as):
    assert send(log_in_as(reader), organization, as_csv(["Code"])).status_code == 403


# --- How much it costs ---------------------------------------------------------


@pytest.mark.parametrize("number", [2, 30])
def test_a_preview_asks_the_same_whatever_the_rows(
    client, organization, number, django_assert_num_queries
):
    for _ in range(number):
        ImplementationFactory(organization=organization)
    table = as_xlsx(
        ["Fiche", "Version", "Responsable"],
        *([pk, 1, "Greffe"] for pk in Implementation.objects.values_list("pk", flat=True)),
    )
    preview = send(client, organization, table, "registre.xlsx")
    # Session, person, membership, the table, then stages, measures (all, and those of ours),
    # records (by number), own titles, and the stages of the page.
    with django_assert_num_queries(10):
        page = client.get(preview["Location"])
    assert len(page.context["plan"].changed) == number


def test_writing_costs_a_few_queries_a_row(client, organization, django_assert_max_num_queries):
    ImplementationFactory.create_batch(40, organization=organization)
    table = as_xlsx(
        ["Fiche", "Version", "Responsable"],
        *([pk, 1, "Greffe"] for pk in Implementation.objects.values_list("pk", flat=True)),
    )
    preview = send(client, organization, table, "registre.xlsx")
    stamp = client.get(preview["Location"]).context["plan"].stamp
    with django_assert_max_num_queries(30 + 5 * 40):
        client.post(preview["Location"], {"stamp": stamp})
    assert set(Implementation.objects.values_list("lead", flat=True)) == {"Greffe"}
