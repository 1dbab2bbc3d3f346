"""The process that opens strangers' files: bytes in on stdin, a line of JSON and the cleaned bytes out on stdout.

Started by isolated.py with an empty environment. It bounds its own memory and time, so that a bomb costs this process and no more.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024  # bytes
SECONDS = 20  # of the processor


def bound() -> None:
    """Bound memory, time and what may be written; where the system cannot, the parent's time limit is left."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))


def package() -> Any:
    """The package that this file lies in, without the project around it: that would load settings and everything else."""
    root = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location("intake", root / "__init__.py", submodule_search_locations=[str(root)])
    assert spec is not None
    assert spec.loader is not None
    found = sys.modules["intake"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def main() -> None:
    """Examine one file."""
    bound()
    intake = package()
    content = sys.stdin.buffer.read(intake.MAX_BYTES + 1)
    try:
        found = intake.examine(content)
    except intake.NotTaken as why:
        said, out = {"says": str(why)}, b""
    else:
        said = {"kind": found.kind, "was": found.was, "pages": found.pages, "width": found.width, "height": found.height}
        out = found.content
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + out)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
