"""People, organizations, cycles."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from members import feeds, models
from members.roles import PortalRole, Role

PASSWORD = "une-phrase-de-passe-longue"


class TermFactory(DjangoModelFactory):
    """`TermFactory(code="region:06")` returns the same row each time."""

    class Meta:
        model = models.Term
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"region:t{n}")
    vocabulary = factory.LazyAttribute(lambda term: term.code.partition(":")[0])
    label = factory.LazyAttribute(lambda term: f"Libellé de {term.code}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    class Params:
        facilitator = factory.Trait(portal_role=PortalRole.FACILITATOR)
        coordinator = factory.Trait(portal_role=PortalRole.COORDINATOR)

    email = factory.Sequence(lambda n: f"personne{n}@demo.example")
    full_name = factory.Sequence(lambda n: f"Personne {n}")
    password = factory.django.Password(PASSWORD)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = models.Organization

    class Params:
        stakeholder = factory.Trait(kind=models.Organization.Kind.STAKEHOLDER)
        municipal = factory.Trait(regime=models.Organization.Regime.MUNICIPAL)

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    type = factory.SubFactory(TermFactory, code="organization_type:ministere")
    region = factory.SubFactory(TermFactory, code="region:06")
    regime = models.Organization.Regime.LCOP
    joined_on = datetime.date(2020, 4, 1)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = models.Membership

    class Params:
        contributor = factory.Trait(role=Role.CONTRIBUTOR)
        manager = factory.Trait(role=Role.MANAGER)

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = Role.READER


class CalendarFeedFactory(DjangoModelFactory):
    """A link whose token is `token`, known to the test alone."""

    class Meta:
        model = models.CalendarFeed

    class Params:
        token = factory.Sequence(lambda n: f"jeton-{n}")

    user = factory.SubFactory(UserFactory)
    token_hash = factory.LazyAttribute(lambda feed: feeds.digest(feed.token))
    generation = 1
    created_at = factory.LazyFunction(timezone.now)


class CycleFactory(DjangoModelFactory):
    """« 2020-2021 », from April to March; the next ones follow with `start_year`."""

    class Meta:
        model = models.Cycle
        django_get_or_create = ("label",)

    class Params:
        start_year = 2020

    label = factory.LazyAttribute(lambda o: f"{o.start_year}-{o.start_year + 1}")
    starts_on = factory.LazyAttribute(lambda o: datetime.date(o.start_year, 4, 1))
    ends_on = factory.LazyAttribute(lambda o: datetime.date(o.start_year + 1, 3, 31))
    report_due_on = factory.LazyAttribute(lambda o: datetime.date(o.start_year + 1, 6, 30))


class CycleObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = models.CycleObjective

    code = factory.Sequence(lambda n: f"cycle-objective-{n}")
    cycle = factory.SubFactory(CycleFactory)
    text = factory.Sequence(lambda n: f"Objectif de cycle {n}")


class AchievementFactory(DjangoModelFactory):
    class Meta:
        model = models.Achievement

    code = factory.Sequence(lambda n: f"achievement-{n}")
    cycle = factory.SubFactory(CycleFactory)
    text = factory.Sequence(lambda n: f"Réalisation {n}")


class AuditEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.AuditEntry

    actor = factory.SubFactory(UserFactory)
    organization = None
    action = "essai"
    subject = factory.Sequence(lambda n: f"objet {n}")


class MailPreferenceFactory(DjangoModelFactory):
    class Meta:
        model = models.MailPreference

    user = factory.SubFactory(UserFactory)
    topic = models.MailTopic.MEETINGS
    pace = models.MailPace.DAILY


class MailFactory(DjangoModelFactory):
    class Meta:
        model = models.Mail

    recipient = factory.SubFactory(UserFactory)
    address = factory.SelfAttribute("recipient.email")
    subject = factory.Sequence(lambda n: f"Objet {n}")
    text = "Bonjour."
    attachments = factory.LazyFunction(lambda: ["rencontre-4.ics"])
    message_id = factory.Sequence(lambda n: f"<{n}@chantier.example>")


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = models.Notification

    recipient = factory.SubFactory(UserFactory)
    kind = "essai"
    about = factory.Sequence(lambda n: f"members.user:{n}")
    data = factory.LazyFunction(lambda: {"essai": 1})
