"""A measure of one's own: its title corrected, and joined to the guide later."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.linking import suggestions
from measures.models import Implementation, ImplementationEvent, Measure
from measures.views import changes
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import ImplementationFactory, MeasureFactory, StageFactory, TermFactory
from tests.measures.sent import posted, url

Kind = ImplementationEvent.Kind


@pytest.fixture
def own(organization: Organization) -> Implementation:
    return ImplementationFactory(
        organization=organization,
        own=True,
        own_title="Diviser nos contrats d’entretien en petits lots",
        stage=StageFactory(order=2),
        description="Trois lots par quartier.",
    )


def address_of(record: Implementation) -> str:
    return url("implementation_link", record.organization, pk=record.pk)


def test_likely_measures_share_words_and_stand_in_the_same_stage_first(
    own: Implementation,
) -> None:
    two, four = StageFactory(order=2), StageFactory(order=4)
    elsewhere = MeasureFactory(stage=four, title="Diviser les contrats en lots accessibles")
    near = MeasureFactory(stage=two, title="Allotir les contrats récurrents")
    nearest = MeasureFactory(stage=two, title="Diviser l’entretien en lots")
    MeasureFactory(stage=two, title="Former les équipes")
    # « mesure » and the like say nothing of the subject.
    MeasureFactory(stage=two, title="Mesure pour notre économie sociale")
    found = suggestions(own, list(Measure.objects.order_by("?")))
    assert found == [nearest, near, elsewhere]


def test_joining_takes_the_title_and_the_stage_and_keeps_the_rest(
    log_in_as: LogIn, contributor: User, own: Implementation
) -> None:
    measure = MeasureFactory(stage=StageFactory(order=4), title="Diviser les contrats en lots")
    client = log_in_as(contributor)
    page = client.get(address_of(own))
    assertContains(page, f'name="measure" value="{measure.slug}"')
    # A second click finds it done.
    for _ in range(2):
        response = client.post(address_of(own), {"measure": measure.slug, "seen": 1})
        assertRedirects(response, own.get_absolute_url(), fetch_redirect_response=False)
    own.refresh_from_db()
    assert (own.measure, own.own_title, own.stage) == (measure, "", measure.stage)
    assert (own.description, own.version) == ("Trois lots par quartier.", 2)
    event = own.events.get()
    assert event.kind == Kind.LINKED
    assert event.changes == {
        "own_title": ["Diviser nos contrats d’entretien en petits lots", ""],
        "stage": [2, 4],
        "measure": ["", measure.code],
    }
    page = client.get(own.get_absolute_url())
    assertContains(page, "Rattachement à une mesure du guide")
    assertContains(page, "Diviser nos contrats d’entretien en petits lots")
    # The title belongs to the guide now.
    assertNotContains(page, "Rétablir ce texte")
    assertNotContains(page, "Corriger le titre")


def test_joining_is_undone_with_its_title_and_stage(
    log_in_as: LogIn, contributor: User, own: Implementation
) -> None:
    client, measure = log_in_as(contributor), MeasureFactory(stage=StageFactory(order=4))
    client.post(address_of(own), {"measure": measure.slug, "seen": 1})
    title, stage = own.own_title, own.stage
    client.post(url("change_undo", own.organization), {"event": own.events.get().pk})
    own.refresh_from_db()
    assert (own.measure, own.own_title, own.stage, own.version) == (None, title, stage, 3)
    assert own.events.latest("version").changes["measure"] == [measure.code, ""]


def test_a_measure_already_in_the_register_is_refused_and_led_to(
    log_in_as: LogIn, contributor: User, own: Implementation
) -> None:
    other = ImplementationFactory(
        organization=own.organization,
        measure__title="Diviser les contrats en lots",
        measure__stage=own.stage,
    )
    client = log_in_as(contributor)
    # Not suggested, for it cannot be taken.
    assert client.get(address_of(own)).context["suggestions"] == []
    page = client.post(address_of(own), {"measure": other.measure.slug, "seen": 1})
    assertContains(page, "Cette mesure est déjà au registre")
    assertContains(page, f'href="{other.get_absolute_url()}"')
    own.refresh_from_db()
    assert (own.measure, own.version) == (None, 1)
    assert not own.events.exists()


def test_two_records_that_join_one_measure_at_once_leave_one(
    log_in_as: LogIn, contributor: User, own: Implementation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other record takes the measure between the check and the write."""
    measure = MeasureFactory()
    real = changes._put

    def put(record: Implementation, form: Any) -> ImplementationEvent.Kind:
        monkeypatch.setattr(changes, "_put", real)
        ImplementationFactory(organization=own.organization, measure=measure)
        return real(record, form)

    monkeypatch.setattr(changes, "_put", put)
    page = log_in_as(contributor).post(address_of(own), {"measure": measure.slug, "seen": 1})
    assertContains(page, "Cette mesure est déjà au registre")
    own.refresh_from_db()
    assert (own.measure, own.version) == (None, 1)


