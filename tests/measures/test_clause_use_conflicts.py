"""The use of a clause while something else happens: a colleague, a new model, a log-out."""

import uuid
from copy import copy
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions import clause_uses as actions
from measures.models import ClauseUse, ClauseVersion
from measures.views import clause_use_forms
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import ClauseVersionFactory
from tests.factories.members import PASSWORD
from tests.html import StrictClient
from tests.measures.sent import url
from tests.measures.uses import create_at, noted, sent_new, sent_use, use_at


@pytest.fixture
def version() -> ClauseVersion:
    return ClauseVersionFactory(text="Le fournisseur [nom] s’engage.")


@pytest.fixture
def use(organization: Organization, contributor: User, version: ClauseVersion) -> ClauseUse:
    return noted(organization, version, contributor)


@pytest.fixture
def mine(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def theirs(log_in_as: LogIn, manager: User) -> StrictClient:
    return log_in_as(manager)


def stored(use: ClauseUse, *names: str) -> list[Any]:
    use.refresh_from_db()
    return [getattr(use, name) for name in names]


# --- Two people on one use -----------------------------------------------------------


def test_each_changed_another_field(
    mine: StrictClient, theirs: StrictClient, manager: User, use: ClauseUse
) -> None:
    """Both changes are in the form that is shown again; nothing is saved before it is read."""
    theirs.post(use_at(use), sent_use(use, outcome="ees", amount="48 000"))
    response = mine.post(use_at(use), sent_use(use, lawyers_changed="Le délai."))
    assert response.status_code == 409
    assertContains(response, f"{manager} a enregistré ceci le", status_code=409)
    form = response.context["form"]
    assert not response.context["merge"].clashes
    assert form["outcome"].value() == "ees"
    assert form["lawyers_changed"].value() == "Le délai."
    assert stored(use, "lawyers_changed", "version") == ["", 2]
    again = {name: form[name].value() or "" for name in (*form.TYPED, "version")}
    again["submission_key"] = str(uuid.uuid4())
    assertRedirects(mine.post(use_at(use), again), use_at(use))
    assert stored(use, "outcome", "lawyers_changed", "version") == ["ees", "Le délai.", 3]


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "Mon libellé."), ("theirs", "  Son libellé.\n")]
)
def test_two_wordings_are_both_shown_and_one_is_chosen(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse, choice: str, kept: str
) -> None:
    theirs.post(use_at(use), sent_use(use, wording="  Son libellé.\n"))
    response = mine.post(use_at(use), sent_use(use, wording="Mon libellé."))
    (clash,) = response.context["merge"].clashes
    assert (clash.label, clash.mine, clash.theirs) == (
        "Libellé employé",
        "Mon libellé.",
        "  Son libellé.\n",
    )
    assertContains(response, "Mon libellé.", status_code=409)
    assertContains(response, "ajouté&nbsp;: </span>Mon</ins>", status_code=409)
    answer = sent_use(use, wording="Mon libellé.", version="2", choice_wording=choice)
    assert mine.post(use_at(use), answer).status_code == 302
    assert stored(use, "wording") == [kept]


def test_two_remarks_may_be_kept_both(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse
) -> None:
    theirs.post(use_at(use), sent_use(use, lawyers_changed="La sienne."))
    mine.post(use_at(use), sent_use(use, lawyers_changed="La mienne."))
    answer = sent_use(use, lawyers_changed="La mienne.", version="2", choice_lawyers_changed="both")
    mine.post(use_at(use), answer)
    assert stored(use, "lawyers_changed") == ["La mienne.\n\nLa sienne."]


def test_choices_and_figures_that_clash_are_told_in_words(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse
) -> None:
    theirs.post(use_at(use), sent_use(use, outcome="ees", amount="1000", used_on="2021-04-01"))
    response = mine.post(
        use_at(use), sent_use(use, outcome="autre", amount="abc", used_on="2021-04-02")
    )
    told = {clash.label: (clash.mine, clash.theirs) for clash in response.context["merge"].clashes}
    assert told == {
        "Octroi": ("Octroyé à une autre entreprise", "Octroyé à une EÉS"),
        "Montant du contrat, avant taxes ($)": ("abc", "1\u00a0000"),
        "Date du document": ("2\u00a0avril 2021", "1er\u00a0avril 2021"),
    }


