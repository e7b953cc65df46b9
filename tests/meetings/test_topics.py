"""Topics that members propose, and what staff answer."""

import uuid
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from meetings.acts import topics as acts
from meetings.models import AgendaItem, Meeting, Topic
from members.models import AuditEntry, Notification, Organization, User
from members.notifications.kinds import kind_of
from tests.conftest import LogIn
from tests.factories import AgendaItemFactory, MeetingFactory, TopicFactory, UserFactory
from tests.html import StrictClient

N = "\u00a0"
TABLE = "/sujets/"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def topic(organization: Organization, contributor: User) -> Topic:
    return TopicFactory(
        organization=organization, title="Les petits achats", created_by=contributor
    )


@pytest.fixture
def meeting(db: None) -> Meeting:
    return MeetingFactory(number=6, slug="rencontre-6", title="Indicateurs")


def listed(organization: Organization) -> str:
    return reverse("meetings:topic_list", kwargs={"org_slug": organization.slug})


def answered_at(topic: Topic) -> str:
    return reverse("meetings:topic_answer", kwargs={"pk": topic.pk})


def taken_back_at(topic: Topic, organization: Organization) -> str:
    kwargs = {"org_slug": organization.slug, "pk": topic.pk}
    return reverse("meetings:topic_withdraw", kwargs=kwargs)


def proposal(**values: str) -> dict[str, str]:
    sent = {"title": "Les grilles pondérées", "why": "", "submission_key": str(uuid.uuid4())}
    return sent | values


def taking(meeting: Meeting, **values: Any) -> dict[str, Any]:
    sent = {"act": "retenir", "retenir-meeting": meeting.pk, "retenir-minutes": "20"}
    return sent | {f"retenir-{name}": value for name, value in values.items()}


def declining(answer: str) -> dict[str, str]:
    return {"act": "decliner", "decliner-answer": answer}


# Proposed


def test_a_contributor_proposes_a_topic(
    contributor: User, organization: Organization, log_in_as: LogIn
) -> None:
    client = log_in_as(contributor)
    sent = proposal(why="Trois membres  : la même question ?")
    assertRedirects(client.post(listed(organization), sent), listed(organization))
    row = Topic.objects.get()
    assert (row.organization, row.created_by) == (organization, contributor)
    assert (row.title, row.state) == ("Les grilles pondérées", "waiting")
    line = AuditEntry.objects.get(action=acts.PROPOSED)
    assert (line.organization, line.actor) == (organization, contributor)
    assertContains(client.get(listed(organization)), "Les grilles pondérées")


def test_the_same_form_proposes_once_and_other_words_are_another_topic(
    contributor: User, organization: Organization, log_in_as: LogIn
) -> None:
    client, sent = log_in_as(contributor), proposal()
    for data in (sent, sent, sent | {"title": "Les clauses"}):
        client.post(listed(organization), data)
    titles = Topic.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["Les grilles pondérées", "Les clauses"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": " "}, "Écrivez le sujet en quelques mots."),
        ({"title": "x" * 201}, f"200 caractères au plus{N}: ce sujet en a 201."),
        ({"why": "x" * 2001}, f"2{N}000 caractères au plus{N}: ce texte en a 2001."),
        ({"title": "a\x00b"}, "Le caractère nul n’est pas autorisé."),
    ],
)
def test_what_cannot_be_proposed_is_said_and_kept(
    contributor: User,
    organization: Organization,
    log_in_as: LogIn,
    values: dict[str, str],
    message: str,
) -> None:
    response = log_in_as(contributor).post(listed(organization), proposal(why="Mes mots") | values)
    assertContains(response, message)
    assertContains(response, values.get("why", "Mes mots"))
    assert not Topic.objects.exists()
    assert not AuditEntry.objects.filter(action=acts.PROPOSED).exists()


