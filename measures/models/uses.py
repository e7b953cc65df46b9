"""What came of the clauses: where organizations used them, and the ones that members propose."""

import datetime
import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, Max, Q, When

from chantier.lib.addresses import address
from chantier.lib.french import fold
from measures.models.catalogue import Clause, ClauseVersion, Stage
from measures.models.register import Implementation
from members.models import Organization, Term, User, Vocabulary
from members.sharing import SHARED_WITH_MEMBERS, SharedQuerySet, SharingLevel


class ClauseUseQuerySet(SharedQuerySet):
    def dated_between(self, start: datetime.date, end: datetime.date) -> Self:
        """Uses whose document bears a date from `start` to `end`, both included."""
        return self.filter(used_on__range=(start, end))

    def by_document(self) -> models.QuerySet[Any]:
        """One row a document, however many clauses it holds: what it received and awarded.

        The contract of a document is one: its amount stands with each of its clauses, and counts
        once.
        """
        to_social_enterprise = Q(outcome=ClauseUse.Outcome.SOCIAL_ENTERPRISE)
        return (
            self.order_by()
            .values("organization", "document_reference")
            .annotate(
                document_bids=Max("bids"),
                document_awarded=Max(Case(When(to_social_enterprise, then=1), default=0)),
                document_amount=Max("amount", filter=to_social_enterprise),
            )
        )

    def tallied(self) -> models.QuerySet[Any]:
        """One row for each clause and organization: its documents, and those awarded to an EÉS.

        A document counts once, however many versions of the clause it holds. Organizations that
        left do not count. To be told through `measures.clauses.figures` only.
        """
        awarded = Q(outcome=ClauseUse.Outcome.SOCIAL_ENTERPRISE)
        return (
            self.filter(organization__is_active=True)
            .order_by()
            .values("clause_version__clause", "organization")
            .annotate(
                documents=Count("document_reference", distinct=True),
                awarded_documents=Count("document_reference", distinct=True, filter=awarded),
            )
        )

    def shared_with_members(self, own: Organization | None) -> Self:
        """What a person of `own` may read: what is shared with the chantier, and all of theirs."""
        shared = Q(sharing__in=SHARED_WITH_MEMBERS, organization__is_active=True)
        return self.filter(shared | Q(organization=own) if own else shared)


class ClauseUse(models.Model):
    """A clause in a document of an organization, as it was worded there, and what came of it."""

    class Outcome(models.TextChoices):
        WAITING = "", "pas encore connu"
        SOCIAL_ENTERPRISE = "ees", "octroyé à une EÉS"
        OTHER = "autre", "octroyé à une autre entreprise"
        CANCELLED = "annule", "annulé ou sans suite"
        # A policy or a procedure awards nothing.
        NONE = "aucun", "sans octroi"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="clause_uses", verbose_name="organisation"
    )
    clause_version = models.ForeignKey(
        ClauseVersion, models.PROTECT, related_name="uses", verbose_name="version de la clause"
    )
    # The measure that it helped to implement, where there is one.
    implementation = models.ForeignKey(
        Implementation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clause_uses",
        verbose_name="mesure du registre",
    )
    document_kind = models.ForeignKey(
        Term,
        models.PROTECT,
        related_name="+",
        verbose_name="document",
        limit_choices_to={"vocabulary": Vocabulary.DOCUMENT_KIND},
    )
    document_reference = models.CharField("référence du document", max_length=150)
    used_on = models.DateField("date du document")
    # As written in the document: never changed by a new version of the model.
    wording = models.TextField("libellé employé", max_length=10_000)
    bids = models.PositiveSmallIntegerField("soumissions reçues d’EÉS", null=True, blank=True)
    outcome = models.CharField(
        "octroi", max_length=10, choices=Outcome.choices, default=Outcome.WAITING, blank=True
    )
    amount = models.DecimalField(
        "montant du contrat, avant taxes", max_digits=14, decimal_places=2, null=True, blank=True
    )
    lawyers_changed = models.TextField(
        "ce que le service juridique a changé", max_length=2000, blank=True
    )
    sharing = models.CharField(
        "qui peut voir cet emploi",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="noté par", editable=False
    )
    created_at = models.DateTimeField("noté le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    search_text = models.TextField(editable=False, default="")

    objects = ClauseUseQuerySet.as_manager()

    class Meta:
        verbose_name = "emploi d’une clause"
        verbose_name_plural = "emplois de clauses"
        ordering = ["-used_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "clause_version", "document_reference"],
                name="clauseuse_unique_version_and_document",
                violation_error_message="Cette clause est déjà notée pour ce document.",
            ),
            models.CheckConstraint(
                name="clauseuse_outcome_known",
                condition=Q(outcome__in=["", "ees", "autre", "annule", "aucun"]),
            ),
            models.CheckConstraint(
                name="clauseuse_amount_of_an_award",
                condition=Q(amount__isnull=True) | Q(amount__gte=0, outcome__in=["ees", "autre"]),
                violation_error_message="Un montant demande un contrat octroyé.",
            ),
            models.CheckConstraint(
                name="clauseuse_sharing_known", condition=Q(sharing__in=SharingLevel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause_version} – {self.document_reference}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        clause = self.clause_version.clause
        self.search_text = fold(
            f"{self.document_reference} {clause.code} {clause.title} "
            f"{self.wording} {self.lawyers_changed}"
        )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("measures:clause_use_detail", org_slug=self.organization.slug, pk=self.pk)


class ClauseProposalQuerySet(models.QuerySet["ClauseProposal"]):
    def waiting(self) -> Self:
        """Those that ECPAR has not answered."""
        return self.filter(state=ClauseProposal.State.WAITING)

    def waiting_first(self) -> Self:
        """What waits, the oldest first; then what is answered, the newest first."""
        answered = ~Q(state=ClauseProposal.State.WAITING)
        return self.order_by(Case(When(answered, then=1), default=0), F("answered_at").desc(), "pk")


class ClauseProposal(models.Model):
    """A clause that a member proposes to the library; staff take it or say why not."""

    class State(models.TextChoices):
        WAITING = "waiting", "à l’étude"
        ACCEPTED = "accepted", "ajoutée à la bibliothèque"
        DECLINED = "declined", "non retenue"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="clause_proposals", verbose_name="organisation"
    )
    title = models.CharField("titre", max_length=200)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name="étape")
    text = models.TextField("libellé", max_length=10_000)
    why = models.TextField("ce qu’elle règle", max_length=2000, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    answer = models.TextField("réponse", max_length=2000, blank=True, editable=False)
    clause = models.OneToOneField(
        Clause,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="proposal",
        verbose_name="clause ajoutée",
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="proposée par", editable=False
    )
    created_at = models.DateTimeField("proposée le", auto_now_add=True)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="réponse de",
    )
    answered_at = models.DateTimeField("réponse le", null=True, blank=True, editable=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ClauseProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "clause proposée"
        verbose_name_plural = "clauses proposées"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="clauseproposal_answered_by_someone_at_some_time",
                condition=Q(
                    state="waiting",
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                    clause__isnull=True,
                )
                | Q(
                    state="accepted",
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                    clause__isnull=False,
                )
                | Q(
                    state="declined",
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                    clause__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="clauseproposal_a_refusal_says_why",
                condition=~Q(state="declined", answer=""),
                violation_error_message="Dites pourquoi cette clause n’est pas retenue.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
