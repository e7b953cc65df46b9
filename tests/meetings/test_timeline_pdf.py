"""The poster on paper, opened: accessible, short, and without what is not for everybody."""

import datetime
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.chantier.reports.test_pdf import bookmarks, failures, text_of
from tests.factories import (
    AchievementFactory,
    AttendanceFactory,
    CycleFactory,
    CycleObjectiveFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SocialEnterpriseFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)

PDF = reverse("meetings:timeline_pdf")
FIRST = datetime.date(2020, 9, 8)


def hold(number, *, points=2, words="Les données manquent encore", **fields):
    """A meeting with all that the poster shows."""
    day = FIRST + datetime.timedelta(days=20 * number)
    meeting = MeetingFactory(
        number=number, held_on=day, title=f"Sujet {number}", **({"closed": True} | fields)
    )
    for outcome in ("reached", "carried_over"):
        ObjectiveFactory(meeting=meeting, text=words, outcome=outcome)
    AttendanceFactory(meeting=meeting, organization=OrganizationFactory(name="Ville Discrète"))
    synthesis = SynthesisFactory(meeting=meeting)
    SynthesisPointFactory.create_batch(points, synthesis=synthesis, text=words, kind="decision")
    SynthesisVersionFactory(synthesis=synthesis)
    return meeting


def sheets(data):
    with pikepdf.open(BytesIO(data)) as document:
        return [tuple(map(float, sheet.MediaBox[2:])) for sheet in document.pages]


def tags(data):
    """How many times each tag stands in the tree."""
    found: dict[str, int] = {}

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found[str(node.S)] = found.get(str(node.S), 0) + 1
            walk(node.get("/K"))

    with pikepdf.open(BytesIO(data)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


@pytest.fixture
def client(log_in_as, reader):
    return log_in_as(reader)


@pytest.fixture
def poster(client):
    CycleObjectiveFactory(text="Aider les membres")
    AchievementFactory(text="Un inventaire")
    hold(1)
    guest = SocialEnterpriseFactory(name="Atelier des Cèdres")
    hold(2, points=0).guests.add(guest)
    return client.get(PDF, {"cycle": "2020-2021"})


def test_the_poster_is_accessible(poster, tmp_path):
    assert poster["Content-Type"] == "application/pdf"
    assert 'filename="rencontres-2020-2021.pdf"' in poster["Content-Disposition"]
    assert failures(poster.content, tmp_path) == []
    with pikepdf.open(BytesIO(poster.content)) as document:
        assert str(document.Root.Lang) == "fr-CA"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        title = str(document.docinfo["/Title"])
    assert title == "Les rencontres 2020-2021 – Chantier économie sociale"
    # One wide sheet.
    assert sheets(poster.content) == [(1224, 792)]


def test_headings_lists_and_the_table_are_tagged(poster):
    found = tags(poster.content)
    assert found["/H1"] == 1
    # The objectives of the cycle, two meetings, what was achieved.
    assert found["/H2"] == 4
    # Four columns, two rows.
    assert (found["/Table"], found["/Caption"], found["/TH"]) == (1, 1, 6)
    # Objectives of the cycle and of two meetings, points of one, achievements.
    assert (found["/L"], found["/LI"]) == (5, 8)
    assert found["/Figure"] == 1
    assert bookmarks(poster.content) == [
        "Deux rencontres pour acheter autrement",
        "L’objectif du chantier, 2020-2021",
        "Sujet 1",
        "Sujet 2",
        "Ce que le chantier a réalisé",
    ]


def test_it_says_what_the_page_says_and_names_no_organization(poster):
    text = text_of(poster.content).replace("\u00a0", " ")
    for words in (
        "Deux rencontres pour acheter autrement",
        "Aider les membres",
        "1 organisation présente sur",
        "Synthèse publiée",
        "Les données manquent encore (atteint)",
        "(reporté)",
        "Décision : Les données manquent encore",
        "Atelier des Cèdres",
        "Un inventaire",
        "2 objectifs atteints, 2 objectifs reportés.",
    ):
        assert words in text, words
    assert "Ville Discrète" not in text


@pytest.mark.parametrize("words", ["mot " * 75, "x" * 300])
def test_twelve_full_meetings_fit_on_two_sheets(client, tmp_path, words):
    for number in range(1, 13):
        meeting = hold(number, points=7, words=words.strip())
        ObjectiveFactory.create_batch(6, meeting=meeting, text=words.strip())
    Meeting.objects.update(title=words.strip()[:200])
    data = client.get(PDF).content
    assert len(sheets(data)) == 2
    assert failures(data, tmp_path) == []
    text = text_of(data).replace("\u00a0", " ")
    assert text.count("autres points, dans la synthèse") == 12
    assert text.count("autres objectifs") == 12


def test_links_lead_to_the_portal(client):
    hold(1, points=6)
    with pikepdf.open(BytesIO(client.get(PDF).content)) as document:
        targets = {str(note.A.URI) for sheet in document.pages for note in sheet.get("/Annots", [])}
    slug = Meeting.objects.get().slug
    assert targets == {
        f"http://testserver/rencontres/{slug}/",
        f"http://testserver/rencontres/{slug}/synthese/",
    }


def test_drafts_are_not_printed_even_for_staff(log_in_as, facilitator):
    held = hold(1)
    draft = hold(2, draft=True, closed=False)
    held.objectives.filter(outcome="carried_over").update(carried_to=draft)
    text = text_of(log_in_as(facilitator).get(PDF).content).replace("\u00a0", " ")
    assert "Une rencontre pour" in text
    assert "Sujet 2" not in text
    assert "reporté à une prochaine rencontre" in text


def test_a_long_cycle_is_printed_in_parts(client):
    for number in range(1, 15):
        MeetingFactory(number=number, closed=True, held_on=FIRST, title=f"Sujet {number}")
    response = client.get(PDF, {"partie": "2"})
    assert 'filename="rencontres-2020-2021-partie-2.pdf"' in response["Content-Disposition"]
    text = text_of(response.content).replace("\u00a0", " ")
    assert "Rencontres 8 à 14 sur 14." in text
    assert "Sujet 8" in text
    assert "Sujet 7" not in text


def test_coming_cancelled_and_empty_cycles_are_accessible_too(client, tmp_path, time_machine):
    time_machine.move_to("2021-02-01T12:00:00-05:00")
    day = datetime.date(2021, 3, 1)
    MeetingFactory(held_on=day, title="Bientôt", place="Salle des Érables")
    MeetingFactory(held_on=day, title="Jamais", state="cancelled")
    MeetingFactory(held_on=datetime.date(2022, 2, 1), cycle=CycleFactory(start_year=2021))
    data = client.get(PDF, {"cycle": "2020-2021"}).content
    assert failures(data, tmp_path) == []
    text = text_of(data)
    for words in ("Prochaine rencontre", "Salle des Érables", "Annulée", "Jamais"):
        assert words in text, words
    Meeting.objects.filter(held_on=day).delete()
    data = client.get(PDF, {"cycle": "2020-2021"}).content
    assert failures(data, tmp_path) == []
    assert "Aucune rencontre" in text_of(data)


def test_there_is_no_poster_of_nothing(client):
    assert client.get(PDF).status_code == 404
    hold(1)
    assert client.get(PDF, {"cycle": "1990-1991"}).status_code == 404
