"""Concerns of the demo school as they stand on its morning: one that nobody has taken up, one that is worked on."""

from datetime import datetime, timedelta

from homevisits.common.clock import local_day
from homevisits.people.models import Pupil, School, Staff
from safeguarding.services.concern_decisions import add_action, decide
from safeguarding.services.concern_work import take_up
from safeguarding.services.concerns import Mark, raise_concern


def begin_concerns(*, school: School, now: datetime) -> None:
    """Two concerns, by the services that the pages use. Only where the demo's own people are there."""
    people = {
        person.email.partition("@")[0]: person for person in Staff.objects.filter(email__endswith="@demo.example", roles__school=school)
    }
    pupils = list(Pupil.objects.filter(school=school, concerns=None, visit_pupils=None, cases=None).order_by("-pk")[:2])
    if not {"teacher.3a", "assistant", "deputydsl"} <= people.keys() or len(pupils) < 2:
        return
    _worked_on(school, pupils[0], people["assistant"], people["deputydsl"], now - timedelta(days=1, hours=1))
    written = now - timedelta(minutes=6)
    raise_concern(
        school=school, pupil_ids=[pupils[1].pk], says="Held her left arm when she hung up her coat. Two marks can be seen.",
        words="“I fell.” I had asked: what happened to your arm?", place="Cloakroom", seen_at=written - timedelta(minutes=3),
        marks=[Mark("front_l_upper_arm", "Round, yellow, as large as a coin"), Mark("front_l_forearm", "A scratch, 3 cm")],
        told_others="Nobody yet", family=("not_told", "The mother had left already."), by=people["teacher.3a"], now=written,
    )  # fmt: skip


def _worked_on(school: School, pupil: Pupil, writer: Staff, deputy: Staff, at: datetime) -> None:
    concern = raise_concern(
        school=school, pupil_ids=[pupil.pk], says="Asleep in class by ten o’clock, the third time this week.", place="Classroom", told=True,
        family=("told", ""), by=writer, now=at,
    )  # fmt: skip
    take_up(concern=concern, by=deputy, now=at + timedelta(minutes=4))
    decide(
        concern=concern,
        kind="family",
        because="Nothing else is known. The parents are asked first.",
        by=deputy,
        now=at + timedelta(minutes=20),
    )
    day = local_day(at) + timedelta(days=1)
    add_action(concern=concern, says="Ring the father about sleep", owner=deputy, due_on=day, by=deputy, now=at + timedelta(minutes=21))
