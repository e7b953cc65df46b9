"""A consent holds for what was read: what changes is asked again, and what ends is nowhere."""

import re
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import ObservedBenefit
from chantier.public.datasets import DATASETS
from members.models import AuditEntry, Organization, User
from tests.benefits.observing import LIST, stored, verify
from tests.chantier.reports.test_pdf import text_of
from tests.conftest import LogIn
from tests.factories import ObservedBenefitFactory, UserFactory
from tests.html import StrictClient

STORY, OTHER = "Trois équipes ont été formées.", "Quatre équipes ont été formées."


@pytest.fixture
def quoted(organization: Organization, contributor: User) -> ObservedBenefit:
    """A verified story of A that is quoted with its name."""
    organization.may_be_named = True
    organization.save()
    row: ObservedBenefit = ObservedBenefitFactory(
        organization=organization,
        statement=STORY,
        consent="named",
        consent_by=contributor,
        consent_at=timezone.now(),
    )
    return verify(row)


def consent_to(client: Any, row: ObservedBenefit, consent: str) -> Any:
    row.refresh_from_db()
    address = f"{row.get_absolute_url()}consentement/"
    return client.post(address, {"consent": consent, "version": row.version})


@pytest.mark.parametrize(
    ("changes", "text"), [({"statement": OTHER}, OTHER), ({"value": "150"}, STORY)]
)
def test_what_changes_is_not_quoted_before_it_is_confirmed(
    client: StrictClient,
    log_in_as: LogIn,
    contributor: User,
    quoted: ObservedBenefit,
    changes: dict[str, str],
    text: str,
) -> None:
    member, page = log_in_as(contributor), quoted.benefit.get_absolute_url()
    assertContains(client.get(page), STORY)
    assertContains(member.get(quoted.get_absolute_url()), "arrête aussitôt la citation")
    first = quoted.consent_at
    response = member.post(quoted.get_absolute_url(), stored(quoted, **changes), follow=True)
    assertRedirects(response, f"{quoted.get_absolute_url()}consentement/")
    assertContains(response, "Relisez, puis choisissez de nouveau")
    assertContains(response, "quelqu’un a choisi")
    for told in (STORY, OTHER):
        assertNotContains(client.get(page), told)
    quoted.refresh_from_db()
    assert (quoted.consent, quoted.consent_at, quoted.consent_by) == ("none", None, None)
    assert quoted.verified_at is None
    assertContains(member.get(LIST), "non cité avant que vous confirmiez")

    consent_to(member, quoted, "named")
    assertContains(client.get(page), text)
    quoted.refresh_from_db()
    assert quoted.lapsed_consent == ""
    assert quoted.consent_at is not None
    assert first is not None
    assert quoted.consent_at > first
    lines = AuditEntry.objects.filter(action__startswith="observation_consent").order_by("pk")
    assert [(line.action, line.before, line.after) for line in lines] == [
        ("observation_consent_lapse", {"consent": "named"}, {"consent": "none"}),
        ("observation_consent", {"consent": "none"}, {"consent": "named"}),
    ]
    assertContains(member.get(quoted.get_absolute_url()), "Citation à confirmer")


@pytest.mark.parametrize(
    "changes", [{"observed_on": "2021-02-01"}, {"sharing": "chantier"}, {"sharing": "public"}]
)
def test_what_is_not_quoted_may_change(
    client: StrictClient,
    log_in_as: LogIn,
    contributor: User,
    quoted: ObservedBenefit,
    changes: dict[str, str],
) -> None:
    response = log_in_as(contributor).post(quoted.get_absolute_url(), stored(quoted, **changes))
    assertRedirects(response, quoted.get_absolute_url())
    assertContains(client.get(quoted.benefit.get_absolute_url()), STORY)