def test_readers_and_staff_read_without_a_form(
    reader: User, facilitator: User, organization: Organization, topic: Topic, log_in_as: LogIn
) -> None:
    for user in (reader, facilitator):
        client = log_in_as(user)
        page = client.get(listed(organization))
        assertContains(page, "Les petits achats")
        assertNotContains(page, "Proposer un sujet")
        assertNotContains(page, "/reprendre/")
        assert client.post(listed(organization), proposal()).status_code == 403
    assert Topic.objects.count() == 1


def test_the_list_is_that_of_the_organization(
    contributor: User, organization: Organization, topic: Topic, log_in_as: LogIn
) -> None:
    TopicFactory(title="Le secret d’une autre")
    client = log_in_as(contributor)
    assertNotContains(client.get(listed(organization)), "Le secret d’une autre")


# Taken back


def test_a_waiting_topic_is_taken_back_once(
    contributor: User, organization: Organization, topic: Topic, log_in_as: LogIn
) -> None:
    client = log_in_as(contributor)
    for _ in range(2):
        response = client.post(taken_back_at(topic, organization))
        assertRedirects(response, listed(organization))
    topic.refresh_from_db()
    assert (topic.state, topic.answered_by) == ("withdrawn", contributor)
    assert AuditEntry.objects.filter(action=acts.WITHDRAWN).count() == 1
    assertContains(client.get(listed(organization)), "retiré par l’organisation")


def test_an_answered_topic_stays(
    contributor: User,
    organization: Organization,
    topic: Topic,
    facilitator: User,
    log_in_as: LogIn,
) -> None:
    acts.decline_topic(topic=topic, answer="Déjà vu.", by=facilitator)
    client = log_in_as(contributor)
    response = client.post(taken_back_at(topic, organization), follow=True)
    assertContains(response, "L’animation a répondu entre-temps")
    topic.refresh_from_db()
    assert topic.state == "declined"


def test_the_topic_of_another_organization_is_not_there(
    outsider: User,
    other_organization: Organization,
    organization: Organization,
    topic: Topic,
    log_in_as: LogIn,
) -> None:
    client = log_in_as(outsider)
    for owner in (organization, other_organization):
        assert client.post(taken_back_at(topic, owner)).status_code == 404
    topic.refresh_from_db()
    assert topic.is_waiting


# Taken up


def test_a_topic_goes_to_the_end_of_an_agenda(
    staff: StrictClient, topic: Topic, meeting: Meeting, facilitator: User, contributor: User
) -> None:
    AgendaItemFactory(meeting=meeting, order=7)
    response = staff.post(answered_at(topic), taking(meeting, answer="Avec plaisir."))
    assertRedirects(response, TABLE)
    item = AgendaItem.objects.get(topic=topic)
    assert (item.meeting, item.order, item.minutes) == (meeting, 8, 20)
    assert item.title == "Les petits achats"
    topic.refresh_from_db()
    assert (topic.state, topic.meeting, topic.answered_by) == ("taken", meeting, facilitator)
    assert topic.answer == "Avec plaisir."
    meeting.refresh_from_db()
    assert meeting.version == 2
    line = AuditEntry.objects.get(action=acts.TAKEN)
    assert line.after["meeting"] == "rencontre-6"
    told = Notification.objects.get(kind=acts.TOLD)
    assert (told.recipient, told.organization) == (contributor, topic.organization)


def test_an_organization_that_is_not_named_is_not_named_on_the_agenda(
    topic: Topic, meeting: Meeting, facilitator: User
) -> None:
    named = TopicFactory(organization__may_be_named=True, organization__name="Ville connue")
    leads = [
        acts.take_topic(topic=row, meeting=meeting, by=facilitator).lead for row in (topic, named)
    ]
    assert leads == ["", "Ville connue"]


