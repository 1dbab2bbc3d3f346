"""At the door: waiting, going inside, who is spoken to, and what was found."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE, SAFEGUARDING
from homevisits.people.models import Contact, Staff
from homevisits.policy.values import Values

from .. import waiting
from ..models import Appointment, CheckIn, HomeVisit, VisitOutcome
from ..purposes import CHILD_CHECK
from .annex import annex_of
from .appointments import REFUSES, said_no
from .common import Status, clause

Kind = VisitOutcome.Kind
Point = CheckIn.Point
# After these the visit is over: nobody goes (back) inside.
ENDING = frozenset({Kind.PARENTS_ABSENT, Kind.UNSAFE, Kind.ANIMALS, Kind.FAMILY_DECLINED, Kind.PARENT_LEFT, Kind.UNWELL})
# Nobody came, and what cannot have been before it: somebody was met. A child can be there without the parents.
ADULT_MET = frozenset({Kind.COMPLETED, Kind.FAMILY_DECLINED, Kind.PARENT_LEFT})
CHILD_FOUND = frozenset({Kind.CHILD_SEEN, Kind.CHILD_NOT_SEEN, Kind.CHILD_ALONE})
MET = {Kind.NO_ANSWER: ADULT_MET | CHILD_FOUND, Kind.PARENTS_ABSENT: ADULT_MET}
# What cannot come after nobody was met, unless a door opened in between: then that is said first.
NEEDS_SOMEBODY = frozenset({Kind.COMPLETED, Kind.PARENT_LEFT})
# What the safeguarding team decides on, with its reason: refer, or not (MAT-12); police or children's services after an unanswered door.
DECIDED = frozenset({Kind.CHILD_ALONE, Kind.NO_ANSWER})


def arrived_at(visit: HomeVisit) -> datetime | None:
    """When staff reached the property: the first arrival that was said, else that they were about to arrive; None when neither was."""
    said = dict(visit.check_ins.filter(point__in=(Point.ARRIVED, Point.ARRIVING)).order_by("-at", "-pk").values_list("point", "at"))
    return said.get(Point.ARRIVED) or said.get(Point.ARRIVING)


def inside_since(visit: HomeVisit) -> datetime | None:
    """Since when somebody is inside; None when nobody went in, or all have left the property since."""
    row = visit.check_ins.filter(point=Point.INSIDE).order_by("at", "pk").first()
    left = visit.check_ins.filter(point=Point.LEFT_PROPERTY).exists()
    return None if row is None or left else row.at


def wait_of(visit: HomeVisit, now: datetime | None = None) -> waiting.Wait | None:
    """The wait for parents that runs; None where nobody was expected, nobody has arrived, or the parents have come.

    `now`: as it stood then, for what comes in later than it was said.
    """
    if not visit.announced or not _was_out(visit, now):
        return None
    then = Q(at__lte=now) if now else Q()
    spoken = visit.spoken_to.filter(then)
    met = spoken.filter(parental_responsibility=True).exists() or spoken.exclude(delegated_by="").exists()
    if met or visit.check_ins.filter(then, point=Point.INSIDE).exists() or visit.outcomes.filter(then).exists():
        return None
    values = visit.policy.values
    return waiting.wait(
        arranged=visit.arrive_at,
        arrived=arrived_at(visit),
        absent=values.parents_absent_wait,
        late=values.parents_late_wait,
        word_at=visit.parents_late_word_at,
    )


def _was_out(visit: HomeVisit, now: datetime | None) -> bool:
    """Whether the visit was under way; an outcome that was said after `now` has not ended it yet."""
    if visit.status == Status.OUT:
        return True
    return now is not None and visit.status == Status.DONE and not visit.outcomes.filter(at__lte=now).exists()


def has_agreed_time(visit: HomeVisit) -> bool:
    """Whether the family expects staff at a time: one that was planned at the door, or an appointment that they confirmed."""
    return visit.arrive_at is not None or visit.appointments.filter(state=Appointment.State.CONFIRMED).exists()


def wait_clause(values: Values, wait: waiting.Wait) -> str | None:
    """The clause that sets the limit of a wait."""
    return clause(values, "parents_late_wait" if wait.parents_are_late else "parents_absent_wait")


def late_word_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be recorded that the parents sent word that they are late (ATT-35)."""
    values = visit.policy.values
    blocks, demanded = goes_blocks(visit, by, now), clause(values, "parents_late_wait")
    if not visit.announced:
        return [*blocks, Block("Nobody was expected at a visit that was not announced.", demanded)]
    waits = visit.status == Status.APPROVED or _was_out(visit, now)
    if not waits or visit.outcomes.filter(at__lte=now).exists():
        return [*blocks, Block(f"The visit is “{Status(visit.status).label.lower()}”: nobody waits.", demanded)]
    if visit.parents_late_word_at:
        return [*blocks, Block("It is recorded already.", demanded)]
    wait = wait_of(visit, now)
    if wait and wait.is_over(now):
        blocks.append(Block(f"The wait of {wait.minutes} minutes is over: the visit is cancelled.", wait_clause(values, wait)))
    return blocks