def test_who_says_no_to_the_changed_text_is_asked_no_more(
    log_in_as: LogIn, contributor: User, quoted: ObservedBenefit
) -> None:
    member = log_in_as(contributor)
    member.post(quoted.get_absolute_url(), stored(quoted, statement=OTHER))
    consent_to(member, quoted, "none")
    quoted.refresh_from_db()
    assert (quoted.consent, quoted.lapsed_consent) == ("none", "")
    assert quoted.consent_by == contributor
    assertNotContains(member.get(LIST), "non cité avant que vous confirmiez")


def test_what_stays_in_the_organization_is_never_quoted_and_the_form_says_so(
    client: StrictClient, log_in_as: LogIn, contributor: User, quoted: ObservedBenefit
) -> None:
    member, page = log_in_as(contributor), quoted.benefit.get_absolute_url()
    assertContains(member.get(quoted.get_absolute_url()), "retire un consentement déjà donné")
    response = member.post(
        quoted.get_absolute_url(), stored(quoted, sharing="private"), follow=True
    )
    assertContains(response, "le consentement à la citer est retiré")
    assertNotContains(client.get(page), STORY)
    quoted.refresh_from_db()
    assert (quoted.consent, quoted.lapsed_consent) == ("none", "")
    assertContains(member.get(LIST), "non cité, car ce bénéfice reste dans votre organisation")
    # Opened again, it is not quoted by an old consent.
    member.post(quoted.get_absolute_url(), stored(quoted, sharing="public"))
    assertNotContains(client.get(page), STORY)
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert "observation_consent_withdraw" in actions


def test_an_old_contradiction_is_told_as_what_it_does(
    log_in_as: LogIn, contributor: User, quoted: ObservedBenefit
) -> None:
    ObservedBenefit.objects.update(sharing="private")
    page = log_in_as(contributor).get(LIST)
    assertContains(page, "non cité, car ce bénéfice reste dans votre organisation")
    assertNotContains(page, "<dd>citer en nommant")
    ObservedBenefit.objects.update(sharing="coordination")
    Organization.objects.update(may_be_named=False)
    page = log_in_as(contributor).get(LIST)
    assertContains(page, "sans nommer l’organisation, qui n’accepte pas d’être nommée")


# --- Everywhere -----------------------------------------------------------------------


def everywhere(visitor: StrictClient, reader: StrictClient, row: ObservedBenefit) -> dict[str, str]:
    """What each address says that could quote a story, by address."""
    query = f"?benefice={row.benefit.code}"
    pages = [
        f"/benefices/argumentaire/{query}",
        "/benefices/",
        "/benefices/?appui=membres",
        "/benefices/?q=equipes",
        row.benefit.get_absolute_url(),
        *re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", read(visitor, "/sitemap.xml")),
    ]
    files = [f"/donnees/{name}.{kind}" for name in DATASETS for kind in ("csv", "json")]
    told = {path: read(visitor, path) for path in [*pages, *files]}
    told |= {f"member {path}": read(reader, path) for path in pages}
    pdf = reader.get(f"/benefices/argumentaire.pdf{query}")
    assert pdf["Content-Type"] == "application/pdf"
    return told | {"pdf": text_of(pdf.content)}


def read(client: StrictClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    content = b"".join(response) if response.streaming else response.content
    return str(content.decode("utf-8"))


def test_a_consent_taken_back_leaves_no_word_at_any_address(
    client: StrictClient, log_in_as: LogIn, contributor: User, quoted: ObservedBenefit
) -> None:
    member, reader = log_in_as(contributor), log_in_as(UserFactory(facilitator=True))
    organization = quoted.organization
    before = everywhere(client, reader, quoted)
    page = quoted.benefit.get_absolute_url()
    for path in (page, f"member {page}"):
        assert STORY in before[path]
        assert organization.name in before[path]
    observed = "Observé par des membres"
    assert observed in before["/benefices/?appui=membres"]
    assert len(before) > 20

    member.post(f"{quoted.get_absolute_url()}consentement/", {"consent": "none"})
    for path, text in everywhere(client, reader, quoted).items():
        assert STORY not in text, path
        assert "Trois équipes" not in text, path
        assert f"{observed}</span>" not in text, path
        assert f"{organization.name}, 2021" not in text, path
