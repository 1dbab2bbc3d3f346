"""The demo school's own clock: set to a school morning and let run."""

from datetime import datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from ..models import School

FASTEST = 60


def set_demo_clock(*, school: School, shows: datetime, speed: int = 1, by: Actor, now: datetime) -> School:
    """From the real instant `now` on, the demo school's clock shows `shows` and runs `speed` times as fast (1 to 60).

    `now` is the real time, unlike in other services. Raises BadInput for a school that is not a demo, or an odd speed.
    """
    if not school.is_demo:
        raise BadInput("Only a demo school has a clock of its own.")
    if not 1 <= speed <= FASTEST:
        raise BadInput(f"The clock runs between 1 and {FASTEST} times as fast as a real one.")
    with transaction.atomic():
        school.clock_from, school.clock_shows, school.clock_speed = now, shows, speed
        school.save(update_fields=["clock_from", "clock_shows", "clock_speed"])
        audit.record(
            "people.demo_clock.set", by=by, now=now, school_id=school.pk, object_type="school", object_id=school.pk,
            detail={"shows": shows.isoformat(), "speed": speed},
        )  # fmt: skip
    return school