@pytest.mark.parametrize("state", ["held", "closed", "cancelled"])
def test_only_what_is_to_come_takes_a_topic(
    staff: StrictClient, topic: Topic, meeting: Meeting, state: str
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    response = staff.post(answered_at(topic), taking(meeting, answer="Mes mots"))
    assertContains(response, "Cette rencontre n’est plus à préparer")
    topic.refresh_from_db()
    assert topic.is_waiting
    assert not AgendaItem.objects.exists()


def test_a_meeting_that_begins_meanwhile_takes_nothing(
    staff: StrictClient,
    topic: Topic,
    meeting: Meeting,
    monkeypatch: pytest.MonkeyPatch,
    facilitator: User,
) -> None:
    monkeypatch.setattr(acts, "TAKES_TOPICS", ())
    response = staff.post(answered_at(topic), taking(meeting, answer="Mes mots"))
    assertContains(response, "Mes mots", status_code=409)
    topic.refresh_from_db()
    assert topic.is_waiting
    assert not AgendaItem.objects.exists()
    assert not Notification.objects.exists()


@pytest.mark.parametrize("minutes", ["0", "601", "vingt"])
def test_minutes_are_some_of_a_day(
    staff: StrictClient, topic: Topic, meeting: Meeting, minutes: str
) -> None:
    response = staff.post(answered_at(topic), taking(meeting, minutes=minutes))
    assertContains(response, "Le sujet n’est pas encore à l’ordre du jour")
    assert not AgendaItem.objects.exists()


def test_a_second_click_takes_once(staff: StrictClient, topic: Topic, meeting: Meeting) -> None:
    for _ in range(2):
        assertRedirects(staff.post(answered_at(topic), taking(meeting)), TABLE)
    assert AgendaItem.objects.count() == 1
    assert Notification.objects.count() == 1
    assert AuditEntry.objects.filter(action=acts.TAKEN).count() == 1


# Declined


def test_a_topic_is_declined_with_a_reason(
    staff: StrictClient,
    topic: Topic,
    organization: Organization,
    reader: User,
    log_in_as: LogIn,
) -> None:
    refused = staff.post(answered_at(topic), declining(""))
    assertContains(refused, "Dites pourquoi ce sujet n’est pas retenu.")
    for _ in range(2):
        assertRedirects(staff.post(answered_at(topic), declining("Vu en mai.")), TABLE)
    topic.refresh_from_db()
    assert (topic.state, topic.answer) == ("declined", "Vu en mai.")
    assert AuditEntry.objects.filter(action=acts.DECLINED).count() == 1
    assertContains(log_in_as(reader).get(listed(organization)), "Vu en mai.")


def test_the_second_of_two_sees_what_the_first_answered(
    staff: StrictClient, topic: Topic, meeting: Meeting, coordinator: User
) -> None:
    acts.decline_topic(topic=topic, answer="Vu en mai.", by=coordinator)
    response = staff.post(answered_at(topic), taking(meeting, answer="Mes mots"))
    for words in ("Une réponse a déjà été donnée", str(coordinator), "Vu en mai.", "Mes mots"):
        assertContains(response, words, status_code=409)
    assert not AgendaItem.objects.exists()


def test_staff_meet_a_topic_that_was_taken_back(
    staff: StrictClient, topic: Topic, contributor: User
) -> None:
    acts.withdraw_topic(topic=topic, by=contributor)
    response = staff.post(answered_at(topic), declining("Mes mots"))
    assertContains(response, "L’organisation a retiré son sujet", status_code=409)
    assertContains(response, "Mes mots", status_code=409)


def test_who_comes_second_in_the_act_is_told(
    topic: Topic, meeting: Meeting, facilitator: User, coordinator: User
) -> None:
    stale = Topic.objects.get(pk=topic.pk)
    acts.take_topic(topic=topic, meeting=meeting, by=facilitator)
    with pytest.raises(acts.TopicAnsweredError) as met:
        acts.decline_topic(topic=stale, answer="Non.", by=coordinator)
    assert met.value.topic.state == "taken"
    assert Notification.objects.count() == 1


# The table of staff


def test_the_table_shows_what_waits_first(
    staff: StrictClient, topic: Topic, facilitator: User
) -> None:
    acts.decline_topic(topic=topic, answer="Non.", by=facilitator)
    TopicFactory(title="Le plus ancien")
    TopicFactory(title="Le plus récent")
    shown = [row.title for row in staff.get(TABLE).context["listing"].page]
    assert shown == ["Le plus ancien", "Le plus récent", "Les petits achats"]


def test_the_table_is_filtered_by_state_and_organization(
    staff: StrictClient, topic: Topic, facilitator: User
) -> None:
    other = TopicFactory(title="Un autre sujet")
    acts.decline_topic(topic=topic, answer="Non.", by=facilitator)
    assertNotContains(staff.get(f"{TABLE}?etat=a-l-etude"), "Les petits achats")
    assertNotContains(staff.get(f"{TABLE}?etat=non-retenus"), "Un autre sujet")
    page = staff.get(f"{TABLE}?organisation={other.organization.slug}")
    assertNotContains(page, "Les petits achats")
    assertContains(staff.get(f"{TABLE}?etat=retires"), "Aucun sujet ne correspond")


# What the person is told


def message(topic: Topic) -> Any:
    return kind_of(acts.TOLD).compose(Notification.objects.get(kind=acts.TOLD))


def test_the_mail_says_where_the_topic_went(
    topic: Topic, meeting: Meeting, facilitator: User
) -> None:
    acts.take_topic(topic=topic, meeting=meeting, answer="Avec plaisir.", by=facilitator)
    told = message(topic)
    assert "«\u00a0Les petits achats\u00a0»" in told.paragraphs[0]
    assert "de la rencontre\u00a06" in told.paragraphs[0]
    assert told.paragraphs[1] == "Avec plaisir."
    assert told.path == meeting.get_absolute_url()


def test_a_meeting_in_preparation_is_not_told(
    topic: Topic, facilitator: User, contributor: User, log_in_as: LogIn
) -> None:
    draft = MeetingFactory(draft=True, number=9)
    acts.take_topic(topic=topic, meeting=draft, by=facilitator)
    told = message(topic)
    assert "d’une prochaine rencontre" in told.paragraphs[0]
    assert told.path == listed(topic.organization)
    page = log_in_as(contributor).get(listed(topic.organization))
    assertContains(page, "d’une prochaine rencontre")
    assertNotContains(page, draft.slug)


def test_nothing_is_told_of_what_is_gone(topic: Topic, facilitator: User) -> None:
    acts.decline_topic(topic=topic, answer="Vu en mai.", by=facilitator)
    assert "Vu en mai." in message(topic).paragraphs
    Topic.objects.all().delete()
    assert message(topic) is None


def test_an_answer_after_another_is_told_instead_of_it(topic: Topic, facilitator: User) -> None:
    acts.decline_topic(topic=topic, answer="Vu en mai.", by=facilitator)
    # As when its point leaves an agenda.
    Topic.objects.update(state="waiting", answer="", answered_by=None, answered_at=None)
    acts.decline_topic(topic=topic, answer="Vu en juin.", by=facilitator)
    states = Notification.objects.filter(kind=acts.TOLD).order_by("pk")
    assert [row.state for row in states] == ["dropped", "waiting"]


def test_a_session_that_ends_keeps_what_was_typed(
    organization: Organization, contributor: User, log_in_as: LogIn, client: StrictClient
) -> None:
    sent = proposal(author=str(contributor.pk))
    client.post(listed(organization), sent)
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(client.get(listed(organization)), "Les grilles pondérées")
    assert not Topic.objects.exists()


def test_the_table_costs_the_same_whatever_it_holds(
    staff: StrictClient, django_assert_num_queries: Any
) -> None:
    TopicFactory.create_batch(12, created_by=UserFactory())
    staff.get(TABLE)
    with django_assert_num_queries(7):
        staff.get(TABLE)
