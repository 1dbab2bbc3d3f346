"""A secret key for a machine that was given none: made once, kept beside the database, never in the project."""

import os
import secrets
from pathlib import Path


def local_secret(folder: Path) -> str:
    """The key kept in `folder`, made on first use and readable by its owner alone.

    Two processes that start at once agree: whoever links the file first wins.
    """
    file = folder / "secret.key"
    if not file.exists():
        draft = folder / f"secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()
