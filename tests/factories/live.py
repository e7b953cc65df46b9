"""Meetings prepared and run: agenda, topics, documents, answers, cards, promises, amendments."""

import datetime
import hashlib

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from meetings import models
from tests.factories.measures import ImplementationFactory
from tests.factories.meetings import MeetingFactory, SynthesisFactory, SynthesisPointFactory
from tests.factories.members import OrganizationFactory, UserFactory

MOMENT = datetime.datetime(2021, 3, 10, 15, tzinfo=datetime.UTC)


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = models.Topic

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"Sujet {n}")
    created_by = factory.SubFactory(UserFactory)


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = models.AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    title = factory.Sequence(lambda n: f"Point {n}")
    order = factory.Sequence(int)
    minutes = 15


class MeetingDocumentFactory(DjangoModelFactory):
    """A link."""

    class Meta:
        model = models.MeetingDocument

    class Params:
        is_file = factory.Trait(
            kind=models.MeetingDocument.Kind.FILE,
            url="",
            file=factory.LazyAttribute(lambda row: ContentFile(row.content, name="document.pdf")),
            file_name="document.pdf",
            size=factory.LazyAttribute(lambda row: len(row.content)),
            sha256=factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest()),
        )
        content = b"%PDF-1.7 un document"

    meeting = factory.SubFactory(MeetingFactory)
    kind = models.MeetingDocument.Kind.LINK
    title = factory.Sequence(lambda n: f"Document {n}")
    url = factory.Sequence(lambda n: f"https://document.example/{n}")
    created_by = factory.SubFactory(UserFactory)


class MeetingAnswerFactory(DjangoModelFactory):
    class Meta:
        model = models.MeetingAnswer

    meeting = factory.SubFactory(MeetingFactory)
    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = models.Participant

    meeting = factory.SubFactory(MeetingFactory)
    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Personne {n}")


class LiveStateFactory(DjangoModelFactory):
    class Meta:
        model = models.LiveState

    meeting = factory.SubFactory(MeetingFactory)


class NoteTakerFactory(DjangoModelFactory):
    class Meta:
        model = models.NoteTaker

    meeting = factory.SubFactory(MeetingFactory)
    user = factory.SubFactory(UserFactory)
    seen_at = MOMENT


class RoundTableEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.RoundTableEntry

    meeting = factory.SubFactory(MeetingFactory)
    organization = factory.SubFactory(OrganizationFactory)
    done = "Deux visites d’EÉS."
    next_action = "Écrire la déclaration d’intention."
    need = "Un modèle de clause."


class RoundTableRevisionFactory(DjangoModelFactory):
    class Meta:
        model = models.RoundTableRevision

    entry = factory.SubFactory(RoundTableEntryFactory)
    number = factory.Sequence(lambda n: n + 1)
    done = "Deux visites d’EÉS."
    author = factory.SubFactory(UserFactory)


class CommitmentFactory(DjangoModelFactory):
    """Proposed in the register; `noted` has not reached it, `accepted` is in it."""

    class Meta:
        model = models.Commitment

    class Params:
        noted = factory.Trait(sent_at=None)
        accepted = factory.Trait(
            state="accepted",
            implementation=factory.SubFactory(
                ImplementationFactory, organization=factory.SelfAttribute("..organization")
            ),
            answered_by=factory.SubFactory(UserFactory),
            answered_at=MOMENT,
        )

    entry = factory.SubFactory(RoundTableEntryFactory)
    meeting = factory.SelfAttribute("entry.meeting")
    organization = factory.SelfAttribute("entry.organization")
    text = "Écrire la déclaration d’intention."
    sent_at = MOMENT
    created_by = factory.SubFactory(UserFactory)


class AmendmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Amendment

    synthesis = factory.SubFactory(SynthesisFactory)
    point = factory.SubFactory(
        SynthesisPointFactory, synthesis=factory.SelfAttribute("..synthesis")
    )
    kind = factory.SelfAttribute("point.kind")
    base_text = factory.SelfAttribute("point.text")
    text = "Le texte proposé."
    organization = factory.SubFactory(OrganizationFactory)
    author = factory.SubFactory(UserFactory)
