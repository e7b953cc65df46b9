"""The administration: who opens what, and what a form there does."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import Benefit
from chantier.lib.seeds import SeededModel
from measures.models import ClauseVersion, LegalReference, Threshold
from members.models import AuditEntry, Term, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    AuditEntryFactory,
    BenefitFactory,
    ClauseFactory,
    ClauseVersionFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    LegalReferenceFactory,
    MeasureFactory,
    MembershipFactory,
    StageFactory,
    TermFactory,
)
from tests.members.admin_forms import inline, page

# Django's own templates read variables that are not always there.
pytestmark = pytest.mark.ignore_template_errors

CATALOGUE = [
    "members_term",
    "measures_source",
    "measures_stage",
    "measures_measure",
    "measures_legalreference",
    "measures_clause",
    "measures_indicator",
    "measures_barrier",
    "benefits_benefit",
    "benefits_publicfigure",
    "benefits_socialenterprise",
]
PEOPLE = ["members_organization", "members_cycle", "members_user"]
JOURNALS = ["members_auditentry", "measures_implementationevent"]


# Doors


def test_members_and_visitors_stay_outside(client: Client, log_in_as: LogIn, manager: User) -> None:
    for person in (client, log_in_as(manager)):
        for address in ("/admin/", page("members_user", "add"), page("measures_clause", "add")):
            assert person.get(address).status_code in (302, 403)


@pytest.mark.parametrize("name", CATALOGUE)
def test_facilitators_keep_the_catalogue(log_in_as: LogIn, facilitator: User, name: str) -> None:
    client = log_in_as(facilitator)
    assert client.get(page(name, "changelist")).status_code == 200
    response = client.get(page(name, "add"))
    assert response.status_code == 200
    for hidden in ("seeded", "search_text"):
        assert hidden not in response.context["adminform"].form.fields


@pytest.mark.parametrize("name", PEOPLE)
def test_facilitators_read_people_and_organizations(
    log_in_as: LogIn, facilitator: User, name: str
) -> None:
    client = log_in_as(facilitator)
    assert client.get(page(name, "changelist")).status_code == 200
    assert client.get(page(name, "add")).status_code == 403


@pytest.mark.parametrize("name", CATALOGUE + PEOPLE)
def test_coordinators_keep_everything(log_in_as: LogIn, coordinator: User, name: str) -> None:
    client = log_in_as(coordinator)
    assert client.get(page(name, "changelist")).status_code == 200
    assert client.get(page(name, "add")).status_code == 200


def test_the_index_opens_to_staff(log_in_as: LogIn, facilitator: User, coordinator: User) -> None:
    for user in (facilitator, coordinator):
        assertContains(log_in_as(user).get("/admin/"), "Références légales")


def test_nobody_of_the_staff_deletes(log_in_as: LogIn, coordinator: User) -> None:
    benefit = BenefitFactory()
    client = log_in_as(coordinator)
    assert client.post(page("benefits_benefit", "delete", benefit.pk)).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [benefit.pk], "post": "yes"}
    client.post(page("benefits_benefit", "changelist"), data)
    assert Benefit.objects.filter(pk=benefit.pk).exists()


def test_every_seeded_row_that_has_a_page_keeps_its_code() -> None:
    """The seed finds its rows by code: a code that changed would bring the row back."""
    seeded = [
        each for model, each in admin.site._registry.items() if issubclass(model, SeededModel)
    ]
    assert len(seeded) >= len(CATALOGUE)
    for model_admin in seeded:
        request: Any = None
        assert "code" in model_admin.get_readonly_fields(request, model_admin.model())


def test_a_forged_code_is_not_saved(log_in_as: LogIn, facilitator: User) -> None:
    stage = StageFactory(order=1)
    data = {
        "code": "autre",
        "order": 1,
        "name": "Nouveau nom",
        "short_name": "Nouveau",
        "slug": stage.slug,
        "description": "D",
        "question": "Q?",
    }
    client = log_in_as(facilitator)
    assert client.post(page("measures_stage", "change", stage.pk), data).status_code == 302
    stage.refresh_from_db()
    assert (stage.code, stage.name) == ("stage-1", "Nouveau nom")


# Content


def clause_data(clause: Any, **fields: Any) -> dict[str, Any]:
    document = TermFactory(code="document_kind:contrat")
    return {
        "stage": clause.stage_id,
        "title": clause.title,
        "slug": clause.slug,
        "documents": [document.pk],
        "is_active": "on",
        **fields,
    }


def test_a_new_text_of_a_clause_is_a_new_version(log_in_as: LogIn, facilitator: User) -> None:
    first = ClauseVersionFactory(text="Le texte qui vaut.")
    forged = {"id": first.pk, "clause": first.clause_id, "text": "Un texte forgé."}
    new = {"text": "Le nouveau texte.", "reason": "Une précision"}
    data = clause_data(first.clause, **inline("versions", forged, new, initial=1))
    client = log_in_as(facilitator)
    assertContains(client.get(page("measures_clause", "change", first.clause_id)), first.text)
    response = client.post(page("measures_clause", "change", first.clause_id), data)
    assert response.status_code == 302
    newest, oldest = ClauseVersion.objects.order_by("-number")
    assert oldest.text == "Le texte qui vaut."
    assert (newest.number, newest.text, newest.author) == (2, "Le nouveau texte.", facilitator)
    assert "nouveau texte" in type(first.clause).objects.get().search_text


def test_a_clause_saved_without_a_text_gets_no_version(log_in_as: LogIn, facilitator: User) -> None:
    clause = ClauseFactory()
    data = clause_data(clause, **inline("versions", {"text": "", "reason": ""}))
    response = log_in_as(facilitator).post(page("measures_clause", "change", clause.pk), data)
    assert response.status_code == 302
    assert not ClauseVersion.objects.exists()


def test_a_threshold_is_added_under_its_law(log_in_as: LogIn, facilitator: User) -> None:
    reference = LegalReferenceFactory()
    row = {
        "kind": Threshold.Kind.PUBLIC_TENDER,
        "amount": "133800",
        "year": 2024,
        "regime": "université",
    }
    data = {
        "name": reference.name,
        "says": reference.says,
        "order": 1,
        **inline("thresholds", row),
    }
    client = log_in_as(facilitator)
    address = page("measures_legalreference", "change", reference.pk)
    assert client.post(address, data).status_code == 302
    assert Threshold.objects.get().legal_reference == reference
    assert Threshold.objects.get().code
    # The same threshold twice is refused in French, and nothing else of the page is saved.
    data["name"] = "Nom perdu"
    again = client.post(address, data)
    assert again.status_code == 200
    assert LegalReference.objects.get().name == reference.name


def test_a_benefit_in_figures_needs_its_formula(log_in_as: LogIn, facilitator: User) -> None:
    data = {
        "code": "BQ-99",
        "kind": "chiffre",
        "dimension": "social",
        "title": "T",
        "slug": "t",
        "unit": "heures",
    }
    client = log_in_as(facilitator)
    assertContains(
        client.post(page("benefits_benefit", "add"), data),
        "Un bénéfice chiffré a une unité et une formule",
    )
    data["formula"] = "Économie ÷ 2"
    assert client.post(page("benefits_benefit", "add"), data).status_code == 302
    assert "economie" in Benefit.objects.get().search_text


def test_the_code_of_a_term_names_its_list(log_in_as: LogIn, facilitator: User) -> None:
    client = log_in_as(facilitator)
    data = {"code": "18", "vocabulary": "region", "label": "Nouvelle région", "order": 18}
    assertContains(client.post(page("members_term", "add"), data), "Commencez le code par")
    data["code"] = "region:18"
    assert client.post(page("members_term", "add"), data).status_code == 302
    term = Term.objects.get()
    data |= {"vocabulary": "sector", "label": "Renommée"}
    assert client.post(page("members_term", "change", term.pk), data).status_code == 302
    term.refresh_from_db()
    assert (term.vocabulary, term.label) == ("region", "Renommée")


def test_facilitators_find_rows_while_typing(log_in_as: LogIn, facilitator: User) -> None:
    MeasureFactory(title="Diviser en lots")
    query = {
        "app_label": "measures",
        "model_name": "barrier",
        "field_name": "measures",
        "term": "lots",
    }
    response = log_in_as(facilitator).get("/admin/autocomplete/", query)
    assert [row["text"] for row in response.json()["results"]] == ["Diviser en lots"]


# People


# Journals


@pytest.mark.parametrize("name", JOURNALS)
def test_journals_are_read_and_never_written(log_in_as: LogIn, superuser: User, name: str) -> None:
    row: Any = AuditEntryFactory() if name == "members_auditentry" else ImplementationEventFactory()
    client = log_in_as(superuser)
    assert client.get(page(name, "changelist")).status_code == 200
    assert client.get(page(name, "change", row.pk)).status_code == 200
    assert client.get(page(name, "add")).status_code == 403
    assert client.post(page(name, "change", row.pk), {"action": "autre"}).status_code == 403
    assert client.post(page(name, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_staff_do_not_read_the_journal_of_registers(
    log_in_as: LogIn, facilitator: User, coordinator: User
) -> None:
    """It holds what organizations keep to themselves."""
    for user in (facilitator, coordinator):
        address = page("measures_implementationevent", "changelist")
        assert log_in_as(user).get(address).status_code == 403
    assert log_in_as(coordinator).get(page("members_auditentry", "changelist")).status_code == 200
    assert log_in_as(facilitator).get(page("members_auditentry", "changelist")).status_code == 403


def test_lists_cost_a_fixed_number_of_queries(
    log_in_as: LogIn, coordinator: User, django_assert_max_num_queries: Any
) -> None:
    client = log_in_as(coordinator)
    for _ in range(2):
        for name in ("members_organization", "measures_clause", "members_auditentry"):
            with django_assert_max_num_queries(10):
                client.get(page(name, "changelist"))
        for _ in range(10):
            membership = MembershipFactory()
            ClauseFactory()
            AuditEntryFactory(organization=membership.organization)
    assert AuditEntry.objects.count() == 20
    assertNotContains(client.get(page("members_term", "changelist")), "seeded")


@pytest.mark.parametrize(
    "address",
    [
        page("members_organization", "changelist") + "?implementations=",
        page("members_organization", "changelist") + "?implementations__gte=",
        page("measures_measure", "changelist") + "?implementations=",
        page("measures_stage", "changelist") + "?implementations__in=",
    ],
)
def test_a_list_does_not_tell_whose_a_private_record_is(
    log_in_as: LogIn, coordinator: User, address: str
) -> None:
    record = ImplementationFactory(sharing=SharingLevel.PRIVATE)
    response = log_in_as(coordinator).get(f"{address}{record.pk}")
    assert response.status_code == 400


def test_no_list_is_filtered_by_what_points_to_it(rf: RequestFactory, coordinator: User) -> None:
    checked = 0
    request = rf.get("/")
    request.user = coordinator
    for model, each in admin.site._registry.items():
        if model._meta.app_label in ("members", "measures", "benefits", "meetings"):
            for field in model._meta.related_objects:
                assert not each.lookup_allowed(field.name, "1", request), (model, field)
                checked += 1
    assert checked


def test_people_are_still_found_by_their_role(log_in_as: LogIn, coordinator: User) -> None:
    MembershipFactory(user__full_name="Une responsable", manager=True)
    MembershipFactory(user__full_name="Un lecteur")
    address = page("members_user", "changelist") + "?memberships__role__exact=manager"
    response = log_in_as(coordinator).get(address)
    assertContains(response, "Une responsable")
    assertNotContains(response, "Un lecteur")
