"""One child of the supervisor, on its leash: `python -m homevisits.supervisor.child PARENT MODULE ARGUMENT...`."""

import runpy
import sys

from homevisits.supervisor import leash


def main() -> None:
    """Hold the leash, then become the module as `python -m` would run it."""
    parent, module, *arguments = sys.argv[1:]
    leash.hold(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
