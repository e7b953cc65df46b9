"""PDF: no script, no program, nothing that cannot be read.

The reading is done by a process of its own, with little memory and little time: a hostile PDF may
exhaust that one, not the server.
"""

import subprocess
import sys
from pathlib import Path
from typing import IO

from chantier.lib.inspection.refusals import mismatch, refuse

_PROBE = Path(__file__).with_name("pdf_probe.py")
_SECONDS = 15
_AGAIN = "Imprimez-le en PDF, puis joignez la copie."
_REASONS = {
    "javascript": f"contient du JavaScript. {_AGAIN}",
    "launch": f"lance un programme quand on l’ouvre. {_AGAIN}",
    "program": f"contient un programme. {_AGAIN}",
    "attachment": f"contient une pièce jointe qui ne peut pas être vérifiée. {_AGAIN}",
    "password": "est protégé par un mot de passe. Enregistrez-le sans mot de passe, "
    "puis recommencez.",
    "damaged": "est abîmé\u00a0: il ne peut pas être lu. Enregistrez-le de nouveau en PDF, "
    "puis recommencez.",
    "complex": f"est trop complexe pour être vérifié. {_AGAIN}",
}


def check_pdf(file: IO[bytes], name: str) -> None:
    if not file.read(1024).startswith(b"%PDF-"):
        raise mismatch(name, "un PDF")
    file.seek(0)
    verdict = _verdict(file.read())
    if verdict != "sound":
        raise refuse(f"«\u00a0{name}\u00a0» {_REASONS.get(verdict, _REASONS['complex'])}")


def _verdict(content: bytes) -> str:
    """What the probe says in one word; nothing when it was stopped half-way."""
    try:
        answer = subprocess.run(  # noqa: S603 - our own file, no shell, no argument of anybody's
            [sys.executable, "-I", str(_PROBE)],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "complex"
    return answer.stdout.decode("ascii", "replace").strip()
