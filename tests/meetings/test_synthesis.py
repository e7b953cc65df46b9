"""Writing a synthesis: one form, two people, second clicks, bad input, an expired session."""

import pytest
from django.conf import settings
from django.urls import reverse

from meetings import actions
from meetings.models import Objective, Synthesis, SynthesisPoint
from members.models import AuditEntry
from tests.factories import (
    PASSWORD,
    MeetingFactory,
    ObjectiveFactory,
    SynthesisPointFactory,
)


@pytest.fixture
def meeting(db):
    return MeetingFactory(held=True, number=4, slug="rencontre-4", title="Clauses")


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


def address(meeting):
    return reverse("meetings:synthesis_edit", args=[meeting.slug])


def opened(client, meeting):
    """The form as the page gives it: every value that the browser would send back."""
    form = client.get(address(meeting)).context["form"]
    return posted(form)


def _text(field):
    return "" if field.value() is None else field.value()


def posted(form):
    data = {"version": form["version"].value(), "key": form["key"].value()}
    for name in form.fields:
        data[name] = _text(form[name])
    for point in form.points:
        for name in ("point", "seen", "kind", "text"):
            data[f"{point.prefix}-{name}"] = _text(point[name])
    return data


def texts(meeting):
    return list(
        SynthesisPoint.objects.filter(synthesis__meeting=meeting).values_list("kind", "text")
    )


def test_opening_the_form_writes_nothing(staff, meeting):
    staff.get(address(meeting))
    assert not Synthesis.objects.exists()


def test_points_are_added_changed_removed_and_kept_in_order(staff, meeting, facilitator):
    data = opened(staff, meeting)
    data |= {
        "points-0-text": "Un constat.",
        "points-1-text": "On décide.",
        "points-1-kind": "decision",
    }
    response = staff.post(address(meeting), data)
    assert response.url == reverse("meetings:synthesis_detail", args=[meeting.slug])
    assert texts(meeting) == [("finding", "Un constat."), ("decision", "On décide.")]
    first = SynthesisPoint.objects.get(text="Un constat.")

    data = opened(staff, meeting)
    data |= {"points-0-text": "Un constat revu.", "points-1-remove": "on", "points-2-text": "Neuf."}
    staff.post(address(meeting), data)
    assert texts(meeting) == [("finding", "Un constat revu."), ("finding", "Neuf.")]
    assert SynthesisPoint.objects.get(pk=first.pk).text == "Un constat revu."
    synthesis = meeting.synthesis
    assert (synthesis.version, synthesis.updated_by) == (2, facilitator)


def test_every_save_is_in_the_journal_with_the_text_before(staff, meeting, facilitator):
    SynthesisPointFactory(synthesis__meeting=meeting, text="Avant.")
    staff.post(address(meeting), opened(staff, meeting) | {"points-0-text": "Après."})
    entry = AuditEntry.objects.get(action=actions.SAVE)
    assert entry.actor == facilitator
    assert entry.before["points"] == [{"kind": "finding", "text": "Avant."}]
    assert entry.after["points"] == [{"kind": "finding", "text": "Après."}]


def test_typed_text_gets_its_no_break_spaces(staff, meeting):
    staff.post(address(meeting), opened(staff, meeting) | {"points-0-text": "Retenu : 12 %."})
    assert texts(meeting) == [("finding", "Retenu\u00a0: 12\u00a0%.")]


def test_the_outcome_of_each_objective_is_noted_on_the_same_form(staff, meeting):
    later = MeetingFactory(number=5, held_on=meeting.held_on.replace(month=6))
    MeetingFactory(number=3, held_on=meeting.held_on.replace(day=1))
    reached, carried, open_ended = ObjectiveFactory.create_batch(3, meeting=meeting)
    data = opened(staff, meeting) | {
        f"objective_{reached.pk}": "reached",
        f"objective_{carried.pk}": f"carried_over:{later.pk}",
        f"objective_{open_ended.pk}": "carried_over",
    }
    page = staff.get(address(meeting)).content.decode()
    assert "Reporté à la rencontre\u00a05" in page
    assert "Reporté à la rencontre\u00a03" not in page
    staff.post(address(meeting), data)
    rows = Objective.objects.filter(meeting=meeting).order_by("pk")
    assert [(row.outcome, row.carried_to) for row in rows] == [
        ("reached", None),
        ("carried_over", later),
        ("carried_over", None),
    ]
    # And back again.
    data = opened(staff, meeting) | {f"objective_{carried.pk}": "reached"}
    staff.post(address(meeting), data)
    carried.refresh_from_db()
    assert (carried.outcome, carried.carried_to) == ("reached", None)


def test_an_objective_added_while_the_form_was_open_keeps_its_outcome(staff, meeting):
    data = opened(staff, meeting) | {"points-0-text": "Un constat."}
    added = ObjectiveFactory(meeting=meeting, reached=True)
    staff.post(address(meeting), data)
    added.refresh_from_db()
    assert added.outcome == "reached"
    assert texts(meeting) == [("finding", "Un constat.")]


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up-1", ["B", "A"]),
        ("down-0", ["B", "A"]),
        ("up-0", ["A", "B"]),
        ("down-99", ["A", "B"]),
        ("up-x", ["A", "B"]),
        ("add", ["A", "B", ""]),
    ],
)
def test_rows_move_without_javascript_and_keep_what_was_typed(staff, meeting, act, order):
    data = opened(staff, meeting) | {"points-0-text": "A", "points-1-text": "B", "act": act}
    form = staff.post(address(meeting), data).context["form"]
    assert [point["text"].value() or "" for point in form.points] == order
    assert form["key"].value() == data["key"]
    assert not Synthesis.objects.exists()


