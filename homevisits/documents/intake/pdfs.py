"""PDFs: kept byte for byte when they only show pages; refused when something in them acts, hides or is too large."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from .errors import NotTaken

MAX_PAGES = 100
MAX_OBJECTS = 50_000
MAX_DEPTH = 60
_AFTER_END = 64  # bytes of blank space that writers leave after the end
# Keys that let a document act, or carry another file: scripts, programs, forms that send, files inside.
_ACTING_KEYS = {
    "/JS": "a script", "/JavaScript": "a script", "/Launch": "a command to start a program", "/EmbeddedFile": "a file inside it",
    "/EmbeddedFiles": "a file inside it", "/AF": "a file inside it", "/RichMedia": "a film or an animation", "/XFA": "a form that acts",
    "/AA": "something that starts by itself",
}  # fmt: skip
_ACTIONS = {
    "/JavaScript": "a script", "/Launch": "a command to start a program", "/SubmitForm": "a form that sends itself",
    "/ImportData": "a form that reads files", "/GoToR": "a link into another file", "/GoToE": "a file inside it",
    "/RichMediaExecute": "a film or an animation", "/Rendition": "a film or an animation", "/Movie": "a film or an animation",
    "/Sound": "a sound",
}  # fmt: skip
_TYPES = {"/EmbeddedFile": "a file inside it", "/Filespec": "a link to a file", "/RichMedia": "a film or an animation",
          "/FileAttachment": "a file inside it", "/Screen": "a film or an animation", "/3D": "a film or an animation"}  # fmt: skip
_PRINT_IT = "Print it and photograph it, or save it as a plain PDF."


def check(content: bytes) -> int:
    """The number of its pages. Raises NotTaken when it is damaged, locked, too long, or more than pages to read."""
    end = content.rfind(b"%%EOF")
    if end < 0 or len(content) - end - 5 > _AFTER_END or content[end + 5 :].strip(b"\r\n \t\x00"):
        raise NotTaken(f"The PDF does not end where a PDF ends: it is damaged, or something else is hidden in it. {_PRINT_IT}")
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise NotTaken(f"The PDF is an archive of files at the same time. {_PRINT_IT}")
    try:
        return _read(content)
    except NotTaken:
        raise
    except Exception as error:  # a parser fails on what is hostile in whatever way it likes
        raise NotTaken(f"The PDF cannot be opened: it is damaged. {_PRINT_IT}") from error


def _read(content: bytes) -> int:
    from pypdf import PdfReader

    reader: Any = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise NotTaken("The PDF is locked with a password. Save it without one first.")
    for seen, each in enumerate(_objects(reader)):
        if seen >= MAX_OBJECTS:
            raise NotTaken(f"The PDF is made of too many parts. {_PRINT_IT}")
        found = _acts(each)
        if found:
            raise NotTaken(f"The PDF holds {found}. {_PRINT_IT}")
    pages = len(reader.pages)
    if not 1 <= pages <= MAX_PAGES:
        raise NotTaken(f"The PDF has {pages} pages; 1 to {MAX_PAGES} are taken.")
    return pages


def _objects(reader: Any) -> Iterator[Any]:
    """Every dictionary of the file, also those that nothing points to: the table of each, and what lies in streams of objects."""
    yield from _inside(reader.trailer, 0)
    for generation, table in reader.xref.items():
        for number in list(table):
            if generation != 65535:
                yield from _inside(_one(reader, number, generation), 0)
    for number in list(reader.xref_objStm):
        yield from _inside(_one(reader, number, 0), 0)


def _one(reader: Any, number: int, generation: int) -> Any:
    from pypdf.generic import IndirectObject

    return reader.get_object(IndirectObject(number, generation, reader))


def _inside(value: Any, depth: int) -> Iterator[Any]:
    """The dictionaries directly in an object; what it points to is an object of its own."""
    from pypdf.generic import ArrayObject, DictionaryObject

    if depth > MAX_DEPTH:
        raise NotTaken(f"The PDF is nested too deeply. {_PRINT_IT}")
    if isinstance(value, DictionaryObject):
        yield value
        for key in list(value):
            yield from _inside(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for each in list.__iter__(value):
            yield from _inside(each, depth + 1)


def _acts(found: Any) -> str:
    """What a dictionary would do, in words; empty for one that only shows."""
    for key, words in _ACTING_KEYS.items():
        if key in found:
            return words
    if str(found.get("/S", "")) in _ACTIONS and "/K" not in found:
        return _ACTIONS[str(found.get("/S"))]
    for key in ("/Type", "/Subtype"):
        if str(found.raw_get(key) if key in found else "") in _TYPES:
            return _TYPES[str(found.raw_get(key))]
    return ""
