"""Forms of the register."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.functional import cached_property

from chantier.lib import french
from chantier.lib.files import ACCEPT_ATTRIBUTE, check_upload
from measures.actions import TRACKED, NewEvidence
from measures.library import Library, posted_list
from measures.models import Evidence, Implementation, Measure, Stage
from measures.statuses import Status, may_follow, reachable
from members.models import Organization
from members.sharing import SharingLevel

MAX_FILES = 10
# In an address: the boxes that a refused adoption had ticked.
TICKED = "coche"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked by its content; cleans to a list of NewEvidence."""

    def clean(self, data: Any, initial: Any = None) -> list[NewEvidence]:
        uploads: list[UploadedFile] = [file for file in data or [] if file]
        if len(uploads) > MAX_FILES:
            raise ValidationError(f"Joignez {MAX_FILES} fichiers au plus à la fois.")
        errors: list[ValidationError] = []
        pieces: list[NewEvidence] = []
        for upload in uploads:
            try:
                checked = check_upload(upload)
            except ValidationError as error:
                errors.append(error)
            else:
                pieces.append(NewEvidence((upload.name or "")[-200:], upload, checked))
        if errors and pieces:
            others = ", ".join(f"«\u00a0{piece.title}\u00a0»" for piece in pieces)
            errors.append(
                ValidationError(f"Choisissez de nouveau, avec le reste de l’envoi\u00a0: {others}.")
            )
        if errors:
            raise ValidationError(errors)
        return pieces


