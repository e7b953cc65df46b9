"""One status and one date for many records: chosen, previewed, applied at once, undone at once."""

import datetime
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Implementation, ImplementationEvent
from measures.statuses import Status
from measures.views import bulk as views
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import ImplementationFactory, StageFactory
from tests.html import StrictClient
from tests.measures.sent import posted, url

DAY = datetime.date(2021, 6, 1)


def sent(page: Any, step: str, **values: Any) -> dict[str, Any]:
    """What the form of a page sends, with `values` chosen in it."""
    selection, form = page.context["selection"], page.context["form"]
    data: dict[str, Any] = {
        "portee": "filtrees" if selection.is_filtered else "cochees",
        "filtre": selection.query,
        "fiche": selection.keys,
        "seen_at": form["seen_at"].value(),
        "etape": step,
    }
    if "change" in page.context:
        change = page.context["change"]
        data |= {
            "status": change.status,
            "date_field": change.date_field,
            "date": change.day or "",
            "stamp": page.context["preview"].stamp,
            "submission_key": str(page.context["submission_key"]),
        }
    return data | values


def choose(client: StrictClient, records: list[Implementation]) -> Any:
    address = url("implementation_bulk", records[0].organization)
    ticked: dict[str, Any] = {"portee": "cochees", "fiche": [row.pk for row in records]}
    return client.get(address, ticked)


def previewed(client: StrictClient, records: list[Implementation], **values: Any) -> Any:
    address = url("implementation_bulk", records[0].organization)
    return client.post(address, sent(choose(client, records), "apercu", **values))


def statuses(records: list[Implementation]) -> list[str]:
    keys = [record.pk for record in records]
    return list(
        Implementation.objects.filter(pk__in=keys).order_by("pk").values_list("status", flat=True)
    )


def test_each_row_has_a_box_for_those_who_edit(
    log_in_as: LogIn, contributor: User, reader: User, record: Implementation
) -> None:
    address = url("implementation_list", record.organization)
    box = f'name="fiche" value="{record.pk}"'
    assertContains(log_in_as(contributor).get(address), box)
    assertNotContains(log_in_as(reader).get(address), 'name="fiche"')


