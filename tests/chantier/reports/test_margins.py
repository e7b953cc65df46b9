"""Beside each section of a draft: where it is changed, and what the coordination asks of it."""

import datetime
import re
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.content import organization_content
from chantier.reports.models import AnnualReport
from chantier.reports.sections import ORGANIZATION_SECTIONS
from tests.chantier.reports.conftest import TODAY
from tests.chantier.reports.together import in_field, texts, typed
from tests.factories import ReportCommentFactory, ReportVersionFactory

SETTLED = {"regle": "oui"}


@pytest.fixture
def draft(year, cycle):
    return reverse("reports:report_detail", args=[year.slug, cycle.label])


@pytest.fixture
def asked(report):
    """The version is sent back with a comment on the commitments."""
    version = ReportVersionFactory(report=report)
    AnnualReport.objects.filter(pk=report.pk).update(state="sent_back")
    return ReportCommentFactory(version=version, text="Nommez le document.")


def settle(comment, place=""):
    report = comment.version.report
    keys = [report.organization.slug, report.cycle.label, comment.pk]
    return reverse("reports:comment_settle", args=keys) + (f"?de={place}" if place else "")


def section(page, code):
    """The markup of one section of the draft."""
    found = re.search(rf'<section [^>]*id="{code}".*?</section>', page.content.decode(), re.DOTALL)
    assert found, code
    return found.group()