class EvidenceField(forms.ModelMultipleChoiceField):
    """Pieces of evidence, by key."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            # SQLite stops at 64 bits; no key is as large.
            raise ValidationError(self.error_messages["invalid_list"], "invalid_list") from error


@dataclass(frozen=True)
class StatusOption:
    """One radio button of the status."""

    code: str
    label: str
    is_chosen: bool
    is_open: bool


class ImplementationForm(forms.ModelForm):
    """One record of the register: where we are, what came of it, what proves it."""

    # Recognizes a form that arrives twice, and one that was opened on an older version.
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )
    uploads = FilesField(
        label="Ajouter des fichiers",
        required=False,
        widget=FilesInput(attrs={"accept": ACCEPT_ATTRIBUTE}),
        help_text="PDF, image, document de bureautique ou texte, 20 Mo au plus chacun. "
        "Le contenu est vérifié.",
    )
    link_url = forms.URLField(
        label="Ou coller un lien",
        required=False,
        assume_scheme="https",
        max_length=500,
        # What a browser opens; a link is answered by a redirection, which refuses the rest.
        validators=[URLValidator(schemes=["http", "https"])],
    )
    link_title = forms.CharField(label="Titre du lien", required=False, max_length=200)
    chosen = EvidenceField(
        Evidence.objects.none(), required=False, label="Preuves de la bibliothèque"
    )
    removed = EvidenceField(Evidence.objects.none(), required=False, label="Preuves à retirer")

    class Meta:
        model = Implementation
        # What the journal follows is what a person types: one list for both.
        fields = [*TRACKED]
        widgets = {
            "status": forms.RadioSelect,
            "planned_for": DateInput,
            "started_on": DateInput,
            "implemented_on": DateInput,
            "review_on": DateInput,
            "description": forms.Textarea(attrs={"rows": 4}),
            "result_story": forms.Textarea(attrs={"rows": 3}),
            # The style sheet hides this field while it is empty and asked by no status.
            "not_applicable_reason": forms.TextInput(attrs={"placeholder": " "}),
        }
        help_texts = {
            "description": "Deux ou trois phrases suffisent. Elles paraîtront dans le rapport.",
            "result_story": "Ce que l’on voit, ce que l’on compte, ce que l’on vous a dit.",
            "lead": "Une fonction ou une unité, plutôt qu’un nom.",
            "not_applicable_reason": "Exigée quand la mesure est sans objet.",
            "review_on": "Une pratique se garde vivante\u00a0: choisissez quand y revenir.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_status = self.instance.status
        # `clean` says the same beside the field, and the database has the last word.
        self.instance.asks_constraints = False
        _offer(self.fields["status"], Status.choices)
        _offer(self.fields["sharing"], SharingLevel.choices)
        self.offer_library()
        if self.instance.pk:
            # What a colleague has just detached is no mistake of this form: nothing is left to do.
            pieces = Evidence.objects.filter(organization=self.instance.organization_id)
            self.fields["removed"] = EvidenceField(
                pieces, required=False, label="Preuves à retirer"
            )
            self.initial["version"] = self.instance.version
            # Without it, a form would overwrite what it never saw.
            self.fields["version"].required = True

    def offer_library(self) -> None:
        """Let people choose among the evidence of the organization of the record."""
        if self.instance.organization_id:
            pieces = Evidence.objects.filter(organization=self.instance.organization_id)
            self.fields["chosen"] = EvidenceField(
                pieces, required=False, label="Preuves de la bibliothèque"
            )

    @cached_property
    def library(self) -> Library:
        """What the library offers beside the evidence of the record, and what is ticked."""
        return Library.of(self.instance, ticked=posted_list(self.data, "chosen"))

    @property
    def status_options(self) -> list[StatusOption]:
        """All statuses; those that may not follow are shown, and cannot be chosen."""
        chosen = self["status"].value()
        return [
            StatusOption(
                code,
                label,
                is_chosen=code == chosen,
                # What was posted stays ticked beside its message, rather than vanish.
                is_open=code == chosen or not self.instance.pk or self._may_become(code),
            )
            for code, label in self.fields["status"].choices  # type: ignore[attr-defined]
        ]

    @property
    def status_limits(self) -> str:
        """Why some statuses cannot be chosen; empty when all can."""
        if not self.instance.pk or all(option.is_open for option in self.status_options):
            return ""
        labels = [
            f"«\u00a0{status.label}\u00a0»"
            for status in reachable(self.stored_status)
            if status != self.stored_status
        ]
        now = Status(self.stored_status).label
        return (
            f"Une mesure «\u00a0{now}\u00a0» ne passe directement qu’à "
            f"{', '.join(labels[:-1])}{' ou ' if labels[:-1] else ''}{labels[-1]}."
        )

    def clean_implemented_on(self) -> datetime.date | None:
        return self._not_in_the_future("implemented_on")

    def clean_started_on(self) -> datetime.date | None:
        return self._not_in_the_future("started_on")

    def _not_in_the_future(self, name: str) -> datetime.date | None:
        day = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise ValidationError(
                "Cette date est à venir. Pour un projet, utilisez l’échéance prévue."
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_status(data)
        self._check_dates(data)
        if data.get("link_title") and not data.get("link_url") and "link_url" not in self.errors:
            self.add_error("link_url", "Donnez l’adresse de ce lien.")
        return data

    def _may_become(self, status: str) -> bool:
        return may_follow(self.stored_status, status)

    def _check_status(self, data: dict[str, Any]) -> None:
        status = data.get("status")
        if not status:
            return
        if self.instance.pk and not self._may_become(status):
            old, new = (Status(code).label for code in (self.stored_status, status))
            self.add_error(
                "status",
                f"Une mesure «\u00a0{old}\u00a0» ne peut pas passer directement "
                f"à «\u00a0{new}\u00a0».",
            )
        if status == Status.NOT_APPLICABLE and not data.get("not_applicable_reason"):
            self.add_error("not_applicable_reason", "Dites pourquoi la mesure est sans objet.")

    def _check_dates(self, data: dict[str, Any]) -> None:
        started, implemented = data.get("started_on"), data.get("implemented_on")
        status, review = data.get("status"), data.get("review_on")
        if status == Status.IMPLEMENTED:
            if not implemented and "implemented_on" not in self.errors:
                self.add_error("implemented_on", "Indiquez depuis quand la mesure est implantée.")
        elif implemented:
            self.add_error(
                "implemented_on",
                "Effacez cette date, ou choisissez le statut «\u00a0Implantée\u00a0».",
            )
        if started and implemented and implemented < started:
            self.add_error(
                "implemented_on",
                f"Choisissez une date égale ou postérieure au {french.long_date(started)}, "
                "date de début.",
            )
        if review and implemented and review < implemented:
            self.add_error(
                "review_on", "La révision suit l’implantation\u00a0: choisissez plus tard."
            )

    def posted_version(self) -> int | None:
        """The version that the form was opened on, before anything else is judged."""
        try:
            return self.fields["version"].clean(self.data.get("version"))
        except ValidationError:
            return None

    def new_evidence(self) -> list[NewEvidence]:
        """The files and the link of a valid form, and what it takes from the library."""
        pieces = [*self.cleaned_data["uploads"], *self.newly_chosen()]
        url = self.cleaned_data["link_url"]
        if url:
            pieces.append(NewEvidence(self.cleaned_data["link_title"] or url[:200], url=url))
        return pieces

    def newly_chosen(self) -> list[NewEvidence]:
        """Pieces ticked in the library that the record does not have already."""
        chosen: list[Evidence] = list(self.cleaned_data["chosen"])
        if chosen and self.instance.pk:
            joined = set(self.instance.evidence.values_list("pk", flat=True))
            chosen = [piece for piece in chosen if piece.pk not in joined]
        return [NewEvidence(piece.title, stored=piece) for piece in chosen]


class ImplementationCreateForm(ImplementationForm):
    """A new record: a measure of the guide, or one of the organization's own."""

    class Meta(ImplementationForm.Meta):
        fields = ["measure", "own_title", "stage", *ImplementationForm.Meta.fields]

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organization = organization
        self.offer_library()
        measures = Measure.objects.active().for_group(organization.group).select_related("stage")
        self.fields["measure"] = MeasureChoiceField(
            measures,
            required=False,
            label="Mesure du guide",
            to_field_name="slug",
            empty_label="Aucune\u00a0: c’est une mesure de notre cru",
        )
        self.fields["own_title"].help_text = "Seulement pour une mesure qui n’est pas au guide."
        self.fields["stage"] = forms.ModelChoiceField(
            Stage.objects.all(),
            required=False,
            label="Étape",
            empty_label="Celle de la mesure du guide",
            help_text="À choisir pour une mesure de votre cru.",
        )
        self.fields["status"].initial = Status.IN_PROGRESS

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        measure, title = data.get("measure"), data.get("own_title")
        if measure and title:
            self.add_error("own_title", "Choisissez une mesure du guide ou donnez un titre.")
        elif measure:
            data["stage"] = measure.stage
            self._refuse_known(measure)
        elif not title and "measure" not in self.errors:
            self.add_error("measure", "Choisissez une mesure du guide, ou donnez un titre.")
        elif title and not data.get("stage"):
            self.add_error("stage", "Choisissez l’étape du guide où la ranger.")
        return data

    def _refuse_known(self, measure: Measure) -> None:
        if self.instance.organization.implementations.filter(measure=measure).exists():
            self.add_error("measure", "Cette mesure est déjà au registre\u00a0: ouvrez-la plutôt.")