def inside_blocks(
    visit: HomeVisit,
    values: Values,
    adult_present: bool | None,
    *,
    now: datetime,
    parent_present: bool | None = None,
    invited_by: str | None = None,
) -> list[Block]:
    """Why staff may not go inside (PRI-23, ATT-14, ATT-34, ATT-35, MAT-11, MAT-22)."""
    blocks = entry_blocks(visit, values, now) + _adult_blocks(values, adult_present, parent_present)
    wait = wait_of(visit, now)
    # Without an agreed time nobody is late: whoever is there when staff come, or comes while they wait, lets them in.
    came = adult_present is True and not has_agreed_time(visit)
    if wait and wait.is_over(now) and not came:
        blocks.append(over_block(values, wait))
    elif wait and wait.parents_are_late and parent_present is not True:
        blocks.append(late_block(values, wait))
    if values.preset == "academy-trust" and visit.members.filter(Q(arrived_at=None) | Q(arrived_at__gt=now)).exists():
        blocks.append(Block("Wait outside until everyone has arrived.", "MAT-22"))
    return blocks + _invited_blocks(visit, values, invited_by)


def answer_blocks(
    visit: HomeVisit, values: Values, adult_present: bool | None, parent_present: bool | None, invited_by: str | None
) -> list[Block]:
    """What stands against going inside in the answers alone, however else things stand: known without network too."""
    return _adult_blocks(values, adult_present, parent_present) + _invited_blocks(visit, values, invited_by)


def _invited_blocks(visit: HomeVisit, values: Values, invited_by: str | None) -> list[Block]:
    if values.preset == "academy-trust" and not (invited_by or "").strip():
        return [Block("Say which responsible adult invited you in.", "MAT-11")]
    if invited_by and _is_a_child(visit, invited_by):
        return [Block("A child alone cannot invite you in: wait for a responsible adult.", "MAT-11")]
    return []


def entry_blocks(visit: HomeVisit, values: Values, now: datetime) -> list[Block]:
    """Why nobody goes inside on this visit, whoever is there and however long staff have waited."""
    return _over_blocks(visit, now) + _appointment_blocks(visit, values)


def over_block(values: Values, wait: waiting.Wait) -> Block:
    """What a wait that is over means."""
    return Block(f"You have waited {wait.minutes} minutes: the visit is cancelled, nobody goes in.", wait_clause(values, wait))


def late_block(values: Values, wait: waiting.Wait) -> Block:
    """What word that the parents are late means, until they come."""
    return Block("The parents are late: stay outside until they come.", wait_clause(values, wait))


def inside_cautions(values: Values, adult_present: bool | None) -> list[Caution]:
    """What the policy wants seen before going in, where it does not block (SEC-06)."""
    if values.adult_present_rule == "warn" and adult_present is not True:
        says = "No parent or other adult is present. Go in only if it cannot be otherwise."
        return [Caution(says, clause(values, "adult_present_rule"))]
    return []


def _over_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    if visit.status == Status.STOOD_DOWN:
        return [Block("The visit is stood down: come back.")]
    if visit.outcomes.filter(kind__in=ENDING, at__lte=now).exists():
        return [Block("The visit has ended: nobody goes in again.")]
    if said_no(visit):
        return [Block("The family said no to the visit: nobody goes in. Say that the family declined, and come back.", REFUSES)]
    return []


def _appointment_blocks(visit: HomeVisit, values: Values) -> list[Block]:
    if not values.entry_needs_appointment:
        return []
    demanded = clause(values, "entry_needs_appointment")
    if not visit.announced:
        return [Block("Without an appointment you stay at the door.", demanded)]
    if not visit.appointments.filter(state=Appointment.State.CONFIRMED).exists():
        return [Block("The family has not confirmed the appointment: you stay at the door.", demanded)]
    return []


def _adult_blocks(values: Values, adult_present: bool | None, parent_present: bool | None) -> list[Block]:
    demanded = clause(values, "adult_present_rule")
    if values.adult_present_rule == "warn":
        return []
    if adult_present is not True:
        return [Block("Nobody goes in unless an adult is present.", demanded)]
    if values.adult_present_rule == "block_without_parent" and parent_present is not True:
        return [Block("Nobody goes in unless a parent is present: another adult is not enough.", demanded)]
    return []


