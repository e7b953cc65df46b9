"""What a person meets when a document goes past its limits, and what they paste that might."""

import pytest
from django.urls import reverse

from chantier.home import views
from chantier.lib import rendering
from chantier.lib.rendering import pool as pools
from chantier.lib.rendering.pool import Pool
from chantier.reports.models import AnnualReport, ReportVersion
from measures.models import Implementation
from members.models import AuditEntry
from tests.factories import ReportTextFactory, SynthesisPointFactory, SynthesisVersionFactory

KINDS = rendering.PdfLimitError.__subclasses__()
# As somebody may paste: nothing in these lets a line break where it should.
PASTED = {
    "a word": "m" * 20_000,
    "an address": "https://exemple.example/" + "a/b?c=d&" * 2_500,
    "words that hold together": "mot\u00a0" * 5_000,
    "marks upon marks": ("e" + "\u0301" * 50) * 400,
    "a table": "\n".join(f"ligne {row} | {3 * row} | oui | non" for row in range(1_000)),
}
FAR_TOO_LONG = "m" * 200_000
FORM = {
    "number": "1",
    "signatory_name": "Camille Responsable",
    "signatory_function": "Direction de l’approvisionnement",
    "statement": "on",
}


@pytest.fixture(scope="module")
def process():
    """One for all of them."""
    pool = Pool(size=1)
    yield pool
    pool.close()


@pytest.fixture
def pool(process, monkeypatch):
    monkeypatch.setattr(pools, "_pool", process)
    return process


# The page


@pytest.fixture
def meeting(client, db, monkeypatch):
    """A page that meets a limit of this kind."""

    def get(kind, **headers):
        def meet():
            raise kind

        monkeypatch.setattr(views, "longest_wait", meet)
        return client.get(reverse("home:health"), headers=headers)

    return get


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_why_in_french(meeting, kind):
    response = meeting(kind)
    text = response.content.decode()
    assert response.status_code == kind.status
    assert "Le PDF n’a pas été préparé" in text
    assert kind.sentence.rpartition(". ")[2] in text


def test_programs_are_told_whether_to_try_again():
    later = {kind for kind in KINDS if kind.status == 503}
    assert later == {rendering.PdfBusyError, rendering.PdfStoppedError}
    assert {kind.status for kind in set(KINDS) - later} == {422}


@pytest.mark.parametrize(
    ("before", "link"),
    [
        ("http://testserver/a-propos/?page=2", "http://testserver/a-propos/?page=2"),
        ("http://ailleurs.example/", ""),
        ("javascript:alert(1)", ""),
        ("http://testserver/sante/", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_its_link_leads_back_in_the_portal(meeting, before, link):
    response = meeting(rendering.PdfTimeoutError, referer=before)
    assert response.context["back"] == link
    text = response.content.decode()
    assert ("Page précédente" in text) is bool(link)
    assert f'href="{link or reverse("home:index")}"' in text


# The form that submits a report


def address_of(name, organization=None, **more):
    keys = {"cycle": "2020-2021"} | more
    if organization:
        keys["org_slug"] = organization.slug
    return reverse(f"reports:{name}", kwargs=keys)


def is_kept(response, sentence):
    text = response.content.decode()
    assert response.status_code == 200
    assert sentence.rpartition(". ")[2] in text
    assert 'value="Direction de l’approvisionnement"' in text
    form = response.context["form"]
    assert {name: str(form[name].value()) for name in FORM} == FORM | {"statement": "True"}
    assert not ReportVersion.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not AnnualReport.objects.exclude(state=AnnualReport.State.DRAFT).exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whose", ["of an organization", "of the chantier"])
def test_a_report_that_is_not_drawn_is_not_submitted(
    whose, kind, year, cycle, manager, coordinator, log_in_as, monkeypatch
):
    def meet(*args, **options):
        raise kind

    with monkeypatch.context() as patch:
        patch.setattr("chantier.reports.acts.submitting.render_pdf", meet)
        if whose == "of the chantier":
            client, address = log_in_as(coordinator), address_of("chantier_submit")
        else:
            client, address = log_in_as(manager), address_of("report_submit", year)
        is_kept(client.post(address, FORM), kind.sentence)
    monkeypatch.setattr("chantier.reports.acts.submitting.render_pdf", lambda *_, **__: b"%PDF-")
    assert client.post(address, FORM).status_code == 302
    assert ReportVersion.objects.count() == 1


def test_a_fault_of_ours_is_no_error_of_the_form(year, manager, log_in_as, monkeypatch):
    def fail(*args, **options):
        raise rendering.PdfError("missing static file")

    monkeypatch.setattr("chantier.reports.acts.submitting.render_pdf", fail)
    with pytest.raises(rendering.PdfError):
        log_in_as(manager).post(address_of("report_submit", year), FORM)


# What people paste, and where it is printed


def in_a_text_of_the_report(text, year, cycle):
    report = AnnualReport.objects.create(organization=year, cycle=cycle)
    ReportTextFactory(report=report, text=text)
    return address_of("report_preview_pdf", year)


def in_the_result_of_a_record(text, year, cycle):
    row = Implementation.objects.get(result_story="Trois EÉS de plus.")
    row.result_story = text
    row.save()
    return address_of("report_preview_pdf", year)


def in_a_synthesis(text, year, cycle):
    synthesis = SynthesisPointFactory(text=text).synthesis
    version = SynthesisVersionFactory(synthesis=synthesis)
    keys = {"slug": synthesis.meeting.slug, "number": version.number}
    return reverse("meetings:synthesis_pdf", kwargs=keys)


PLACES = [in_a_text_of_the_report, in_the_result_of_a_record, in_a_synthesis]


@pytest.mark.parametrize("place", PLACES)
def test_what_is_pasted_ends_with_a_pdf(place, pool, year, cycle, manager, log_in_as):
    address = place("\n".join(PASTED.values()), year, cycle)
    response = log_in_as(manager).get(address)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_far_too_long_ends_with_a_page(
    place, pool, year, cycle, manager, log_in_as, settings
):
    settings.PDF_SECONDS = 1.0
    address = place(FAR_TOO_LONG, year, cycle)
    response = log_in_as(manager).get(address, headers={"referer": "http://testserver/"})
    assert response.status_code == 422
    assert "raccourcissez-le" in response.content.decode()
    assert pool.pids() == []


def test_a_record_that_is_far_too_long_is_shortened_and_submitted(
    pool, year, cycle, manager, log_in_as, settings
):
    in_the_result_of_a_record(FAR_TOO_LONG, year, cycle)
    client, address = log_in_as(manager), address_of("report_submit", year)
    usual, settings.PDF_SECONDS = settings.PDF_SECONDS, 1.0
    is_kept(client.post(address, FORM), rendering.PdfTimeoutError.sentence)
    Implementation.objects.filter(result_story=FAR_TOO_LONG).update(result_story="Court.")
    settings.PDF_SECONDS = usual
    assert client.post(address, FORM).status_code == 302
    assert bytes(ReportVersion.objects.get().pdf).startswith(b"%PDF-")
