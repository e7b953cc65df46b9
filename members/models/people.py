"""People: their account, their role in the portal, their calendar."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from members.roles import PORTAL_ROLE_PERMISSIONS, Permission, PortalRole


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; the e-mail address is the login."""

    email = models.EmailField("courriel", unique=True)
    full_name = models.CharField("nom", max_length=150)
    job_title = models.CharField("fonction", max_length=150, blank=True)
    portal_role = models.CharField(
        "rôle dans le portail", max_length=20, choices=PortalRole.choices, blank=True
    )
    is_active = models.BooleanField("compte actif", default=True)
    date_joined = models.DateTimeField("inscription", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "personne"
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_unique_email",
                violation_error_message="Une personne a déjà ce courriel.",
            ),
            models.CheckConstraint(
                name="user_portal_role_known",
                condition=Q(portal_role__in=["", *PortalRole.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the administration opens: derived from the role, so that they cannot differ."""
        return self.is_superuser or Permission.CATALOGUE_EDIT in self.portal_permissions

    @property
    def portal_permissions(self) -> frozenset[Permission]:
        return PORTAL_ROLE_PERMISSIONS[self.portal_role]

    @property
    def may_edit_catalogue(self) -> bool:
        return Permission.CATALOGUE_EDIT in self.portal_permissions

    @property
    def may_edit_directory(self) -> bool:
        return Permission.DIRECTORY_EDIT in self.portal_permissions

    @property
    def may_verify_observations(self) -> bool:
        return Permission.OBSERVATION_VERIFY in self.portal_permissions

    @property
    def may_manage_meetings(self) -> bool:
        return Permission.MEETING_MANAGE in self.portal_permissions

    @property
    def may_oversee_reports(self) -> bool:
        return Permission.REPORT_OVERSEE in self.portal_permissions


class CalendarFeed(models.Model):
    """The private address of a person's calendar: its hash, none once revoked.

    `generation` grows at each change, so that an old form cannot bring a dead address back.
    """

    user = models.OneToOneField(
        User, models.CASCADE, related_name="calendar_feed", verbose_name="personne"
    )
    token_hash = models.CharField(
        "empreinte du lien", max_length=64, unique=True, null=True, blank=True, editable=False
    )
    generation = models.PositiveIntegerField("génération", default=0, editable=False)
    created_at = models.DateTimeField("créé le", null=True, editable=False)
    last_read_at = models.DateTimeField("lu le", null=True, editable=False)

    class Meta:
        verbose_name = "lien de calendrier"
        ordering = ["user"]

    def __str__(self) -> str:
        return f"Calendrier, {self.user}"
