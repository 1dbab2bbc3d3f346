"""Version numbers: 1.0 first, 1.1 after changed settings, 2.0 at a review or with another preset."""

from homevisits.people.models import School, Trust


def parts(number: str) -> tuple[int, int]:
    """`1.10` as (1, 10), so that it sorts after 1.9."""
    major, _, minor = number.partition(".")
    return int(major), int(minor or 0)


def next_minor(owner: School | Trust) -> str:
    """The number after a change of settings."""
    major, minor = _last(owner)
    return f"{major}.{minor + 1}" if major else "1.0"


def next_major(owner: School | Trust) -> str:
    """The number at a review, for another preset, or for the first version."""
    return f"{_last(owner)[0] + 1}.0"


def _last(owner: School | Trust) -> tuple[int, int]:
    return max((parts(number) for number in owner.policy_versions.values_list("number", flat=True)), default=(0, 0))
