"""Without a script, any button of the page sends all its texts: none that was typed is lost."""

import uuid

import pytest
from django.urls import reverse
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.models import AnnualReport, ReportText, ReportTextRevision
from chantier.reports.sections import written_sections
from tests.chantier.reports.together import first_version, in_field, page_of, texts, typed
from tests.factories import (
    AnnualReportFactory,
    CycleFactory,
    ReportTextFactory,
)

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def here(organization, cycle):
    return page_of(organization, cycle)


@pytest.fixture
def stored(organization, cycle, manager):
    return first_version(organization, cycle, manager, "Une cible.")


def test_the_page_sends_all_its_texts_by_one_form(here, contributor, log_in_as):
    page = log_in_as(contributor).get(here)
    count = len(written_sections(of_chantier=False))
    assertContains(page, '<form method="post" id="textes"', count=1)
    for name in ("section", "version", "submission_key"):
        assertContains(page, f'<input type="hidden" name="{name}"', count=count)
    # Three hidden fields, the text and the button of each.
    assertContains(page, 'form="textes"', count=5 * count)


def test_what_was_typed_in_three_texts_is_saved_by_the_button_of_one(here, contributor, log_in_as):
    client = log_in_as(contributor)
    data = typed(client.get(here), "benefices", engagements="Un.", sommaire="Deux.", achats="Trois")
    assert client.post(here, data).url == f"{here}#texte-benefices"
    assert texts() == {"achats": ("Trois", 1), "engagements": ("Un.", 1), "sommaire": ("Deux.", 1)}
    revisions = ReportTextRevision.objects.all()
    assert len(revisions) == 3
    assert {revision.author for revision in revisions} == {contributor}
    told = "Textes enregistrés\u00a0: Sommaire; Engagements; Achats et indicateurs."
    assertContains(client.get(here), told)


def test_a_second_click_stores_each_once(here, contributor, log_in_as):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", engagements="Un.", achats="Deux.")
    for _ in range(2):
        assert client.post(here, data).url == f"{here}#texte-achats"
    assert texts() == {"achats": ("Deux.", 1), "engagements": ("Un.", 1)}
    assert ReportTextRevision.objects.count() == 2


def test_what_was_not_touched_makes_no_version(here, stored, contributor, log_in_as):
    client = log_in_as(contributor)
    client.post(here, typed(client.get(here), "achats", achats="Deux."))
    assert texts() == {"achats": ("Deux.", 1), "engagements": ("Une cible.", 1)}
    assert ReportTextRevision.objects.count() == 2


def test_a_page_where_nothing_was_typed_stores_nothing(here, contributor, log_in_as):
    client = log_in_as(contributor)
    answer = client.post(here, typed(client.get(here), "achats"))
    assert answer.url == f"{here}#texte-achats"
    assertContains(client.get(here), "Aucun texte n’a changé")
    assert not AnnualReport.objects.exists()
    assert not ReportText.objects.exists()


def test_ends_of_lines_of_a_browser_are_no_change(here, stored, contributor, log_in_as):
    ReportText.objects.update(text="Une cible.\n\nUn comité.\n")
    client = log_in_as(contributor)
    data = typed(client.get(here), "engagements", engagements="Une cible.\r\n\r\nUn comité.\r\n")
    client.post(here, data)
    assert texts() == {"engagements": ("Une cible.\n\nUn comité.\n", 1)}


def test_what_a_colleague_wrote_meanwhile_stays_where_one_touched_nothing(
    here, stored, contributor, manager, log_in_as
):
    client = log_in_as(contributor)
    page = client.get(here)
    other = log_in_as(manager)
    other.post(here, typed(other.get(here), "engagements", engagements="Une cible de 5."))
    client.post(here, typed(page, "achats", achats="Deux."))
    assert texts() == {"achats": ("Deux.", 1), "engagements": ("Une cible de 5.", 2)}
    assert ReportTextRevision.objects.count() == 3


def test_a_text_united_with_that_of_a_colleague_is_named(
    here, stored, contributor, manager, log_in_as
):
    for model in (ReportText, ReportTextRevision):
        model.objects.update(text="Une cible.\n\nUn comité.")
    client = log_in_as(contributor)
    page = client.get(here)
    other = log_in_as(manager)
    data = typed(other.get(here), "engagements", engagements="Une cible de 5.\n\nUn comité.")
    other.post(here, data)
    mine = {"engagements": "Une cible.\n\nUn bilan.", "achats": "Deux."}
    client.post(here, typed(page, "achats", **mine))
    assert texts()["engagements"] == ("Une cible de 5.\n\nUn bilan.", 3)
    told = "Ce que d’autres y ont écrit entre-temps y est aussi\u00a0: Engagements."
    assertContains(client.get(here), told)


