#!/usr/bin/env python
"""The command line of Home Visits."""

import os
import sys


def main() -> None:
    """Run a command; what is wrong with the environment is a few lines, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homevisits.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
