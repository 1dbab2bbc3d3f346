"""Write the table of environment variables in docs/operations.md anew, from the one the product reads."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from homevisits.common.variables import VARIABLES  # noqa: E402

HEAD = "| variable | must | without it | what it is |\n|---|---|---|---|\n"


def row(name: str, demanded: bool, default: str, meaning: str) -> str:
    """One line of the table."""
    return f"| `{name}` | {'yes' if demanded else ''} | {f'`{default}`' if default else ''} | {meaning} |\n"


if __name__ == "__main__":
    file = ROOT / "docs" / "operations.md"
    before = file.read_text().split("| variable |")[0].rstrip("\n")
    rows = [row(each.name, each.demanded, each.default, each.meaning) for each in VARIABLES]
    file.write_text(before + "\n\n" + HEAD + "".join(rows))
