"""HTML to PDF. Nothing is fetched but the project's own static files, and what takes too long is given up (reliability R21).

The work is done by a process that is kept warm: starting one for each letter would cost more than the letter. It can be killed in the
middle, which a thread cannot. It ends with this one, and after some hundred documents another takes its place.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from . import child
from .child import BASE, NotOurs

__all__ = ["BASE", "LIMIT", "NotOurs", "PdfUnavailable", "TooSlow", "render_pdf", "static_file"]
LIMIT = 30.0  # seconds for one document; a letter takes a third of one
STARTING = 60.0  # seconds for the process to be ready, on a machine that is busy with something else
DOCUMENTS = 300  # that one process makes, before another takes its place
AT_ONCE = 2  # processes


class PdfUnavailable(Exception):
    """The PDF cannot be made on this machine; the message is the sentence for the user."""


class TooSlow(PdfUnavailable):
    """Making the document took longer than its limit."""


MISSING = (
    "PDFs cannot be made on this server: the Pango library is missing. Install it "
    "(on Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0) and try again."
)


def static_file(url: str) -> Path:
    """The project's own static file that `url` names. Raises NotOurs for any other address, however it is spelt."""
    return child.file_of(url, settings.STATIC_URL, roots())


def roots() -> list[Path]:
    """Where static files stand: in the source first, then where they were collected."""
    return [*(Path(folder) for folder in settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT)]


def render_pdf(html: str, *, draft: bool = False, limit: float = LIMIT) -> bytes:
    """`html` as a tagged, accessible PDF (PDF/UA) with the language and the title that its `<html lang>` and `<title>` give.

    Addresses are resolved below `BASE`; only the project's own static files are read, anything else is left out of the document. A draft
    says so across every page. Raises PdfUnavailable with a sentence where Pango is missing, or after `limit` seconds (TooSlow).
    """
    asked = {"html": html, "draft": draft, "prefix": settings.STATIC_URL, "roots": [str(root) for root in roots()]}
    return _POOL.ask(json.dumps(asked).encode(), limit)


class _Worker:
    """One process that makes PDFs. Used by one thread at a time."""

    def __init__(self) -> None:
        # -P: the folder of the program is no place to import from; a module of ours there would hide one of Python's.
        command = [sys.executable, "-P", str(Path(child.__file__))]
        self.made = 0
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (our own file)
        if self._receive(STARTING)[0] == child.NO_PANGO:
            self.end()
            raise PdfUnavailable(MISSING)

    def ask(self, request: bytes, limit: float) -> bytes:
        """The PDF. Raises TooSlow and ends the process when it takes longer."""
        assert self._process.stdin
        self.made += 1
        with suppress(OSError):  # it is gone: what comes next says so
            child.send(self._process.stdin, child.REQUEST, request)  # type: ignore[arg-type]  # Popen's pipes are binary
        kind, body = self._receive(limit)
        if kind == child.FAULT:
            raise RuntimeError(f"The document could not be made: {body.decode()}")
        return body

    def _receive(self, limit: float) -> tuple[bytes, bytes]:
        assert self._process.stdout
        late = threading.Timer(limit, self._process.kill)
        late.daemon = True
        late.start()
        try:
            return child.receive(self._process.stdout)  # type: ignore[arg-type]  # as above
        except EOFError as error:
            said = f"The document took longer than {limit:g} seconds to make and was given up. Make it shorter, or try again later."
            raise TooSlow(said) if not late.is_alive() else PdfUnavailable("The document could not be made. Try again.") from error
        finally:
            late.cancel()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


class _Pool:
    """A few warm processes, each made when it is first wanted."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the processes: after a fork they are the parent's."""
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(AT_ONCE):
            self._idle.put(None)

    def ask(self, request: bytes, limit: float) -> bytes:
        """Have a document made by the next process that is free. Raises TooSlow when none is within `limit`."""
        try:
            worker = self._idle.get(timeout=limit)
        except queue.Empty:
            raise TooSlow("Too many documents are being made at once. Try again in a minute.") from None
        try:
            worker = worker or _Worker()
            pdf = worker.ask(request, limit)
        except BaseException:
            if worker is not None:
                worker.end()
            self._idle.put(None)
            raise
        if worker.made >= DOCUMENTS:
            worker.end()
            worker = None
        self._idle.put(worker)
        return pdf


_POOL = _Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOL.reset)
