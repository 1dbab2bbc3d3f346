"""That the engine runs: each task notes when it was knocked and when it had done its work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from homevisits.common import clock

from .models import Heartbeat

Part = Heartbeat.Part


def beat(part: str, real: datetime) -> None:
    """Note that a part ran at the real instant `real`."""
    Heartbeat.objects.bulk_create([Heartbeat(part=part, at=real)], update_conflicts=True, unique_fields=["part"], update_fields=["at"])


@contextmanager
def ran(part: str) -> Iterator[datetime]:
    """Note the knock, hand out its real instant, and note that `part` ran unless what is inside raises."""
    real = clock.now()
    beat(Part.KNOCK, real)
    yield real
    beat(part, clock.now())


def beats() -> dict[str, datetime]:
    """When each part last ran; a part that never did is missing."""
    return dict(Heartbeat.objects.values_list("part", "at"))
