"""The migrated empty SQLite database that tests copy: migrating anew takes most of a short run's time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def template() -> Path:
    """The file, made in a process of its own when the migrations have changed; the one that rehearsals keep."""
    code = "import django; django.setup(); from homevisits.rehearsal.throwaway import migrated_template; print(migrated_template())"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
    made = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return Path(made.stdout.split()[-1])


def put_into(folder: Path) -> None:
    """Lay the migrated database into a folder for data, so that a `migrate` there has nothing to do."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template(), folder / "homevisits.sqlite3")
