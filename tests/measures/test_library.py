"""The evidence library: its list, and what is added to it."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Evidence
from members.models import AuditEntry, Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import pdf, url

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def titles(response: Any) -> list[str]:
    return [row.title for row in response.context["listing"].page.object_list]


def test_the_list_says_what_each_piece_is_and_how_much_it_proves(
    member: StrictClient, organization: Organization
) -> None:
    piece = EvidenceFactory(
        organization=organization, is_file=True, version=3, expires_on=TODAY - DAY
    )
    for _ in range(2):
        piece.implementations.add(ImplementationFactory(organization=organization))
    EvidenceFactory(organization=organization, title="Bientôt", expires_on=TODAY + 60 * DAY)
    EvidenceFactory(title="D’ailleurs")
    response = member.get(url("evidence_list", organization))
    for text in ("preuve.txt", "TXT, 12", "version 3", "Échue depuis le", "Échoit le"):
        assertContains(response, text)
    assertNotContains(response, "D’ailleurs")
    counts = {row.title: row.record_count for row in response.context["listing"].page}
    assert counts == {"preuve.txt": 2, "Bientôt": 0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ECONOMIE", ["Économie sociale"]),
        ("q=l%27achat", ["Bilan de l’achat"]),
        ("q=rapport-annuel", ["Bilan de l’achat"]),
        ("q=preuve.example", ["Économie sociale", "Certificat"]),
        ("sorte=fichier", ["Bilan de l’achat"]),
        ("sorte=lien", ["Certificat", "Économie sociale"]),
        ("partage=organisation", ["Certificat"]),
        ("partage=coordination", ["Économie sociale", "Bilan de l’achat"]),
        ("validite=echue", ["Économie sociale"]),
        ("validite=bientot", ["Certificat"]),
        ("mesures=aucune", ["Certificat", "Économie sociale"]),
        ("sorte=lien&partage=organisation", ["Certificat"]),
        ("validite=jamais", ["Économie sociale", "Bilan de l’achat", "Certificat"]),
    ],
)
def test_filters_live_in_the_address(
    member: StrictClient, organization: Organization, query: str, found: list[str]
) -> None:
    EvidenceFactory(organization=organization, title="Économie sociale", expires_on=TODAY - DAY)
    proof = EvidenceFactory(
        organization=organization,
        is_file=True,
        title="Bilan de l’achat",
        file_name="Rapport-annuel.txt",
    )
    proof.implementations.add(ImplementationFactory(organization=organization))
    EvidenceFactory(
        organization=organization,
        title="Certificat",
        sharing=SharingLevel.PRIVATE,
        expires_on=TODAY + DAY,
    )
    assert sorted(titles(member.get(f"{url('evidence_list', organization)}?{query}"))) == sorted(
        found
    )


def test_active_filters_are_chips_and_an_empty_result_says_so(
    member: StrictClient, piece: Evidence
) -> None:
    response = member.get(f"{url('evidence_list', piece.organization)}?q=introuvable&sorte=lien")
    assertContains(response, "Aucune preuve ne correspond")
    assertContains(response, "Sorte\u00a0: Liens")


def test_pages_keep_their_filters(member: StrictClient, organization: Organization) -> None:
    for _ in range(26):
        EvidenceFactory(organization=organization)
    response = member.get(f"{url('evidence_list', organization)}?sorte=lien&page=2")
    assert len(titles(response)) == 1
    assertContains(response, "?sorte=lien&amp;page=1")


def test_the_list_asks_a_fixed_number_of_queries(
    member: StrictClient, organization: Organization, django_assert_num_queries: Any
) -> None:
    for _ in range(20):
        row = EvidenceFactory(organization=organization)
        row.implementations.add(ImplementationFactory(organization=organization))
    # session, person, membership, stages, count, page
    with django_assert_num_queries(6):
        member.get(url("evidence_list", organization))


def test_an_empty_library_tells_what_it_is_for(
    member: StrictClient, organization: Organization
) -> None:
    assertContains(
        member.get(url("evidence_list", organization)), "La bibliothèque est encore vide"
    )


def test_staff_find_only_what_a_record_shows_them(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    open_record = ImplementationFactory(organization=organization)
    closed = ImplementationFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    for title, record, level in [
        ("Visible", open_record, SharingLevel.COORDINATION),
        ("Gardée", open_record, SharingLevel.PRIVATE),
        ("D’une fiche fermée", closed, SharingLevel.PUBLIC),
    ]:
        EvidenceFactory(organization=organization, title=title, sharing=level).implementations.add(
            record
        )
    EvidenceFactory(organization=organization, title="Sans fiche")
    shared = Evidence.objects.get(title="Visible")
    shared.implementations.add(closed)
    staff = log_in_as(facilitator)
    response = staff.get(url("evidence_list", organization))
    assert titles(response) == ["Visible"]
    assert response.context["listing"].page[0].record_count == 1, "the closed record is not counted"
    page = staff.get(shared.get_absolute_url())
    assertContains(page, open_record.title)
    assertNotContains(page, closed.title)
    assertNotContains(page, "Remplacer")


# Adding


def sent(**values: Any) -> dict[str, Any]:
    return {"submission_key": str(uuid.uuid4()), "sharing": "coordination"} | values


def test_several_files_and_a_link_are_added_at_once(
    member: StrictClient, contributor: User, organization: Organization
) -> None:
    response = member.post(
        url("evidence_create", organization),
        sent(
            uploads=[SimpleUploadedFile(f"{name}.pdf", pdf(name)) for name in "ab"],
            link_url="https://exemple.example/",
            sharing=SharingLevel.PRIVATE,
            expires_on="2030-01-31",
        ),
    )
    assertRedirects(response, url("evidence_list", organization))
    rows = Evidence.objects.order_by("title")
    assert [row.title for row in rows] == ["a.pdf", "b.pdf", "https://exemple.example/"]
    for row in rows:
        assert (row.organization, row.created_by) == (organization, contributor)
        assert (row.sharing, row.expires_on) == ("private", datetime.date(2030, 1, 31))
    stored = str(rows[0].file.name)
    assert stored.startswith("evidence/")
    assert "a.pdf" not in stored


def test_a_second_click_adds_nothing_and_other_work_is_added(
    member: StrictClient, organization: Organization
) -> None:
    key = str(uuid.uuid4())

    def post(text: str, **values: Any) -> None:
        upload = SimpleUploadedFile("a.pdf", pdf(text))
        member.post(
            url("evidence_create", organization),
            sent(submission_key=key, uploads=upload, link_url="https://a.example/", **values),
        )

    post("un")
    post("un")
    assert Evidence.objects.count() == 2
    post("deux")
    assert Evidence.objects.count() == 3
    post("deux", sharing=SharingLevel.PRIVATE)
    assert Evidence.objects.filter(sharing=SharingLevel.PRIVATE).count() == 2


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({}, "uploads", "Choisissez au moins un fichier"),
        ({"link_title": "Sans adresse"}, "link_url", "Donnez l’adresse"),
        ({"link_url": "file:///etc/passwd"}, "link_url", ""),
        ({"link_url": "ftp://a.example/"}, "link_url", ""),
        ({"link_url": "https://a.example/", "sharing": "monde"}, "sharing", ""),
        ({"link_url": "https://a.example/", "expires_on": "hier"}, "expires_on", ""),
    ],
)
def test_what_cannot_be_added_is_told(
    member: StrictClient,
    organization: Organization,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    response = member.post(url("evidence_create", organization), sent(**values))
    assert message in str(response.context["form"].errors[field])
    assert not Evidence.objects.exists()


def test_files_of_a_refused_form_wait_in_the_library_for_its_correction(
    member: StrictClient, organization: Organization
) -> None:
    upload = SimpleUploadedFile("contrat.pdf", pdf())
    data = sent(uploads=upload, expires_on="hier", sharing=SharingLevel.PRIVATE)
    for _ in range(2):
        upload.seek(0)
        response = member.post(url("evidence_create", organization), data)
    kept = Evidence.objects.get()
    assertContains(response, "Ce fichier est déjà reçu")
    assertContains(response, f'name="kept" value="{kept.pk}"')
    data |= {"uploads": "", "expires_on": "2030-01-31", "kept": kept.pk, "sharing": "coordination"}
    assertRedirects(
        member.post(url("evidence_create", organization), data), kept.get_absolute_url()
    )
    kept.refresh_from_db()
    assert (kept.sharing, kept.expires_on) == ("coordination", datetime.date(2030, 1, 31))
    assert Evidence.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert entry.before == {"sharing": "private", "expires_on": None}
    assert entry.after == {"sharing": "coordination", "expires_on": "2030-01-31"}
    # Sent again as it was, it changes nothing and tells nothing.
    member.post(url("evidence_create", organization), data)
    assert AuditEntry.objects.count() == 1


def test_what_is_kept_for_one_person_is_not_changed_by_another(
    member: StrictClient, piece: Evidence
) -> None:
    alone = EvidenceFactory(organization=piece.organization)
    for row in (piece, alone, EvidenceFactory()):
        data = sent(kept=row.pk, sharing=SharingLevel.PUBLIC)
        response = member.post(url("evidence_create", piece.organization), data)
        assert "kept" in response.context["form"].errors
        row.refresh_from_db()
        assert row.sharing == SharingLevel.COORDINATION


# What the database holds to


def test_a_file_has_a_name(organization: Organization) -> None:
    with pytest.raises(IntegrityError, match="evidence_file_has_a_name"), transaction.atomic():
        EvidenceFactory(organization=organization, is_file=True, file_name="")
