"""What notices of a visit under way say, and how a drill is marked in each of them."""

from ..models import HomeVisit


def names_of(visit: HomeVisit) -> str:
    """Those who go, by name."""
    return " and ".join(visit.members.order_by("pk").values_list("staff__name", flat=True)) or "Staff"


def where_of(visit: HomeVisit) -> str:
    """Where the visit is: its place, or the home as it was when it was planned."""
    return visit.where or str(visit.household)


def about(visit: HomeVisit, code: str) -> str:
    """The code of a notice; a drill's own, so that texts and emails say DRILL too."""
    return f"drill_{code}" if visit.drill else code


def marked(visit: HomeVisit, says: str) -> str:
    """A sentence, marked when it is about a drill."""
    return f"DRILL. {says}" if visit.drill else says
