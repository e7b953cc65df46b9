"""Where an organization starts from, where it goes, and who may see its values."""

import datetime
from decimal import Decimal

import pytest

from measures.models import Indicator, IndicatorAim
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorAimFactory, IndicatorFactory
from tests.measures.sent_figures import at, sent_aim, text_of


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(code="I-02", decimals=1, minimum=0, maximum=100)


@pytest.fixture
def address(organization: Organization, share: Indicator) -> str:
    return at("indicator_aim", organization, code="I-02")


WHOLE = {
    "baseline": "2,5",
    "baseline_from": "2018-01-01",
    "target": "5",
    "target_from": "2023-01-01",
    "sharing": "chantier",
}


def test_aim_is_stored_with_its_line_in_the_journal(
    organization: Organization, share: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    assert log_in_as(contributor).post(address, sent_aim(**WHOLE)).status_code == 302

    aim = IndicatorAim.objects.get()
    assert (aim.organization, aim.indicator, aim.sharing) == (organization, share, "chantier")
    assert (aim.baseline, aim.target) == (Decimal("2.5"), Decimal(5))
    assert aim.target_from == datetime.date(2023, 1, 1)
    entry = AuditEntry.objects.get(action="indicator_aim")
    assert (entry.actor, entry.organization, entry.before) == (contributor, organization, {})
    assert entry.after["target"] == "5"


def test_changed_aim_keeps_what_it_was(
    share: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client = log_in_as(contributor)
    client.post(address, sent_aim(**WHOLE))

    form = sent_aim(**(WHOLE | {"target": "7,5", "version": 1}))
    assert client.post(address, form).status_code == 302

    aim = IndicatorAim.objects.get()
    assert (aim.target, aim.version) == (Decimal("7.5"), 2)
    entry = AuditEntry.objects.filter(action="indicator_aim").first()
    assert entry is not None
    assert Decimal(entry.before["target"]) == 5
    assert entry.after["target"] == "7.5"


def test_same_aim_writes_nothing(
    share: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client = log_in_as(contributor)
    client.post(address, sent_aim(**WHOLE))

    assert client.post(address, sent_aim(**WHOLE, version=1)).status_code == 302

    assert AuditEntry.objects.filter(action="indicator_aim").count() == 1
    assert IndicatorAim.objects.get().version == 1


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"target": "100,5"}, "target", "Au plus 100 %"),
        ({"target": "beaucoup"}, "target", "Écrivez un nombre seul"),
        ({"baseline": "-1"}, "baseline", "Au moins 0 %"),
        ({"baseline": "1,23"}, "baseline", "Au plus une décimale"),
        ({"target_from": ""}, "target_from", "Choisissez l’année de la cible."),
        ({"target": ""}, "target", "Écrivez la cible de cette année."),
        ({"target_from": "2018-01-01"}, "target_from", "L’année visée suit l’année de départ."),
        ({"target_from": "2023-02-01"}, "target_from", "Sélectionnez un choix valide"),
        # A start to come is no start.
        ({"baseline_from": "2022-01-01"}, "baseline_from", "Sélectionnez un choix valide"),
        ({"sharing": "tous"}, "sharing", "Sélectionnez un choix valide"),
    ],
)
def test_bad_input_is_told_at_its_field(
    typed: dict[str, str],
    field: str,
    message: str,
    contributor: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    response = log_in_as(contributor).post(address, sent_aim(**(WHOLE | typed)))

    assert response.status_code == 200
    assert message in " ".join(response.context["form"].errors[field]).replace("\u00a0", " ")
    assert not IndicatorAim.objects.exists()


def test_two_people_on_one_aim_see_both(
    share: Indicator, contributor: User, manager: User, log_in_as: LogIn, address: str
) -> None:
    mine, theirs = log_in_as(contributor), log_in_as(manager)
    mine.post(address, sent_aim(**WHOLE))
    theirs.post(address, sent_aim(**(WHOLE | {"target": "8", "baseline": "3"}), version=1))

    typed = sent_aim(**(WHOLE | {"target": "9"}), version=1)
    response = mine.post(address, typed)

    assert response.status_code == 409
    [clash] = response.context["merge"].clashes
    assert (clash.label, clash.mine, clash.theirs) == ("Cible", "9", "8")
    # What only the other changed is taken.
    assert response.context["form"].data["baseline"] == "3"
    assert str(manager) in text_of(response)
    assert IndicatorAim.objects.get().target == 8

    assert mine.post(address, response.context["form"].data.dict()).status_code == 302
    aim = IndicatorAim.objects.get()
    assert [aim.target, aim.baseline] == [9, 3]


def test_first_aim_of_two_people_is_not_overwritten(
    share: Indicator, contributor: User, manager: User, log_in_as: LogIn, address: str
) -> None:
    log_in_as(manager).post(address, sent_aim(**WHOLE))

    response = log_in_as(contributor).post(address, sent_aim(**(WHOLE | {"target": "9"})))

    assert response.status_code == 409
    assert IndicatorAim.objects.get().target == 5


def test_second_click_writes_once(
    share: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client, form = log_in_as(contributor), sent_aim(**WHOLE)

    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]

    assert AuditEntry.objects.filter(action="indicator_aim").count() == 1


def test_stored_year_of_another_month_stays_a_choice(
    organization: Organization, share: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    IndicatorAimFactory(organization=organization, indicator=share)
    Organization.objects.filter(pk=organization.pk).update(fiscal_year_start_month=4)

    page = text_of(log_in_as(contributor).get(address))

    assert '<option value="2022-01-01" selected>2022</option>' in page
    assert '<option value="2022-04-01">2022-2023</option>' in page


def test_aim_is_of_one_organization(
    other_organization: Organization,
    share: Indicator,
    contributor: User,
    reader: User,
    coordinator: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    IndicatorAimFactory(organization=other_organization, indicator=share, target=Decimal("88.8"))
    client = log_in_as(contributor)

    assert "88,8" not in text_of(client.get(address))
    theirs = at("indicator_aim", other_organization, code="I-02")
    assert client.get(theirs).status_code == 404
    assert client.post(theirs, sent_aim(**WHOLE)).status_code == 404
    for person in (reader, coordinator):
        assert log_in_as(person).get(address).status_code == 403
        assert log_in_as(person).post(address, sent_aim(**WHOLE)).status_code == 403
