"""Pictures: decoded to the last pixel, and nothing else hidden in the file."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from PIL import Image, ImageFile

from chantier.lib.inspection.refusals import mismatch, refuse

MAX_PIXELS = 40_000_000
# What a browser takes for a page or a script, wherever it stands in the file. Long enough never to
# come up by chance among pixels.
_PAGES = (b"<!doctype", b"<script", b"<html>", b"<html ", b"<?php")


_lock = threading.Lock()


@contextmanager
def _to_the_last_pixel() -> Iterator[None]:
    """Half a picture is an error, even where WeasyPrint has told Pillow to make do with it."""
    with _lock:
        lenient = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def check_image(kind: str) -> Callable[[IO[bytes], str], None]:
    """A check that a file is a picture of this kind of Pillow's."""

    def check(file: IO[bytes], name: str) -> None:
        too_large = refuse(
            f"«\u00a0{name}\u00a0» est une image trop grande\u00a0: "
            "40\u00a0millions de pixels au plus."
        )
        try:
            with Image.open(file, formats=[kind]) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise too_large
                image.verify()
            file.seek(0)
            # A verified image must be opened again to be read; a header alone proves nothing.
            with _to_the_last_pixel(), Image.open(file, formats=[kind]) as image:
                image.load()
        except Image.DecompressionBombError as error:
            raise too_large from error
        except (OSError, SyntaxError, ValueError) as error:
            raise mismatch(name, f"une image {kind}") from error
        _refuse_passengers(file, name)

    return check


def _refuse_passengers(file: IO[bytes], name: str) -> None:
    """A picture that is also an archive or a page is one file under two names."""
    file.seek(0)
    content = file.read().lower()
    if zipfile.is_zipfile(file) or any(sign in content for sign in _PAGES):
        raise refuse(
            f"«\u00a0{name}\u00a0» cache autre chose qu’une image. "
            "Ouvrez-la, enregistrez-la de nouveau, puis recommencez."
        )
