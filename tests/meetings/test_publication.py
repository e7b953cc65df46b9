"""Publishing a synthesis: what is frozen stays as it was read."""

import datetime
import hashlib
import json

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from meetings import actions
from meetings.frozen import content_hash, synthesis_content
from meetings.models import Meeting, SynthesisVersion
from members.models import AppendOnlyError, AuditEntry, Notification
from tests.factories import (
    AttendanceFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SynthesisFactory,
    SynthesisPointFactory,
)


@pytest.fixture
def synthesis(db):
    meeting = MeetingFactory(held=True, number=4, slug="rencontre-4", title="Clauses", code="R4")
    synthesis = SynthesisFactory(meeting=meeting)
    SynthesisPointFactory(synthesis=synthesis, kind="decision", text="Le guide aide les acheteurs.")
    return synthesis


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


def address(synthesis, name="synthesis_publish"):
    return reverse(f"meetings:{name}", args=[synthesis.meeting.slug])


def confirmation(client, synthesis):
    form = client.get(address(synthesis)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def publish(synthesis, by, number=1, **fields):
    return actions.publish_synthesis(synthesis=synthesis, expected_number=number, by=by, **fields)


def test_the_frozen_content_is_plain_and_its_hash_can_be_computed_by_anybody(synthesis):
    ObjectiveFactory(meeting=synthesis.meeting, text="Décider.", outcome="reached")
    for name, may_be_named in (("Ville A", True), ("Ville B", False)):
        AttendanceFactory(
            meeting=synthesis.meeting,
            organization=OrganizationFactory(name=name, may_be_named=may_be_named),
        )
    AttendanceFactory(meeting=synthesis.meeting, present=False)
    content = synthesis_content(synthesis)
    assert content == {
        "schema": 2,
        "meeting": {
            "code": "R4",
            "title": "Clauses",
            "heading": "Rencontre 4",
            "held_on": "2021-02-10",
        },
        "points": [
            {"kind": "decision", "label": "décision", "text": "Le guide aide les acheteurs."}
        ],
        "objectives": [{"text": "Décider.", "outcome": "reached", "words": "atteint"}],
        "present": {"names": ["Ville A"], "others": 1},
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content_hash(content) == hashlib.sha256(canonical.encode()).hexdigest()


def test_publishing_freezes_closes_the_meeting_and_tells_the_journal(staff, synthesis, facilitator):
    response = staff.post(address(synthesis), confirmation(staff, synthesis))
    assert response.url == address(synthesis, "synthesis_detail")
    version = SynthesisVersion.objects.get()
    assert (version.number, version.reason, version.published_by) == (1, "", facilitator)
    assert version.content == synthesis_content(synthesis)
    assert version.sha256 == content_hash(version.content)
    synthesis.meeting.refresh_from_db()
    assert synthesis.meeting.state == "closed"
    entry = AuditEntry.objects.get(action=actions.PUBLISH)
    assert (entry.actor, entry.before) == (facilitator, {"state": "held"})
    assert entry.after["sha256"] == version.sha256


def test_later_edits_change_nothing_in_the_version(log_in_as, reader, synthesis, facilitator):
    version = publish(synthesis, facilitator)
    before = log_in_as(reader).get(address(synthesis, "synthesis_detail")).content.decode()
    point = synthesis.points.get()
    point.text = "Tout autre chose."
    point.save()
    type(synthesis.meeting).objects.update(title="Autre titre", held_on=datetime.date(2022, 2, 2))
    version.refresh_from_db()
    assert version.sha256 == content_hash(version.content)
    after = log_in_as(reader).get(address(synthesis, "synthesis_detail")).content.decode()
    for page in (before, after):
        assert "Le guide aide les acheteurs." in page
        assert "Clauses, le 10\u00a0février 2021" in page
    assert "Tout autre chose." not in after
    with pytest.raises(AppendOnlyError):
        version.save()


def test_the_confirmation_shows_what_will_be_frozen(staff, synthesis):
    ObjectiveFactory.create_batch(2, meeting=synthesis.meeting)
    page = staff.get(address(synthesis)).content.decode()
    assert "Le guide aide les acheteurs." in page
    assert "Publier la version&nbsp;1" in page
    assert "Raison" not in page
    assert "Deux objectifs n’ont pas encore de résultat noté." in page


def test_a_second_version_shows_its_difference_and_needs_a_reason(staff, synthesis, facilitator):
    publish(synthesis, facilitator)
    synthesis.points.update(text="Le guide soutient les acheteurs.")
    page = staff.get(address(synthesis)).content.decode()
    assert "retiré&nbsp;: </span>aide" in page
    assert "ajouté&nbsp;: </span>soutient" in page
    data = confirmation(staff, synthesis)
    page = staff.post(address(synthesis), data | {"reason": " "}).content.decode()
    assert page.count("Dites pourquoi la synthèse change.") == 2
    assert SynthesisVersion.objects.count() == 1
    too_long = staff.post(address(synthesis), data | {"reason": "y" * 301}).content.decode()
    assert "300 caractères au plus." in too_long
    assert "y" * 301 in too_long
    staff.post(address(synthesis), data | {"reason": "Un mot précisé."})
    assert SynthesisVersion.objects.get(number=2).reason == "Un mot précisé."
    assert (
        SynthesisVersion.objects.get(number=1)
        .content["points"][0]["text"]
        .startswith("Le guide aide")
    )


def test_a_second_click_publishes_nothing_twice(staff, synthesis):
    data = confirmation(staff, synthesis)
    responses = [staff.post(address(synthesis), data, follow=True) for _ in range(2)]
    assert "Cette version est déjà publiée." in responses[1].content.decode()
    assert SynthesisVersion.objects.count() == 1


def test_what_changed_after_the_reading_is_not_published(staff, synthesis):
    data = confirmation(staff, synthesis)
    synthesis.points.update(text="Réécrit entre-temps.")
    response = staff.post(address(synthesis), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Rien n’est publié" in page
    assert "Réécrit entre-temps." in page
    assert not SynthesisVersion.objects.exists()
    form = response.context["form"]
    staff.post(address(synthesis), {name: form[name].value() or "" for name in form.fields})
    assert SynthesisVersion.objects.get().content["points"][0]["text"] == "Réécrit entre-temps."


def test_somebody_published_another_text_first_and_the_reason_is_kept(
    staff, synthesis, facilitator, coordinator
):
    publish(synthesis, facilitator)
    synthesis.points.update(text="Le mien.")
    data = confirmation(staff, synthesis) | {"reason": "Ma raison."}
    synthesis.points.update(text="Le leur.")
    publish(synthesis, coordinator, 2, reason="Leur raison.")
    synthesis.points.update(text="Encore autre chose.")
    response = staff.post(address(synthesis), data)
    assert response.status_code == 409
    assert "Ma raison." in response.content.decode()
    assert SynthesisVersion.objects.count() == 2


def test_an_empty_synthesis_is_refused_in_a_sentence(staff, synthesis, facilitator):
    synthesis.points.all().delete()
    page = staff.get(address(synthesis)).content.decode()
    assert "La synthèse est vide\u00a0: écrivez au moins un point." in page
    assert "Publier la version" not in page
    with pytest.raises(actions.NotPublishableError):
        publish(synthesis, facilitator)
    data = {"number": 1, "sha256": content_hash(synthesis_content(synthesis))}
    assert "est vide" in staff.post(address(synthesis), data).content.decode()
    assert not SynthesisVersion.objects.exists()


def test_a_synthesis_not_yet_begun_leads_to_its_form(staff):
    meeting = MeetingFactory(held=True)
    response = staff.get(reverse("meetings:synthesis_publish", args=[meeting.slug]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("meetings:synthesis_edit", args=[meeting.slug])
    assert "La synthèse est vide" in response.content.decode()


def test_neither_the_same_text_again_nor_a_coming_meeting(synthesis, facilitator):
    publish(synthesis, facilitator)
    with pytest.raises(actions.NotPublishableError, match="Rien n’a changé"):
        publish(synthesis, facilitator, 2, reason="Encore.")
    coming = SynthesisPointFactory(
        synthesis__meeting__held_on=timezone.localdate() + datetime.timedelta(days=1)
    )
    with pytest.raises(actions.NotPublishableError, match="pas encore eu lieu"):
        publish(coming.synthesis, facilitator)


def test_the_action_refuses_a_later_version_without_a_reason(synthesis, facilitator):
    publish(synthesis, facilitator)
    synthesis.points.update(text="Revu.")
    with pytest.raises(actions.NotPublishableError, match="pourquoi"):
        publish(synthesis, facilitator, 2, reason=" ")
    with pytest.raises(actions.AlreadyPublishedError):
        publish(synthesis, facilitator, 1)


def test_before_any_publication_members_read_a_plain_answer(log_in_as, reader, staff, synthesis):
    response = log_in_as(reader).get(address(synthesis, "synthesis_detail"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "n’est pas encore publiée" in page
    assert "Le guide aide" not in page
    assert "Rédiger" not in page
    staff_page = staff.get(address(synthesis, "synthesis_detail")).content.decode()
    assert "Le guide aide" in staff_page
    assert "Publier la version&nbsp;1" in staff_page


def test_earlier_versions_stay_readable(log_in_as, reader, synthesis, facilitator):
    publish(synthesis, facilitator)
    synthesis.points.update(text="Le guide soutient.")
    second = publish(synthesis, facilitator, 2, reason="Un mot précisé.")
    client, url = log_in_as(reader), address(synthesis, "synthesis_detail")
    latest = client.get(url).content.decode()
    assert "Le guide soutient." in latest
    assert "Un mot précisé." in latest
    assert second.sha256[:12] in latest
    earlier = client.get(url, {"version": 1}).content.decode()
    assert "Le guide aide" in earlier
    assert "Vous lisez une version antérieure." in earlier
    for wrong in ("3", "0", "un", ""):
        assert client.get(url, {"version": wrong}).status_code == 404


def test_staff_see_that_the_working_copy_differs(staff, synthesis, facilitator):
    publish(synthesis, facilitator)
    url = address(synthesis, "synthesis_detail")
    assert "Identique à la version en vigueur" in staff.get(url).content.decode()
    synthesis.points.update(text="Le guide soutient les acheteurs.")
    page = staff.get(url).content.decode()
    assert "Ce que la copie de travail changerait" in page
    assert "ajouté&nbsp;: </span>soutient" in page


def test_the_administration_prepares_meetings_and_knows_no_synthesis(
    log_in_as, facilitator, reader, synthesis
):
    registered = {model.__name__ for model in admin.site._registry}
    assert not registered & {"Synthesis", "SynthesisPoint", "SynthesisVersion"}
    pages = [
        reverse("admin:meetings_meeting_changelist"),
        reverse("admin:meetings_meeting_add"),
        reverse("admin:meetings_meeting_change", args=[synthesis.meeting.pk]),
    ]
    staff, member = log_in_as(facilitator), log_in_as(reader)
    assert [staff.get(page).status_code for page in pages] == [200, 200, 200]
    assert [member.get(page).status_code for page in pages] == [302, 302, 302]


def test_the_outcome_of_an_objective_is_not_written_in_the_administration(
    log_in_as, facilitator, synthesis
):
    """It has its own form, under a lock; here it could overwrite a colleague's."""
    ObjectiveFactory(meeting=synthesis.meeting)
    page = log_in_as(facilitator).get(
        reverse("admin:meetings_meeting_change", args=[synthesis.meeting.pk])
    )
    html = page.content.decode()
    assert 'name="objectives-0-text"' in html
    assert 'name="objectives-0-outcome"' not in html


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "est annulée"), ("draft", "est en préparation")]
)
def test_nothing_is_published_of_a_meeting_called_off_or_not_convened(
    synthesis, staff, facilitator, state, words
):
    data = confirmation(staff, synthesis)
    Meeting.objects.update(state=state)
    with pytest.raises(actions.NotPublishableError, match=words):
        publish(synthesis, facilitator)
    response = staff.post(address(synthesis), data)
    assert response.status_code == 409
    assert words in response.content.decode()
    assert Meeting.objects.get().state == state
    assert not SynthesisVersion.objects.exists()
    assert not Notification.objects.exists()
