"""Bytes on disk, by their hash."""

import os
import tempfile
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Whole or not at all: written beside, then moved into place. What lies there already is left."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
