"""The forms of a discussion: a message, and what answers it."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from measures.models import Comment, Implementation
from members.access import Access
from members.sharing import SharingLevel

AMONG_US, WITH_STAFF = SharingLevel.PRIVATE.value, SharingLevel.COORDINATION.value


class ThreadField(forms.ModelChoiceField):
    """The first message of a thread, by key."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            # SQLite stops at 64 bits; no key is as large.
            raise ValidationError(self.error_messages["invalid_choice"]) from error


class CommentForm(forms.Form):
    """A message of a record, from a member or from ECPAR staff."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    parent = ThreadField(
        Comment.objects.none(),
        required=False,
        label="Message",
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": "Ce message n’est plus là. Votre texte est gardé ci-dessous."
        },
    )
    body = forms.CharField(
        label="Votre message",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez votre message avant de le publier."},
    )
    sharing = forms.ChoiceField(
        label="Qui peut le lire",
        choices=[(AMONG_US, "Entre nous"), (WITH_STAFF, "Avec la coordination")],
        widget=forms.RadioSelect,
        # What is said by mistake among us can be said again; the other way, never.
        initial=AMONG_US,
        required=False,
    )

    def __init__(
        self, *args: Any, access: Access, implementation: Implementation, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = implementation.comments.open_to(access).filter(  # type: ignore[attr-defined]
            parent=None
        )
        # The level that leaves no choice: staff write what staff read, and what is said of a
        # record that the coordination does not see stays among us.
        self.only = ""
        if not access.is_member:
            self.only = WITH_STAFF
        elif implementation.sharing == SharingLevel.PRIVATE:
            self.only = AMONG_US

    def clean_sharing(self) -> str:
        """The level that the form told; an answer, which asks nothing, follows its thread."""
        asked = self.only or self.cleaned_data["sharing"]
        parent = self.cleaned_data.get("parent")
        return asked or (parent.sharing if parent else AMONG_US)
