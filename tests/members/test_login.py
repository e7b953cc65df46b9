"""Logging in by e-mail: what works, what is refused, and how often one may try."""

import threading
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends import locmem
from django.db import connection
from django.urls import reverse

from members.models import User
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.html import StrictClient

LOGIN = "/connexion/"
WRONG = "pas le bon mot de passe"


def log_in(client, email="camille@demo.example", password=PASSWORD, address=LOGIN, **headers):
    return client.post(address, {"login": email, "password": password}, **headers)


def is_logged_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def camille(db):
    return MembershipFactory(user__email="camille@demo.example").user


@pytest.mark.parametrize(
    "email", ["camille@demo.example", "Camille@Demo.Example", " camille@demo.example "]
)
def test_log_in_by_email_whatever_its_case(client, camille, email):
    response = log_in(client, email)
    assert response.status_code == 302
    assert response.url == reverse("home:dashboard")
    assert client.session["_auth_user_id"] == str(camille.pk)


def test_a_wrong_password_is_told_and_the_email_kept(client, camille):
    response = log_in(client, password=WRONG)
    assert response.status_code == 200
    assert not is_logged_in(client)
    page = response.content.decode()
    assert "camille@demo.example" in page
    assert WRONG not in page
    assert "La connexion n’a pas réussi" in page


def test_an_unknown_email_gets_the_very_answer_of_a_wrong_password(client, camille):
    known = log_in(client, password=WRONG).context["form"].errors
    unknown = log_in(client, email="inconnu@demo.example").context["form"].errors
    assert known == unknown != {}


def test_a_closed_account_does_not_open(client, camille):
    User.objects.update(is_active=False)
    log_in(client)
    assert not is_logged_in(client)


def test_a_visitor_is_sent_to_log_in_then_back(client, camille):
    response = client.get(reverse("home:dashboard"))
    assert response.url == f"{LOGIN}?{urlencode({'next': reverse('home:dashboard')}, safe='/')}"
    organization = camille.memberships.get().organization
    target = organization.get_absolute_url()
    assert log_in(client, address=f"{LOGIN}?next={target}").url == target


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "https:ailleurs.example",
        "/\\ailleurs.example",
        "\thttps://ailleurs.example",
        "javascript:alert(1)",
        "http://testserver@ailleurs.example/",
    ],
)
def test_nobody_is_sent_elsewhere_after_logging_in(client, camille, target):
    for way in (
        log_in(client, address=f"{LOGIN}?{urlencode({'next': target})}"),
        StrictClient().post(LOGIN, {"login": camille.email, "password": PASSWORD, "next": target}),
    ):
        assert way.status_code == 302
        assert way.url == reverse("home:dashboard")


def test_log_out_needs_a_click(log_in_as, camille):
    client = log_in_as(camille)
    client.get(reverse("account_logout"))
    assert is_logged_in(client)
    assert client.post(reverse("account_logout")).url == reverse("home:index")
    assert not is_logged_in(client)


def test_sign_up_is_closed(client, db):
    address = reverse("account_signup")
    assert client.get(address).status_code == 200
    data = {"email": "nouveau@demo.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(address, data)
    assert not User.objects.exists()


def test_a_session_changes_its_key_at_log_in(client, camille):
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key
    log_in(client)
    assert client.session.session_key != before


# --- Forgotten passwords ----------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_mail(client, camille):
    response = client.post(reverse("account_reset_password"), {"email": camille.email})
    assert response.url == reverse("account_reset_password_done")
    (message,) = mail.outbox
    assert message.to == [camille.email]
    assert message.subject.startswith("[Chantier économie sociale]")
    link = next(word for word in message.body.split() if "/mot-de-passe-oublie/" in word)
    form = client.get(link, follow=True)
    new = "une-autre-phrase-de-passe"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert not is_logged_in(StrictClient())
    again = StrictClient()
    log_in(again, password=new)
    assert is_logged_in(again)
    assert "password1" not in StrictClient().get(link, follow=True).content.decode()


def test_an_unknown_email_does_not_show_in_the_answer(client, camille):
    known = client.post(reverse("account_reset_password"), {"email": camille.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "x@demo.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


@pytest.mark.parametrize("password", ["courte", "123456789012345", "motdepasse", "password1234"])
def test_a_weak_password_is_refused(log_in_as, camille, password):
    client = log_in_as(camille)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    response = client.post(reverse("account_change_password"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    camille.refresh_from_db()
    assert camille.check_password(PASSWORD)


# --- How often one may try --------------------------------------------------------


def attempts_let_through(number, email="camille@demo.example"):
    """How many wrong passwords were really compared, out of `number` tries."""
    compared = 0
    for index in range(number):
        response = log_in(StrictClient(), email, WRONG, REMOTE_ADDR=f"192.0.2.{index}")
        messages = str(response.context["form"].errors) if response.context else ""
        compared += "Trop de tentatives" not in messages and response.status_code == 200
    return compared


def test_five_wrong_passwords_then_the_account_rests(client, camille):
    assert attempts_let_through(8) == 5
    log_in(client)
    assert not is_logged_in(client), "even the right password waits"


def test_the_email_of_another_case_is_the_same_account(camille):
    assert attempts_let_through(4) == 4
    assert attempts_let_through(4, "CAMILLE@demo.example") == 1


def test_another_account_is_not_held_back(client, camille):
    attempts_let_through(6)
    UserFactory(email="autre@demo.example")
    log_in(client, "autre@demo.example")
    assert is_logged_in(client)


def counts_of_two_processes():
    """Two threads, each with a connection and a memory of its own, as two processes have."""
    counts = []

    def serve():
        for memory in (locmem._caches, locmem._expire_info):
            memory.clear()
        try:
            counts.append(attempts_let_through(5))
        finally:
            connection.close()

    for _ in range(2):
        thread = threading.Thread(target=serve)
        thread.start()
        thread.join()
    return counts


@pytest.mark.django_db(transaction=True)
def test_processes_count_together():
    UserFactory(email="camille@demo.example")
    assert counts_of_two_processes() == [5, 0]


@pytest.mark.django_db(transaction=True)
def test_with_a_cache_per_process_the_count_would_start_again(settings):
    """The canary of the test above."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend}}
    UserFactory(email="camille@demo.example")
    assert counts_of_two_processes() == [5, 5]


def test_the_cache_is_a_table_that_every_process_reads(db):
    cache.set("essai", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM shared_cache")
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize("name", ["account_login", "account_logout"])
def test_an_address_that_is_none_is_ignored(client, camille, name):
    assert client.get(reverse(name), {"next": "http://["}).status_code < 400


def test_a_password_never_waits_in_a_session(client, db):
    """The form of an expired session is kept in a table that backups copy."""
    secret = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    for address in (reverse("account_change_password"), reverse("admin:members_user_add")):
        assert client.post(address, secret).status_code == 302
        assert PASSWORD not in str(dict(client.session))


@pytest.mark.parametrize("referer", ["http://[", "http://testserver/" + "a" * 30_000])
def test_a_form_with_a_strange_origin_is_kept_all_the_same(client, db, referer):
    response = client.post(reverse("home:dashboard"), {"a": "b"}, headers={"referer": referer})
    assert response.status_code == 302
    assert client.session["resumed_form"]["data"] == "a=b"
