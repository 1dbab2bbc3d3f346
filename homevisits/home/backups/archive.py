"""The archive: a tar with `manifest.json` first, then the database and the documents, each with its SHA-256."""

import hashlib
import hmac
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

MANIFEST, MEDIA = "manifest.json", "media/"
FORMAT = 1


class Unfit(Exception):
    """A backup that cannot be made or taken; the message is the sentence for whoever looks after the server."""


@dataclass
class Manifest:
    """What the archive holds. `counts`: rows of each table; `files`: SHA-256 of each file in the archive."""

    taken_at: str
    engine: str
    database: str
    counts: dict[str, int]
    files: dict[str, str]
    versions: dict[str, str]
    key: str
    migrations: list[str] = field(default_factory=list)
    format: int = FORMAT

    def as_json(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def key_mark(key: str) -> str:
    """Tells whether two installations have the same SECRET_KEY, without giving it away."""
    return hmac.new(key.encode(), b"home visits backup", hashlib.sha256).hexdigest()[:16]


def has_key(manifest: Manifest) -> bool:
    """Whether the key of the backup is this installation's, or one of its former ones."""
    return manifest.key in {key_mark(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]}


def sha256(source: IO[bytes]) -> str:
    """The hash of a file that is open for reading."""
    digest = hashlib.sha256()
    while block := source.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def hashed(file: Path) -> str:
    """The hash of a file."""
    with file.open("rb") as source:
        return sha256(source)


def read(archive: Path) -> Manifest:
    """The manifest. Raises Unfit for anything that is no archive of ours."""
    try:
        with tarfile.open(archive, "r:") as tar:
            first = tar.next()
            source = tar.extractfile(first) if first and first.name == MANIFEST else None
            given: dict[str, Any] = json.loads(source.read()) if source else {}
        manifest = Manifest(**given)
    except (OSError, tarfile.TarError, ValueError, TypeError) as error:
        raise Unfit(f"{archive} is not a backup of Home Visits, or it is damaged.") from error
    if manifest.format != FORMAT:
        raise Unfit(f"{archive} was made by a version whose backups this one cannot read.")
    return manifest


def unpacked(archive: Path, manifest: Manifest, folder: Path) -> Iterator[str]:
    """Lay the files of the archive into `folder`, name by name. Raises Unfit when one is missing, altered, or not in the manifest."""
    left = dict(manifest.files)
    try:
        with tarfile.open(archive, "r:") as tar:
            for entry in tar:
                if entry.name != MANIFEST:
                    _lay(tar, entry, folder, left.pop(entry.name, None), archive)
                    yield entry.name
    except tarfile.TarError as error:
        raise Unfit(f"{archive} is damaged: it cannot be read to its end.") from error
    if left:
        raise Unfit(f"{archive} is damaged: {', '.join(sorted(left)[:3])} is missing.")


def _lay(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path, wanted: str | None, archive: Path) -> None:
    target, source = folder / entry.name, tar.extractfile(entry) if entry.isfile() else None
    # A name with dots would leave the folder.
    if wanted is None or source is None or not target.resolve().is_relative_to(folder.resolve()):
        raise Unfit(f"{archive} holds {entry.name}, of which its list knows nothing.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as out:
        while block := source.read(1 << 20):
            out.write(block)
    if hashed(target) != wanted:
        raise Unfit(f"{archive} is damaged: {entry.name} is not as it was written.")
