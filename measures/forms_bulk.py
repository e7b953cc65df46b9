"""Choosing records of a register, and what to change in all of them."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from measures.bulk import DATES, MOST_RECORDS, BulkChange
from measures.filters import ImplementationFilter
from measures.forms import DateInput
from measures.models import Implementation
from measures.statuses import Status
from members.models import Organization

TICKED, FILTERED = "cochees", "filtrees"
_MAX_DIGITS = 18


class Selection:
    """The records that a person chose: ticked one by one, or all those of a filter."""

    def __init__(self, request: HttpRequest, organization: Organization, data: QueryDict) -> None:
        self.is_filtered = data.get("portee") == FILTERED
        self.query = data.get("filtre", "")[:2000]
        self.keys = [
            key for key in data.getlist("fiche") if key.isdecimal() and len(key) <= _MAX_DIGITS
        ][:MOST_RECORDS]
        self.records = self._records(request, organization)
        self.number = self.records.count()

    def _records(
        self, request: HttpRequest, organization: Organization
    ) -> QuerySet[Implementation]:
        rows = Implementation.objects.filter(organization=organization)
        if not self.is_filtered:
            return rows.filter(pk__in=self.keys)
        filterset = ImplementationFilter(QueryDict(self.query), queryset=rows, request=request)
        # A filter that means nothing would let everything through.
        return filterset.qs if filterset.is_valid() else rows.none()


class BulkForm(forms.Form):
    """One status, one date, or both; and what recognizes the form between its steps."""

    status = forms.ChoiceField(
        label="Nouveau statut",
        required=False,
        choices=[
            ("", "Garder le statut de chacune"),
            *(
                (code, label[:1].upper() + label[1:])
                for code, label in Status.choices
                if code != Status.NOT_ASSESSED
            ),
        ],
    )
    date_field = forms.ChoiceField(
        label="Date à changer", required=False, choices=[("", "Aucune"), *DATES.items()]
    )
    date = forms.DateField(label="Nouvelle date", required=False, widget=DateInput)
    seen_at = forms.DateTimeField(widget=forms.HiddenInput)
    # Of a preview, which gives each its own: a form that arrives twice is done once.
    submission_key = forms.UUIDField(required=False)
    stamp = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"seen_at": timezone.now().isoformat()})
        super().__init__(*args, **kwargs)
        self.number = number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        field, day, status = data.get("date_field"), data.get("date"), data.get("status")
        if self.number > MOST_RECORDS:
            raise forms.ValidationError(
                f"Au plus {MOST_RECORDS} mesures à la fois\u00a0: resserrez le filtre."
            )
        if not status and not field and not day:
            raise forms.ValidationError("Choisissez un statut, une date, ou les deux.")
        if day and not field:
            self.add_error("date_field", "Dites de quelle date il s’agit.")
        if field and not day and "date" not in self.errors:
            self.add_error("date", "Donnez cette date.")
        if field == "implemented_on":
            self._check_implemented_on(day, status)
        return data

    def _check_implemented_on(self, day: datetime.date | None, status: str | None) -> None:
        if day and day > timezone.localdate():
            self.add_error("date", "Cette date est à venir\u00a0: utilisez l’échéance prévue.")
        if status and status != Status.IMPLEMENTED:
            self.add_error(
                "date_field", "La date d’implantation va avec le statut «\u00a0Implantée\u00a0»."
            )

    @property
    def change(self) -> BulkChange:
        """What a valid form asks for."""
        data = self.cleaned_data
        return BulkChange(data["status"], data["date_field"], data["date"])
