"""What people say about a record: who reads it, who answers, and what is never lost."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions import comments as actions
from measures.discussion import discussion_of
from measures.models import Comment, Implementation
from measures.views import discussion
from members.access import get_access
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import CommentFactory, ImplementationFactory
from tests.measures.sent import posted, url

PRIVATE, SHARED = SharingLevel.PRIVATE, SharingLevel.COORDINATION
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def say_at(record: Implementation) -> str:
    return url("comment_create", record.organization, pk=record.pk)


def settle_at(comment: Comment) -> str:
    record = comment.implementation
    return url("comment_resolve", record.organization, pk=record.pk, comment_pk=comment.pk)


def said(body: str = "Bonjour", **values: Any) -> dict[str, Any]:
    return {"submission_key": str(uuid.uuid4()), "body": body, "parent": "", **values}


def settled(comment: Comment, by: User) -> Comment:
    actions.settle_comment(comment=comment, settled=True, by=by)
    comment.refresh_from_db()
    return comment


# --- Writing and reading ----------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sharing"),
    [
        ({"sharing": "coordination"}, SHARED),
        ({"sharing": "private"}, PRIVATE),
        # Nothing said goes no further than the colleagues.
        ({}, PRIVATE),
    ],
)
def test_a_member_says_who_may_read(
    log_in_as: LogIn, contributor: User, record: Implementation, values: dict, sharing: str
) -> None:
    client = log_in_as(contributor)
    response = client.post(say_at(record), said("Qui a le bordereau?", **values))
    comment = record.comments.get()
    assertRedirects(
        response,
        f"{record.get_absolute_url()}#message-{comment.pk}",
        fetch_redirect_response=False,
    )
    assert (comment.body, comment.author, comment.parent) == (
        "Qui a le bordereau?",
        contributor,
        None,
    )
    assert comment.sharing == sharing
    assertContains(client.get(record.get_absolute_url()), "Qui a le bordereau?")


@pytest.mark.parametrize("posted_sharing", ["private", "coordination", ""])
def test_staff_write_what_the_organization_reads(
    log_in_as: LogIn,
    facilitator: User,
    reader: User,
    record: Implementation,
    posted_sharing: str,
) -> None:
    response = log_in_as(facilitator).post(
        say_at(record), said("De l’ECPAR", sharing=posted_sharing)
    )
    assert response.status_code == 302
    assert record.comments.get().sharing == SHARED
    page = log_in_as(reader).get(record.get_absolute_url())
    assertContains(page, "De l’ECPAR")
    assertContains(page, '<span class="tag">ECPAR</span>')


def test_staff_never_read_what_is_said_among_colleagues(
    log_in_as: LogIn, facilitator: User, contributor: User, record: Implementation
) -> None:
    private = CommentFactory(implementation=record, sharing=PRIVATE, body="Entre nous seulement")
    CommentFactory(implementation=record, sharing=SHARED, body="Avec vous")
    client = log_in_as(facilitator)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Avec vous")
    assertNotContains(page, "Entre nous seulement")
    # Nor answer it, nor settle it.
    response = client.post(say_at(record), said(parent=private.pk))
    assert "n’est plus là" in str(response.context["discussion"].refused.errors["parent"])
    assert client.post(settle_at(private)).status_code == 404
    private.refresh_from_db()
    assert private.resolved_at is None
    assert not private.replies.exists()
    assertContains(log_in_as(contributor).get(record.get_absolute_url()), "Entre nous seulement")


def test_an_answer_is_seen_as_far_as_what_it_answers(
    log_in_as: LogIn, contributor: User, facilitator: User, record: Implementation
) -> None:
    private = CommentFactory(implementation=record, sharing=PRIVATE)
    client = log_in_as(contributor)
    client.post(say_at(record), said("Ma réponse", parent=private.pk, sharing="coordination"))
    answer = private.replies.get()
    assert (answer.sharing, answer.implementation) == (PRIVATE, record)
    assertNotContains(log_in_as(facilitator).get(record.get_absolute_url()), "Ma réponse")


def test_a_record_kept_to_the_organization_keeps_its_messages_too(
    log_in_as: LogIn, contributor: User, facilitator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, sharing=PRIVATE)
    client = log_in_as(contributor)
    client.post(say_at(record), said(sharing="coordination"))
    assert record.comments.get().sharing == PRIVATE
    assertNotContains(client.get(record.get_absolute_url()), "Avec la coordination")
    assert log_in_as(facilitator).post(say_at(record), said()).status_code == 404
    assert record.comments.count() == 1


def test_readers_read_and_write_nothing(
    log_in_as: LogIn, reader: User, record: Implementation
) -> None:
    comment = CommentFactory(implementation=record, sharing=PRIVATE, body="Un message")
    client = log_in_as(reader)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Un message")
    assertNotContains(page, "Publier")
    assertNotContains(page, "Marquer comme réglée")
    assert client.post(say_at(record), said()).status_code == 403
    assert client.post(settle_at(comment)).status_code == 403
    assert record.comments.count() == 1


def test_all_that_is_said_is_read_in_one_query(
    contributor: User, record: Implementation, django_assert_num_queries: Any
) -> None:
    first = CommentFactory(implementation=record)
    CommentFactory.create_batch(3, implementation=record, parent=first)
    settled(CommentFactory(implementation=record), contributor)
    access = get_access(contributor, record.organization.slug)
    with django_assert_num_queries(1):
        talk = discussion_of(access, record)
    assert [len(thread.answers) for thread in talk.waiting] == [3]
    assert [thread.settled_by for thread in talk.settled] == [str(contributor)]


# --- Settling ---------------------------------------------------------------------


def test_anybody_who_may_write_settles_and_opens_again(
    log_in_as: LogIn, contributor: User, facilitator: User, record: Implementation
) -> None:
    comment = CommentFactory(implementation=record)
    client = log_in_as(facilitator)
    for _ in range(2):
        response = client.post(settle_at(comment))
        assertRedirects(
            response, f"{record.get_absolute_url()}#discussion", fetch_redirect_response=False
        )
    comment.refresh_from_db()
    assert comment.resolved_by == facilitator
    page = log_in_as(contributor).get(record.get_absolute_url())
    assertContains(page, "Discussions réglées")
    assertContains(page, f"Réglée par {facilitator}")
    log_in_as(contributor).post(settle_at(comment), {"reopen": "1"})
    comment.refresh_from_db()
    assert (comment.resolved_by, comment.resolved_at) == (None, None)


def test_the_second_who_settles_does_not_take_the_place_of_the_first(
    record: Implementation, contributor: User, manager: User
) -> None:
    comment = settled(CommentFactory(implementation=record), contributor)
    assert not actions.settle_comment(comment=comment, settled=True, by=manager)
    comment.refresh_from_db()
    assert comment.resolved_by == contributor


def test_an_answer_to_what_was_settled_meanwhile_is_kept_and_opens_it(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    comment = settled(CommentFactory(implementation=record), manager)
    log_in_as(contributor).post(say_at(record), said("Encore un mot", parent=comment.pk))
    comment.refresh_from_db()
    assert comment.resolved_at is None
    assert comment.replies.get().body == "Encore un mot"


def test_an_answer_is_not_settled_by_itself(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    answer = CommentFactory(implementation=record, parent=CommentFactory(implementation=record))
    assert log_in_as(contributor).post(settle_at(answer)).status_code == 404


@pytest.mark.django_db
def test_the_database_settles_first_messages_only(record: Implementation, manager: User) -> None:
    answer = CommentFactory(implementation=record, parent=CommentFactory(implementation=record))
    with pytest.raises(IntegrityError):
        actions.settle_comment(comment=answer, settled=True, by=manager)


def test_a_message_of_another_record_is_neither_answered_nor_settled(
    log_in_as: LogIn, contributor: User, outsider: User, record: Implementation
) -> None:
    elsewhere = outsider.memberships.get().organization
    foreign = CommentFactory(implementation=ImplementationFactory(organization=elsewhere))
    other = CommentFactory(implementation=ImplementationFactory(organization=record.organization))
    client = log_in_as(contributor)
    for comment in (foreign, other):
        address = url("comment_resolve", record.organization, pk=record.pk, comment_pk=comment.pk)
        assert client.post(address).status_code == 404
        response = client.post(say_at(record), said("À garder", parent=comment.pk))
        assert "parent" in response.context["discussion"].refused.errors
        assertContains(response, "À garder")
    assert not Comment.objects.exclude(resolved_at=None).exists()
    assert Comment.objects.count() == 2


# --- Nothing is lost --------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"body": "  "}, "body", "Écrivez votre message"),
        ({"body": "Trop. " * 400}, "body", "2000"),
        ({"body": "a\x00b"}, "body", "nul"),
        ({"sharing": "public"}, "sharing", "choix valide"),
        ({"parent": "9" * 30}, "parent", "n’est plus là"),
        ({"parent": "abc"}, "parent", "n’est plus là"),
        ({"submission_key": "abc"}, "submission_key", "UUID"),
    ],
)
def test_a_refused_message_comes_back_with_its_text(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    data = said("Un texte que personne ne veut retaper.") | values
    response = log_in_as(contributor).post(say_at(record), data)
    assert response.status_code == 200
    assert message in str(response.context["discussion"].refused.errors[field])
    assertContains(response, "Le message n’est pas encore publié")
    assertContains(response, data["body"].strip().partition("\x00")[0])
    assert not record.comments.exists()


def test_a_refused_answer_comes_back_under_its_message(
    log_in_as: LogIn, facilitator: User, record: Implementation
) -> None:
    comments = CommentFactory.create_batch(2, implementation=record)
    data = said("x" * 2001, parent=comments[1].pk)
    response = log_in_as(facilitator).post(say_at(record), data)
    talk = response.context["discussion"]
    bound = [bool(thread.form and thread.form.is_bound) for thread in talk.waiting]
    assert bound == [False, True]
    assert not talk.form.is_bound
    assertContains(response, "x" * 2001)
    assertContains(response, f'href="#reponse_{comments[1].pk}_body"')


def test_a_message_posted_twice_is_said_once(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, data = log_in_as(contributor), said("Une fois")
    first, second = (client.post(say_at(record), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert record.comments.count() == 1


def test_other_words_after_going_back_are_another_message(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, data = log_in_as(contributor), said("Une fois")
    client.post(say_at(record), data)
    client.post(say_at(record), data | {"body": "Autre chose"})
    assert [row.body for row in record.comments.all()] == ["Une fois", "Autre chose"]


def test_two_clicks_at_once_say_it_once(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, data = log_in_as(contributor), said("Une fois")
    real = actions.write_comment

    def write(**kwargs: Any) -> Comment:
        monkeypatch.setattr(discussion, "write_comment", real)
        assert client.post(say_at(record), data).status_code == 302
        return real(**kwargs)

    monkeypatch.setattr(discussion, "write_comment", write)
    assert client.post(say_at(record), data).status_code == 302
    assert record.comments.count() == 1


@pytest.mark.parametrize("is_answer", [False, True])
def test_an_expired_session_brings_the_message_back_and_not_into_the_record(
    log_in_as: LogIn, contributor: User, record: Implementation, is_answer: bool
) -> None:
    parent = CommentFactory(implementation=record).pk if is_answer else ""
    client, address = log_in_as(contributor), record.get_absolute_url()
    client.cookies.pop("sessionid")
    client.post(
        say_at(record),
        said("Écrit pendant que la session expirait", parent=parent, author=contributor.pk),
        headers={"referer": f"http://testserver{address}"},
    )
    client.force_login(contributor, backend=_BACKEND)
    page = client.get(address)
    assertContains(page, "Écrit pendant que la session expirait", count=1)
    assert not page.context["form"].is_bound
    talk = page.context["discussion"]
    assert talk.form.is_bound != is_answer
    assert record.comments.count() == int(is_answer)


def test_a_record_that_expires_does_not_fill_the_message(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, address = log_in_as(contributor), record.get_absolute_url()
    client.cookies.pop("sessionid")
    client.post(address, posted(record, description="De la fiche", author=contributor.pk))
    client.force_login(contributor, backend=_BACKEND)
    page = client.get(address)
    assert page.context["form"].is_bound
    assert not page.context["discussion"].form.is_bound


# --- Found again ------------------------------------------------------------------


def test_open_discussions_are_found_in_the_register(
    log_in_as: LogIn,
    contributor: User,
    facilitator: User,
    organization: Organization,
) -> None:
    quiet, shared, among_us, done = ImplementationFactory.create_batch(4, organization=organization)
    CommentFactory.create_batch(2, implementation=shared, sharing=SHARED)
    CommentFactory(implementation=among_us, sharing=PRIVATE)
    first = settled(CommentFactory(implementation=done, sharing=SHARED), contributor)
    # An answer is never settled by itself: it must not count as open.
    CommentFactory(implementation=done, parent=first, sharing=SHARED)
    found = {}
    for user in (contributor, facilitator):
        page = log_in_as(user).get(
            url("implementation_list", organization), {"suivi": "discussion-ouverte"}
        )
        assertContains(page, "Discussion ouverte")
        found[user.pk] = {row.pk for row in page.context["listing"].page}
    assert found == {contributor.pk: {shared.pk, among_us.pk}, facilitator.pk: {shared.pk}}
    assert quiet.pk not in found[contributor.pk]
