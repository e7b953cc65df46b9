"""What the server tells the browser about the drafts that it keeps."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from chantier.lib.drafts import COOKIE, FIELD
from measures.models import Implementation
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import PASSWORD, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import posted, url

pytestmark = pytest.mark.django_db
NAME = "0123456789abcdef"


@pytest.fixture
def record(organization: Organization) -> Implementation:
    return ImplementationFactory(organization=organization, in_progress=True)


@pytest.fixture
def address(record: Implementation) -> str:
    return record.get_absolute_url()


def test_what_is_stored_is_said(
    address: str, record: Implementation, contributor: User, log_in_as: LogIn
) -> None:
    data = posted(record, description="Un texte.") | {FIELD: NAME}
    response = log_in_as(contributor).post(address, data)
    assert response.status_code == 302
    cookie = response.cookies[COOKIE]
    assert cookie.value == f"{NAME}.stored"
    assert (cookie["samesite"], cookie["max-age"], cookie["path"]) == ("Lax", 300, "/")
    record.refresh_from_db()
    assert record.description == "Un texte."


@pytest.mark.parametrize(
    ("changes", "status"), [({"status": "sans-objet"}, 200), ({"version": "1"}, 409)]
)
def test_a_text_that_is_shown_again_is_not_said_to_be_stored(
    changes: dict[str, str],
    status: int,
    address: str,
    record: Implementation,
    contributor: User,
    log_in_as: LogIn,
) -> None:
    Implementation.objects.filter(pk=record.pk).update(version=2, description="Entre-temps.")
    record.refresh_from_db()
    if status == 409:
        client = log_in_as(contributor)
        client.post(address, posted(record, description="Le leur."))
        record.refresh_from_db()
    data = posted(record, description="Le mien.") | changes | {FIELD: NAME}
    response = log_in_as(contributor).post(address, data)
    assert response.status_code == status
    assert response.cookies[COOKIE].value == f"{NAME}.shown"


@pytest.mark.parametrize("name", ["", "x", "../etc", "0123456789ABCDEF;", "0" * 41])
def test_a_name_that_is_not_ours_is_not_echoed(
    name: str, address: str, record: Implementation, contributor: User, log_in_as: LogIn
) -> None:
    response = log_in_as(contributor).post(address, posted(record) | {FIELD: name})
    assert response.status_code == 302
    assert COOKIE not in response.cookies


def test_an_expired_session_stores_nothing_and_says_so(
    address: str, record: Implementation, contributor: User, client: StrictClient
) -> None:
    """The text is in the page after the log-in: the browser need not offer its own too."""
    data = posted(record, description="Un texte.") | {"author": contributor.pk, FIELD: NAME}
    response = client.post(address, data, HTTP_REFERER=f"http://testserver{address}")
    assert response.status_code == 302
    assert COOKIE not in response.cookies
    login = {"login": contributor.email, "password": PASSWORD}
    response = client.post(reverse("account_login"), login)
    assert COOKIE not in response.cookies
    response = client.get(address)
    assert "Un texte." in response.content.decode()
    assert response.cookies[COOKIE].value == f"{NAME}.shown"
    assert COOKIE not in client.get(reverse("home:dashboard")).cookies


def test_a_redirection_with_a_warning_is_no_proof(
    contributor: User, organization: Organization, log_in_as: LogIn
) -> None:
    """An adoption without a box leads back to the page, which says what is missing."""
    address = url("implementation_adopt", organization)
    response = log_in_as(contributor).post(address, {FIELD: NAME})
    assert response.status_code == 302
    assert COOKIE not in response.cookies


def test_a_page_that_is_not_found_or_forbidden_says_nothing(
    address: str, record: Implementation, reader: User, outsider: User, log_in_as: LogIn
) -> None:
    for user, status in ((reader, 403), (outsider, 404)):
        response = log_in_as(user).post(address, posted(record) | {FIELD: NAME})
        assert response.status_code == status
        assert COOKIE not in response.cookies


def test_logging_out_empties_the_browser(reader: User, log_in_as: LogIn) -> None:
    client = log_in_as(reader)
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    response = client.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"storage"'
    # Nobody left: there is nothing to forget.
    assert "Clear-Site-Data" not in client.post(reverse("account_logout"))
    login = {"login": reader.email, "password": PASSWORD}
    assert "Clear-Site-Data" not in client.post(reverse("account_login"), login)


def test_pages_of_members_carry_the_words_of_drafts_and_their_name(
    reader: User, log_in_as: LogIn, client: StrictClient
) -> None:
    page = log_in_as(reader).get(reverse("home:help")).content.decode()
    assert f'data-user="{reader.pk}"' in page
    assert "draft-offer" not in client.get(reverse("home:help")).content.decode()


def test_every_form_that_is_kept_says_whose_text_it_is() -> None:
    """Without its author, a form is not kept; with another’s key, it would get its text."""
    keys = []
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        for form in re.findall(r"<form[^>]*data-draft=.*?</form>", path.read_text(), re.DOTALL):
            assert 'name="author"' in form, path
            keys += re.findall(r'data-draft="([^"{]+)', form)
    assert len(keys) >= 8
    assert sorted(set(keys)) == sorted(keys)
    # They stand between colons in the name of what is kept.
    assert not any(":" in key for key in keys)
