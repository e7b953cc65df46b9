"""Forms of the evidence library, and of what ECPAR staff ask for."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from chantier.lib.files import ACCEPT_ATTRIBUTE, check_upload
from chantier.lib.french import long_date
from measures.actions.pieces import NewEvidence
from measures.forms import DateInput, EvidenceField, FilesField, FilesInput
from measures.library import Library, posted_list
from measures.models import Evidence, Implementation
from members.models import Organization, User
from members.sharing import SharingLevel

# The level decides what is told of a piece; whoever it names, the file itself stays here.
WHO_GETS_IT = (
    "Le fichier n’est remis qu’à votre organisation et, s’il est partagé et joint à une fiche "
    "qu’elle voit, à l’équipe de l’ECPAR. Personne d’autre ne peut le télécharger, même au "
    "niveau «\u00a0public\u00a0»."
)
FILES_HELP = (
    "PDF, image, document de bureautique ou texte, 20 Mo au plus chacun. Le contenu est vérifié."
)
_CHOOSE_AGAIN = "Ce fichier n’est pas encore enregistré\u00a0: choisissez-le de nouveau."
_LINK = "Donnez l’adresse de ce lien."


def _can_be_stored(text: str) -> bool:
    """Whether a database compares it: neither NUL nor half a character, which JSON can hold."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


def _levels() -> list[tuple[str, str]]:
    return [(code, label[:1].upper() + label[1:]) for code, label in SharingLevel.choices]


def _files_field(label: str) -> FilesField:
    widget = FilesInput(attrs={"accept": ACCEPT_ATTRIBUTE})
    return FilesField(label=label, required=False, widget=widget, help_text=FILES_HELP)


def link_field(label: str, *, max_length: int = 500) -> forms.URLField:
    # What a browser opens; a link is answered by a redirection, which refuses the rest.
    schemes = URLValidator(schemes=["http", "https"])
    return forms.URLField(
        label=label,
        required=False,
        assume_scheme="https",
        max_length=max_length,
        validators=[schemes],
    )


class CheckedFileField(forms.FileField):
    """One file, checked by its content; cleans to a NewEvidence."""

    def clean(self, data: Any, initial: Any = None) -> NewEvidence | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        return NewEvidence((upload.name or "")[-200:], upload, check_upload(upload))


def link_of(data: dict[str, Any]) -> list[NewEvidence]:
    """The link of a valid form, if it holds one."""
    url = data["link_url"]
    return [NewEvidence(data["link_title"] or url[:200], url=url)] if url else []


