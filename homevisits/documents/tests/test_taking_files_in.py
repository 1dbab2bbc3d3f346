"""What is taken in, told by content alone: forty hostile files, and what is kept of the harmless ones."""

import hashlib
import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from homevisits.documents import isolated
from homevisits.documents.intake import NotTaken, examine
from homevisits.documents.intake.kinds import Kind, kind_of

from .hostile import HTML, REFUSED, TAKEN, jpeg, pdf, png, png_of


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence(what: str) -> None:
    with pytest.raises(NotTaken) as why:
        examine(REFUSED[what]())
    said = str(why.value)
    assert said.endswith(".")
    assert len(said) < 200
    assert "Traceback" not in said


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_kept_holds_nothing_of_what_was_hidden(what: str) -> None:
    make, kind = TAKEN[what]
    kept = examine(make())
    assert kept.kind == kind
    assert HTML not in kept.content
    assert b"PK\x03\x04" not in kept.content
    assert kind_of(kept.content) == kind


def test_a_photograph_keeps_neither_place_nor_camera_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of a test"  # turned by 90 degrees
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 22.0, 0.0)})
    came = jpeg(80, 40, exif=exif, comment=b"12 Example Road", xmp=b"<x:xmpmeta>Example Road</x:xmpmeta>")
    assert b"Example Road" in came
    kept = examine(came)
    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (40, 80)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    for word in (b"Camera of a test", b"Example Road", b"Exif", b"xmpmeta"):
        assert word not in kept.content


def test_a_large_photograph_is_made_smaller_and_a_small_one_is_not() -> None:
    large, small = examine(jpeg(4200, 2100)), examine(jpeg(300, 200))
    assert (large.width, large.height) == (3000, 1500)
    assert (small.width, small.height) == (300, 200)


def test_heic_is_read_and_kept_as_jpeg() -> None:
    heic = Path(__file__).with_name("tiny.heic").read_bytes()
    kept = examine(heic)
    assert (kept.was, kept.kind) == (Kind.HEIC, Kind.JPEG)
    assert kind_of(kept.content) is Kind.JPEG


def test_heic_is_refused_where_it_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(NotTaken, match="most compatible"):
        examine(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")


def test_a_pdf_is_kept_byte_for_byte() -> None:
    came = pdf(pages=3)
    kept = examine(came)
    assert hashlib.sha256(kept.content).digest() == hashlib.sha256(came).digest()
    assert kept.pages == 3


def test_the_process_apart_says_the_same() -> None:
    """One of each through the real process: taken, refused with its sentence, and stopped by its bounds."""
    kept = isolated.examine(png())
    assert (kept.kind, kept.width) == (Kind.PNG, 40)
    with pytest.raises(NotTaken, match="Only photographs"):
        isolated.examine(HTML)


def test_a_bomb_costs_its_own_process_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import sys; sys.stdin.buffer.read(); x = 'x' * (1 << 60)")
    monkeypatch.setattr(isolated, "_CHILD", child)
    with pytest.raises(NotTaken, match="could not be examined"):
        isolated.examine(png())
    child.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(isolated, "TIME", 0.2)
    with pytest.raises(NotTaken, match="could not be examined"):
        isolated.examine(png())


def test_the_process_apart_gets_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import json, os, sys; sys.stdin.buffer.read()\n"
        "print(json.dumps({'says': ' '.join(k for k in os.environ if 'KEY' in k or 'SECRET' in k) or 'none'}))"
    )
    monkeypatch.setenv("NOTIFY_API_KEY", "canary")
    monkeypatch.setattr(isolated, "_CHILD", child)
    with pytest.raises(NotTaken, match=r"^none$"):
        isolated.examine(png_of(8, 8))
