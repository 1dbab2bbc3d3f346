"""Whether anything on the Today page may have changed: one cheap query, asked by every poll."""

from datetime import date
from typing import Any

from homevisits.common import sql as engine
from homevisits.people.models import School

from .. import sql


def today_state(school: School, day: date) -> tuple[Any, ...]:
    """Values that differ whenever the page would: compare two of them, read nothing out of them."""
    return engine.rows(sql.today_state(), {"school": school.pk, "day": day})[0]
