"""The virus scanner: a command of the school's server, asked about each file that is taken in."""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from .models import Attachment

TIME = 25  # seconds: within what a person waits for a page, and a worker for a knock
_FOUND = 1  # the exit code of clamscan and clamdscan when they find something; 0 is clean, anything else a failure


@dataclass(frozen=True)
class Scanned:
    """What the scanner said of a file."""

    state: str
    says: str = ""


def command() -> list[str]:
    """SCAN_COMMAND as its words, the program by its full path; empty where none is set."""
    words = shlex.split(os.environ.get("SCAN_COMMAND", ""))
    return [shutil.which(words[0]) or words[0], *words[1:]] if words else []


def scan(content: bytes) -> Scanned:
    """Ask the scanner about these bytes, which it reads from stdin. Without a scanner it is said that nothing was scanned.

    A scanner that fails or does not answer leaves the file waiting: it is asked again, and nobody reads the file before.
    """
    words = command()
    if not words:
        return Scanned(Attachment.Scan.NOT_SCANNED)
    try:
        done = subprocess.run(  # noqa: S603  # the administrator's own command, no shell
            words, input=content, capture_output=True, timeout=TIME, check=False, env={"PATH": os.defpath}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Scanned(Attachment.Scan.WAITING, type(error).__name__)
    said = " ".join(done.stdout.decode("utf-8", "replace").split())[:200]
    if done.returncode == 0:
        return Scanned(Attachment.Scan.CLEAN)
    if done.returncode == _FOUND:
        return Scanned(Attachment.Scan.QUARANTINED, said)
    return Scanned(Attachment.Scan.WAITING, f"The scanner ended with {done.returncode}")