@pytest.mark.parametrize("slug", ["", "inconnue", "pour-d-autres", "retiree"])
def test_only_measures_open_to_the_organization_can_be_chosen(
    log_in_as: LogIn, contributor: User, own: Implementation, slug: str
) -> None:
    others = MeasureFactory(slug="pour-d-autres")
    others.groups.add(TermFactory(code="group:autre"))
    MeasureFactory(slug="retiree", is_active=False)
    page = log_in_as(contributor).post(address_of(own), {"measure": slug, "seen": 1})
    assert page.context["link_form"].errors["measure"]
    own.refresh_from_db()
    assert own.measure is None


def test_title_and_stage_are_corrected_on_the_page_of_the_record(
    log_in_as: LogIn, contributor: User, own: Implementation
) -> None:
    client, stage = log_in_as(contributor), StageFactory(order=3)
    page = client.get(own.get_absolute_url())
    assertContains(page, "Corriger le titre ou l’étape")
    assertContains(page, f'action="{address_of(own)}"')
    data = {"own_title": "Allotir l’entretien", "stage": stage.pk, "seen": 1}
    # A second click changes nothing more.
    for _ in range(2):
        client.post(address_of(own), data)
    own.refresh_from_db()
    assert (own.title, own.stage, own.version) == ("Allotir l’entretien", stage, 2)
    assert "allotir" in own.search_text
    event = own.events.get()
    assert (event.kind, event.changes["stage"]) == (Kind.CHANGED, [2, 3])
    assertContains(client.get(own.get_absolute_url()), "Allotir l’entretien")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"own_title": "  "}, "own_title"),
        ({"own_title": "x" * 201}, "own_title"),
        ({"stage": 9}, "stage"),
    ],
)
def test_a_title_that_is_none_is_refused(
    log_in_as: LogIn, contributor: User, own: Implementation, values: dict[str, Any], field: str
) -> None:
    data = {"own_title": "Titre", "stage": own.stage.pk, "seen": 1} | values
    page = log_in_as(contributor).post(address_of(own), data)
    assert field in page.context["identity_form"].errors
    assertContains(page, "Rien n’est encore changé")
    assert not own.events.exists()


def test_two_titles_at_once_are_both_shown(
    log_in_as: LogIn, contributor: User, manager: User, own: Implementation
) -> None:
    data = {"stage": own.stage.pk, "seen": 1}
    log_in_as(manager).post(address_of(own), data | {"own_title": "Le sien"})
    client = log_in_as(contributor)
    page = client.post(address_of(own), data | {"own_title": "Le mien"})
    assert page.status_code == 409
    assertContains(page, "Le sien", status_code=409)
    form = page.context["identity_form"]
    assert (form["own_title"].value(), form["seen"].value()) == ("Le mien", "2")
    own.refresh_from_db()
    assert own.own_title == "Le sien"
    client.post(address_of(own), data | {"own_title": "Le mien", "seen": 2})
    own.refresh_from_db()
    assert own.own_title == "Le mien"


def test_a_colleague_at_work_on_the_texts_does_not_prevent_a_title(
    log_in_as: LogIn, contributor: User, manager: User, own: Implementation
) -> None:
    log_in_as(manager).post(own.get_absolute_url(), posted(own, lead="Direction"))
    data = {"own_title": "Le mien", "stage": own.stage.pk, "seen": 1}
    log_in_as(contributor).post(address_of(own), data)
    own.refresh_from_db()
    assert (own.own_title, own.lead, own.version) == ("Le mien", "Direction", 3)


def test_a_measure_of_the_guide_has_nothing_to_join(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    page = client.get(address_of(record), follow=True)
    assertContains(page, "Cette fiche porte une mesure du guide.")
    client.post(address_of(record), {"own_title": "Autre", "stage": record.stage.pk, "seen": 1})
    record.refresh_from_db()
    assert record.own_title == ""


def test_a_title_survives_an_expired_session(
    log_in_as: LogIn, contributor: User, own: Implementation
) -> None:
    client = log_in_as(contributor)
    client.cookies.pop("sessionid")
    data = {"own_title": "Écrit trop tard", "stage": own.stage.pk, "seen": 1}
    client.post(
        address_of(own),
        data | {"author": contributor.pk},
        headers={"referer": f"http://testserver{own.get_absolute_url()}"},
    )
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(own.get_absolute_url())
    assertContains(page, 'value="Écrit trop tard"')
    # The form of the record itself opens as it is stored.
    assert page.context["form"]["description"].value() == "Trois lots par quartier."


def test_the_page_costs_nine_queries(
    log_in_as: LogIn, contributor: User, own: Implementation, django_assert_num_queries: Any
) -> None:
    MeasureFactory.create_batch(3, title="Diviser les contrats en lots")
    client = log_in_as(contributor)
    # session, person, membership, record; measures to choose, measures to suggest, stages of the
    # form (its list asks twice), stages of the spine
    with django_assert_num_queries(9):
        client.get(address_of(own))
