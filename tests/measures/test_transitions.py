"""Which status may follow which: in the form, in the database, and in journals of before."""

import datetime
import itertools

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Implementation, ImplementationEvent
from measures.statuses import Status, ancestors, may_follow, reachable
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import ImplementationEventFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import posted, url

Kind = ImplementationEvent.Kind
PAST, FUTURE = datetime.date(2021, 1, 1), datetime.date(2999, 1, 1)
PAIRS = list(itertools.permutations(Status, 2))


def test_both_directions_of_the_table_agree() -> None:
    for before, after in PAIRS:
        assert (
            may_follow(before, after)
            == (after in reachable(before))
            == (before in ancestors(after))
        )


@pytest.mark.django_db
def test_the_database_refuses_a_forbidden_change_of_status() -> None:
    record = ImplementationFactory()
    for before, after in PAIRS:
        values = {"status_before": before, "status_after": after, "implementation": record}
        if may_follow(before, after):
            ImplementationEventFactory(kind=Kind.CHANGED, **values)
        else:
            with pytest.raises(IntegrityError, match="transition_allowed"), transaction.atomic():
                ImplementationEventFactory(kind=Kind.CHANGED, **values)


@pytest.mark.django_db
def test_what_is_undone_goes_backwards_and_nothing_else_does() -> None:
    record = ImplementationFactory()
    refused = []
    for before, after in PAIRS:
        values = {"status_before": before, "status_after": after, "implementation": record}
        try:
            with transaction.atomic():
                ImplementationEventFactory(kind=Kind.UNDONE, **values)
        except IntegrityError:
            refused.append((before, after))
    allowed = [pair for pair in PAIRS if may_follow(*pair) or may_follow(*reversed(pair))]
    assert set(refused) == set(PAIRS) - set(allowed)
    assert refused


def radios(client: StrictClient, record: Implementation) -> dict[str, bool]:
    """Whether each status of the form can be chosen."""
    form = client.get(record.get_absolute_url()).context["form"]
    return {option.code: option.is_open for option in form.status_options}


@pytest.mark.parametrize("status", list(Status))
def test_the_form_offers_what_may_follow(
    log_in_as: LogIn, contributor: User, organization: Organization, status: Status
) -> None:
    record = ImplementationFactory(
        organization=organization,
        status=status,
        implemented_on=PAST if status == Status.IMPLEMENTED else None,
        not_applicable_reason="Sans objet chez nous.",
    )
    expected = {code: may_follow(status, code) for code in Status}
    assert radios(log_in_as(contributor), record) == expected


def test_a_status_that_may_not_follow_is_disabled_with_a_word_of_why(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, implemented=True)
    page = log_in_as(contributor).get(record.get_absolute_url())
    assertContains(page, 'value="planifiee" id="id_status_2" disabled')
    assertContains(page, 'value="en-cours" id="id_status_3">')
    assertContains(
        page,
        "Une mesure «\u00a0implantée\u00a0» ne passe directement qu’à «\u00a0en cours\u00a0» "
        "ou «\u00a0abandonnée\u00a0».",
    )
    assertContains(page, 'aria-describedby="limits_status ')


def test_all_statuses_are_open_to_a_new_record(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    page = log_in_as(contributor).get(url("implementation_create", organization))
    assert all(option.is_open for option in page.context["form"].status_options)
    assertNotContains(page, "ne passe directement")


def test_a_refused_status_stays_ticked_beside_its_message(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    page = log_in_as(contributor).post(
        record.get_absolute_url(), posted(record, status=Status.TO_UNDERTAKE)
    )
    (chosen,) = [row for row in page.context["form"].status_options if row.is_chosen]
    assert (chosen.code, chosen.is_open) == (Status.TO_UNDERTAKE, True)
    assertContains(page, "ne peut pas passer directement")


@pytest.mark.parametrize(("review_on", "is_told"), [(PAST, True), (FUTURE, False), (None, False)])
def test_a_practice_to_review_is_marked_wherever_it_shows(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    review_on: datetime.date | None,
    is_told: bool,
) -> None:
    record = ImplementationFactory(organization=organization, implemented=True, review_on=review_on)
    assert record.measure is not None
    client = log_in_as(contributor)
    pages = [
        record.get_absolute_url(),
        url("implementation_list", organization),
        record.stage.get_absolute_url(),
        record.measure.get_absolute_url(),
        reverse("measures:measure_list"),
    ]
    check = assertContains if is_told else assertNotContains
    for page in pages:
        check(client.get(page), "À réviser depuis le")
