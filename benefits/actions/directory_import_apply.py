"""The rows of a table go into the directory, all or none, some hundreds in a statement."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from benefits.actions.directory import (
    CONTACT,
    EXAMINED,
    LINKS,
    StaleEnterprise,
    State,
    change_entry,
    claim,
)
from benefits.actions.directory_imports import drop_file
from benefits.exchange.columns import REVIEW
from benefits.exchange.directory_export import newest_reviews
from benefits.keeping.judging import NO_REVIEW, Directory, before_of
from benefits.keeping.slugs import Slugs
from benefits.models import (
    DirectoryImport,
    DirectoryImportRow,
    EligibilityReview,
    SocialEnterprise,
)
from benefits.models.directory import reach_of
from measures.actions.audit import subject_of
from members.models import AuditEntry, Term, User

ADDED, CHANGED = "enterprise_import_add", "enterprise_import_change"
Doing = DirectoryImportRow.State
_BATCH = 500
_TERMS = ("legal_form", "region")
# What a row of the directory does not hold in a field of its own.
_ELSEWHERE = (*LINKS, *REVIEW)


class DirectoryChanged(Exception):
    """The directory is no longer as the preview showed it; nothing was written."""


def apply_table(*, table: DirectoryImport, stamp: str, by: User) -> DirectoryImport | None:
    """Write what a table says; None when it has already been done.

    Raises DirectoryChanged when the preview that `stamp` stands for is not what there is now.
    """
    try:
        return _apply(table, stamp, by)
    except (IntegrityError, StaleEnterprise, Term.DoesNotExist) as error:
        raise DirectoryChanged from error


@transaction.atomic
def _apply(table: DirectoryImport, stamp: str, by: User) -> DirectoryImport | None:
    # Taken first: of two that apply, the second waits here, then finds it done.
    claimed = DirectoryImport.objects.filter(pk=table.pk, applied_at=None)
    if not claimed.update(applied_at=timezone.now(), applied_by=by):
        return None
    table = DirectoryImport.objects.get(pk=table.pk)
    rows = table.rows.order_by("number")
    is_whole = table.checked_count == table.row_count
    is_wrong = rows.filter(state__in=[Doing.WRONG, Doing.UNREAD]).exists()
    if not (stamp and is_whole and stamp == table.head.get("stamp")) or is_wrong:
        raise DirectoryChanged
    writer = _Writer(by)
    for batch in _batches(rows.filter(state=Doing.ADDED)):
        table.added_count += writer.add(batch)
    for batch in _batches(rows.filter(state=Doing.CHANGED)):
        table.changed_count += writer.change(batch)
    if not (table.added_count or table.changed_count):
        raise DirectoryChanged
    # Nothing of the file is left but what became of it.
    rows.delete()
    table.head = {}
    table.save(update_fields=["added_count", "changed_count", "head"])
    # A disk that refuses undoes nothing: it is asked again.
    transaction.on_commit(lambda: drop_file(table), robust=True)
    return table


def _batches(rows: QuerySet[DirectoryImportRow]) -> Iterator[list[DirectoryImportRow]]:
    """Some rows at a time, without what they said in the file."""
    last = 0
    while batch := list(rows.filter(number__gt=last).defer("cells")[:_BATCH]):
        yield batch
        last = batch[-1].number


class _Writer:
    """Writes rows of a table with all that stands beside them."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.terms = {term.code: term for term in Term.objects.all()}
        self.directory = Directory()
        self.slugs = Slugs()

    def add(self, rows: list[DirectoryImportRow]) -> int:
        enterprises = []
        for row in rows:
            if self.directory.known(row.after.get("neq", ""), row.after["name"]):
                raise DirectoryChanged
            enterprise = SocialEnterprise(
                slug=self.slugs.take(row.after["name"]),
                updated_by=self.by,
                **self._fields(row.after),
            )
            self._derive(enterprise, row.after)
            enterprises.append(enterprise)
        SocialEnterprise.objects.bulk_create(enterprises)
        self._write_beside(list(zip(enterprises, rows, strict=True)), ADDED)
        return len(rows)

    def change(self, rows: list[DirectoryImportRow]) -> int:
        stored = SocialEnterprise.objects.listed().select_for_update(of=("self",))
        found = stored.with_terms().prefetch_related("served_regions", newest_reviews())
        enterprises = found.in_bulk([row.enterprise_key for row in rows])
        pairs = []
        for row in rows:
            enterprise = enterprises.get(row.enterprise_key)
            if enterprise is None or before_of(enterprise) != row.before:
                raise DirectoryChanged
            if enterprise.pk in self.directory.asked_out and set(CONTACT) & row.after.keys():
                raise DirectoryChanged
            fields = self._fields(row.after)
            for name, value in fields.items():
                setattr(enterprise, name, value)
            derived = self._derive(enterprise, row.before | row.after)
            claim(enterprise)
            changed = {name: getattr(enterprise, name) for name in (*fields, *derived)}
            SocialEnterprise.objects.filter(pk=enterprise.pk).update(
                updated_by=self.by, updated_at=timezone.now(), **changed
            )
            pairs.append((enterprise, row))
        self._write_beside(pairs, CHANGED)
        return len(rows)

    def _fields(self, after: State) -> dict[str, Any]:
        """The fields of an enterprise, from the words of a row."""
        fields = {name: value for name, value in after.items() if name not in _ELSEWHERE}
        for name in _TERMS:
            if name in fields:
                fields[name] = self._term(fields[name])
        if "eligibility" in after:
            fields["eligibility"] = after["eligibility"]
        if after.get("examined_on"):
            fields["eligibility_on"] = datetime.date.fromisoformat(after["examined_on"])
        return fields

    def _term(self, code: str) -> Term:
        if code not in self.terms:
            raise DirectoryChanged
        return self.terms[code]

    @staticmethod
    def _derive(enterprise: SocialEnterprise, stands: State) -> tuple[str, ...]:
        """Write what is worked out of the rest; return its names."""
        enterprise.set_words()
        enterprise.reach = reach_of([stands["region"], *stands.get("served_regions", ())])
        return ("name_key", "sort_name", "search_text", "reach")

    def _write_beside(
        self, pairs: list[tuple[SocialEnterprise, DirectoryImportRow]], action: str
    ) -> None:
        for name in LINKS:
            self._link(name, [(one, row.after[name]) for one, row in pairs if name in row.after])
        entries, reviews = [], []
        for enterprise, row in pairs:
            told = {name: value for name, value in row.after.items() if name not in REVIEW}
            if told:
                entries.append(
                    change_entry(enterprise, action, row.before, row.before | told, by=self.by)
                )
            if len(told) < len(row.after):
                reviews.append(self._review(enterprise, row))
                entries.append(self._examined(enterprise, row))
        EligibilityReview.objects.bulk_create(reviews)
        AuditEntry.objects.bulk_create(entries)

    def _link(self, name: str, told: list[tuple[SocialEnterprise, list[str]]]) -> None:
        through: Any = getattr(SocialEnterprise, name).through
        keys = [enterprise.pk for enterprise, _ in told]
        through.objects.filter(socialenterprise_id__in=keys).delete()
        through.objects.bulk_create(
            through(socialenterprise_id=enterprise.pk, term_id=self._term(code).pk)
            for enterprise, codes in told
            for code in codes
        )

    def _review(self, enterprise: SocialEnterprise, row: DirectoryImportRow) -> EligibilityReview:
        told = NO_REVIEW | row.before | row.after
        return EligibilityReview(
            enterprise=enterprise,
            state=told["eligibility"],
            examined_on=datetime.date.fromisoformat(told["examined_on"]),
            criteria=told["criteria"],
            evidence=told["evidence"],
            source_url=told["source_url"],
            by=self.by,
        )

    def _examined(self, enterprise: SocialEnterprise, row: DirectoryImportRow) -> AuditEntry:
        """The line of the journal that an examination typed in the portal would leave."""
        before, told = NO_REVIEW | row.before, NO_REVIEW | row.before | row.after
        return AuditEntry(
            actor=self.by,
            action=EXAMINED,
            subject=subject_of(enterprise),
            before={
                "eligibility": before["eligibility"],
                "eligibility_on": before["examined_on"] or None,
            },
            after={
                "eligibility": told["eligibility"],
                "eligibility_on": told["examined_on"],
                "version": enterprise.version,
            },
        )
