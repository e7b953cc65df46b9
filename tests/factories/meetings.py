"""Meetings and their syntheses."""

import datetime

import factory
from factory.django import DjangoModelFactory

from meetings import models
from meetings.frozen import content_hash, synthesis_content
from tests.factories.members import CycleFactory, OrganizationFactory, UserFactory


class MeetingFactory(DjangoModelFactory):
    """A convened meeting; `draft=True` is not yet shown to members, `held=True` has taken place."""

    class Meta:
        model = models.Meeting

    class Params:
        draft = factory.Trait(state=models.Meeting.State.DRAFT)
        held = factory.Trait(state=models.Meeting.State.HELD)
        closed = factory.Trait(state=models.Meeting.State.CLOSED)
        webinar = factory.Trait(kind=models.Meeting.Kind.WEBINAR, number=None)

    code = factory.Sequence(lambda n: f"meeting-{n}")
    cycle = factory.SubFactory(CycleFactory)
    # Far from the numbers that tests write themselves.
    number = factory.Sequence(lambda n: n + 1001)
    slug = factory.Sequence(lambda n: f"rencontre-{n + 1001}")
    title = factory.Sequence(lambda n: f"Sujet {n}")
    held_on = datetime.date(2021, 2, 10)
    state = models.Meeting.State.CONVENED


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = models.Objective

    class Params:
        reached = factory.Trait(outcome=models.Objective.Outcome.REACHED)

    code = factory.Sequence(lambda n: f"objective-{n}")
    meeting = factory.SubFactory(MeetingFactory)
    text = factory.Sequence(lambda n: f"Objectif {n}")
    order = factory.Sequence(int)


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = models.Attendance

    meeting = factory.SubFactory(MeetingFactory)
    organization = factory.SubFactory(OrganizationFactory)


class SynthesisFactory(DjangoModelFactory):
    class Meta:
        model = models.Synthesis

    meeting = factory.SubFactory(MeetingFactory, held=True)
    updated_by = None


class SynthesisPointFactory(DjangoModelFactory):
    class Meta:
        model = models.SynthesisPoint

    synthesis = factory.SubFactory(SynthesisFactory)
    text = factory.Sequence(lambda n: f"Constat {n}")
    order = factory.Sequence(int)


class SynthesisVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.SynthesisVersion

    synthesis = factory.SubFactory(SynthesisFactory)
    number = 1
    content = factory.LazyAttribute(lambda row: synthesis_content(row.synthesis))
    sha256 = factory.LazyAttribute(lambda row: content_hash(row.content))
    reason = factory.LazyAttribute(lambda row: "" if row.number == 1 else "Une faute corrigée.")
    published_by = factory.SubFactory(UserFactory, facilitator=True)
