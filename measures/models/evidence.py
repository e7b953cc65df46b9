"""The evidence library of an organization: files and links, their versions, and what is asked."""

import datetime
import uuid
from pathlib import PurePath
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from chantier.lib.files import private_storage
from chantier.lib.french import fold
from measures.models.register import Implementation
from members.access import Access
from members.models import AppendOnlyModel, Organization, User
from members.sharing import SHARED_WITH_STAFF, SharedQuerySet, SharingLevel, is_wider

# Long enough to ask somebody for a new certificate.
EXPIRES_SOON = datetime.timedelta(days=60)
# After this, a request that waits is late.
ANSWER_WITHIN = datetime.timedelta(days=14)


def stored_name(instance: models.Model, filename: str) -> str:
    """A random name, so that an address can never be guessed and never be executed."""
    return f"evidence/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


class EvidenceQuerySet(SharedQuerySet):
    def open_to(self, access: Access) -> Self:
        """Staff need a record that they may see: evidence never outlives it for them."""
        rows = super().open_to(access)
        if access.is_member:
            return rows
        shown = Implementation.objects.open_to(access).filter(evidence=models.OuterRef("pk"))
        return rows.filter(models.Exists(shown))

    def open_to_staff(self) -> Self:
        """Of every organization, what `open_to` shows to ECPAR staff there."""
        shown = Implementation.objects.filter(
            evidence=models.OuterRef("pk"), sharing__in=SHARED_WITH_STAFF
        )
        return self.filter(
            models.Exists(shown), organization__is_active=True, sharing__in=SHARED_WITH_STAFF
        )

    def with_record_count(self, access: Access) -> Self:
        """Add `record_count`, the records that a piece proves, among those that may be seen."""
        shown = Implementation.objects.open_to(access).filter(evidence=models.OuterRef("pk"))
        counted = shown.order_by().values("evidence").annotate(n=models.Count("pk")).values("n")
        return self.annotate(
            record_count=models.functions.Coalesce(
                models.Subquery(counted, output_field=models.IntegerField()), 0
            )
        )

    def unjoined(self) -> Self:
        """Pieces that prove no record."""
        links = Implementation.evidence.through.objects.filter(evidence=models.OuterRef("pk"))
        return self.filter(~models.Exists(links))

    def expired(self, today: datetime.date) -> Self:
        """Pieces whose last valid day has passed."""
        return self.filter(expires_on__lt=today)

    def expiring(self, today: datetime.date) -> Self:
        """Pieces still valid, though not for long."""
        return self.filter(expires_on__range=(today, today + EXPIRES_SOON))

    def follow(self, implementation: Implementation, *, before: str) -> list[int]:
        """Evidence of this record alone is seen as far as the record, unless set apart.

        What a person set apart is never opened by the record: only the pieces that took their level
        from it open with it. Returns the keys of what followed.
        """
        links = Implementation.evidence.through.objects.filter(evidence=models.OuterRef("pk"))
        others = links.exclude(implementation=implementation)
        rows = self.filter(~models.Exists(others), implementations=implementation, sharing=before)
        keys = sorted(rows.values_list("pk", flat=True))
        if keys and is_wider(implementation.sharing, before):
            came = _came_with(implementation, before)
            keys = [key for key in keys if key in came]
        if keys:
            self.filter(pk__in=keys, sharing=before).update(sharing=implementation.sharing)
        return keys


def _came_with(implementation: Implementation, level: str) -> set[int]:
    """Keys of the pieces joined to a record while it was at `level`, or that came there with it."""
    came: set[int] = set()
    lines = implementation.events.order_by("-pk").values_list("changes", flat=True)
    for changes in lines.iterator(chunk_size=100):
        for name in ("evidence_keys", "evidence_followed"):
            came.update(changes.get(name, ((), ()))[1])
        if changes.get("sharing", (None, None))[1] == level:
            break
    return came