def test_the_order_of_the_page_is_the_order_of_the_points(staff, meeting):
    data = {name: value for name, value in opened(staff, meeting).items() if "points" not in name}
    for index, text in ((7, "Premier"), (2, "Deuxième"), (5, "Troisième")):
        data |= {f"points-{index}-kind": "finding", f"points-{index}-text": text}
    staff.post(address(meeting), data)
    assert [text for _, text in texts(meeting)] == ["Premier", "Deuxième", "Troisième"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"points-0-text": "x" * 2001}, "2\u00a0000 caractères au plus"),
        (
            {"points-0-text": "Texte", "points-0-kind": "rumeur"},
            "Choisissez une sorte de la liste.",
        ),
        ({"points-0-text": "Texte", "points-0-kind": ""}, "Choisissez la sorte de ce point."),
    ],
)
def test_bad_input_has_a_message_at_its_field_and_keeps_the_text(staff, meeting, wrong, message):
    data = opened(staff, meeting) | {"points-1-text": "Un bon point."} | wrong
    response = staff.post(address(meeting), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count(message) == 2  # in the summary and at the field
    assert 'href="#id_points-0-' in page
    assert wrong["points-0-text"] in page
    assert "Un bon point." in page
    assert not Synthesis.objects.exists()


def test_the_browser_cuts_no_pasted_text(staff, meeting):
    """With a maxlength it would, silently; the message of the form says it instead."""
    page = staff.get(address(meeting)).content.decode()
    assert "<textarea" in page
    assert "maxlength" not in page


def test_an_emptied_point_asks_whether_it_goes(staff, meeting):
    SynthesisPointFactory(synthesis__meeting=meeting, text="Un constat.")
    page = staff.post(address(meeting), opened(staff, meeting) | {"points-0-text": " "})
    assert "cochez «\u00a0Retirer ce point\u00a0»" in page.content.decode()
    assert texts(meeting) == [("finding", "Un constat.")]


def test_an_unknown_outcome_is_refused_and_nothing_is_half_saved(staff, meeting):
    objective = ObjectiveFactory(meeting=meeting)
    data = opened(staff, meeting) | {
        "points-0-text": "Un constat.",
        f"objective_{objective.pk}": "carried_over:999999",
    }
    page = staff.post(address(meeting), data).content.decode()
    assert "Choisissez un résultat de la liste." in page
    assert "Un constat." in page
    assert not Synthesis.objects.exists()


def test_more_than_sixty_points_are_refused(staff, meeting):
    data = opened(staff, meeting)
    for index in range(61):
        data |= {f"points-{index}-kind": "finding", f"points-{index}-text": f"Point {index}"}
    page = staff.post(address(meeting), data).content.decode()
    assert "60 points au plus" in page
    assert "Point 60" in page


@pytest.mark.parametrize("spoiled", [{"version": ""}, {"version": "9" * 30}, {"key": ""}])
def test_a_spoiled_form_says_to_open_the_page_again(staff, meeting, spoiled):
    data = opened(staff, meeting) | {"points-0-text": "Un constat."} | spoiled
    page = staff.post(address(meeting), data).content.decode()
    assert "Rouvrez la page" in page
    assert "Un constat." in page


def test_the_point_of_another_synthesis_is_never_touched(staff, meeting):
    foreign = SynthesisPointFactory(text="Ailleurs.")
    data = opened(staff, meeting)
    data |= {"points-0-text": "Ici.", "points-0-point": str(foreign.pk)}
    staff.post(address(meeting), data)
    foreign.refresh_from_db()
    assert foreign.text == "Ailleurs."
    assert texts(meeting) == [("finding", "Ici.")]


def test_an_expired_session_brings_the_text_back(staff, meeting, facilitator):
    data = opened(staff, meeting)
    data |= {
        "author": str(facilitator.pk),
        "points-0-text": "Tapé avant.",
        "points-1-text": "Et ceci.",
        "points-1-kind": "barrier",
    }
    del staff.cookies[settings.SESSION_COOKIE_NAME]
    response = staff.post(address(meeting), data)
    login = response.url
    assert login.startswith(reverse("account_login"))
    response = staff.post(login, {"login": facilitator.email, "password": PASSWORD}, follow=True)
    form = response.context["form"]
    assert [point["text"].value() for point in form.points[:2]] == ["Tapé avant.", "Et ceci."]
    assert form.points[1]["kind"].value() == "barrier"
    assert "Votre session avait pris fin" in response.content.decode()
    assert staff.post(address(meeting), posted(form)).status_code == 302
    assert texts(meeting) == [("finding", "Tapé avant."), ("barrier", "Et ceci.")]


def test_members_neither_write_nor_publish(log_in_as, manager, meeting):
    client = log_in_as(manager)
    for name in ("synthesis_edit", "synthesis_publish"):
        url = reverse(f"meetings:{name}", args=[meeting.slug])
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


@pytest.mark.parametrize("act", ["up-" + "9" * 5000, "down-²", "up-", "dessus-0"])
def test_a_move_that_is_none_changes_nothing(staff, meeting, act):
    data = opened(staff, meeting) | {"points-0-text": "Un.", "points-1-text": "Deux.", "act": act}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["text"].value() for row in form.points[:2]] == ["Un.", "Deux."]
