"""The form of the documents of a meeting: a file or a link, and what it is for."""

import uuid
from pathlib import PurePath
from typing import Any

from django import forms

from chantier.lib import french
from chantier.lib.files import ACCEPT_ATTRIBUTE
from measures.actions.pieces import NewEvidence
from measures.forms_evidence import FILES_HELP, CheckedFileField, link_field
from meetings.acts.documents import NewDocument
from meetings.models import MeetingDocument

_ROLES = {
    MeetingDocument.Role.BEFORE: "À lire avant la rencontre",
    MeetingDocument.Role.MATERIAL: "Présenté sur place",
    MeetingDocument.Role.RECORDING: "Enregistrement de la rencontre",
}
_TITLE = 200


class DocumentForm(forms.Form):
    """A file or a link: one of the two."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    role = forms.ChoiceField(
        label="Usage",
        choices=[(code.value, label) for code, label in _ROLES.items()],
        initial=MeetingDocument.Role.BEFORE.value,
        error_messages={"invalid_choice": "Choisissez un usage de la liste."},
    )
    upload = CheckedFileField(
        label="Fichier",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT_ATTRIBUTE}),
        help_text=f"{FILES_HELP} Un diaporama se joint en PDF.",
    )
    url = link_field("Ou coller un lien", max_length=1000)
    title = forms.CharField(
        label="Titre",
        required=False,
        max_length=_TITLE,
        help_text="Facultatif\u00a0: sinon, le nom du fichier ou l’adresse.",
        error_messages={
            "max_length": "200 caractères au plus\u00a0: ce titre en a %(show_value)d."
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Too long a paste is told, never cut.
        self.fields["title"].widget.attrs.pop("maxlength", None)

    def clean_title(self) -> str:
        return french.typeset(" ".join(self.cleaned_data["title"].split()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload, url = data.get("upload"), data.get("url")
        wrong = {"upload", "url"} & set(self.errors)
        if upload and url:
            self.add_error("url", "Joignez un fichier ou un lien, l’un après l’autre.")
        elif not upload and not url and not wrong:
            self.add_error("upload", "Choisissez un fichier, ou collez un lien.")
        if upload and self.errors:
            # A browser forgets the file of a page that comes back.
            self.add_error(
                "upload", "Ce fichier n’est pas encore enregistré\u00a0: choisissez-le de nouveau."
            )
        return data

    def document(self) -> NewDocument:
        """What a valid form brings."""
        data = self.cleaned_data
        piece: NewEvidence | None = data["upload"]
        if piece is None:
            url = data["url"]
            return NewDocument(data["role"], data["title"] or url[:_TITLE], url=url)
        title = data["title"] or PurePath(piece.title).stem[:_TITLE]
        return NewDocument(data["role"], title, upload=piece.upload, checked=piece.checked)
