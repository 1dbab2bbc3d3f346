"""A child never outlives its parent, however the parent ended."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
CHECK_EVERY = 1.0  # seconds, where the kernel does not tell


def hold(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send this process the signal once the process `parent` has ended: by the kernel on Linux, by looking once a second elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
    else:
        threading.Thread(target=_watch, args=(parent, number), name="leash", daemon=True).start()
    if os.getppid() != parent:  # it was gone before the leash held
        os.kill(os.getpid(), number)


def _watch(parent: int, number: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_EVERY)
    os.kill(os.getpid(), number)
