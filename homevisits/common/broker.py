"""The door bell: how knocks reach the worker when there is no Redis, and how long a knock is worth anything."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab, schedule


def folders(base: Path) -> dict[str, Any]:
    """Options of kombu's `filesystem://` transport, with its folders made below `base`."""
    places = {"data_folder_in": "queue", "data_folder_out": "queue", "processed_folder": "done", "control_folder": "control"}
    for name in set(places.values()):
        (base / name).mkdir(parents=True, exist_ok=True)
    return {key: str(base / name) for key, name in places.items()} | {"store_processed": False}


def expiring(beat: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The beat table with knocks that expire when the next one is due, so that they don't pile up while no worker runs."""
    return {
        name: {**entry, "options": {"expires": lifetime(entry["schedule"]), **entry.get("options", {})}} for name, entry in beat.items()
    }


def lifetime(every: schedule | timedelta | float) -> float:
    """Seconds a knock stays good: its interval, and ten minutes for one at a time of day."""
    if isinstance(every, crontab):
        return 600
    if isinstance(every, schedule):
        every = timedelta(seconds=every.seconds)
    return every.total_seconds() if isinstance(every, timedelta) else float(every)