class Evidence(models.Model):
    """A file or a link that proves one or several implementations of an organization."""

    class Kind(models.TextChoices):
        FILE = "file", "fichier"
        LINK = "link", "lien"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="evidence", verbose_name="organisation"
    )
    kind = models.CharField("sorte", max_length=10, choices=Kind.choices)
    title = models.CharField("titre", max_length=200)
    url = models.URLField("adresse", max_length=500, blank=True)
    file = models.FileField(
        "fichier", upload_to=stored_name, storage=private_storage, max_length=120, blank=True
    )
    content_type = models.CharField("type", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    # The name that a download bears; the title may be changed.
    file_name = models.CharField("nom du fichier", max_length=200, blank=True)
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    # Of the content: it grows by one each time that the file or the address is replaced.
    version = models.PositiveIntegerField("version", default=1, editable=False)
    sharing = models.CharField(
        "qui peut la voir",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="jointe par", editable=False
    )
    created_at = models.DateTimeField("jointe le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    search_text = models.TextField(editable=False, default="")
    # The other end of the records’ `evidence`, which the type checker does not see.
    implementations: Any
    # What a form of the library brings has a key of its own: a second click adds nothing.
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "preuve"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link",
                condition=(Q(kind="file", url="") & ~Q(file="") & ~Q(sha256=""))
                | (Q(kind="link", file="") & ~Q(url="")),
                violation_error_message="Une preuve est un fichier ou un lien.",
            ),
            models.CheckConstraint(
                name="evidence_file_has_a_name",
                condition=~Q(kind="file") | ~Q(file_name=""),
                violation_error_message="Un fichier porte un nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(f"{self.title} {self.file_name} {self.url}")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self._address("measures:evidence_detail")

    @property
    def download_url(self) -> str:
        return self._address("measures:evidence_download")

    def _address(self, name: str) -> str:
        kwargs = {"org_slug": self.organization.slug, "pk": self.pk}
        return reverse(name, kwargs=kwargs)

    @property
    def extension(self) -> str:
        return PurePath(self.file_name).suffix.lstrip(".").upper()

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def expires_soon(self) -> bool:
        """Still valid, though not for long."""
        if self.expires_on is None or self.is_expired:
            return False
        return self.expires_on <= timezone.localdate() + EXPIRES_SOON


class EvidenceVersion(AppendOnlyModel):
    """What a piece of evidence held before it was replaced: the bytes stay, with their digest."""

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="versions", verbose_name="preuve"
    )
    number = models.PositiveIntegerField("version")
    title = models.CharField("titre", max_length=200)
    url = models.URLField("adresse", max_length=500, blank=True)
    file = models.FileField("fichier", storage=private_storage, max_length=120, blank=True)
    file_name = models.CharField("nom du fichier", max_length=200, blank=True)
    content_type = models.CharField("type", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    replaced_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="remplacée par"
    )
    replaced_at = models.DateTimeField("remplacée le", auto_now_add=True)

    class Meta:
        verbose_name = "version de preuve"
        verbose_name_plural = "versions de preuve"
        ordering = ["evidence", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "number"], name="evidenceversion_unique_evidence_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class EvidenceRequestQuerySet(models.QuerySet["EvidenceRequest"]):
    def waiting(self) -> Self:
        """Requests that nobody has answered or withdrawn."""
        return self.filter(outcome="")

    def open_to_staff(self) -> Self:
        """Requests on records that their organizations still share with the coordination."""
        return self.filter(
            implementation__sharing__in=SHARED_WITH_STAFF,
            implementation__organization__is_active=True,
        )


class EvidenceRequest(models.Model):
    """ECPAR staff ask an organization for an evidence; it waits in the to-do until answered."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "répondue"
        WITHDRAWN = "withdrawn", "retirée"

    implementation = models.ForeignKey(
        Implementation,
        models.PROTECT,
        related_name="evidence_requests",
        verbose_name="mesure",
    )
    message = models.CharField("ce qui est demandé", max_length=500)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="demandée par"
    )
    asked_at = models.DateTimeField("demandée le", auto_now_add=True)
    outcome = models.CharField("issue", max_length=20, choices=Outcome.choices, blank=True)
    answer = models.CharField("réponse", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="close par"
    )
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = EvidenceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de preuve"
        verbose_name_plural = "demandes de preuve"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidencerequest_closed_by_someone_at_some_time",
                condition=Q(outcome="", closed_by__isnull=True, closed_at__isnull=True)
                | (~Q(outcome="") & Q(closed_by__isnull=False, closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="evidencerequest_outcome_known",
                condition=Q(outcome__in=["", "answered", "withdrawn"]),
            ),
            models.UniqueConstraint(
                fields=["implementation"],
                condition=Q(outcome=""),
                name="evidencerequest_one_waits_per_record",
                violation_error_message="Une demande attend déjà une réponse sur cette fiche.",
            ),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def is_waiting(self) -> bool:
        return self.outcome == ""

    @property
    def answer_expected_on(self) -> datetime.date:
        return timezone.localtime(self.asked_at).date() + ANSWER_WITHIN

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.answer_expected_on < timezone.localdate()
