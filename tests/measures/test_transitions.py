"""Which status may follow which: in the form, in the database, and in journals of before."""

import datetime
import itertools
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
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


@pytest.mark.django_db(transaction=True)
def test_journals_of_before_get_their_statuses_and_files_their_names() -> None:
    """Back to the schema of before, rows as it held them, and forward."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([("measures", "0002_depth")])
    try:
        old = executor.loader.project_state([("measures", "0002_depth")]).apps
        keys = _rows_of_before(old)
        executor = MigrationExecutor(connection)
        executor.migrate([("measures", "0003_checked_transitions")])
        new = executor.loader.project_state([("measures", "0003_checked_transitions")]).apps
        event = new.get_model("measures", "ImplementationEvent")
        told = [
            event.objects.values_list("status_before", "status_after").get(pk=pk)
            for pk in keys["events"]
        ]
        assert told == [("", "planifiee"), ("planifiee", "en-cours"), ("", "")]
        names = new.get_model("measures", "Evidence").objects.order_by("pk")
        assert list(names.values_list("file_name", flat=True)) == ["resolution.pdf", ""]
    finally:
        MigrationExecutor(connection).migrate(leaves)
    # The check stands over them: it would have refused a table it does not hold for.
    assert ImplementationEvent.objects.filter(pk__in=keys["events"]).count() == 3


def _rows_of_before(apps: Any) -> dict[str, list[int]]:
    """A record, its journal without columns of status, a file and a link."""

    def create(app: str, model: str, /, **values: Any) -> Any:
        return apps.get_model(app, model).objects.create(**values)

    user = create("members", "User", email="avant@demo.example", full_name="Camille Avant")
    term = create("members", "Term", code="region:00", label="Ici", vocabulary="region")
    organization = create(
        "members",
        "Organization",
        name="Avant",
        slug="avant",
        type=term,
        region=term,
        joined_on=PAST,
    )
    stage = create(
        "measures",
        "Stage",
        order=1,
        code="un",
        slug="un",
        name="Un",
        short_name="Un",
        description="Un",
        question="Un?",
    )
    signed = {"created_by": user, "updated_by": user}
    record = create(
        "measures",
        "Implementation",
        organization=organization,
        own_title="Avant",
        stage=stage,
        status="en-cours",
        **signed,
    )
    changes: list[dict[str, Any]] = [
        {"status": [None, "planifiee"]},
        {"status": ["planifiee", "en-cours"], "lead": ["", "Achats"]},
        {"lead": ["Achats", "Direction"]},
    ]
    events = [
        create(
            "measures",
            "ImplementationEvent",
            implementation=record,
            kind="changed",
            changes=change,
            actor=user,
        ).pk
        for change in changes
    ]
    file = {"kind": "file", "title": "resolution.pdf", "file": "evidence/aa/bb", "sha256": "c" * 64}
    link = {"kind": "link", "title": "Avis", "url": "https://avis.example/"}
    for piece in (file, link):
        create("measures", "Evidence", organization=organization, created_by=user, **piece)
    return {"events": events}


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
