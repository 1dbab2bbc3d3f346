"""Reading the environment by the table of `variables.py`.

A wrong one stops the start with its name and a hint; so does one that a real installation must set and did not.
The table of docs/operations.md is held to this one by a test.
"""

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from .variables import TRUE, VARIABLES, Variable

TABLE = {variable.name: variable for variable in VARIABLES}


def read(given: Mapping[str, str]) -> environ.Env:
    """The environment with the table's defaults; an empty value counts as not given.

    Raises ImproperlyConfigured, with a line for each fault, when anything is wrong.
    """
    stop_at(faults(given))
    env = environ.Env()
    env.ENVIRON = {**{row.name: row.default for row in VARIABLES}, **{name: value for name, value in given.items() if value}}
    return env


def stop_at(found: list[str]) -> None:
    """Raise ImproperlyConfigured with the sentences, if there are any; a command ends with them, without a traceback."""
    if not found:
        return
    said = "Home Visits cannot start:\n" + "\n".join(f"  {sentence}" for sentence in found)
    if Path(sys.argv[0]).name == "manage.py":
        raise SystemExit(said)
    raise ImproperlyConfigured(said)  # servers tell a start that failed by it


def faults(given: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that cannot be right, and for each that is ours by name but not known."""
    found = [
        f"{row.name}={_shown(row, given[row.name])}: {hint}."
        for row in VARIABLES
        if given.get(row.name) and (hint := row.check(given[row.name]))
    ]
    for name in given:
        if name.startswith("HOMEVISITS_") and name not in TABLE:
            close = difflib.get_close_matches(name, TABLE, n=1)
            found.append(f"{name} is no variable of Home Visits" + (f"; is it {close[0]}?" if close else "."))
    return found


def unfit_for_children(given: Mapping[str, str]) -> list[str]:
    """What keeps this environment from serving a real school: what is not set, or not safe. Empty for a demo or a developer."""
    if is_on(given.get("HOMEVISITS_DEMO", "")) or is_on(given.get("DEBUG", "")):
        return []
    found = [f"{row.name} is not set. {row.meaning}." for row in VARIABLES if row.demanded and not given.get(row.name)]
    base = given.get("BASE_URL", "")
    if base and not base.startswith("https://"):
        found.append(f"BASE_URL={base}: a real installation is reached by https://.")
    names = [name.strip() for name in given.get("ALLOWED_HOSTS", "").split(",")]
    host = urlsplit(base).hostname or ""
    if base and names != [""] and host not in names and not any(name.startswith(".") and host.endswith(name) for name in names):
        found.append(f"ALLOWED_HOSTS does not name {host}, the host of BASE_URL.")
    if "*" in names:
        found.append("ALLOWED_HOSTS=*: name the hosts; with * anybody's name would do.")
    if found:
        found.append("For a demo on this machine say HOMEVISITS_DEMO=1, or make run.")
    return found


def is_on(value: str) -> bool:
    """Whether a flag says yes."""
    return value.lower() in TRUE


def _shown(row: Variable, value: str) -> str:
    """The value, unless it may hold a password."""
    return "…" if row.name.startswith("SECRET_KEY") or "@" in value else value
