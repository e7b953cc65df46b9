"""The files of all the reports, and the evidence that goes with them, put in one ZIP."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from chantier.lib.archives import Archive, Names, digest_of, safe_name
from chantier.lib.files import whole_file
from chantier.reports.acts.batch_steps import go_on, note_packed
from chantier.reports.archive import places
from chantier.reports.archive.evidence import shared_evidence
from chantier.reports.archive.manifest import Manifest, about_version, owner_of
from chantier.reports.archive.together import Source, write_tables
from chantier.reports.coverage import coverage_of
from chantier.reports.models import (
    JUDGEMENTS,
    BatchItem,
    ReportBatch,
    ReportEvent,
    ReportVersion,
)
from measures.models import Evidence
from members.models import Organization

# With the names of the folders above them, no path is longer than 180 characters.
_FOLDER, _FILE = 60, 90
_State = BatchItem.State
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Packed:
    """An archive that is written, and the keys of the evidence in it, links among them."""

    path: Path
    evidence_keys: list[int]


class _Packing:
    """One archive on its way, with what is to be told of it."""

    def __init__(self, batch: ReportBatch, archive: Archive) -> None:
        self.batch = batch
        self.work = places.work_of(batch)
        self.manifest = Manifest(batch, coverage_of(batch.cycle))
        self._archive = archive
        self._folders = Names()
        self._sources: list[Source] = []
        self.evidence_keys: list[int] = []

    def add_item(self, item: Any) -> None:
        """The files of a report, then its evidence, as it is shared at this very moment."""
        version = item.version
        organization = version.report.organization
        if item.state == _State.FAILED:
            self.manifest.leave_out(owner_of(organization), "report", "", item.problem)
            return
        folder = "chantier"
        if organization:
            folder = self._folders.take(safe_name(organization.slug, most=_FOLDER))
            folder = f"organisations/{folder}"
        made = places.folder_of(self.batch, item.pk)
        content = json.loads((made / "rapport.json").read_bytes())
        # As it was called when the report was submitted.
        owner = content["owner"] if organization else owner_of(None)
        about = about_version(version, owner=owner, judged=item.judged)
        stem = f"{folder}/{_report_name(version, self.batch.cycle.label)}"
        for path in sorted(made.iterdir()):
            self._add(path, f"{stem}{path.suffix}", path.suffix.lstrip("."), about)
        if organization:
            self._sources.append(Source(owner, version.number, made / "rapport.json"))
            self._add_evidence(organization, content, folder, about)

    def _add(self, path: Path, name: str, kind: str, about: Mapping[str, Any] = _NOTHING) -> None:
        with path.open("rb") as file:
            member = self._archive.add(name, file, size=path.stat().st_size)
        self.manifest.add(member, kind, **about)

    def _add_evidence(
        self,
        organization: Organization,
        content: Mapping[str, Any],
        folder: str,
        about: Mapping[str, Any],
    ) -> None:
        names, links = Names(), []
        for piece in shared_evidence(organization, content):
            self.evidence_keys.append(piece.pk)
            if piece.kind == Evidence.Kind.LINK:
                links.append(f"{piece.title}\n{piece.url}\n")
            else:
                self._add_piece(piece, f"{folder}/preuves", names, about)
        if links:
            data = "\n".join(links).encode()
            path = f"{folder}/preuves/{names.take('liens.txt')}"
            member = self._archive.add(path, io.BytesIO(data), size=len(data))
            self.manifest.add(member, "links", **about)

    def _add_piece(
        self, piece: Evidence, folder: str, names: Names, about: Mapping[str, Any]
    ) -> None:
        owner = about["organization"]
        try:
            with piece.file.open("rb") as file:
                if digest_of(file) != piece.sha256:
                    reason = "Le fichier gardé ne correspond plus à son empreinte."
                    self.manifest.leave_out(owner, "evidence", piece.title, reason)
                    return
                file.seek(0)
                name = names.take(safe_name(piece.file_name, most=_FILE))
                member = self._archive.add(f"{folder}/{name}", file, size=piece.size)
        except FileNotFoundError:
            reason = "Le fichier manque sur le serveur."
            self.manifest.leave_out(owner, "evidence", piece.title, reason)
            return
        joined_on = timezone.localdate(piece.created_at)
        self.manifest.add(
            member, "evidence", **{**about, "title": piece.title, "joined_on": joined_on}
        )

    def close(self) -> None:
        """What tells of the whole comes last, and stands at the top."""
        tables = write_tables(
            self._sources,
            self.work,
            label=self.batch.cycle.label,
            before_each=lambda: go_on(self.batch),
        )
        for path in tables:
            self._add(path, f"ensemble/{path.name}", "together")
        path = self.manifest.write_read_me(self.work)
        self._add(path, path.name, "read_me")
        path = self.manifest.write(self.work)
        with path.open("rb") as file:
            manifest = self._archive.add(path.name, file, size=path.stat().st_size)
        path = self.manifest.write_sums(self.work, manifest)
        with path.open("rb") as file:
            self._archive.add(path.name, file, size=path.stat().st_size)


def pack(batch: ReportBatch) -> Packed:
    """Write the archive in the folder of work; five queries for each report.

    StoppedError when the batch is cancelled meanwhile.
    """
    # Its own name: another worker, taken for dead, may be at the same archive.
    path = places.work_of(batch) / f"{uuid.uuid4().hex}.zip"
    with whole_file(path) as file, Archive(file) as archive:
        packing = _Packing(batch, archive)
        name = F("version__report__organization__sort_name").asc(nulls_first=True)
        keys = batch.items.order_by(name, "pk").values_list("pk", flat=True)
        for number, pk in enumerate(list(keys), 1):
            packing.add_item(_item(pk))
            note_packed(batch, number)
        packing.close()
    return Packed(path, packing.evidence_keys)


def _item(pk: int) -> Any:
    """Without the PDF and the content, which lie in the folder of work; with `judged`."""
    judgements = ReportEvent.objects.filter(version=OuterRef("version"), kind__in=JUDGEMENTS)
    return (
        BatchItem.objects.select_related("version__report__organization")
        .defer("version__pdf", "version__content")
        .annotate(judged=Subquery(judgements.order_by("-at", "-pk").values("kind")[:1]))
        .get(pk=pk)
    )


def _report_name(version: ReportVersion, label: str) -> str:
    organization = version.report.organization
    owner = organization.slug[:_FOLDER] if organization else "chantier"
    return f"rapport-{owner}-{label}-version-{version.number}"