def as_sent(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a hidden field holds them."""
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in values.items()
    }


class LibraryAddForm(forms.Form):
    """Several files, a link, or both, on their way to the library."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    uploads = _files_field("Ajouter des fichiers")
    link_url = link_field("Ou coller un lien")
    link_title = forms.CharField(label="Titre du lien", required=False, max_length=200)
    sharing = forms.ChoiceField(
        label="Qui peut la voir", choices=_levels, help_text=WHO_GETS_IT, initial="coordination"
    )
    expires_on = forms.DateField(
        label="Valable jusqu’au",
        required=False,
        widget=DateInput,
        help_text="Facultatif\u00a0: pour une attestation ou un certificat qui vient à échéance.",
    )
    # What an earlier, refused sending of this form has already put in the library.
    kept = EvidenceField(Evidence.objects.none(), required=False, label="Fichiers déjà reçus")

    def __init__(self, *args: Any, organization: Organization, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Evidence.objects.filter(organization=organization, created_by=user)
        self.fields["kept"] = EvidenceField(
            mine.unjoined(), required=False, label="Fichiers déjà reçus"
        )

    @cached_property
    def kept_pieces(self) -> list[Evidence]:
        """The files of an earlier sending, to be shown again."""
        keys = [key for key in posted_list(self.data, "kept") if key.isdigit() and len(key) < 19]
        field: Any = self.fields["kept"]
        return list(field.queryset.filter(pk__in=keys)) if keys else []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("link_title") and not data.get("link_url") and "link_url" not in self.errors:
            self.add_error("link_url", _LINK)
        brought = any(data.get(name) for name in ("uploads", "link_url", "kept"))
        if not brought and not {"uploads", "link_url"} & set(self.errors):
            self.add_error("uploads", "Choisissez au moins un fichier, ou collez un lien.")
        return data

    def pieces(self) -> list[NewEvidence]:
        """The files and the link of a valid form."""
        return [*self.cleaned_data["uploads"], *link_of(self.cleaned_data)]


class SeenField(forms.JSONField):
    """Stored values in a hidden field; what was forged is shown again without failing."""

    def prepare_value(self, value: Any) -> str:
        # Half a character, escaped again as JSON does.
        return str(super().prepare_value(value)).encode(errors="backslashreplace").decode()


class EvidenceForm(forms.Form):
    """What is told of a piece: its title, its sharing level, its last valid day."""

    TYPED = ("title", "sharing", "expires_on")

    # The values that the form was opened on: a save over other ones meets somebody else's.
    seen = SeenField(widget=forms.HiddenInput)
    title = forms.CharField(label="Titre", max_length=200)
    sharing = forms.ChoiceField(label="Qui peut la voir", choices=_levels, help_text=WHO_GETS_IT)
    expires_on = forms.DateField(
        label="Valable jusqu’au", required=False, widget=DateInput, help_text="Facultatif."
    )

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        values = {name: getattr(evidence, name) for name in self.TYPED}
        kwargs["initial"] = values | {"seen": as_sent(values)}
        super().__init__(*args, **kwargs)

    def clean_seen(self) -> dict[str, Any]:
        """The three values, as the database compares them."""
        sent = self.cleaned_data["seen"]
        again = ValidationError("Rouvrez la page, puis recommencez.")
        if (
            not isinstance(sent, dict)
            or sent.keys() != set(self.TYPED)
            or not _can_be_stored(f"{sent['title']}{sent['sharing']}")
        ):
            raise again
        day = sent["expires_on"]
        try:
            expires = parse_date(day) if day else None
        except (TypeError, ValueError) as error:
            raise again from error
        return {"title": str(sent["title"]), "sharing": str(sent["sharing"]), "expires_on": expires}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.TYPED}


class ReplaceForm(forms.Form):
    """The next content of a piece: a file for a file, an address for a link."""

    upload = CheckedFileField(
        label="Nouveau fichier",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT_ATTRIBUTE}),
        help_text=FILES_HELP,
        error_messages={"required": "Choisissez le fichier qui remplace celui-ci."},
    )
    url = link_field("Nouvelle adresse")
    # The date that the form offered: what was left as it was takes no colleague's date away.
    seen_on = forms.DateField(required=False, widget=forms.HiddenInput)
    expires_on = forms.DateField(
        label="Nouvelle version valable jusqu’au",
        required=False,
        widget=DateInput,
        help_text="Facultatif. Laissez vide si elle n’a pas de fin.",
    )

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        # A date that has passed was that of the old version.
        day = None if evidence.is_expired else evidence.expires_on
        kwargs |= {"initial": {"expires_on": day, "seen_on": day}, "prefix": "replace"}
        super().__init__(*args, **kwargs)
        if evidence.kind == Evidence.Kind.LINK:
            del self.fields["upload"]
            self.fields["url"].required = True
        else:
            del self.fields["url"]

    def clean(self) -> dict[str, Any]:
        """A browser forgets a file, and a new version is not kept apart from its date."""
        data = super().clean() or self.cleaned_data
        if data.get("upload") and self.errors:
            self.add_error("upload", _CHOOSE_AGAIN)
        return data

    def meet(self, stored: datetime.date | None) -> None:
        """Tell the date that somebody else gave meanwhile; sending again settles it."""
        day = stored.isoformat() if stored else ""
        self.data = {**self.data.dict(), self.add_prefix("seen_on"): day}  # type: ignore[attr-defined]
        theirs = f"valable jusqu’au {long_date(stored)}" if stored else "sans date de fin"
        self.add_error(
            "expires_on",
            f"Une autre personne vient de changer cette date\u00a0: la preuve est {theirs}. "
            "Gardez votre date ou la sienne, puis recommencez.",
        )
        if "upload" in self.fields:
            self.add_error("upload", _CHOOSE_AGAIN)

    def piece(self) -> NewEvidence:
        """The new content of a valid form."""
        url = self.cleaned_data.get("url")
        piece: NewEvidence = NewEvidence(url[:200], url=url) if url else self.cleaned_data["upload"]
        return piece


class RecordsForm(forms.Form):
    """The records that a piece proves: those ticked to join, those ticked to take off."""

    join = EvidenceField(Implementation.objects.none(), required=False, label="Joindre à")
    detach = EvidenceField(Implementation.objects.none(), required=False, label="Détacher de")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("join", "Joindre à"), ("detach", "Détacher de")):
            records = Implementation.objects.filter(organization=organization)
            self.fields[name] = EvidenceField(records, required=False, label=label)


class RequestForm(forms.Form):
    """What ECPAR staff ask for."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    message = forms.CharField(
        label="Ce que vous demandez",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dites quel document, et à quoi il servira. 500\u00a0caractères au plus.",
        error_messages={"required": "Dites quelle preuve vous demandez."},
    )


class AnswerForm(forms.Form):
    """Evidence that answers a request, a text, or both."""

    answer = forms.CharField(
        label="Votre réponse",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultative si vous joignez une preuve. 500\u00a0caractères au plus.",
    )
    uploads = _files_field("Joindre des fichiers")
    link_url = link_field("Ou coller un lien")
    link_title = forms.CharField(label="Titre du lien", required=False, max_length=200)
    chosen = EvidenceField(
        Evidence.objects.none(), required=False, label="Preuves de la bibliothèque"
    )

    def __init__(self, *args: Any, implementation: Implementation, **kwargs: Any) -> None:
        kwargs["prefix"] = "answer"
        super().__init__(*args, **kwargs)
        self.implementation = implementation
        pieces = Evidence.objects.filter(organization=implementation.organization_id)
        self.fields["chosen"] = EvidenceField(
            pieces, required=False, label="Preuves de la bibliothèque"
        )

    @cached_property
    def library(self) -> Library:
        """What the library offers, and what is ticked."""
        return Library.of(self.implementation, ticked=posted_list(self.data, "answer-chosen"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("link_title") and not data.get("link_url") and "link_url" not in self.errors:
            self.add_error("link_url", _LINK)
        brought = any(data.get(name) for name in ("answer", "uploads", "link_url", "chosen"))
        if not brought and not self.errors:
            self.add_error("answer", "Écrivez une réponse, ou joignez une preuve.")
        return data

    def pieces(self) -> list[NewEvidence]:
        chosen = [NewEvidence(row.title, stored=row) for row in self.cleaned_data["chosen"]]
        return [*self.cleaned_data["uploads"], *link_of(self.cleaned_data), *chosen]
