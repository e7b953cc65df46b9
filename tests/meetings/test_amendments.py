"""What those who attended propose, and what staff answer: once, and with nothing lost."""

import datetime
import re

import pytest
import time_machine
from django.conf import settings

from meetings.acts import amending
from meetings.models import Amendment, Synthesis, SynthesisPoint
from members.models import AuditEntry
from tests.factories import PASSWORD, AttendanceFactory, MembershipFactory
from tests.html import StrictClient
from tests.meetings.reviewing import address, answer, in_review, proposal, propose

CREATE, REVIEW = "amendment_create", "synthesis_review"


@pytest.fixture(autouse=True)
def during_the_review():
    with time_machine.travel(datetime.datetime(2021, 2, 15, 15, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


@pytest.fixture
def other_staff(log_in_as, coordinator):
    return log_in_as(coordinator)


@pytest.fixture
def member(log_in_as, contributor):
    return log_in_as(contributor)


@pytest.fixture
def synthesis(organization, other_organization):
    return in_review(organization, other_organization)


@pytest.fixture
def point(synthesis):
    return synthesis.points.get()


def texts():
    return list(SynthesisPoint.objects.values_list("text", flat=True))


def page_of(response):
    return response.content.decode()


# --- Proposed ---------------------------------------------------------------------------


def test_a_change_is_proposed_with_its_reason_and_its_journal(
    member, point, organization, contributor
):
    made = propose(member, point, text="Le guide aide : tous.", reason="Plus juste.")
    assert (made.base_text, made.text) == ("Le guide aide.", "Le guide aide\u00a0: tous.")
    assert (made.organization, made.author) == (organization, contributor)
    assert texts() == ["Le guide aide."]
    entry = AuditEntry.objects.get(action=amending.PROPOSED)
    assert (entry.actor, entry.organization) == (contributor, organization)
    assert entry.after["text"] == "Le guide aide\u00a0: tous."
    page = page_of(member.get(address(REVIEW)))
    assert "ajouté&nbsp;: </span>: tous" in page
    assert "À trancher" in page


def test_a_point_is_proposed_away_or_to_be_added(member, point):
    removal = propose(member, point, remove="on")
    assert (removal.base_text, removal.text) == ("Le guide aide.", "")
    addition = propose(member, kind="decision", text="On décide.")
    assert (addition.point, addition.base_text, addition.kind) == (None, "", "decision")


@pytest.mark.parametrize(
    ("of_point", "wrong", "message"),
    [
        (True, {"text": "Le  guide aide."}, "Rien ne change dans ce texte."),
        (True, {"text": " "}, "cochez «\u00a0Proposer de retirer ce point\u00a0»"),
        (True, {"text": "x" * 2001}, "2\u00a0000 caractères au plus\u00a0: ce texte en a 2001."),
        (True, {"text": "Autre.", "reason": "x" * 501}, "500 caractères au plus"),
        (False, {"text": ""}, "Écrivez le point à ajouter."),
        (False, {"text": "Autre.", "kind": "rumeur"}, "Choisissez une sorte de la liste."),
    ],
)
def test_bad_input_keeps_what_was_typed(member, point, of_point, wrong, message):
    data = proposal(member, point if of_point else None)
    data |= {"kind": "finding"} if not of_point else {}
    response = member.post(address(CREATE), data | wrong)
    assert response.status_code == 200
    assert message in page_of(response)
    typed = [wrong.get(name, "").strip() for name in ("text", "reason")]
    assert all(text in page_of(response) for text in typed)
    assert not Amendment.objects.exists()


def test_a_double_post_is_done_once_and_other_words_are_another_proposal(member, point):
    data = proposal(member, point) | {"text": "Autre."}
    for _ in range(2):
        assert member.post(address(CREATE), data).status_code == 302
    assert Amendment.objects.count() == 1
    assert member.post(address(CREATE), data | {"text": "Encore autre."}).status_code == 302
    assert Amendment.objects.count() == 2
    assert AuditEntry.objects.filter(action=amending.PROPOSED).count() == 2


def test_several_members_amend_the_same_point(member, point, log_in_as, outsider):
    propose(member, point, text="Par A.")
    propose(log_in_as(outsider), point, text="Par B.")
    assert point.amendments.count() == 2
    page = page_of(member.get(address(REVIEW)))
    assert "Par A" in page
    assert "Par B" not in page


def test_a_point_that_changed_while_one_wrote_is_shown_and_nothing_is_lost(member, point):
    data = proposal(member, point) | {"text": "Mon texte.", "reason": "Ma raison."}
    SynthesisPoint.objects.update(text="Le guide soutient.")
    response = member.post(address(CREATE), data)
    assert response.status_code == 409
    page = page_of(response)
    for words in ("Le point a changé", "Le guide soutient.", "Mon texte.", "Ma raison."):
        assert words in page
    assert not Amendment.objects.exists()
    form = response.context["form"]
    again = {name: form[name].value() or "" for name in form.fields if name != "remove"}
    assert member.post(address(CREATE), again).status_code == 302
    assert Amendment.objects.get().base_text == "Le guide soutient."


def test_a_point_taken_away_while_one_wrote_leaves_the_text(member, point):
    data = proposal(member, point) | {"text": "Mon texte."}
    SynthesisPoint.objects.all().delete()
    response = member.post(address(CREATE), data)
    assert response.status_code == 409
    assert "Le point a été retiré" in page_of(response)
    assert "Mon texte." in page_of(response)
    assert not Amendment.objects.exists()


def test_a_point_of_another_synthesis_is_not_amended(member, synthesis):
    from tests.factories import SynthesisPointFactory

    foreign = SynthesisPointFactory(text="Secret d’ailleurs.")
    response = member.get(f"{address(CREATE)}?point={foreign.pk}")
    assert "Secret d’ailleurs." not in page_of(response)
    data = proposal(member) | {"point": foreign.pk, "text": "Mon texte."}
    response = member.post(address(CREATE), data)
    assert response.status_code == 409
    assert "Secret d’ailleurs." not in page_of(response)


def test_one_speaks_for_an_organization_that_attended(
    member, synthesis, contributor, other_organization
):
    MembershipFactory(user=contributor, organization=other_organization)
    data = proposal(member) | {"text": "Un point.", "kind": "finding"}
    assert "Choisissez l’organisation" in page_of(member.post(address(CREATE), data))
    data |= {"organization": str(other_organization.pk)}
    assert member.post(address(CREATE), data).status_code == 302
    assert Amendment.objects.get().organization == other_organization
    absent = MembershipFactory(user=contributor).organization
    AttendanceFactory(meeting=synthesis.meeting, organization=absent, present=False)
    data = proposal(member) | {"text": "Autre.", "organization": str(absent.pk)}
    assert "Choisissez une organisation de la liste." in page_of(member.post(address(CREATE), data))


def test_staff_write_in_the_working_copy_and_propose_nothing(staff, point):
    assert staff.get(address(CREATE)).status_code == 403


def test_an_expired_session_brings_the_text_back(member, point, contributor):
    contributor.set_password(PASSWORD)
    contributor.save()
    member.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    data = proposal(member, point) | {"text": "Mon texte.", "author": contributor.pk}
    data["draft"] = "0123456789abcdef"
    del member.cookies[settings.SESSION_COOKIE_NAME]
    path = f"{address(CREATE)}?point={point.pk}"
    response = member.post(address(CREATE), data, headers={"Referer": f"http://testserver{path}"})
    assert "/connexion/" in response.url
    member.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Mon texte." in page_of(member.get(path))


# --- Answered ---------------------------------------------------------------------------


def test_accepting_gives_the_point_the_proposed_text(staff, member, point, facilitator):
    made = propose(member, point, text="Le guide aide tout le monde.")
    page = page_of(staff.get(address(REVIEW)))
    assert "ajouté&nbsp;: </span>tout le monde" in page
    response = answer(staff, made, act="accept", answer="Merci.")
    assert response.url == f"{address(REVIEW)}#modification-{made.pk}"
    assert texts() == ["Le guide aide tout le monde."]
    made.refresh_from_db()
    assert (made.state, made.answered_by, made.answer) == ("accepted", facilitator, "Merci.")
    assert Synthesis.objects.get().version == 2
    entry = AuditEntry.objects.get(action=amending.ACCEPTED)
    assert entry.before == {"point": "Le guide aide."}
    assert entry.after["applied"] == "Le guide aide tout le monde."
    page = page_of(member.get(address(REVIEW)))
    assert "Acceptée" in page
    assert "Merci." in page


def test_the_button_that_accepts_is_believed(facilitator, member, point):
    """The form stands in a fragment, which gets only what it is given."""
    made = propose(member, point, text="Autre.")
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = page_of(client.get(address(REVIEW))).split(f'id="modification-{made.pk}"')[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.split("</section>")[0])[1]
    assert answer(client, made, act="accept", csrfmiddlewaretoken=token).status_code == 302


def test_accepting_takes_a_point_away_or_adds_one(staff, member, point):
    removal, addition = propose(member, point, remove="on"), None
    addition = propose(member, kind="decision", text="On décide.")
    answer(staff, removal, act="accept")
    answer(staff, addition, act="accept")
    assert list(SynthesisPoint.objects.values_list("kind", "text")) == [("decision", "On décide.")]


def test_a_refusal_needs_a_reason_and_leaves_the_text(staff, member, point):
    made = propose(member, point, text="Autre.")
    response = answer(staff, made, act="refuse", answer=" ")
    assert response.status_code == 200
    assert "Dites pourquoi cette modification est refusée." in page_of(response)
    made.refresh_from_db()
    assert made.state == "waiting"
    answer(staff, made, act="refuse", answer="Hors sujet.")
    made.refresh_from_db()
    assert (made.state, made.answer) == ("refused", "Hors sujet.")
    assert texts() == ["Le guide aide."]
    assert Synthesis.objects.get().version == 1
    assert "Hors sujet." in page_of(member.get(address(REVIEW)))


@pytest.mark.parametrize("act", ["", "autre"])
def test_an_unknown_act_changes_nothing(staff, member, point, act):
    made = propose(member, point, text="Autre.")
    assert answer(staff, made, act=act).status_code == 200
    made.refresh_from_db()
    assert (made.state, texts()) == ("waiting", ["Le guide aide."])


def test_a_point_that_changed_since_asks_to_merge_by_hand(staff, member, point):
    made = propose(member, point, text="Le guide aide tout le monde.")
    SynthesisPoint.objects.update(text="Le guide soutient.")
    response = answer(staff, made, act="accept", answer="Merci.")
    assert response.status_code == 409
    page = page_of(response)
    for words in (
        "Le point a changé depuis",
        "Le guide aide.",
        "Le guide soutient.",
        "Le guide aide tout le monde.",
        "Merci.",
    ):
        assert words in page
    assert texts() == ["Le guide soutient."]
    seen = response.context["seen"]
    merged = {"act": "merge", "seen": seen, "merged": "Le guide soutient tout le monde."}
    assert answer(staff, made, **merged).status_code == 302
    assert texts() == ["Le guide soutient tout le monde."]
    made.refresh_from_db()
    assert made.state == "accepted"


def test_a_point_that_changes_again_during_the_merge_keeps_every_text(staff, member, point):
    made = propose(member, point, text="Proposé.")
    SynthesisPoint.objects.update(text="Changé.")
    seen = answer(staff, made, act="accept").context["seen"]
    SynthesisPoint.objects.update(text="Changé encore.")
    response = answer(staff, made, act="merge", seen=seen, merged="Fusionné.")
    assert response.status_code == 409
    for words in ("Changé encore.", "Fusionné.", "Proposé."):
        assert words in page_of(response)
    assert texts() == ["Changé encore."]


def test_a_point_that_is_gone_is_merged_into_a_new_one(staff, member, point):
    made = propose(member, point, text="Proposé.")
    SynthesisPoint.objects.all().delete()
    response = answer(staff, made, act="accept")
    assert response.status_code == 409
    assert "Point retiré" in page_of(response)
    assert answer(staff, made, act="merge", seen="", merged="Proposé.").status_code == 302
    assert texts() == ["Proposé."]


def test_accepting_two_on_one_point_the_second_is_merged(staff, member, point, log_in_as, outsider):
    one = propose(member, point, text="Par A.")
    two = propose(log_in_as(outsider), point, text="Par B.")
    assert answer(staff, one, act="accept").status_code == 302
    assert answer(staff, two, act="accept").status_code == 409
    assert texts() == ["Par A."]


def test_of_two_staff_the_second_sees_what_was_done(staff, other_staff, member, point, facilitator):
    made = propose(member, point, text="Autre.")
    answer(staff, made, act="accept")
    response = answer(other_staff, made, act="refuse", answer="Ma raison tapée.")
    assert response.status_code == 409
    page = page_of(response)
    assert str(facilitator) in page
    assert "acceptée" in page
    assert "Ma raison tapée." in page
    made.refresh_from_db()
    assert made.state == "accepted"
    assert AuditEntry.objects.filter(action=amending.REFUSED).count() == 0


def test_a_second_click_on_accept_is_done_once(staff, member, point):
    made = propose(member, point, text="Autre.")
    assert [answer(staff, made, act="accept").status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.filter(action=amending.ACCEPTED).count() == 1


def test_a_form_open_on_the_working_copy_meets_what_was_accepted(staff, member, point):
    from tests.meetings.test_synthesis import opened

    data = opened(staff, point.synthesis.meeting) | {"points-0-text": "Récrit par l’animation."}
    answer(staff, propose(member, point, text="Amendé."), act="accept")
    response = staff.post(address("synthesis_edit"), data)
    assert response.status_code == 409
    assert "Récrit par l’animation." in page_of(response)
    assert "Amendé." in page_of(response)


def test_an_amendment_of_another_meeting_is_not_answered_here(staff, synthesis):
    from tests.factories import AmendmentFactory

    foreign = AmendmentFactory()
    assert answer(staff, foreign, act="accept").status_code == 404
