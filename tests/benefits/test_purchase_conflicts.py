"""A purchase while something else happens: a colleague saves it, or takes it away."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from benefits.actions.purchases import change_purchase
from benefits.models import Purchase
from benefits.views import purchase_forms as forms
from members.models import Organization, User
from tests.benefits.bought import noted, page_of, sent, sent_new, url
from tests.conftest import LogIn
from tests.factories import ClauseUseFactory, SocialEnterpriseFactory, TermFactory
from tests.factories.members import PASSWORD
from tests.html import StrictClient


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def as_form(form: Any) -> dict[str, Any]:
    """What a page sends back untouched."""
    names = (*form.TYPED, "version", "asked_for")
    data = {name: form[name].value() for name in names}
    return {name: "" if value is None else value for name, value in data.items()} | {
        "submission_key": str(uuid.uuid4())
    }


def test_two_people_on_two_fields_lose_nothing(
    member: StrictClient,
    log_in_as: LogIn,
    manager: User,
    organization: Organization,
    contributor: User,
) -> None:
    purchase = noted(organization, contributor)
    log_in_as(manager).post(page_of(purchase), sent(purchase, amount="99", reference="BC-9"))
    response = member.post(page_of(purchase), sent(purchase, description="La mienne"))
    assert response.status_code == 409
    assertContains(response, f"{manager} a enregistré ceci le", status_code=409)
    assert not response.context["merge"].clashes
    again = as_form(response.context["form"])
    assert (again["amount"], again["description"]) == ("99", "La mienne")
    assert member.post(page_of(purchase), again).status_code == 302
    purchase.refresh_from_db()
    assert purchase.amount == Decimal(99)
    assert (purchase.reference, purchase.description) == ("BC-9", "La mienne")


@pytest.mark.parametrize(("choice", "kept"), [("mine", "La mienne"), ("theirs", "La sienne")])
def test_two_texts_that_clash_are_both_shown_and_one_is_chosen(
    member: StrictClient,
    log_in_as: LogIn,
    manager: User,
    organization: Organization,
    contributor: User,
    choice: str,
    kept: str,
) -> None:
    purchase = noted(organization, contributor)
    log_in_as(manager).post(page_of(purchase), sent(purchase, description="La sienne"))
    response = member.post(page_of(purchase), sent(purchase, description="La mienne"))
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("La mienne", "La sienne")
    answer = sent(purchase, description="La mienne", version="2", choice_description=choice)
    assert member.post(page_of(purchase), answer).status_code == 302
    purchase.refresh_from_db()
    assert purchase.description == kept


def test_clauses_ees_and_terms_that_clash_are_told_in_words(
    member: StrictClient,
    log_in_as: LogIn,
    manager: User,
    organization: Organization,
    contributor: User,
) -> None:
    first, second = (SocialEnterpriseFactory(name=name) for name in ("Une", "Deux"))
    use = ClauseUseFactory(organization=organization, document_reference="AO-1")
    sector = TermFactory(code="sector:a", vocabulary="sector", label="Traiteur")
    purchase = noted(organization, contributor)
    log_in_as(manager).post(
        page_of(purchase),
        sent(purchase, enterprise=str(first.pk), clause_uses=[str(use.pk)], sector=str(sector.pk)),
    )
    response = member.post(
        page_of(purchase),
        sent(purchase, enterprise=str(second.pk), amount="abc", purchased_on="2021-01-01"),
    )
    told = {clash.name: (clash.mine, clash.theirs) for clash in response.context["merge"].clashes}
    assert told == {"enterprise": ("Deux", "Une")}
    form = response.context["form"]
    assert form["clause_uses"].value() == [str(use.pk)]
    assert form["amount"].value() == "abc"
    assert form["sector"].value() == str(sector.pk)
    # Taking theirs, and correcting the amount.
    again = as_form(form) | {"choice_enterprise": "theirs", "amount": "12"}
    assert member.post(page_of(purchase), again).status_code == 302
    purchase.refresh_from_db()
    assert (purchase.enterprise_id, purchase.amount) == (first.pk, Decimal(12))
    assert list(purchase.clause_uses.all()) == [use]


def test_what_is_typed_over_a_purchase_taken_away_is_kept(
    member: StrictClient, organization: Organization, contributor: User, manager: User
) -> None:
    purchase = noted(organization, contributor)
    data = sent(purchase, description="Gardé")
    member.post(page_of(purchase, "purchase_delete"), {"version": "1"})
    response = member.post(page_of(purchase), data)
    assertContains(response, "a été retiré le", status_code=409)
    assertContains(response, "Gardé", status_code=409)
    assertRedirects(member.get(page_of(purchase)), url("purchase_list", organization))
    again = as_form(response.context["form"])
    assert member.post(url("purchase_create", organization), again).status_code == 302
    assert Purchase.objects.get().description == "Gardé"


def test_a_colleague_who_saves_in_the_same_instant_is_met(
    member: StrictClient,
    organization: Organization,
    contributor: User,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the reading of the purchase and its writing."""
    purchase = noted(organization, contributor)
    calls: list[int] = []

    def late(**kwargs: Any) -> bool:
        if not calls:
            calls.append(1)
            Purchase.objects.filter(pk=purchase.pk).update(version=2, reference="BC-9")
        return change_purchase(**kwargs)

    monkeypatch.setattr(forms, "change_purchase", late)
    response = member.post(page_of(purchase), sent(purchase, description="La mienne"))
    assert response.status_code == 409
    purchase.refresh_from_db()
    assert (purchase.reference, purchase.description) == ("BC-9", "")


def test_what_was_typed_is_back_after_an_expired_session(
    log_in_as: LogIn, organization: Organization, contributor: User
) -> None:
    address = url("purchase_create", organization)
    visitor = StrictClient()
    data = sent_new(author=str(contributor.pk), description="Gardé")
    response = visitor.post(address, data)
    assert response.status_code == 302
    visitor.post(reverse("account_login"), {"login": contributor.email, "password": PASSWORD})
    assertContains(visitor.get(address), "Gardé")
    assert not Purchase.objects.exists()
