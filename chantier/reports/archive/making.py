"""The files of one report: its frozen PDF, and the other forms of its frozen content."""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chantier.lib.files import whole_file
from chantier.reports.exchange.forms import FORMS
from chantier.reports.models import ReportVersion


class DamagedError(Exception):
    """What is kept is not what was submitted."""


def make_files(version: ReportVersion, target: Path) -> None:
    """Make the folder `target`, whole or not at all; one that is there is left as it is.

    Raises DamagedError when the PDF is not the one whose hash was written down.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=".partial-"))
    try:
        for suffix, data in _forms(version):
            with whole_file(draft / f"rapport.{suffix}") as file:
                file.write(data)
        _rename(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _forms(version: ReportVersion) -> Iterator[tuple[str, bytes]]:
    pdf = bytes(version.pdf)
    if hashlib.sha256(pdf).hexdigest() != version.sha256:
        raise DamagedError("Le PDF gardé ne correspond plus à son empreinte.")
    yield "pdf", pdf
    for suffix, form in FORMS.items():
        yield suffix, form.write(version.content)


def _rename(draft: Path, target: Path) -> None:
    """Another worker, taken for dead, may have made the same folder meanwhile."""
    with contextlib.suppress(FileExistsError):
        try:
            os.rename(draft, target)
        except OSError as error:
            if error.errno == errno.ENOTEMPTY:
                raise FileExistsError from error
            raise
