"""Archives that no office program writes: refused in words, never in a failure of our own."""

import zipfile

import pytest

from tests.chantier.test_files import archive, refusal
from tests.chantier.test_hostile_files import WORD_PARTS


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_packing_that_no_office_program_uses_is_refused(packing):
    """It may ask for gigabytes, and fails in its own words."""
    assert "malgré son nom" in refusal("a.docx", archive(WORD_PARTS, packing))


def test_a_part_that_starts_before_the_file_is_refused():
    content = bytearray(archive(WORD_PARTS))
    # The size of the directory, in its last record: the archive module counts back from there.
    content[-10:-6] = (int.from_bytes(content[-10:-6], "little") + 8).to_bytes(4, "little")
    assert "malgré son nom" in refusal("a.docx", bytes(content))
