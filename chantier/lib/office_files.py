"""Spreadsheets and documents that are the same bytes whenever they are written. Knows no app.

Both are archives, where the libraries that write them note the time of the writing.
"""

import datetime
import io
import re
import zipfile

# The first that an archive can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*")


def settled(data: bytes, day: datetime.date) -> bytes:
    """The same file, made and changed on `day` as far as it says."""
    stamp = rb"\g<1>" + f"{day.isoformat()}T12:00:00Z".encode()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as written,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in written.namelist():
            part = written.read(name)
            if name == _PROPERTIES:
                part = _MODIFIED.sub(stamp, part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            archive.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
