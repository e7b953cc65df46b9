"""The house layout: safe headers, right accents, text and accessible HTML that say the same."""

import datetime

import pytest
from django.core import mail as outbox

from members.models import Mail
from members.notifications import Attachment, Message
from members.notifications.addresses import absolute
from tests.factories import NotificationFactory, UserFactory
from tests.members.mails import add_kind, html_of, parsed, pass_at, sent, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_kinds")]
NOW = datetime.datetime(2021, 6, 9, 15, 0, tzinfo=datetime.UTC)
ICS = "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n".encode()


def mail_of(message, person=None):
    add_kind(compose=lambda row: message)
    NotificationFactory(recipient=person or UserFactory(), due_at=NOW)
    assert pass_at(NOW).sent == 1
    return sent()[0]


def message(**changes):
    fields = {
        "subject": "Objet",
        "paragraphs": ("Un paragraphe.",),
        "path": "/guide/",
        "link": "Ouvrir le guide",
    }
    return Message(**(fields | changes))


def subject_of(written):
    """Without the space of a line that was folded before its first word."""
    return str(written["Subject"]).removeprefix(" ")


BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_no_text_adds_a_header(line_break):
    person = UserFactory(full_name="Camille" if line_break == "\x00" else f"A{line_break}Bcc: b@x")
    written = mail_of(
        message(
            subject=f"Objet{line_break}Bcc: victime@exemple.example",
            attachments=(Attachment(f"a{line_break}X-Y: z.ics", ICS, "text/calendar"),),
        ),
        person,
    )
    assert written["Bcc"] is None
    assert written["Subject"] == "Objet Bcc: victime@exemple.example"
    (part,) = written.iter_attachments()
    assert part["X-Y"] is None
    assert set(outbox.outbox[0].recipients()) == {outbox.outbox[0].to[0]}
    (address,) = written["To"].addresses
    assert address.addr_spec == person.email


@pytest.mark.parametrize(
    "name", ['Zoé "Zozo" Lévesque', "Lévesque, Zoé (ECPAR)", "a@b.example <c@d.example>", "李"]
)
def test_a_name_is_only_a_name(name):
    person = UserFactory(full_name=name)
    (address,) = mail_of(message(), person)["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, person.email)


def test_accents_and_no_break_spaces_stay():
    subject = "Rencontre\u00a04\u00a0: l’été à «\u00a0Québec\u00a0»"
    written = mail_of(message(subject=subject, paragraphs=("À 13\u00a0h\u00a030\u00a0: été.",)))
    assert subject_of(written) == subject
    assert "À 13\u00a0h\u00a030\u00a0: été." in text_of(written)
    assert "À 13\u00a0h\u00a030\u00a0: été." in html_of(written)


def test_an_address_with_an_accented_domain():
    person = UserFactory(email="zoe@coopérative.example")
    assert mail_of(message(), person)["To"].addresses[0].domain == "xn--cooprative-e7a.example"


def test_both_parts_say_the_same_and_where_to_choose():
    written = mail_of(message())
    choose = "http://127.0.0.1:8000/compte/courriels/"
    assert text_of(written) == (
        "Bonjour,\n\nUn paragraphe.\n\nOuvrir le guide\u00a0:\nhttp://127.0.0.1:8000/guide/\n\n"
        "Le Chantier économie sociale de l’ECPAR\n\n"
        f"Choisir les courriels que je reçois\u00a0:\n{choose}\n"
    )
    html = html_of(written)
    assert '<html lang="fr-CA">' in html
    assert "<h1>Objet</h1>" in html
    assert '<a href="http://127.0.0.1:8000/guide/">Ouvrir le guide</a>' in html
    assert f'<a href="{choose}">' in html
    assert "<img" not in html
    assert "src=" not in html
    assert "url(" not in html
    assert written["List-Unsubscribe"] == f"<{choose}>"
    assert written["Auto-Submitted"] == "auto-generated"
    assert written["From"] == "Chantier économie sociale <chantier@localhost>"


def test_what_people_typed_is_no_markup():
    written = mail_of(message(subject="<b>1 & 2</b>", paragraphs=("<script>x</script>\nDeux",)))
    assert "<script>" not in html_of(written)
    assert "&lt;script&gt;x&lt;/script&gt;<br>Deux" in html_of(written)
    assert "<h1>&lt;b&gt;1 &amp; 2&lt;/b&gt;</h1>" in html_of(written)
    assert "<script>x</script>\nDeux" in text_of(written)


def test_a_long_paragraph_is_left_to_the_reader_and_fits_the_wire():
    long = " ".join(["motsaccentués"] * 400)
    written = mail_of(message(paragraphs=(long,)))
    assert long in text_of(written)
    assert max(map(len, outbox.outbox[0].message().as_bytes().split(b"\n"))) < 998


def test_a_subject_that_never_ends_is_cut():
    written = mail_of(message(subject="mot " * 200))
    subject = subject_of(written)
    assert len(subject) <= 200
    assert subject.endswith("mot…")
    assert Mail.objects.get().subject == subject


def test_a_calendar_file_says_its_method():
    kind = "text/calendar; method=REQUEST; charset=utf-8"
    written = mail_of(message(attachments=(Attachment("rencontre-été.ics", ICS, kind),)))
    (part,) = written.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert dict(part["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert part.get_filename() == "rencontre-été.ics"
    assert part.get_payload(decode=True) == ICS
    assert Mail.objects.get().attachments == ["rencontre-été.ics"]


@pytest.mark.parametrize("path", ["", "guide/", "//ailleurs.example/", "https://ailleurs.example/"])
def test_a_link_leads_to_the_portal_or_nowhere(path):
    with pytest.raises(ValueError, match="not a path"):
        absolute(path)


def test_links_lead_where_the_site_is(settings):
    settings.SITE_URL = "https://chantier.example"
    assert absolute("/guide/") == "https://chantier.example/guide/"
    add_kind(compose=lambda row: message())
    NotificationFactory(due_at=NOW)
    pass_at(NOW)
    assert "https://chantier.example/guide/" in text_of(
        parsed(outbox.outbox[0].message().as_bytes())
    )
    assert sent()[0]["Message-ID"].endswith("@chantier.example>")