def _offer(field: Any, choices: list[tuple[str, str]]) -> None:
    """Give a field its choices, with the capital that a label on its own takes."""
    field.choices = [(code, label[:1].upper() + label[1:]) for code, label in choices]


class MeasureChoiceField(forms.ModelChoiceField):
    """Measures grouped by nothing but their code, which says the stage."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


class AdoptForm(forms.Form):
    """Measures ticked on a stage page, in the list of all measures, or among ideas."""

    STATUSES = (Status.TO_UNDERTAKE, Status.PLANNED, Status.IN_PROGRESS)

    measures = forms.ModelMultipleChoiceField(
        Measure.objects.active().select_related("stage"),
        to_field_name="slug",
        error_messages={"required": "Cochez au moins une mesure."},
    )
    status = forms.ChoiceField(
        label="Statut de départ",
        choices=[(status.value, status.label.capitalize()) for status in STATUSES],
    )
    planned_for = forms.DateField(label="Échéance prévue", required=False, widget=DateInput)
    # Where the boxes were ticked: the page of a stage, or the list under these filters.
    stage = forms.ModelChoiceField(Stage.objects.all(), to_field_name="slug", required=False)
    filters = forms.CharField(required=False, max_length=2000)
    # Or the ideas of the page « Comparaison ».
    from_ideas = forms.BooleanField(required=False)