def test_a_choice_made_on_what_has_changed_again_is_asked_again(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse
) -> None:
    theirs.post(use_at(use), sent_use(use, bids="1"))
    mine.post(use_at(use), sent_use(use, bids="2"))
    theirs.post(use_at(use), sent_use(use, version="2", bids="3"))
    answer = sent_use(use, bids="2", version="2", choice_bids="theirs")
    response = mine.post(use_at(use), answer)
    assert response.status_code == 409
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("2", "3")


def test_two_people_who_write_the_same_are_not_asked(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse
) -> None:
    for client in (theirs, mine):
        assertRedirects(client.post(use_at(use), sent_use(use, bids="2")), use_at(use))
    assert stored(use, "bids", "version") == [2, 2]


def test_a_second_click_is_one_write(mine: StrictClient, use: ClauseUse) -> None:
    data = sent_use(use, bids="2")
    for _ in range(2):
        assertRedirects(mine.post(use_at(use), data), use_at(use))
    assert stored(use, "bids", "version") == [2, 2]
    assert AuditEntry.objects.filter(action="clause_use_change").count() == 1


def test_a_page_reached_again_with_back_is_saved_over_ones_own_words(
    mine: StrictClient, use: ClauseUse
) -> None:
    data = sent_use(use, lawyers_changed="Un")
    mine.post(use_at(use), data)
    assertRedirects(mine.post(use_at(use), data | {"lawyers_changed": "Un, deux"}), use_at(use))
    assert stored(use, "lawyers_changed", "version") == ["Un, deux", 3]


@pytest.mark.parametrize("version_sent", ["", "0", "²", "9" * 5000, "-1", "abc", "2"])
def test_a_form_that_was_opened_on_no_known_version_overwrites_nothing(
    mine: StrictClient, use: ClauseUse, version_sent: str
) -> None:
    response = mine.post(use_at(use), sent_use(use, bids="7", version=version_sent))
    assert response.status_code == 409
    assert response.context["form"]["bids"].value() == "7"
    assert stored(use, "bids", "version") == [None, 1]


