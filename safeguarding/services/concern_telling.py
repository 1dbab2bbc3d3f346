"""Telling the safeguarding team of concerns: at once, and again until somebody takes them up; who covers, and whom an empty team reaches.

Texts and emails say that there is a concern, and nothing of it. The headteacher hears only that one waits, or that nobody is there.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.common.said import count
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms, mark_done, tell
from homevisits.people.models import Role, School, Staff

from ..climbing import next_telling, tells_head
from ..models import Concern
from ..selectors.cover import team_there

TELLING = SystemJob("Safeguarding reminders")
WAITING = "concern_waiting"
NOBODY = "concern_nobody"


def page_of(concern: Concern) -> str:
    """The path of a concern's page."""
    return f"/s/{concern.school.slug}/concerns/{concern.public_id}/"


def tell_team(*, concern: Concern, pupils: Sequence[int], clause: str, by: Actor, now: datetime) -> None:
    """Tell the safeguarding lead and deputies of a new concern, and the headteacher where none of them is there: not of what."""
    danger = " Somebody may be in danger." if concern.danger else ""
    tell(
        school=concern.school, role=Role.DSL, about="concern", says=f"A concern was raised.{danger} Please look at it now.",
        link=page_of(concern), pupils=pupils, alarm=True, task=True, clause=clause, by=by, now=now,
    )  # fmt: skip
    if not team_there(concern.school, local_day(now)):
        _tell_nobody_there(concern.school, now)


def _tell_nobody_there(school: School, now: datetime) -> None:
    """The headteacher hears that somebody must stand in; once a day while that task is open."""
    if Notice.objects.filter(school=school, about=NOBODY, task=True, done_at=None).exists():
        return
    tell(
        school=school, role=Role.HEADTEACHER, about=NOBODY, alarm=True, task=True, clause="ATT-54", by=TELLING, now=now,
        says="Nobody of the safeguarding team is there, and something waits for them. Reach one of them now, or name a deputy.",
        link=f"/s/{school.slug}/staff/",
    )  # fmt: skip


def tell_again(real: datetime) -> int:
    """Tell again of concerns that nobody has taken up, each school by its own clock, in one notice a school. How many concerns."""
    told = 0
    # One statement while nothing is due. A school with a clock of its own may be anywhere: its concerns are looked at by that clock.
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Concern.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    by_school: dict[School, list[Concern]] = {}
    for concern in waiting.order_by("pk"):
        by_school.setdefault(concern.school, []).append(concern)
    for school, rows in by_school.items():
        now = school.at(real)
        told += _tell_again(school, [row for row in rows if row.next_action_at is not None and row.next_action_at <= now], now)
    return told


def _tell_again(school: School, rows: Sequence[Concern], now: datetime) -> int:
    """One telling; a concern that somebody has taken up since, or that another worker tells of, is left out."""
    with transaction.atomic():
        mine = [row for row in rows if _claim(row, now)]
        if not mine:
            return 0
        end_alarms(list(Notice.objects.filter(school=school, about=WAITING, done_at=None)), by=TELLING, now=now)
        says = f"{count(len(mine), 'concern waits', 'concerns wait')}, and nobody has taken {'it' if len(mine) == 1 else 'them'} up."
        tell(
            school=school, role=Role.DSL, about=WAITING, says=says, link=f"/s/{school.slug}/concerns/", alarm=True, every_way=True,
            clause="ATT-54", by=TELLING, now=now,
        )  # fmt: skip
        if any(tells_head(row.told_again + 1) for row in mine):
            tell(
                school=school, role=Role.HEADTEACHER, about=WAITING, alarm=True, clause="ATT-54", by=TELLING, now=now,
                says="Something waits for the safeguarding team, and nobody of them has taken it up. Reach one of them now.",
            )  # fmt: skip
        if not team_there(school, local_day(now)):
            _tell_nobody_there(school, now)
        record("safeguarding.concern.told_again", by=TELLING, now=now, school_id=school.pk, detail={"concerns": [row.pk for row in mine]})
    return len(mine)


def _claim(row: Concern, now: datetime) -> bool:
    following, again = next_telling(row.told_again + 1, row.danger, now), row.told_again + 1
    due = Concern.objects.filter(pk=row.pk, next_action_at=row.next_action_at, taken_at=None)
    return bool(due.update(next_action_at=following, told_again=again))


def end_telling(*, concern: Concern, by: Staff, now: datetime) -> None:
    """Somebody has taken the concern up: its tasks end, and the alarms when no other waits; part of taking it up, which audits itself."""
    for notice in Notice.objects.filter(school=concern.school, link=page_of(concern), task=True, done_at=None):
        mark_done(notice=notice, by=by, now=now)
    if not Concern.objects.filter(school=concern.school, next_action_at__isnull=False).exists():
        end_alarms(list(Notice.objects.filter(school=concern.school, about__in=(WAITING, NOBODY), done_at=None)), by=by, now=now)


def next_due() -> datetime | None:
    """The earliest instant at which a concern is told again; None when none waits."""
    at: datetime | None = Concern.objects.aggregate(at=Min("next_action_at"))["at"]
    return at
