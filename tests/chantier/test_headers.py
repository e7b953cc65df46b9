"""What every answer tells the browser: run nothing foreign, keep nothing private."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.factories import PASSWORD
from tests.html import StrictClient

pytestmark = pytest.mark.django_db
PUBLIC = ["home:index", "account_login", "measures:stage_list", "benefits:benefit_list"]


def policy(response):
    directives = response["Content-Security-Policy"].split(";")
    return {part.split()[0]: part.split()[1:] for part in directives if part.strip()}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_page_runs_and_shows_only_what_is_ours(client, name):
    directives = policy(client.get(reverse(name)))
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    assert directives["form-action"] == ["'self'"]
    for values in directives.values():
        assert set(values) <= {"'self'", "'none'"}


def test_errors_carry_the_policy_too(client):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert policy(response)["default-src"] == ["'none'"]


def test_no_page_can_be_framed_or_guessed_at(client):
    response = client.get(reverse("home:index"))
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["home:index", "home:dashboard", "measures:clause_list"])
def test_what_a_member_sees_stays_out_of_caches(log_in_as, reader, five_stages, name):
    assert log_in_as(reader).get(reverse(name))["Cache-Control"] == "private, no-store"


def test_scripts_cannot_read_the_session(client, reader):
    client.post(reverse("account_login"), {"login": reader.email, "password": "x"})
    response = client.get(reverse("account_login"))
    assert response.cookies["csrftoken"]["httponly"]
    response = client.post(reverse("account_login"), {"login": reader.email, "password": PASSWORD})
    session = response.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_forms_need_their_token(reader):
    strict = StrictClient(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": reader.email})
    assert response.status_code == 403
    assert "Rien n’a été enregistré" in response.content.decode()


def test_the_health_page_says_nothing_else(client):
    assert client.get(reverse("home:health")).json() == {"status": "ok"}


def test_a_request_that_cannot_be_read_is_refused_in_french(client):
    """More files than Django reads: its own page is English and bare."""
    files = {f"uploads-{number}": ContentFile(b"x", name="a.txt") for number in range(21)}
    response = client.post(reverse("account_login"), files)
    assert response.status_code == 400
    assert "n’a pas pu être lue" in response.content.decode()
    assert policy(response)["default-src"] == ["'none'"]
