"""How far an answer is seen: as far as its form told, and no further than its thread."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Implementation
from members.models import User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import CommentFactory
from tests.measures.test_discussion import said, say_at

PRIVATE, SHARED = SharingLevel.PRIVATE, SharingLevel.COORDINATION


@pytest.mark.parametrize("reopens", ["after the answer", "before it arrives"])
def test_an_answer_told_as_among_us_stays_so_once_the_record_reopens(
    log_in_as: LogIn, contributor: User, facilitator: User, record: Implementation, reopens: str
) -> None:
    shared = CommentFactory(implementation=record, sharing=SHARED, body="Avec vous")
    Implementation.objects.filter(pk=record.pk).update(sharing=PRIVATE)
    client = log_in_as(contributor)
    page = client.get(record.get_absolute_url())
    assertContains(page, "votre réponse aussi")
    told = {"sharing": "private"}
    assertContains(page, '<input type="hidden" name="sharing" value="private">', count=2)
    if reopens == "before it arrives":
        Implementation.objects.filter(pk=record.pk).update(sharing=SHARED)
    else:
        told = {}
    client.post(say_at(record), said("Ma réponse", parent=shared.pk, **told))
    Implementation.objects.filter(pk=record.pk).update(sharing=SHARED)
    assert shared.replies.get().sharing == PRIVATE
    page = client.get(record.get_absolute_url())
    [thread] = page.context["discussion"].waiting
    assert (thread.first.is_kept, thread.answers[0].is_kept) == (False, True)
    theirs = log_in_as(facilitator).get(record.get_absolute_url())
    assertContains(theirs, "Avec vous")
    assertNotContains(theirs, "Ma réponse")


def test_an_answer_in_a_shared_thread_is_shared(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    shared = CommentFactory(implementation=record, sharing=SHARED)
    log_in_as(contributor).post(say_at(record), said("Ma réponse", parent=shared.pk))
    assert shared.replies.get().sharing == SHARED