def test_all_rows_of_the_page_are_ticked_without_javascript(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, address = log_in_as(contributor), url("implementation_list", record.organization)
    page = client.get(address, {"q": "mesure"})
    assertContains(page, 'href="?q=mesure&amp;page=1&amp;cocher=page"')
    ticked = client.get(address, {"q": "mesure", "cocher": "page"})
    assertContains(ticked, f'aria-labelledby="fiche-{record.pk}" checked>')
    # It is said of this page only: no other address carries it on.
    assertContains(ticked, "cocher=page", count=1)


def test_ticked_records_change_after_a_preview(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    records = ImplementationFactory.create_batch(2, organization=organization, planned=True)
    left = ImplementationFactory(organization=organization, planned=True)
    client = log_in_as(contributor)
    page = previewed(client, records, status=Status.IN_PROGRESS)
    assertContains(page, "2 mesures sur 2 changeront")
    assert statuses(records) == [Status.PLANNED] * 2
    response = client.post(url("implementation_bulk", organization), sent(page, "appliquer"))
    assertRedirects(
        response, url("implementation_list", organization), fetch_redirect_response=False
    )
    assertContains(client.get(response["Location"]), "2 mesures modifiées.")
    assert statuses([*records, left]) == [Status.IN_PROGRESS, Status.IN_PROGRESS, Status.PLANNED]
    events = ImplementationEvent.objects.order_by("implementation")
    assert [event.implementation for event in events] == records
    assert {event.actor for event in events} == {contributor}
    assert len({event.batch for event in events}) == 1
    assert events[0].changes == {"status": ["planifiee", "en-cours"]}
    assert (events[0].status_before, events[0].status_after) == ("planifiee", "en-cours")
    records[0].refresh_from_db()
    assert (records[0].version, events[0].version) == (2, 2)
    assert records[0].updated_by == contributor


@pytest.mark.parametrize(
    "other",
    [
        {"status": Status.PLANNED},
        {"date": "2031-06-02"},
        {"date_field": "review_on"},
        {"date_field": "", "date": ""},
    ],
)
def test_another_change_than_the_one_previewed_is_previewed_first(
    log_in_as: LogIn, contributor: User, record: Implementation, other: dict[str, str]
) -> None:
    client, address = log_in_as(contributor), url("implementation_bulk", record.organization)
    values = {"status": Status.ABANDONED, "date_field": "planned_for", "date": "2031-06-01"}
    page = previewed(client, [record], **values)
    response = client.post(address, sent(page, "appliquer", **other))
    assert response.status_code == 409
    assert not ImplementationEvent.objects.exists()
    client.post(address, sent(response, "appliquer"))
    assert ImplementationEvent.objects.count() == 1


def test_all_filtered_records_change_whatever_the_page(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    stage = StageFactory(order=2)
    records = [
        ImplementationFactory(organization=organization, planned=True, measure__stage=stage)
        for _ in range(30)
    ]
    other = ImplementationFactory(organization=organization, planned=True)
    foreign = ImplementationFactory(planned=True, measure__stage=stage)
    client = log_in_as(contributor)
    listed = client.get(url("implementation_list", organization), {"etape": stage.slug, "page": 2})
    assertContains(listed, "Modifier les 30 mesures filtrées")
    query = listed.context["query"]
    address = url("implementation_bulk", organization)
    page = client.get(address, {"portee": "filtrees", "filtre": query})
    values = {"date_field": "planned_for", "date": "2021-06-01"}
    page = client.post(address, sent(page, "apercu", **values))
    assert page.context["preview"].number == 30
    response = client.post(address, sent(page, "appliquer"))
    # Back to the list as it was filtered.
    assert response["Location"] == f"{url('implementation_list', organization)}?{query}"
    changed = Implementation.objects.filter(planned_for=DAY)
    assert set(changed) == set(records)
    assert other.planned_for == foreign.planned_for == datetime.date(2021, 3, 1)


@pytest.mark.parametrize("query", ["statut=inconnu", "tri=n-importe", "q=" + "x" * 3000])
def test_a_filter_that_means_nothing_chooses_nothing(
    log_in_as: LogIn, contributor: User, record: Implementation, query: str
) -> None:
    page = log_in_as(contributor).get(
        url("implementation_bulk", record.organization), {"portee": "filtrees", "filtre": query}
    )
    assertContains(page, "Aucune mesure choisie")


@pytest.mark.parametrize("key", ["²", "-1", "9" * 30, "abc", ""])
def test_a_box_that_is_none_chooses_nothing(
    log_in_as: LogIn, contributor: User, record: Implementation, key: str
) -> None:
    address = url("implementation_bulk", record.organization)
    page = log_in_as(contributor).get(address, {"portee": "cochees", "fiche": [key]})
    assertContains(page, "Aucune mesure choisie")


def test_a_record_of_another_organization_is_not_chosen(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    foreign = ImplementationFactory(planned=True)
    client = log_in_as(contributor)
    address = url("implementation_bulk", record.organization)
    page = client.get(address, {"portee": "cochees", "fiche": [record.pk, foreign.pk]})
    assert page.context["selection"].number == 1
    page = client.post(address, sent(page, "apercu", status=Status.ABANDONED))
    client.post(address, sent(page, "appliquer", fiche=[record.pk, foreign.pk]))
    assert statuses([foreign]) == [Status.PLANNED]


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({}, "__all__", "Choisissez un statut, une date, ou les deux."),
        ({"date": "2021-06-01"}, "date_field", "Dites de quelle date"),
        ({"date_field": "planned_for"}, "date", "Donnez cette date"),
        ({"date_field": "planned_for", "date": "le 32 mars"}, "date", "date valide"),
        ({"date_field": "implemented_on", "date": "2999-01-01"}, "date", "à venir"),
        (
            {"date_field": "implemented_on", "date": "2021-01-01", "status": "planifiee"},
            "date_field",
            "va avec le statut",
        ),
        ({"status": "non-evaluee"}, "status", "choix valide"),
        ({"date_field": "created_at", "date": "2021-01-01"}, "date_field", "choix valide"),
    ],
)
def test_bad_input_gets_a_message_and_keeps_the_choice(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    page = previewed(log_in_as(contributor), [record], **values)
    assert message in str(page.context["form"].errors[field])
    assertContains(page, record.title)
    assertContains(page, f'<input type="hidden" name="fiche" value="{record.pk}">', html=True)
    record.refresh_from_db()
    assert record.version == 1


def test_too_many_at_once_are_refused(
    log_in_as: LogIn, contributor: User, record: Implementation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from measures import forms_bulk

    monkeypatch.setattr(forms_bulk, "MOST_RECORDS", 0)
    client = log_in_as(contributor)
    address = url("implementation_bulk", record.organization)
    page = client.get(address, {"portee": "filtrees", "filtre": ""})
    page = client.post(address, sent(page, "apercu", status=Status.ABANDONED))
    assertContains(page, "resserrez le filtre")


def test_the_preview_names_what_cannot_change_and_why(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    ready = ImplementationFactory(organization=organization, in_progress=True)
    done = ImplementationFactory(organization=organization, implemented=True)
    client = log_in_as(contributor)
    page = previewed(client, [ready, done], status=Status.PLANNED)
    assertContains(page, "1 mesure sur 2 changera")
    assertContains(page, "Statut qui ne peut pas suivre")
    assertContains(page, done.title)
    client.post(url("implementation_bulk", organization), sent(page, "appliquer"))
    assert statuses([ready, done]) == [Status.PLANNED, Status.IMPLEMENTED]


def test_what_is_reopened_loses_its_date_in_the_journal_too(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, implemented=True)
    client = log_in_as(contributor)
    page = previewed(client, [record], status=Status.IN_PROGRESS)
    assertContains(page, "Effacée de celles qui étaient implantées")
    client.post(url("implementation_bulk", organization), sent(page, "appliquer"))
    record.refresh_from_db()
    assert (record.status, record.implemented_on) == (Status.IN_PROGRESS, None)
    assert record.events.get().changes["implemented_on"] == ["2020-10-01", None]


def test_a_save_during_the_preview_is_never_overwritten(
    log_in_as: LogIn, contributor: User, manager: User, organization: Organization
) -> None:
    records = ImplementationFactory.create_batch(2, organization=organization, planned=True)
    client, address = log_in_as(contributor), url("implementation_bulk", organization)
    page = previewed(client, records, status=Status.ABANDONED)
    log_in_as(manager).post(records[0].get_absolute_url(), posted(records[0], lead="Direction"))
    again = client.post(address, sent(page, "appliquer"))
    assert again.status_code == 409
    assertContains(again, "Des fiches ont changé pendant l’aperçu", status_code=409)
    assertContains(again, "Modifiées entre-temps", status_code=409)
    assert statuses(records) == [Status.PLANNED] * 2
    # The rest may go on; what the colleague wrote stays as it is.
    assert client.post(address, sent(again, "appliquer")).status_code == 302
    assert statuses(records) == [Status.PLANNED, Status.ABANDONED]


def test_one_click_in_two_is_done_once(
    log_in_as: LogIn, contributor: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = ImplementationFactory.create_batch(2, organization=organization, planned=True)
    client, address = log_in_as(contributor), url("implementation_bulk", organization)
    data = sent(previewed(client, records, status=Status.ABANDONED), "appliquer")
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    assert ImplementationEvent.objects.count() == 2
    # In one instant: the second looks before the first has written, and writes after.
    looks = iter([False])
    real = views._is_done
    monkeypatch.setattr(views, "_is_done", lambda *args: next(looks, True) and real(*args))
    assert client.post(address, data).status_code == 302
    assert ImplementationEvent.objects.count() == 2


def test_going_back_to_ask_for_something_else_is_new_work(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    """« Back » shows the form that has served; each preview is an act of its own."""
    record = ImplementationFactory(organization=organization, planned=True)
    client, address = log_in_as(contributor), url("implementation_bulk", organization)
    form = choose(client, [record])
    for status in (Status.IN_PROGRESS, Status.ABANDONED):
        page = client.post(address, sent(form, "apercu", status=status))
        client.post(address, sent(page, "appliquer"))
        assert statuses([record]) == [status]


def test_applying_without_a_preview_shows_one(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, address = log_in_as(contributor), url("implementation_bulk", record.organization)
    page = client.post(address, sent(choose(client, [record]), "appliquer", status="abandonnee"))
    assertContains(page, "Aperçu du changement")
    assert statuses([record]) == [Status.IN_PROGRESS]


def test_the_whole_is_undone_from_the_register(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    records: list[Implementation] = [
        ImplementationFactory(organization=organization, implemented=True),
        ImplementationFactory(organization=organization, in_progress=True),
    ]
    client = log_in_as(contributor)
    page = previewed(client, records, status=Status.ABANDONED)
    back = client.post(
        url("implementation_bulk", organization), sent(page, "appliquer"), follow=True
    )
    offer = back.context["undo_offer"]
    assertContains(back, "\u00a0: 2 mesures<")
    client.post(url("change_undo", organization), {offer.name: offer.value})
    assert statuses(records) == [Status.IMPLEMENTED, Status.IN_PROGRESS]
    records[0].refresh_from_db()
    assert records[0].implemented_on == datetime.date(2020, 10, 1)


def test_the_form_comes_back_with_what_was_asked(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    page = previewed(client, [record], status=Status.ABANDONED)
    address = url("implementation_bulk", record.organization)
    page = client.post(address, sent(page, "choisir"))
    assert page.context["form"]["status"].value() == Status.ABANDONED
    assertContains(page, "Voir ce qui changera")
