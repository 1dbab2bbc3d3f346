"""References by which staff and the safeguarding team speak of a concern: drawn by lot, without letters that look alike. Pure."""

import secrets

_LETTERS = "ABCDEFGHJKMNPQRTUVWXY346789"


def new_reference() -> str:
    """Seven characters and a hyphen, `KXR-94MT`: it says nothing, not even how many there are."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(7))
    return f"{drawn[:3]}-{drawn[3:]}"
