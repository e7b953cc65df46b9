"""The address of a person's calendar: shown once, kept as a hash, replaced or revoked."""

import datetime
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.models import AuditEntry, CalendarFeed, User

_READ_NOTED_EVERY = datetime.timedelta(hours=1)


class StaleLinkError(Exception):
    """The link has been made, replaced or revoked since the form was opened."""


def new_key() -> str:
    """What a form sends back; it says nothing of the token to whoever lacks our secret key."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def open_link(*, key: str, generation: int, by: User) -> str:
    """Make the person's link, or replace it, and return its token, which nothing keeps.

    The token comes from the key of the form: a second click on the same form, or the page
    reloaded, shows the same address again. StaleLinkError when the link is no longer the one of
    `generation`.
    """
    CalendarFeed.objects.get_or_create(user=by)
    feed = CalendarFeed.objects.select_for_update().get(user=by)
    token = _token(key, by)
    if feed.token_hash == digest(token):
        return token
    if feed.generation != generation:
        raise StaleLinkError(f"generation {generation} of {feed.pk}")
    act = "calendar_feed_replace" if feed.token_hash else "calendar_feed_create"
    _change(feed, digest(token), act, by)
    return token


@transaction.atomic
def revoke_link(*, by: User) -> None:
    """Nothing opens at the address any more; a second click finds it done."""
    feed = CalendarFeed.objects.select_for_update().filter(user=by).first()
    if feed is not None and feed.token_hash is not None:
        _change(feed, None, "calendar_feed_revoke", by)


def find_feed(token: str) -> CalendarFeed | None:
    """The calendar behind an address, while its person may log in.

    By hash: how long the answer takes tells nothing of the tokens that exist.
    """
    feeds = CalendarFeed.objects.select_related("user").filter(user__is_active=True)
    return feeds.filter(token_hash=digest(token)).first()


def note_reading(feed: CalendarFeed) -> None:
    """Programs read often: what the person is told of it is written once an hour at most."""
    now = timezone.now()
    since = now - _READ_NOTED_EVERY
    if feed.last_read_at is None or feed.last_read_at < since:
        due = Q(last_read_at=None) | Q(last_read_at__lt=since)
        CalendarFeed.objects.filter(due, pk=feed.pk).update(last_read_at=now)


def _token(key: str, person: User) -> str:
    """256 bits, written as `secrets.token_urlsafe(32)` does."""
    mac = salted_hmac("members.feeds", f"{person.pk}:{key}", algorithm="sha256").digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def _change(feed: CalendarFeed, token_hash: str | None, act: str, by: User) -> None:
    before = feed.generation
    feed.token_hash = token_hash
    feed.generation += 1
    feed.created_at = timezone.now() if token_hash else None
    feed.last_read_at = None
    feed.save()
    AuditEntry.objects.create(
        actor=by,
        action=act,
        subject=f"Calendrier de la personne {by.pk}",
        before={"generation": before},
        after={"generation": feed.generation},
    )
