"""The form of preparation without a script, and what it refuses."""

import pytest

from meetings.acts.topics import take_topic
from meetings.models import AgendaItem
from tests.factories import (
    AgendaItemFactory,
    ObjectiveFactory,
    TopicFactory,
)
from tests.meetings.preparing import (
    address,
    make_draft,
    make_earlier,
    objective,
    opened,
    point,
    posted,
    problems,
    save,
    titles,
)


@pytest.fixture
def meeting(db):
    return make_draft()


@pytest.fixture
def earlier(meeting):
    return make_earlier()


# --- Without JavaScript --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("agenda-up-1", ["B", "A"]),
        ("agenda-down-0", ["B", "A"]),
        ("agenda-up-0", ["A", "B"]),
        ("agenda-down-1", ["A", "B"]),
        ("agenda-add", ["A", "B", ""]),
        ("agenda-up-99", ["A", "B"]),
        ("objectives-up-1", ["A", "B"]),
        ("agenda-up-" + "9" * 5000, ["A", "B"]),
        ("agenda-down-²", ["A", "B"]),
        ("agenda-up", ["A", "B"]),
        ("autre", ["A", "B"]),
    ],
)
def test_rows_are_added_and_moved_and_keep_what_was_typed(staff, meeting, act, order):
    data = opened(staff, meeting) | point(0, title="A") | point(1, title="B", minutes="x")
    data |= {"act": act, "place": "Tapé"}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() or "" for row in form.points] == order
    assert form.particulars["place"].value() == "Tapé"
    assert form.control["key"].value() == data["key"]
    assert not AgendaItem.objects.exists()
    meeting.refresh_from_db()
    assert meeting.place == "Salle A"


def test_the_agenda_of_another_meeting_is_taken_over_unsaved(staff, meeting, earlier, facilitator):
    goal = ObjectiveFactory(meeting=earlier)
    topic = TopicFactory()
    take_topic(topic=topic, meeting=meeting, by=facilitator)
    AgendaItem.objects.update(meeting=earlier, order=3)
    AgendaItemFactory(
        meeting=earlier, order=1, title="Accueil", minutes=10, lead="Lou", objective=goal
    )
    AgendaItemFactory(meeting=earlier, order=2, title="Tour", minutes=40, is_round_table=True)
    page = staff.get(address(meeting))
    assert [copy.value for copy in page.context["form"].copies] == [str(earlier.pk)]
    data = posted(page.context["form"]) | point(0, title="Le mien")
    data |= {"act": "copy", "copy_from": str(earlier.pk)}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() for row in form.points] == [
        "Le mien",
        "Accueil",
        "Tour",
        topic.title,
    ]
    assert titles(meeting) == []
    assert staff.post(address(meeting), posted(form)).status_code == 302
    rows = meeting.agenda.order_by("order")
    assert list(rows.values_list("title", "minutes", "is_round_table", "objective", "topic")) == [
        ("Le mien", None, False, None, None),
        ("Accueil", 10, False, None, None),
        ("Tour", 40, True, None, None),
        (topic.title, None, False, None, None),
    ]
    # The other one keeps its own.
    assert titles(earlier) == ["Accueil", "Tour", topic.title]


@pytest.mark.parametrize("key", ["", "x", "999999", "9" * 40])
def test_taking_over_nothing_adds_nothing(staff, meeting, key):
    data = opened(staff, meeting) | point(0, title="A") | {"act": "copy", "copy_from": key}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() for row in form.points] == ["A"]


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"title": ""}, "Titre\u00a0: Donnez un titre à la rencontre."),
        ({"ends_at": "12:00"}, "Fin\u00a0: La fin doit suivre le début."),
        (
            point(0, title="A", minutes="0"),
            "Point\u00a01, minutes\u00a0: Écrivez un nombre entier, de 1 à 600.",
        ),
        (point(0, minutes="15"), "Point\u00a01, titre\u00a0: Donnez un titre à ce point."),
        (
            point(0, title="A", objective="999999"),
            "Point\u00a01, objectif servi\u00a0: Choisissez un objectif de la liste.",
        ),
        (
            objective(0, text="x" * 301),
            "Objectif\u00a01, texte\u00a0: 300 caractères au plus\u00a0: abrégez ce texte.",
        ),
        ({"version": "x"}, "Rouvrez la page\u00a0: Saisissez un nombre entier."),
    ],
)
def test_bad_input_is_told_and_stores_nothing(staff, meeting, changes, text):
    response = save(staff, meeting, **({"place": "Salle B"} | changes))
    assert response.status_code == 200
    assert problems(response) == [text]
    meeting.refresh_from_db()
    assert (meeting.place, meeting.version) == ("Salle A", 1)


def test_a_row_of_another_meeting_is_not_touched(staff, meeting, earlier):
    foreign = AgendaItemFactory(meeting=earlier, title="Ailleurs")
    save(staff, meeting, **point(0, pk=str(foreign.pk), title="Volé"))
    foreign.refresh_from_db()
    assert (foreign.title, foreign.meeting) == ("Ailleurs", earlier)
    assert titles(meeting) == ["Volé"]


def test_a_stored_point_that_is_emptied_is_asked_about(staff, meeting):
    AgendaItemFactory(meeting=meeting)
    response = save(staff, meeting, **point(0, title="", minutes="", lead=""))
    assert "cochez «\u00a0Retirer\u00a0»" in problems(response)[0]


def test_too_many_rows_are_refused(staff, meeting):
    rows = {}
    for index in range(61):
        rows |= point(index, title=f"P{index}")
    response = save(staff, meeting, **rows)
    assert problems(response) == ["60 lignes au plus par liste\u00a0: regroupez-en."]
