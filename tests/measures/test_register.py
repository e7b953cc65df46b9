"""The register: its list, one record saved, what is refused, and what two people do at once."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Evidence, Implementation, ImplementationEvent
from measures.statuses import Status
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory, MeasureFactory, StageFactory
from tests.measures.sent import PDF, posted, url


def test_the_list_shows_status_date_and_evidence(
    log_in_as: LogIn, reader: User, record: Implementation
) -> None:
    record.evidence.add(EvidenceFactory(organization=record.organization))
    response = log_in_as(reader).get(url("implementation_list", record.organization))
    assertContains(response, record.title)
    assertContains(response, "En cours")
    assertContains(response, '<td data-label="Preuves" class="num">1</td>', html=True)


def test_the_list_costs_six_queries(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    django_assert_num_queries: Any,
) -> None:
    ImplementationFactory.create_batch(3, organization=organization)
    client = log_in_as(contributor)
    # session, person, membership with its organization, stages, number of rows, rows
    with django_assert_num_queries(6):
        client.get(url("implementation_list", organization))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "economie"}, ["Inscrire l’économie sociale"]),
        ({"q": "l'economie"}, ["Inscrire l’économie sociale"]),
        ({"statut": "implantee"}, ["Inscrire l’économie sociale"]),
        ({"etape": "etape-2"}, ["Diviser en lots"]),
        ({"suivi": "sans-preuve"}, ["Inscrire l’économie sociale"]),
        ({"suivi": "en-retard"}, ["Diviser en lots"]),
        ({"suivi": "a-revoir"}, ["Inscrire l’économie sociale"]),
        ({"q": "rien de tel"}, []),
    ],
)
def test_filters_live_in_the_address(
    log_in_as: LogIn, reader: User, organization: Organization, query: dict, found: list[str]
) -> None:
    ImplementationFactory(
        organization=organization,
        measure__title="Inscrire l’économie sociale",
        implemented=True,
        review_on=datetime.date(2021, 1, 1),
    )
    ImplementationFactory(
        organization=organization,
        measure__title="Diviser en lots",
        measure__stage=StageFactory(order=2),
        planned=True,
    )
    response = log_in_as(reader).get(url("implementation_list", organization), query)
    for title in ("Inscrire l’économie sociale", "Diviser en lots"):
        check = assertContains if title in found else assertNotContains
        check(response, f">{title}</a>")


@pytest.mark.parametrize(
    ("query", "titles"),
    [({}, ["Du guide", "La nôtre"]), ({"tri": "echeance"}, ["La nôtre", "Du guide"])],
)
def test_what_has_no_code_or_no_date_comes_last(
    log_in_as: LogIn, reader: User, organization: Organization, query: dict, titles: list[str]
) -> None:
    """Databases disagree on where nothing goes."""
    measure = MeasureFactory(title="Du guide")
    ImplementationFactory(
        organization=organization,
        measure=None,
        own_title="La nôtre",
        stage=measure.stage,
        planned_for=datetime.date(2021, 1, 1),
    )
    ImplementationFactory(organization=organization, measure=measure, planned_for=None)
    response = log_in_as(reader).get(url("implementation_list", organization), query)
    assert [row.title for row in response.context["listing"].page] == titles


def test_htmx_gets_the_fragment_that_the_page_holds(
    log_in_as: LogIn, reader: User, record: Implementation
) -> None:
    client = log_in_as(reader)
    address = url("implementation_list", record.organization)
    page = client.get(address)
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert fragment.content.decode().strip() in page.content.decode()
    assert "HX-Request" in fragment["Vary"]
    assertNotContains(fragment, "<html")


def test_every_row_is_on_one_page_only(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    records = ImplementationFactory.create_batch(30, organization=organization)
    client = log_in_as(reader)
    seen: list[str] = []
    for page in (1, 2):
        response = client.get(
            url("implementation_list", organization), {"tri": "statut", "page": page}
        )
        seen += [row.title for row in response.context["listing"].page]
    assert sorted(seen) == sorted(row.title for row in records)


def test_a_member_records_an_implemented_measure_with_its_evidence(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    measure = MeasureFactory()
    response = log_in_as(contributor).post(
        url("implementation_create", organization),
        posted(
            measure=measure.slug,
            status=Status.IMPLEMENTED,
            implemented_on="2021-03-15",
            description="La direction a signé.",
            uploads=[SimpleUploadedFile("declaration.pdf", PDF)],
            link_url="https://exemple.example/avis",
            link_title="Avis publié",
        ),
    )
    record = organization.implementations.get()
    assertRedirects(response, record.get_absolute_url())
    assert (record.measure, record.stage) == (measure, measure.stage)
    assert record.implemented_on == datetime.date(2021, 3, 15)
    assert [piece.title for piece in record.evidence.all()] == ["declaration.pdf", "Avis publié"]
    stored = record.evidence.get(kind=Evidence.Kind.FILE)
    with stored.file.open() as file:
        assert file.read() == PDF
    assert "declaration" not in stored.file.name
    event = record.events.get()
    assert event.actor == contributor
    assert event.changes["status"] == [None, "implantee"]
    assert event.changes["evidence"] == [None, ["declaration.pdf", "Avis publié"]]


def test_the_form_is_sent_to_an_address_without_the_field_of_an_error(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    # A form without an action goes to « …/ajouter/#id_implemented_on » once the link of an error
    # was followed, and the record would open there, below the message that says it is saved.
    address = f"{url('implementation_create', organization)}?mesure={MeasureFactory().slug}"
    page = log_in_as(contributor).get(address)
    assertContains(page, f'method="post" action="{address}"')


def test_a_measure_of_ones_own_needs_a_title_and_a_stage(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    stage = StageFactory(order=3)
    client = log_in_as(contributor)
    address = url("implementation_create", organization)
    assertContains(client.post(address, posted()), "Choisissez une mesure du guide, ou donnez")
    assertContains(client.post(address, posted(own_title="La nôtre")), "Choisissez l’étape")
    client.post(address, posted(own_title="La nôtre", stage=stage.pk))
    record = organization.implementations.get()
    assert (record.title, record.stage, record.code) == ("La nôtre", stage, "hors guide")


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"status": "implantee"}, "implemented_on", "Indiquez depuis quand"),
        ({"status": "sans-objet"}, "not_applicable_reason", "Dites pourquoi"),
        ({"implemented_on": "2021-05-01"}, "implemented_on", "Effacez cette date"),
        (
            {"status": "implantee", "implemented_on": "2019-05-01"},
            "implemented_on",
            "égale ou postérieure au 1er\u00a0juin 2020",
        ),
        ({"status": "implantee", "implemented_on": "2999-01-01"}, "implemented_on", "à venir"),
        (
            {"status": "implantee", "implemented_on": "2021-05-01", "review_on": "2021-01-01"},
            "review_on",
            "La révision suit",
        ),
        ({"status": "a-entreprendre"}, "status", "ne peut pas passer directement"),
        ({"status": "n’importe quoi"}, "status", "choix valide"),
        ({"planned_for": "le 32 mars"}, "planned_for", "date valide"),
        ({"link_url": "pas un lien"}, "link_url", "URL valide"),
        ({"link_url": "ftps://fichiers.example/a"}, "link_url", "URL valide"),
        ({"link_title": "Titre seul"}, "link_url", "Donnez l’adresse"),
    ],
)
def test_bad_input_gets_a_message_at_its_field_and_loses_nothing(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    typed = "Un texte que personne ne veut retaper."
    response = log_in_as(contributor).post(
        record.get_absolute_url(), posted(record, description=typed, **values)
    )
    assert message in str(response.context["form"].errors[field])
    assertContains(response, typed)
    assertContains(response, "La mesure n’est pas encore enregistrée")
    record.refresh_from_db()
    assert (record.description, record.version) == ("Début.", 1)
    assert not record.events.exists()


def test_a_measure_already_in_the_register_is_refused(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    assert record.measure is not None
    response = log_in_as(contributor).post(
        url("implementation_create", record.organization), posted(measure=record.measure.slug)
    )
    assertContains(response, "déjà au registre")
    assert record.organization.implementations.count() == 1


def test_a_form_posted_twice_is_done_once(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    data = posted(record, lead="Achats")
    uploads = [SimpleUploadedFile("a.pdf", PDF)]
    first = client.post(record.get_absolute_url(), {**data, "uploads": uploads})
    second = client.post(
        record.get_absolute_url(), {**data, "uploads": [SimpleUploadedFile("a.pdf", PDF)]}
    )
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert record.evidence.count() == 1
    assert record.events.count() == 1


def test_an_added_measure_posted_twice_is_added_once(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client, data = log_in_as(contributor), posted(own_title="La nôtre", stage=StageFactory().pk)
    for _ in range(2):
        assert client.post(url("implementation_create", organization), data).status_code == 302
    assert organization.implementations.count() == 1


def test_two_people_on_one_record_lose_nothing(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    """Each changed another field: both changes are in the form that is shown again."""
    log_in_as(manager).post(record.get_absolute_url(), posted(record, lead="Direction"))
    client = log_in_as(contributor)
    response = client.post(record.get_absolute_url(), posted(record, description="Mon texte"))
    assert response.status_code == 409
    assertContains(response, "Deux personnes ont modifié cette fiche", status_code=409)
    form = response.context["form"]
    assert (form["lead"].value(), form["description"].value()) == ("Direction", "Mon texte")
    record.refresh_from_db()
    assert record.description == "Début."
    again = posted(record, lead="Direction", description="Mon texte", version="2")
    assert client.post(record.get_absolute_url(), again).status_code == 302
    record.refresh_from_db()
    assert (record.lead, record.description, record.version) == ("Direction", "Mon texte", 3)


def test_two_texts_for_one_field_are_both_shown(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    log_in_as(manager).post(record.get_absolute_url(), posted(record, description="Le sien"))
    response = log_in_as(contributor).post(
        record.get_absolute_url(), posted(record, description="Le mien")
    )
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("Le mien", "Le sien")
    assertContains(response, "Le sien", status_code=409)
    assert response.context["form"]["description"].value() == "Le mien"


def test_the_journal_says_what_changed(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    client.post(
        record.get_absolute_url(),
        posted(record, status=Status.IMPLEMENTED, implemented_on="2021-07-01"),
    )
    response = client.get(record.get_absolute_url())
    assertContains(response, "avant")
    (entry,) = response.context["journal"]
    assert [(change.label, change.before, change.after) for change in entry.changes] == [
        ("Statut", "en cours", "implantée"),
        ("Date d’implantation", "", "1er\u00a0juillet 2021"),
    ]


def test_measures_ticked_on_a_stage_page_enter_the_register_once(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    measures = MeasureFactory.create_batch(3)
    ImplementationFactory(organization=organization, measure=measures[0], in_progress=True)
    client = log_in_as(contributor)
    data = {
        "measures": [measure.slug for measure in measures],
        "status": Status.PLANNED,
        "stage": measures[0].stage.slug,
    }
    for _ in range(2):
        response = client.post(url("implementation_adopt", organization), data)
        assertRedirects(response, measures[0].stage.get_absolute_url())
    statuses = organization.implementations.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [Status.IN_PROGRESS, Status.PLANNED, Status.PLANNED]
    assert ImplementationEvent.objects.count() == 2


def test_an_expired_session_brings_the_text_back(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    client.cookies.pop("sessionid")
    data = posted(
        record, description="Écrit pendant que la session expirait", author=contributor.pk
    )
    response = client.post(record.get_absolute_url(), data)
    login = client.get(response["Location"])
    assertContains(login, "Votre session a pris fin pendant que vous écriviez.")
    record.refresh_from_db()
    assert record.description == "Début."
    password = "demo-chantier-2021"
    contributor.set_password(password)
    contributor.save()
    back = client.post(
        reverse("account_login"),
        {"login": contributor.email, "password": password, "next": record.get_absolute_url()},
    )
    assertRedirects(back, record.get_absolute_url(), fetch_redirect_response=False)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Écrit pendant que la session expirait")
    assertContains(page, "Votre texte est de retour")
    # Offered once: a reload shows what is stored.
    assertNotContains(client.get(record.get_absolute_url()), "Écrit pendant que la session")


def test_an_interrupted_form_is_given_back_to_its_author_only(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    """A colleague who logs in on the same browser does not read it."""
    client = log_in_as(contributor)
    client.cookies.pop("sessionid")
    address = record.get_absolute_url()
    client.post(address, posted(record, description="À moi seul", author=contributor.pk))
    client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertNotContains(client.get(address), "À moi seul")


def test_ticked_measures_survive_an_expired_session(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    ticked, other = MeasureFactory.create_batch(2)
    page = ticked.stage.get_absolute_url()
    client = log_in_as(contributor)
    client.cookies.pop("sessionid")
    data = {"measures": [ticked.slug], "status": Status.PLANNED, "author": contributor.pk}
    client.post(
        url("implementation_adopt", organization),
        data | {"stage": ticked.stage.slug},
        headers={"referer": f"http://testserver{page}"},
    )
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(page).content.decode()
    assert f'value="{ticked.slug}" aria-labelledby="m-{ticked.slug}" checked>' in html
    assert f'value="{other.slug}" aria-labelledby="m-{other.slug}">' in html
