"""Taking in what people upload: what a file is by its content, cleaned, or a sentence why it is not taken. Pure: bytes in, bytes out.

Nothing here imports the project, so that `child` can run it in a process of its own, without its secrets (isolated.py).
"""

from .examine import Cleaned, NotTaken, examine
from .kinds import MAX_BYTES, Kind

__all__ = ["MAX_BYTES", "Cleaned", "Kind", "NotTaken", "examine"]
