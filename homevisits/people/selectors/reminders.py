"""What was reminded of already."""

from datetime import date

from ..models import RegisterReminder, School


def reminded_of(school: School) -> set[tuple[str, int, date, bool]]:
    """The entries of the staff registers that were reminded of: (register, row, its last day, whether it had expired)."""
    rows = RegisterReminder.objects.filter(school=school)
    return set(rows.values_list("register", "row", "due_on", "expired"))
