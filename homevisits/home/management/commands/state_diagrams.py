"""`manage.py state_diagrams`: draw the state tables into docs/states."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from homevisits.home.state_diagrams import drawings, markdown


class Command(BaseCommand):
    """Write a page a state table."""

    help = "Draw the state tables of visits, cases and messages into docs/states."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pages anew."""
        folder = settings.BASE_DIR / "docs" / "states"
        folder.mkdir(parents=True, exist_ok=True)
        for drawing in drawings():
            (folder / f"{drawing.name}.md").write_text(markdown(drawing), encoding="utf-8")
            self.stdout.write(f"docs/states/{drawing.name}.md")