def test_of_two_savers_at_the_same_instant_one_wins(
    mine: StrictClient, use: ClauseUse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one saves between the reading and the writing of the first."""
    save = actions.change_use

    def late(**kwargs: Any) -> bool:
        monkeypatch.setattr(clause_use_forms, "change_use", save)
        other = ClauseUse.objects.get()
        before = actions.state_of(other)
        other.bids = 5
        save(use=other, before=before, submission_key=uuid.uuid4(), by=manager)
        return save(**kwargs)

    monkeypatch.setattr(clause_use_forms, "change_use", late)
    response = mine.post(use_at(use), sent_use(use, lawyers_changed="Le délai."))
    assert response.status_code == 409
    assert response.context["form"]["bids"].value() == "5"
    assert stored(use, "bids", "lawyers_changed", "version") == [5, "", 2]


def test_a_use_that_changed_is_read_again_before_it_is_deleted(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse
) -> None:
    theirs.post(use_at(use), sent_use(use, bids="2"))
    response = mine.post(use_at(use, "clause_use_delete"), {"version": "1"}, follow=True)
    assertContains(response, "a changé depuis que vous l’avez ouvert")
    assert ClauseUse.objects.count() == 1


def test_what_was_typed_in_a_use_that_was_deleted_is_kept(
    mine: StrictClient, theirs: StrictClient, use: ClauseUse, version: ClauseVersion
) -> None:
    theirs.post(use_at(use, "clause_use_delete"), {"version": "1"})
    response = mine.post(use_at(use), sent_use(use, lawyers_changed="Une heure de travail."))
    assert response.status_code == 409
    assertContains(response, "Une heure de travail.", status_code=409)
    assertContains(response, "Quelqu’un l’a supprimé", status_code=409)
    form = response.context["form"]
    names = [*form.TYPED, "clause_version", "seen_version", "submission_key"]
    again = {name: form[name].value() or "" for name in names}
    mine.post(response.context["action"], again)
    assert ClauseUse.objects.get().lawyers_changed == "Une heure de travail."
    assertRedirects(mine.get(use_at(use)), url("clause_use_list", use.organization))


# --- The model changes while the form is open ------------------------------------------


def test_a_newer_model_is_told_and_both_texts_are_shown(
    mine: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    data = sent_new(version, wording="Gardé tel quel.")
    ClauseVersionFactory(clause=version.clause, number=2, text="Le fournisseur [nom] promet.")
    response = mine.post(create_at(organization, version), data)
    assert response.status_code == 409
    assert not ClauseUse.objects.exists()
    for text in ("Gardé tel quel.", "s’engage.", "promet."):
        assertContains(response, text, status_code=409)
    assertContains(response, "Le modèle a changé pendant que vous écriviez", status_code=409)
    assertNotContains(response, "n’est pas encore noté", status_code=409)
    assert response.context["form"]["seen_version"].value() == "2"


@pytest.mark.parametrize("number", [1, 2])
def test_the_version_that_was_read_is_kept_or_the_newer_one_taken(
    mine: StrictClient, organization: Organization, version: ClauseVersion, number: int
) -> None:
    ClauseVersionFactory(clause=version.clause, number=2)
    data = sent_new(version, wording="Gardé.", seen_version="2", clause_version=str(number))
    assert mine.post(create_at(organization, version), data).status_code == 302
    use = ClauseUse.objects.get()
    assert (use.clause_version.number, use.wording) == (number, "Gardé.")


def test_a_third_version_is_told_too(
    mine: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    for number in (2, 3):
        ClauseVersionFactory(clause=version.clause, number=number)
    data = sent_new(version, seen_version="2")
    assert mine.post(create_at(organization, version), data).status_code == 409
    assert not ClauseUse.objects.exists()


def test_an_older_version_may_be_chosen_from_the_start(
    mine: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    """A document of last year holds the model of last year."""
    ClauseVersionFactory(clause=version.clause, number=2, text="Nouveau.")
    page = mine.get(create_at(organization, version))
    assertContains(page, 'name="clause_version"')
    assertContains(page, "Le fournisseur")
    assert page.context["form"]["clause_version"].value() == 2
    data = sent_new(version, seen_version="2")
    assert mine.post(create_at(organization, version), data).status_code == 302
    assert ClauseUse.objects.get().clause_version == version


def test_a_clause_retired_while_the_form_was_open_is_refused_at_its_field(
    mine: StrictClient, organization: Organization, version: ClauseVersion
) -> None:
    version.clause.is_active = False
    version.clause.save()
    response = mine.post(create_at(organization, version), sent_new(version, wording="Gardé."))
    assert response.status_code == 200
    assert "retirée" in str(response.context["form"].errors["clause_version"])
    assertContains(response, 'id="id_clause_version"')
    assertContains(response, "Gardé.")
    assert not ClauseUse.objects.exists()
    assert not AuditEntry.objects.exists()


# --- The session, and the same instant --------------------------------------------------


def back(client: StrictClient, user: User, address: str) -> Any:
    """The page, once the person has logged in again on the same browser."""
    answer = {"login": user.email, "password": PASSWORD}
    client.post(reverse("account_login"), answer)
    return client.get(address)


def test_an_expired_session_keeps_the_text(
    organization: Organization, contributor: User, version: ClauseVersion, use: ClauseUse
) -> None:
    kept = {"author": str(contributor.pk), "wording": "Une heure de travail."}
    for address, data in [
        (create_at(organization, version), sent_new(version)),
        (use_at(use), sent_use(use)),
    ]:
        client = StrictClient()
        client.post(address, data | kept)
        page = back(client, contributor, address)
        assertContains(page, "Une heure de travail.")
        assertContains(page, "Votre session avait pris fin.")
    assert ClauseUse.objects.count() == 1


def test_a_text_filled_in_elsewhere_survives_a_log_in(
    organization: Organization, contributor: User, version: ClauseVersion
) -> None:
    client, address = StrictClient(), create_at(organization, version)
    client.post(address, {"author": str(contributor.pk), "libelle": "Rempli."})
    page = back(client, contributor, address)
    assert page.context["form"]["wording"].value() == "Rempli."
    assertNotContains(page, "n’est pas encore noté")


def test_the_same_form_twice_at_the_same_instant_is_one_use(
    mine: StrictClient,
    organization: Organization,
    version: ClauseVersion,
    contributor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other arrival writes after this one has looked for it."""
    add = actions.add_use

    def late(**kwargs: Any) -> None:
        monkeypatch.setattr(clause_use_forms, "add_use", add)
        twin = copy(kwargs["use"])
        add(use=twin, submission_key=kwargs["submission_key"], by=contributor)
        add(**kwargs)

    monkeypatch.setattr(clause_use_forms, "add_use", late)
    response = mine.post(create_at(organization, version), sent_new(version))
    assertRedirects(response, use_at(ClauseUse.objects.get()))
    assert AuditEntry.objects.count() == 1
