"""Two drafts of one synthesis united: what only one touched is kept, what both did is told."""

from dataclasses import replace

from meetings.changes import changes
from meetings.drafts import Draft, OutcomeDraft, PointDraft, merge

LABELS = {7: {"": "Se connaître", "pending": "Pas encore notée", "reached": "Atteint"}}


def point(pk, text, kind="finding"):
    """A stored point, as a form that was just opened holds it."""
    draft = PointDraft(kind, text, pk)
    return replace(draft, seen=draft.print)


def united(mine, stored):
    return merge(Draft(mine), Draft(stored), LABELS)


def test_what_nobody_else_touched_stays_as_i_wrote_it():
    opened = point(1, "Un constat.")
    mine = [replace(opened, text="Mon constat."), PointDraft("finding", "Un point de plus.")]
    result = united(mine, [opened])
    assert [row.text for row in result.draft.points] == ["Mon constat.", "Un point de plus."]
    assert (result.clashes, result.taken) == ([], [])


def test_what_only_the_other_touched_is_taken_over():
    opened = point(1, "Un constat.")
    result = united([opened], [point(1, "Leur constat.")])
    assert [row.text for row in result.draft.points] == ["Leur constat."]
    assert result.clashes == []
    assert ("insert", "Leur ") in result.taken[0].pieces


def test_what_both_touched_is_told_and_mine_stays():
    opened, stored = point(1, "Un constat."), point(1, "Leur constat.")
    result = united([replace(opened, text="Mon constat.")], [stored])
    clash = result.clashes[0]
    assert (clash.before, clash.after) == (
        "Constat\u00a0: Leur constat.",
        "Constat\u00a0: Mon constat.",
    )
    assert [row.text for row in result.draft.points] == ["Mon constat."]
    # Saving again is done knowingly: the form now stands on their text.
    assert result.draft.points[0].seen == stored.print
    assert united(result.draft.points, [stored]).clashes == []


def test_a_kind_is_a_difference_too():
    opened = point(1, "Un constat.")
    mine = replace(opened, kind="decision")
    clash = united([mine], [point(1, "Un constat.", "barrier")]).clashes[0]
    assert (clash.before, clash.after) == (
        "Enjeu\u00a0: Un constat.",
        "Décision\u00a0: Un constat.",
    )


def test_both_wrote_the_same_thing():
    opened = point(1, "Un constat.")
    result = united([replace(opened, text="Le  constat.")], [point(1, "Le constat.")])
    assert (result.clashes, result.taken) == ([], [])


def test_a_point_added_by_the_other_joins_the_form():
    result = united([point(1, "Un constat.")], [point(1, "Un constat."), point(2, "Le leur.")])
    assert [row.pk for row in result.draft.points] == [1, 2]
    assert result.taken[0].title == "Point ajouté"


def test_a_point_removed_by_the_other_goes_unless_i_reworked_it():
    opened = point(1, "Un constat.")
    left_alone = united([opened], [])
    assert left_alone.draft.points == []
    assert left_alone.taken[0].before.endswith("Un constat.")
    reworked = united([replace(opened, text="Mon constat.")], [])
    assert [(row.pk, row.text) for row in reworked.draft.points] == [(None, "Mon constat.")]
    assert reworked.clashes[0].after.endswith("Mon constat.")


def test_a_point_that_i_remove_and_the_other_reworked_is_told():
    opened = replace(point(1, "Un constat."), remove=True)
    result = united([opened], [point(1, "Leur constat.")])
    assert (result.clashes[0].before, result.clashes[0].after) == (
        "Constat\u00a0: Leur constat.",
        "",
    )
    assert result.draft.points[0].remove
    assert united([opened], []).draft.points == []


def test_outcomes_are_united_the_same_way():
    def result(mine, seen, stored):
        drafts = [
            Draft([], {7: OutcomeDraft(value, opened)})
            for value, opened in ((mine, seen), (stored, stored))
        ]
        return merge(*drafts, LABELS)

    taken = result("pending", "pending", "reached")
    assert taken.draft.outcomes[7].value == "reached"
    assert taken.taken[0].title == "Objectif «\u00a0Se connaître\u00a0»"
    clash = result("carried_over", "pending", "reached")
    assert clash.draft.outcomes[7] == OutcomeDraft("carried_over", "reached")
    assert clash.clashes[0].before == "Atteint"
    assert result("reached", "pending", "pending").clashes == []


def content(*texts, title="Sujet"):
    return {
        "meeting": {"heading": "Rencontre 1", "title": title, "held_on": "2021-01-28"},
        "points": [{"kind": "finding", "label": "constat", "text": text} for text in texts],
    }


def test_versions_are_compared_point_by_point():
    before = content("Le guide aide les acheteurs.", "Rien à voir avec la suite.", "Pareil.")
    after = content("Le guide aide les acheteuses.", "Pareil.", "Tout neuf et différent.")
    assert [change.word for change in changes(before, after)] == [
        "Point modifié",
        "Point retiré",
        "Point ajouté",
    ]
    assert changes(before, before) == []


def test_a_renamed_meeting_is_a_change_of_its_synthesis():
    found = changes(content("Pareil."), content("Pareil.", title="Autre sujet"))
    assert [change.word for change in found] == ["Titre modifié"]