def test_one_that_is_refused_costs_nothing_to_the_others(here, stored, contributor, log_in_as):
    client = log_in_as(contributor)
    mine = {"sommaire": "é" * 601, "priorite": "è" * 401, "achats": "Trois."}
    answer = client.post(here, typed(client.get(here), "achats", **mine))
    assertContains(answer, "Texte enregistré\u00a0: Achats et indicateurs.")
    assertContains(answer, "Ce texte a 601 caractères, 600 au plus")
    assertContains(answer, "Ce texte a 401 caractères, 400 au plus")
    assertContains(answer, "Le texte n’est pas encore enregistré", count=2)
    assert texts() == {"achats": ("Trois.", 1), "engagements": ("Une cible.", 1)}
    for code, text in mine.items():
        assert in_field(answer, code) == text
    assert in_field(answer, "engagements") == "Une cible."
    # Shortened, both are saved; the one that was has no second version.
    client.post(here, typed(answer, "sommaire", sommaire="Court.", priorite="Aussi."))
    assert texts() == {
        "achats": ("Trois.", 1),
        "engagements": ("Une cible.", 1),
        "priorite": ("Aussi.", 1),
        "sommaire": ("Court.", 1),
    }


def test_a_text_that_was_already_too_long_is_not_in_the_way(here, stored, contributor, log_in_as):
    ReportTextFactory(report=stored.report, section="sommaire", text="é" * 700)
    client = log_in_as(contributor)
    answer = client.post(here, typed(client.get(here), "achats", achats="Trois."))
    assert answer.url == f"{here}#texte-achats"
    assert texts()["achats"] == ("Trois.", 1)


def test_the_earlier_text_goes_in_its_field_and_the_others_are_saved(
    here, organization, contributor, log_in_as
):
    before = AnnualReportFactory(organization=organization, cycle=CycleFactory(start_year=2019))
    for code in ("achats", "profil"):
        ReportTextFactory(report=before, section=code, text="Texte d’avant.")
    client = log_in_as(contributor)
    data = typed(client.get(here), achats="Tapé.", engagements="Un.") | {"reprendre": "achats"}
    for _ in range(2):
        assert client.post(here, data).url == f"{here}#texte-achats"
    rows = ReportText.objects.filter(report__cycle__label="2020-2021")
    found = {row.section: (row.text, row.version) for row in rows}
    assert found == {"achats": ("Tapé.\n\nTexte d’avant.", 1), "engagements": ("Un.", 1)}


@pytest.mark.parametrize("section", ["", "implantees", "inconnue"])
def test_one_section_without_a_text_and_nothing_is_stored(here, contributor, log_in_as, section):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", achats="Deux.")
    data["section"][0] = section
    assert client.post(here, data).status_code == 404
    assert not ReportText.objects.exists()


@pytest.mark.parametrize("name", ["version", "submission_key", "text"])
def test_a_text_is_never_taken_for_that_of_its_neighbour(here, contributor, log_in_as, name):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", achats="Deux.")
    del data[name][0]
    assert client.post(here, data).status_code == 404
    assert not ReportText.objects.exists()


def test_the_script_sends_one_at_a_time(here, contributor, log_in_as):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", achats="Deux.")
    assert client.post(here, data, **JSON).status_code == 404
    assert not ReportText.objects.exists()


@pytest.mark.parametrize(
    "person", ["facilitator", "coordinator", "outsider", "reader", "other_organization"]
)
def test_nobody_else_stores_one(here, stored, contributor, person, request, log_in_as):
    data = typed(log_in_as(contributor).get(here), "achats", engagements="Un.", achats="Deux.")
    data["submission_key"] = [uuid.uuid4().hex for _ in data["submission_key"]]
    if person == "other_organization":
        other = AnnualReportFactory(cycle=stored.report.cycle).organization
        here = reverse("reports:report_texts", args=[other.slug, stored.report.cycle.label])
        person = "contributor"
    answer = log_in_as(request.getfixturevalue(person)).post(here, data)
    assert answer.status_code in (403, 404)
    assert texts() == {"engagements": ("Une cible.", 1)}


def test_texts_of_the_chantier_are_saved_together(cycle, coordinator, log_in_as):
    here = reverse("reports:chantier_texts", args=[cycle.label])
    client = log_in_as(coordinator)
    data = typed(client.get(here), "enjeux", objectifs="Un.", enjeux="Deux.")
    assert client.post(here, data).url == f"{here}#texte-enjeux"
    assert texts() == {"enjeux": ("Deux.", 1), "objectifs": ("Un.", 1)}
    assert not AnnualReport.objects.exclude(organization=None).exists()


def test_what_is_typed_is_written_as_it_is(here, contributor, log_in_as):
    client = log_in_as(contributor)
    mine = {"sommaire": "<b>" + "é" * 600, "achats": "<i>Deux</i>"}
    answer = client.post(here, typed(client.get(here), "achats", **mine))
    for text in mine.values():
        assertContains(answer, escape(text))
        assertNotContains(answer, text)
