"""What arrives with a form: bounded while it arrives, before anything looks at it."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.datastructures import MultiValueDict

MOST = 64 * 1024 * 1024  # bytes a file; each form has a smaller bound of its own, with its sentence
_MARK = "_too_large"


class Bounded(FileUploadHandler):
    """Drops a file that goes on and on, so that it fills neither memory nor disk; `too_large` tells the form."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None) -> None:
        """Nothing has arrived yet."""
        self.dropped: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Another file begins."""
        super().new_file(*args, **kwargs)
        self.arrived = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on to the next handler until it is too much."""
        self.arrived += len(raw_data)
        if self.arrived > MOST:
            self.dropped.append(self.field_name or "")
            if self.request is not None:
                self.request.META[_MARK] = self.dropped
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""


class Marked(MultiValueDict[str, Any]):
    """The files of a request, with the names of those that were dropped."""

    dropped: frozenset[str] = frozenset()


def files_of(request: Any) -> Marked:
    """`request.FILES`, which remembers what was dropped for its size."""
    found = Marked(request.FILES.copy())
    found.dropped = frozenset(request.META.get(_MARK, ()))
    return found


def too_large(files: Any, name: str) -> bool:
    """Whether the file of this field was dropped because of its size."""
    return name in getattr(files, "dropped", ())
