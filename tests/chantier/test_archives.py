"""Archives that people take away: names for any computer, stable bytes, flat memory."""

import io
import tracemalloc
import unicodedata
import zipfile

import pytest

from chantier.lib.archives import Archive, Names, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bilan\u00a0: 2021?.pdf", "Bilan - 2021-.pdf"),
        ("a/b\\c:d*e|f.csv", "a-b-c-d-e-f.csv"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("con", "_con"),
        ("Aux.txt", "_Aux.txt"),
        ("LPT1.pdf", "_LPT1.pdf"),
        ("contrat.pdf", "contrat.pdf"),
        ("fin. ", "fin"),
        ("", "sans nom"),
        (" . ", "sans nom"),
        ("rapport\u202efdp.exe", "rapport fdp.exe"),
        ("deux\nlignes\x00.txt", "deux lignes.txt"),
        (unicodedata.normalize("NFD", "Évaluation.pdf"), "Évaluation.pdf"),
    ],
)
def test_a_name_that_any_computer_takes(text, name):
    assert safe_name(text) == name


@pytest.mark.parametrize("text", ["é" * 300 + ".pdf", "x." + "y" * 300, "con" + " " * 90 + "x"])
def test_a_long_name_is_cut_and_keeps_its_extension(text):
    name = safe_name(text, most=90)
    assert len(name) <= 90
    assert name.endswith(".pdf") == text.endswith(".pdf")


def test_two_files_of_one_folder_never_share_a_name():
    names = Names()
    taken = [names.take(name) for name in ("Bilan.pdf", "bilan.pdf", "bilan (2).pdf", "Bilan.pdf")]
    assert taken == ["Bilan.pdf", "bilan (2).pdf", "bilan (2) (2).pdf", "Bilan (3).pdf"]


def archive(files):
    buffer = io.BytesIO()
    with Archive(buffer) as made:
        members = [made.add(name, io.BytesIO(data), size=len(data)) for name, data in files]
    return buffer.getvalue(), members


def test_the_same_files_make_the_same_bytes(time_machine):
    files = [("été/à.txt", b"oui\n" * 100), ("b.pdf", b"%PDF" * 100)]
    time_machine.move_to("2021-06-15")
    first, _ = archive(files)
    time_machine.move_to("2026-01-01")
    assert archive(files)[0] == first
    with zipfile.ZipFile(io.BytesIO(first)) as opened:
        assert opened.testzip() is None
        assert {entry.filename: entry.compress_type for entry in opened.infolist()} == {
            "été/à.txt": zipfile.ZIP_DEFLATED,
            "b.pdf": zipfile.ZIP_STORED,
        }
        assert opened.read("été/à.txt") == files[0][1]


class Endless(io.RawIOBase):
    """A file of `size` zeros that is nowhere in memory."""

    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def read(self, size=-1):
        given = min(size, self.left)
        self.left -= given
        return bytes(given)


class Sink(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        return len(data)


@pytest.mark.parametrize("name", ["a.pdf", "a.csv"])
def test_a_large_file_goes_through_in_pieces(name):
    size = 64 * 1024 * 1024
    with Archive(Sink()) as made:
        tracemalloc.start()
        member = made.add(name, Endless(size), size=size)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert member.size == size
    assert peak < 4 * 1024 * 1024
