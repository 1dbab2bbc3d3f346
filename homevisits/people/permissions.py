"""The matrix as `rules`: `{% test_rule "release_hold" user school as ok %}` in a template, `rules.test_rule(…)` in Python.

Rules and not Django permissions, because Django gives a superuser every permission: whoever runs the server is not a headteacher.
"""

from rules.predicates import Predicate, predicate
from rules.rulesets import add_rule

from .access import may, today_of
from .matrix import ACTS
from .models import School, Staff


def may_do(act: str) -> Predicate:
    """A predicate over (staff, school): whether the person may do `act` there today."""

    def holds(staff: object, school: object) -> bool:
        return isinstance(staff, Staff) and isinstance(school, School) and may(staff, school, act, today_of(school))

    made: Predicate = predicate(holds, name=f"may {act}")  # type: ignore[no-untyped-call]
    return made


for _act in ACTS:
    add_rule(_act, may_do(_act))  # type: ignore[no-untyped-call]
