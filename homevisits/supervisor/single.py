"""Only one start at a time on a data folder, and only on a port that is free."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from homevisits.common.errors import BadInput


@contextmanager
def only_one(file: Path, address: str) -> Iterator[None]:
    """Hold the lock on `file` for the block. The kernel lets it go however the process ends, so no stale lock can be left.

    Raises BadInput when another process holds it.
    """
    with open(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput(f"Home Visits is already running here{_who(lock.read())}. Stop it there first, with Ctrl-C.") from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        yield


def _who(written: str) -> str:
    try:
        holder = json.loads(written)
        return f", at {holder['address']} (process {holder['pid']})"
    except (ValueError, KeyError, TypeError):
        return ""


def need_free(host: str, port: int) -> None:
    """Raise BadInput with a sentence unless `host`:`port` can be listened on."""
    try:
        family, kind, proto, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise BadInput(f"HOST={host} is no address of this machine.") from None
    with closing(socket.socket(family, kind, proto)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(place)
        except PermissionError:
            raise BadInput(f"This account may not listen on port {port}. Use one above 1023: make run PORT=8000") from None
        except OSError:
            raise BadInput(f"Port {port} is taken by another program. Use another one: make run PORT={port + 1}") from None


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False
