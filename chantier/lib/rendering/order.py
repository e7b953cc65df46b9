"""What is asked of the process that draws: the page, the files to put inside, its share of memory.

Bytes travel as they are, after a header that says how many there are.
"""

import datetime
import json
from dataclasses import dataclass
from typing import Any, Self

from chantier.lib.pdf_archive import Attachment
from chantier.lib.rendering.frames import packed, read_part

# Half a character has no encoding of its own, and a text may hold one: it is drawn as « ? ».
_HALVES = "surrogatepass"


@dataclass(frozen=True)
class Order:
    """`megabytes` is all that the process may use, of which the engine alone takes eighty."""

    html: str
    attachments: tuple[Attachment, ...]
    megabytes: int

    def packed(self) -> bytes:
        header = {
            "megabytes": self.megabytes,
            "attachments": [_described(attachment) for attachment in self.attachments],
        }
        contents = (attachment.content for attachment in self.attachments)
        return packed([json.dumps(header).encode(), self.html.encode("utf-8", _HALVES), *contents])

    @classmethod
    def read(cls, descriptor: int) -> Self:
        """Wait for one; raises EOFError when the other side is gone."""
        header = json.loads(read_part(descriptor))
        html = read_part(descriptor).decode("utf-8", _HALVES)
        attachments = tuple(
            Attachment(
                **described | {"dated": datetime.datetime.fromisoformat(described["dated"])},
                content=read_part(descriptor),
            )
            for described in header["attachments"]
        )
        return cls(html, attachments, header["megabytes"])


def _described(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "mime_type": attachment.mime_type,
        "description": attachment.description,
        "relationship": attachment.relationship,
        "dated": attachment.dated.astimezone(datetime.UTC).isoformat(),
    }
