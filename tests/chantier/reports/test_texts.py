"""Texts of a report: saved as one types, by several people, and none is lost."""

import uuid

import pytest

from chantier.reports.acts.texts import LockedReportError, TextClashError, save_text
from chantier.reports.models import AnnualReport, ReportText, ReportTextRevision
from chantier.reports.sections import CHANTIER_SECTIONS, ORGANIZATION_SECTIONS
from tests.factories import AnnualReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return AnnualReportFactory()


def save(report, text, *, version=0, by, section="engagements", key=None):
    return save_text(report=report, section=section, text=text, version=version, key=key, by=by)


def test_each_save_is_kept_with_its_author(report, manager, contributor):
    save(report, "Une politique.", by=contributor)
    stored = save(report, "Une politique signée.", version=1, by=manager)
    assert (stored.text, stored.version) == ("Une politique signée.", 2)
    assert stored.updated_by == manager
    kept = ReportTextRevision.objects.order_by("number").values_list("number", "text", "author")
    assert list(kept) == [
        (1, "Une politique.", contributor.pk),
        (2, "Une politique signée.", manager.pk),
    ]


def test_the_same_text_again_is_no_new_version(report, manager):
    save(report, "Une politique.", by=manager)
    assert save(report, "Une politique.", version=1, by=manager).version == 1
    assert ReportTextRevision.objects.count() == 1


def test_a_second_sending_with_the_same_key_is_stored_once(report, manager, contributor):
    key = uuid.uuid4()
    save(report, "Une politique.", by=manager, key=key)
    save(report, "Une cible.", version=1, by=contributor)
    stored = save(report, "Une politique.", by=manager, key=key)
    assert stored.text == "Une cible."
    assert ReportTextRevision.objects.count() == 2


def test_paragraphs_of_two_people_are_united(report, manager, contributor):
    save(report, "Une politique.\n\nUne cible.\n\nUn comité.", by=manager)
    save(report, "Une politique signée.\n\nUne cible.\n\nUn comité.", version=1, by=manager)
    stored = save(report, "Une politique.\n\nUne cible.\n\nUn bilan.", version=1, by=contributor)
    assert stored.text == "Une politique signée.\n\nUne cible.\n\nUn bilan."
    assert stored.version == 3


def test_one_line_said_otherwise_stores_nothing_and_shows_the_other(report, manager, contributor):
    save(report, "Une cible.", by=manager)
    save(report, "Une cible de 5.", version=1, by=manager)
    with pytest.raises(TextClashError) as clash:
        save(report, "Une cible de 8.", version=1, by=contributor)
    assert clash.value.stored.text == "Une cible de 5."
    assert ReportText.objects.get().version == 2


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_what_is_submitted_waits(report, manager, state):
    AnnualReport.objects.update(state=state)
    with pytest.raises(LockedReportError):
        save(report, "Trop tard.", by=manager)
    assert not ReportTextRevision.objects.exists()


@pytest.mark.parametrize("section", ["inconnue", "implantees", "resultats"])
def test_a_section_without_a_text_is_refused(report, manager, section):
    with pytest.raises(ValueError, match="section"):
        save(report, "Perdu.", by=manager, section=section)


def test_the_report_of_the_chantier_has_its_own_sections(manager):
    chantier = AnnualReportFactory(of_chantier=True)
    assert save(chantier, "Bonne année.", by=manager, section="objectifs").version == 1


@pytest.mark.parametrize("sections", [ORGANIZATION_SECTIONS, CHANTIER_SECTIONS])
def test_codes_of_sections_are_unique_and_fit_their_column(sections):
    codes = [section.code for section in sections]
    assert len(codes) == len(set(codes))
    longest = ReportText._meta.get_field("section").max_length
    assert max(map(len, codes)) <= longest