def _is_a_child(visit: HomeVisit, name: str) -> bool:
    wanted = name.strip().casefold()
    return any(
        wanted in (pupil.first_name.casefold(), f"{pupil.first_name} {pupil.last_name}".casefold(), str(pupil).casefold())
        for pupil in visit.household.pupils.all()
    )


def _goes_or_office(visit: HomeVisit, by: Staff, now: datetime) -> bool:
    return visit.members.filter(staff=by).exists() or bool(roles_of(by, visit.school, local_day(now)) & OFFICE)


def goes_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person does not speak for the visit."""
    return [] if _goes_or_office(visit, by, now) else [Block("Only those who go, or the office for them, record this.")]


def outcome_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say what the visit found."""
    if not visit.departed_at:
        return [Block("Nobody has gone yet: there is nothing found.")]
    if visit.drill:
        return [Block("A drill finds nothing: it ends when everybody has checked in as back.")]
    if not _goes_or_office(visit, by, now):
        return [Block("Only those who went, or the office for them, say what the visit found.")]
    return []


def finding_blocks(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> list[Block]:
    """Why this outcome cannot be recorded by this person now."""
    blocks = outcome_blocks(visit, by, now)
    if visit.status == Status.CLOSED:
        blocks.append(Block("The visit is closed: what was found no longer changes."))
    blocks += contradiction_blocks(visit, kind, now)
    if kind == Kind.COMPLETED and visit.purpose == CHILD_CHECK:
        blocks.append(Block("Say whether the child was seen: being told that the child is at home is not enough.", "PRI-36"))
    if kind == Kind.UNWELL and annex_of(visit, now) is None:
        blocks.append(Block("This outcome belongs to the infection-control annex, which is not in force.", "ATT-71"))
    return blocks


def contradiction_blocks(visit: HomeVisit, kind: str, now: datetime) -> list[Block]:
    """Why this outcome cannot stand beside what was found before: nobody there, after somebody was met, or the reverse.

    What comes in late stands where it belongs: what was found after it must still have been possible.
    """
    found = [(Kind(one), at) for one, at in visit.outcomes.order_by("at", "pk").values_list("kind", "at")]
    before, after = [one for one, at in found if at <= now], [one for one, at in found if at > now]
    this = Kind(kind)
    against = _against(this, before)[:1]
    for number, one in enumerate(after):
        if not against and this in _against(one, [*before, this, *after[:number]]):
            against = [one]
    return [_contradiction(this, against[0])] if against else []


def contradictions(kind: str) -> dict[str, Block]:
    """{outcome: why this one could not follow it alone}: for a page that has to say so without network."""
    this = Kind(kind)
    return {one.value: _contradiction(this, one) for one in Kind if _against(this, [one])}


def _contradiction(this: VisitOutcome.Kind, said: VisitOutcome.Kind) -> Block:
    opened = "If a door opened later, say first whether the child was seen."
    then = opened if this in NEEDS_SOMEBODY else "What is new goes into the report."
    return Block(f"“{said.label.capitalize()}” is recorded already: “{this.label.lower()}” contradicts it. {then}")


def _against(this: VisitOutcome.Kind, said: Sequence[VisitOutcome.Kind]) -> list[VisitOutcome.Kind]:
    """Of the outcomes before it those that do not let this one be."""
    against = [one for one in said if one in MET.get(this, ())]
    if this in NEEDS_SOMEBODY and not set(said) & (CHILD_FOUND | ADULT_MET):
        against = [one for one in said if one in MET]
    return against


def spoken_blocks(visit: HomeVisit, delegated: bool, delegated_by: Contact | None, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be recorded so who was spoken to: somebody delegated needs who with parental responsibility delegated (MAT-11)."""
    blocks = outcome_blocks(visit, by, now)
    if delegated and (delegated_by is None or not delegated_by.parental_responsibility or delegated_by.restricted):
        blocks.append(Block("Say who with parental responsibility allowed them to speak about this child.", "MAT-11"))
    return blocks


def decision_on_outcome_blocks(outcome: VisitOutcome, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot decide what follows from what was found (MAT-12)."""
    blocks = []
    if not roles_of(by, outcome.visit.school, local_day(now)) & SAFEGUARDING:
        blocks.append(Block("The safeguarding team decides whether to refer.", "MAT-12"))
    if outcome.kind not in DECIDED:
        blocks.append(Block("This outcome asks for no decision of the safeguarding team."))
    return blocks


def reason_blocks(outcome: VisitOutcome, by: Staff, now: datetime) -> list[Block]:
    """Why the reason for ending the visit cannot be written by this person now (ATT-38)."""
    if outcome.note.strip():
        return [Block("The reason is written already; what is new goes into the report.")]
    return outcome_blocks(outcome.visit, by, now)