def names(markup):
    """The names of the links beside a section, as a screen reader says them."""
    links = re.findall(r'<a class="act" href="([^"]+)">(.*?)</a>', markup, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", name).replace("&nbsp;", "\u00a0"): to for to, name in links}


def test_each_section_leads_to_where_it_is_changed(draft, year, cycle, contributor, log_in_as):
    page = log_in_as(contributor).get(draft)
    texts = reverse("reports:report_texts", args=[year.slug, cycle.label])
    for row in ORGANIZATION_SECTIONS:
        if row.code in ("priorite", "methode"):
            continue
        found = names(section(page, row.code))
        assert found, row.code
        if row.prompt and row.code != "sommaire":
            assert found[f"Modifier le texte\u00a0: {row.title}"] == f"{texts}#texte-{row.code}"
    summary = names(section(page, "sommaire"))
    assert [to.partition("#")[2] for to in summary.values()] == ["texte-sommaire", "texte-priorite"]
    cases = reverse("reports:report_cases", args=[year.slug, cycle.label])
    assert cases in names(section(page, "benefices")).values()


def test_every_link_leads_to_a_page(draft, contributor, log_in_as):
    client = log_in_as(contributor)
    found = set(names(client.get(draft).content.decode()).values())
    assert len(found) > 15
    for address in found:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("person", ["reader", "facilitator", "coordinator"])
def test_who_may_not_write_has_no_link(draft, version, person, request, log_in_as):
    AnnualReport.objects.update(state="draft")
    page = log_in_as(request.getfixturevalue(person)).get(draft)
    assertContains(page, "Engagements")
    assertNotContains(page, "Modifier le texte")
    assertNotContains(page, 'class="margin"')


def test_a_submitted_report_has_no_link(draft, report, contributor, log_in_as):
    AnnualReport.objects.filter(pk=report.pk).update(state="submitted")
    assertNotContains(log_in_as(contributor).get(draft), "Modifier le texte")


def test_paper_has_neither_link_nor_comment(draft, asked, contributor, log_in_as):
    pages = PdfReader(BytesIO(log_in_as(contributor).get(f"{draft}apercu.pdf").content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "Engagements" in text
    assert "Modifier" not in text
    assert "Nommez le document" not in text


def test_an_open_comment_stands_in_its_section_until_it_is_settled(
    draft, asked, contributor, log_in_as
):
    client = log_in_as(contributor)
    page = client.get(draft)
    assert "Nommez le document." in section(page, "engagements")
    assert f'formaction="{settle(asked, "section")}"' in section(page, "engagements")
    assertContains(page, "Nommez le document.", count=2)
    answer = client.post(settle(asked, "section"), SETTLED)
    assert answer.url == f"{draft}#engagements"
    page = client.get(draft)
    assertContains(page, "Demande réglée.")
    assert "Nommez le document." not in section(page, "engagements")
    # The list of all keeps it, and takes it back.
    assertContains(page, "Nommez le document.", count=1)
    answer = client.post(settle(asked), {"regle": "non"})
    assert answer.url == f"{draft}#demandes"
    assert "Nommez le document." in section(client.get(draft), "engagements")


def test_a_comment_on_the_priority_stands_in_the_summary(draft, asked, contributor, log_in_as):
    type(asked).objects.filter(pk=asked.pk).update(section="priorite")
    client = log_in_as(contributor)
    assert "Nommez le document." in section(client.get(draft), "sommaire")
    assert client.post(settle(asked, "section"), SETTLED).url == f"{draft}#sommaire"


def test_a_reader_sees_the_comment_without_a_button(draft, asked, reader, log_in_as):
    page = log_in_as(reader).get(draft)
    assert "Nommez le document." in section(page, "engagements")
    assertNotContains(page, "formaction")


def test_a_comment_stands_beside_the_text_that_is_written(
    draft, asked, year, cycle, contributor, log_in_as
):
    client = log_in_as(contributor)
    texts = reverse("reports:report_texts", args=[year.slug, cycle.label])
    page = client.get(texts)
    assertContains(page, "Nommez le document.", count=1)
    assertContains(page, f'form="textes" name="regler" value="{asked.pk}"')
    # As a browser with a script sends it: without the texts, which are sent as they are typed.
    answer = client.post(texts, {"regler": asked.pk})
    assert answer.url == f"{texts}#texte-engagements"
    assertNotContains(client.get(texts), "Nommez le document.")


def test_to_settle_a_comment_loses_nothing_of_what_is_typed(
    asked, year, cycle, contributor, log_in_as
):
    client = log_in_as(contributor)
    address = reverse("reports:report_texts", args=[year.slug, cycle.label])
    page = client.get(address)
    data = typed(page, sommaire="Un fait saillant.", priorite="x" * 401) | {"regler": asked.pk}
    answer = client.post(address, data)
    asked.refresh_from_db()
    assert asked.settled_by == contributor
    assert texts()["sommaire"] == ("Un fait saillant.", 1)
    assert in_field(answer, "priorite") == "x" * 401
    assertContains(answer, "Demande réglée.")
    # What is put right then goes with the button of another comment, and back to its section.
    other = ReportCommentFactory(version=asked.version, section="achats", text="Et le total?")
    data = typed(answer, priorite="Courte.") | {"regler": other.pk}
    assert client.post(address, data).url == f"{address}#texte-achats"
    assert texts()["priorite"] == ("Courte.", 1)


def test_texts_that_cannot_be_told_apart_settle_nothing(asked, year, cycle, contributor, log_in_as):
    address = reverse("reports:report_texts", args=[year.slug, cycle.label])
    data = {"regler": asked.pk, "section": ["sommaire", "achats"], "text": "Lequel?"}
    assert log_in_as(contributor).post(address, data).status_code == 404
    asked.refresh_from_db()
    assert asked.settled_at is None
    assert not texts()


def test_the_report_of_the_chantier_has_no_comment_to_settle(asked, cycle, coordinator, log_in_as):
    address = reverse("reports:chantier_texts", args=[cycle.label])
    assert log_in_as(coordinator).post(address, {"regler": asked.pk}).status_code == 404
    asked.refresh_from_db()
    assert asked.settled_at is None


def test_a_comment_of_another_report_is_not_settled_from_the_texts(
    year, cycle, contributor, log_in_as
):
    foreign = ReportCommentFactory()
    address = reverse("reports:report_texts", args=[year.slug, cycle.label])
    for key in (foreign.pk, "", "un"):
        assert log_in_as(contributor).post(address, {"regler": key}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.settled_at is None


def test_the_list_of_reports_says_how_many_wait(asked, year, contributor, coordinator, log_in_as):
    reports = reverse("reports:report_list", args=[year.slug])
    client = log_in_as(contributor)
    assertContains(client.get(reports), "1 demande à régler")
    assertNotContains(log_in_as(coordinator).get(reports), "à régler")
    client.post(settle(asked), SETTLED)
    assertNotContains(client.get(reports), "à régler")


def test_the_dashboard_says_how_many_wait_and_leads_there(
    asked, draft, cycle, contributor, log_in_as
):
    client = log_in_as(contributor)
    with time_machine.travel(datetime.datetime(2021, 6, 20, 16, tzinfo=datetime.UTC), tick=False):
        home = reverse("home:dashboard")
        page = client.get(home)
        assertContains(page, "La coordination l’a retourné\u00a0: 1\u00a0demande à régler")
        assertContains(page, f'href="{draft}#demandes"')
        client.post(settle(asked), SETTLED)
        page = client.get(home)
        assertContains(page, "ce qu’elle en dit est sur la page du rapport")
        assertContains(page, f'href="{draft}#cheminement"')


def test_the_content_knows_nothing_of_it(year, cycle, asked):
    content = organization_content(year, cycle, today=TODAY)
    assert "Nommez le document." not in str(content)
