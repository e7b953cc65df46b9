"""What was typed in several texts and is not stored: met by another, too late, out of session."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports import sending
from chantier.reports.models import AnnualReport, ReportText
from chantier.reports.sections import ORGANIZATION_SECTIONS
from tests.chantier.reports.together import first_version, in_field, page_of, texts, typed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LOCKED = "ses textes ne changent plus"


@pytest.fixture
def here(organization, cycle):
    return page_of(organization, cycle)


@pytest.fixture
def stored(organization, cycle, manager):
    return first_version(organization, cycle, manager, "Une cible.")


@pytest.fixture
def clash(here, stored, contributor, manager, log_in_as):
    """The answer to who wrote in two texts, one of them changed by a colleague meanwhile."""
    client = log_in_as(contributor)
    page = client.get(here)
    other = log_in_as(manager)
    other.post(here, typed(other.get(here), "engagements", engagements="Une cible de 5."))
    mine = {"engagements": "Une cible de 8.", "achats": "Deux."}
    return client, client.post(here, typed(page, "achats", **mine))


def test_one_that_meets_another_costs_nothing_to_the_others(clash, manager):
    _, answer = clash
    assert texts() == {"achats": ("Deux.", 1), "engagements": ("Une cible de 5.", 2)}
    assertContains(answer, "Texte enregistré\u00a0: Achats et indicateurs.", status_code=409)
    assertContains(answer, '<a href="#texte-engagements">Engagements</a>', status_code=409)
    assertContains(answer, "Deux personnes ont écrit au même endroit", count=1, status_code=409)
    assertContains(answer, f"{manager} a enregistré ceci", status_code=409)
    assert in_field(answer, "engagements") == "Une cible de 8."
    assert in_field(answer, "achats") == "Deux."


def test_its_own_button_is_the_choice_of_who_read_both(clash, here):
    client, answer = clash
    client.post(here, typed(answer, "engagements", engagements="Une cible de 8, puis de 5."))
    assert texts()["engagements"] == ("Une cible de 8, puis de 5.", 3)


def test_the_button_of_another_text_does_not_choose(clash, here):
    client, answer = clash
    again = client.post(here, typed(answer, "profil", profil="Trois."))
    assert texts() == {
        "achats": ("Deux.", 1),
        "engagements": ("Une cible de 5.", 2),
        "profil": ("Trois.", 1),
    }
    assertContains(again, "Deux personnes ont écrit au même endroit", count=1, status_code=409)
    assert in_field(again, "engagements") == "Une cible de 8."
    client.post(here, typed(again, "engagements"))
    assert texts()["engagements"] == ("Une cible de 8.", 3)


def test_a_choice_that_is_too_long_still_shows_both(clash, here):
    client, answer = clash
    again = client.post(here, typed(answer, "engagements", engagements="é" * 4001))
    assertContains(again, "Ce texte a 4\u00a0001 caractères, 4\u00a0000 au plus")
    assertContains(again, "Deux personnes ont écrit au même endroit", count=1)
    assert texts()["engagements"] == ("Une cible de 5.", 2)
    assert in_field(again, "engagements") == "é" * 4001


def test_who_takes_the_other_text_has_nothing_left_to_save(clash, here):
    client, answer = clash
    answer = client.post(here, typed(answer, "achats", engagements="Une cible de 5."))
    assert answer.url == f"{here}#texte-achats"
    assert texts()["engagements"] == ("Une cible de 5.", 2)


def test_a_submitted_report_gives_all_of_them_back(here, stored, contributor, log_in_as):
    client = log_in_as(contributor)
    page = client.get(here)
    AnnualReport.objects.update(state=AnnualReport.State.SUBMITTED)
    mine = {"engagements": "Trop tard.", "achats": "Aussi.", "sommaire": "é" * 601}
    answer = client.post(here, typed(page, "achats", **mine))
    for text in mine.values():
        assertContains(answer, f'<p class="text-theirs">{text}</p>', count=1, status_code=409)
    assertContains(answer, LOCKED, status_code=409)
    assert texts() == {"engagements": ("Une cible.", 1)}


def test_a_report_submitted_between_two_texts_says_which_is_saved(
    here, stored, contributor, log_in_as, monkeypatch
):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", engagements="À temps.", achats="Trop tard.")
    save = sending.save_form

    def save_then_submit(form, **more):
        row = save(form, **more)
        AnnualReport.objects.update(state=AnnualReport.State.SUBMITTED)
        return row

    monkeypatch.setattr(sending, "save_form", save_then_submit)
    answer = client.post(here, data)
    assert texts()["engagements"] == ("À temps.", 2)
    assertContains(answer, "Texte enregistré\u00a0: Engagements.", status_code=409)
    assertContains(answer, '<p class="text-theirs">Trop tard.</p>', status_code=409)
    assertNotContains(answer, "rien n’est enregistré", status_code=409)


def interrupted(client, here, person, data):
    """The page of who logs in again after having sent `data` without a session."""
    client.cookies.pop("sessionid")
    assert client.post(here, data | {"author": person.pk}).status_code == 302
    client.force_login(person, backend=BACKEND)
    return client.get(here)


def test_an_expired_session_brings_all_of_them_back(here, stored, contributor, manager, log_in_as):
    client = log_in_as(contributor)
    page = client.get(here)
    data = typed(page, "achats", engagements="Un.", achats=" Deux, et\n plus. ")
    answer = interrupted(client, here, contributor, data)
    assertContains(answer, "Votre texte est de retour")
    assert in_field(answer, "engagements") == "Un."
    assert in_field(answer, "achats") == " Deux, et\n plus. "
    for code in ("engagements", "achats"):
        assertContains(answer, f'<a href="#texte-{code}">')
    assert texts() == {"engagements": ("Une cible.", 1)}
    client.post(here, typed(answer, "achats"))
    assert texts() == {"engagements": ("Un.", 2), "achats": (" Deux, et\n plus.", 1)}


def test_every_text_at_its_limit_comes_back(here, contributor, log_in_as):
    client = log_in_as(contributor)
    mine = {row.code: "é" * row.prompt.limit for row in ORGANIZATION_SECTIONS if row.prompt}
    answer = interrupted(client, here, contributor, typed(client.get(here), "achats", **mine))
    assert {code: in_field(answer, code) for code in mine} == mine
    assert not ReportText.objects.exists()


def test_what_came_back_says_nothing_of_what_was_not_touched(
    here, stored, contributor, manager, log_in_as
):
    """The text of a colleague, newer than the page that was sent, is the one to read."""
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", achats="Deux.")
    other = log_in_as(manager)
    other.post(here, typed(other.get(here), "engagements", engagements="Une cible de 5."))
    answer = interrupted(client, here, contributor, data)
    assert in_field(answer, "engagements") == "Une cible de 5."
    assert in_field(answer, "achats") == "Deux."


def test_a_choice_to_make_comes_back_with_both(clash, here, contributor):
    client, answer = clash
    again = interrupted(client, here, contributor, typed(answer, "profil", profil="Trois."))
    assertContains(again, "Deux personnes ont écrit au même endroit", count=1)
    assert in_field(again, "engagements") == "Une cible de 8."
    assert in_field(again, "profil") == "Trois."


def test_what_comes_back_too_late_is_shown(here, stored, contributor, log_in_as):
    client = log_in_as(contributor)
    data = typed(client.get(here), "achats", engagements="Un.", achats="Deux.")
    AnnualReport.objects.update(state=AnnualReport.State.SUBMITTED)
    answer = interrupted(client, here, contributor, data)
    for text in ("Un.", "Deux."):
        assertContains(answer, f'<p class="text-theirs">{text}</p>', count=1)
