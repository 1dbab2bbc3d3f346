"""For the demo school: a complaint to look into, a warning about a home that has expired and one to look at again, a screen on a wall."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from homevisits.common.clock import local_day
from homevisits.people.access import staff_with_role
from homevisits.people.models import Display, Pupil, Role, School, Staff
from homevisits.people.services.displays import make_display
from safeguarding.models import Complaint
from safeguarding.services.complaints import receive_complaint
from safeguarding.services.warnings import warn

THE_YEAR_BEFORE = timedelta(days=300)


def begin_staff_matters(*, school: School, pupils: Sequence[Pupil], now: datetime) -> None:
    """Once for a school that has the people for it. The screen's address is shown to nobody: make another to try one."""
    day = local_day(now)
    office = staff_with_role(school, Role.OFFICE_ADMIN, day).first()
    dsl = staff_with_role(school, Role.DSL, day).first()
    done = Complaint.objects.filter(school=school).exists() or Display.objects.filter(school=school).exists()
    if office is None or dsl is None or len(pupils) < 2 or done:
        return
    make_display(school=school, name="Staff room", by=office, now=now)
    _warnings(pupils, dsl, now)
    receive_complaint(
        school=school, received_on=day - timedelta(days=4), how="telephone", from_whom=f"The father of {pupils[0].first_name}",
        says="They came at a quarter past five, when we had agreed four o’clock, and nobody rang to say so.", token=uuid4(), by=office,
        now=now - timedelta(days=4),
    )  # fmt: skip


def _warnings(pupils: Sequence[Pupil], dsl: Staff, now: datetime) -> None:
    """Given in the year before, so that one has expired and one has had its time."""
    then = now - THE_YEAR_BEFORE
    day = local_day(then)
    warn(
        household=pupils[0].household, about="infection", says="Chickenpox in the family.", source="The family, by telephone",
        expires_on=day + timedelta(days=14), by=dsl, now=then,
    )  # fmt: skip
    warn(
        household=pupils[1].household, about="animals", says="A large dog is loose in the yard: ring before the gate is opened.",
        source="A visit last winter", by=dsl, now=then,
    )  # fmt: skip
