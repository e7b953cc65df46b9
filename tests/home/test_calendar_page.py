"""« Mon calendrier »: the link of a person, shown once, replaced and revoked."""

import datetime
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import serializers
from pytest_django.asserts import assertContains, assertNotContains

from members import feeds
from members.models import AuditEntry, CalendarFeed

PAGE = "/mon-calendrier/"
NOON = datetime.datetime(2021, 11, 15, 17, tzinfo=datetime.UTC)
ADDRESS = re.compile(r"http://testserver/calendrier/([\w-]+)\.ics")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


def address(token):
    return f"/calendrier/{token}.ics"


def form_of(page):
    return {name: page.context[name] for name in ("key", "generation")}


def opened(client, **changes):
    page = client.get(PAGE)
    return client.post(PAGE, {"act": "open"} | form_of(page) | changes)


def token_of(response):
    [token] = set(ADDRESS.findall(response.content.decode()))
    return token


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_link_is_shown_once_and_works(log_in_as, client, reader):
    mine = log_in_as(reader)
    assertContains(mine.get(PAGE), "Créer mon lien")
    response = opened(mine)
    token = token_of(response)
    assert len(token) == 43
    assertContains(response, f"webcal://testserver/calendrier/{token}.ics")
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(address(token)).status_code == 200
    later = mine.get(PAGE)
    assertNotContains(later, token)
    assertContains(later, "Remplacer le lien")
    assertContains(later, "lu pour la dernière fois le 15\u00a0novembre 2021, 12\u00a0h")
    assert acts() == ["calendar_feed_create"]


def test_the_token_is_nowhere_in_the_database(log_in_as, client, reader):
    token = token_of(opened(log_in_as(reader)))
    client.get(address(token))
    feed = CalendarFeed.objects.get(user=reader)
    assert feed.token_hash == feeds.digest(token)
    rows = serializers.serialize("json", [feed, *AuditEntry.objects.all()])
    assert token not in rows
    assert feed.token_hash not in serializers.serialize("json", AuditEntry.objects.all())
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert sessions
    assert token not in str(sessions)


def test_a_second_click_and_a_reload_show_the_same_link(log_in_as, client, reader):
    mine = log_in_as(reader)
    sent = {"act": "open"} | form_of(mine.get(PAGE))
    first, second = mine.post(PAGE, sent), mine.post(PAGE, sent)
    assert token_of(first) == token_of(second)
    assert client.get(address(token_of(first))).status_code == 200
    assert acts() == ["calendar_feed_create"]


def test_replacing_kills_the_old_link_at_once(log_in_as, client, reader):
    mine = log_in_as(reader)
    old = token_of(opened(mine))
    new = token_of(opened(mine))
    assert new != old
    assert client.get(address(old)).status_code == 404
    assert client.get(address(new)).status_code == 200
    assert acts() == ["calendar_feed_create", "calendar_feed_replace"]


def test_revoking_kills_the_link_at_once_and_a_second_click_finds_it_done(
    log_in_as, client, reader
):
    mine = log_in_as(reader)
    token = token_of(opened(mine))
    for _ in range(2):
        response = mine.post(PAGE, {"act": "revoke"}, follow=True)
        assertContains(response, "Créer mon lien")
        assert client.get(address(token)).status_code == 404
    assert acts() == ["calendar_feed_create", "calendar_feed_revoke"]


@pytest.mark.parametrize("act", ["open", "revoke"])
def test_an_old_form_brings_no_dead_link_back(log_in_as, client, reader, act):
    """The page of the first link, reloaded after the link was replaced or revoked elsewhere."""
    mine = log_in_as(reader)
    sent = {"act": "open"} | form_of(mine.get(PAGE))
    leaked = token_of(mine.post(PAGE, sent))
    alive = token_of(opened(mine)) if act == "open" else None
    if act == "revoke":
        mine.post(PAGE, {"act": "revoke"})
    response = mine.post(PAGE, sent)
    assertContains(response, "Rien n’a changé", status_code=409)
    assert not ADDRESS.search(response.content.decode())
    assert client.get(address(leaked)).status_code == 404
    if alive:
        assert client.get(address(alive)).status_code == 200
    assert len(acts()) == 2


@pytest.mark.parametrize(
    "changes", [{"key": ""}, {"key": "court"}, {"generation": "x"}, {"generation": "-1"}]
)
def test_a_form_that_was_tampered_with_changes_nothing(log_in_as, reader, changes):
    response = opened(log_in_as(reader), **changes)
    assertContains(response, "Rien n’a changé", status_code=409)
    assert not CalendarFeed.objects.exclude(token_hash=None).exists()
    assert acts() == []


def test_the_same_key_opens_another_link_for_another_person(log_in_as, reader, outsider):
    """Nobody chooses the token of somebody else, nor their own."""
    key = feeds.new_key()
    tokens = {feeds.open_link(key=key, generation=0, by=person) for person in (reader, outsider)}
    assert len(tokens) == 2
    assert key not in tokens


def test_the_link_of_another_person_is_untouched(log_in_as, client, reader, outsider):
    theirs = token_of(opened(log_in_as(outsider)))
    mine = log_in_as(reader)
    opened(mine)
    opened(mine)
    mine.post(PAGE, {"act": "revoke"})
    assert client.get(address(theirs)).status_code == 200
    assertNotContains(mine.get(PAGE), theirs)


def test_the_menu_leads_there(log_in_as, reader, client, five_stages):
    assertContains(log_in_as(reader).get("/aide/"), f'<a href="{PAGE}">Mon calendrier</a>')
    assertNotContains(client.get("/aide/"), PAGE)


def test_the_page_costs_three_queries(log_in_as, reader, django_assert_num_queries, five_stages):
    mine = log_in_as(reader)
    mine.get(PAGE)
    # The session, the person, the link; the stages and the organization of the header.
    with django_assert_num_queries(5):
        mine.get(PAGE)
