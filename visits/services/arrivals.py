"""What tablets said without network: done with its real time, exactly once; what a rule refuses is kept, shown and told, never lost."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, Blocked, refuse_if
from homevisits.common.said import count
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import mark_done, tell
from homevisits.people.models import Role, Staff

from ..heard import in_words
from ..models import ArrivedAct, HomeVisit
from ..rules.arrivals import seen_blocks
from .alarm_words import names_of
from .common import link_to, locked, pupils_of

log = logging.getLogger(__name__)
REFUSED = "late_refused"
# So long a refused act is tried again whenever news of its visit comes in: what it waited for may be on the other one's tablet.
TRIED_AGAIN = timedelta(hours=12)
FAILED = "This could not be recorded. It is kept, and the office looks at it."
State = ArrivedAct.State


@dataclass(frozen=True)
class Said:
    """One act as a tablet sent it, with its real time by the school's clock."""

    token: UUID
    kind: str
    data: Mapping[str, Sequence[str]]
    happened: datetime
    urgent: bool = False  # a call for help: nothing stands before it, and nothing that fails beside it takes it back
    guards: bool = False  # that they have left: refused, staff are out whom no alarm guards
    safeguarding: bool = False  # something the safeguarding team must hear, even where it cannot be recorded


@dataclass(frozen=True)
class Answer:
    """What the tablet hears of one act: done, again (known before), or refused; the sentence, its clause, and the page that comes next."""

    token: UUID
    state: str
    says: str
    clause: str = ""
    next: str = ""


@dataclass(frozen=True)
class Done:
    """What doing an act answers; `more` goes to the tablet beside it."""

    says: str
    next: str = ""
    more: dict[str, object] = field(default_factory=dict)


# Does an act as the page would have done it, at its real time; the last is when it came in. Raises Blocked and BadInput.
Do = Callable[[HomeVisit, Said, Staff, datetime], Done]


def take(*, visit: HomeVisit, acts: Sequence[Said], do: Do, by: Staff, now: datetime) -> list[tuple[Answer, dict[str, object]]]:
    """Do what a tablet sends, in the order in which it happened, and answer each act. The same token again changes nothing.

    What was said just now is done or refused as its page would; of what comes in later nothing is lost.

    Calls for help first, each in a transaction of its own. The rest in one, so that nobody is alarmed by half of the news: the acts that
    a rule refuses are kept with what they said, and whatever was refused before is tried again, since its reason may be gone.
    """
    answers: dict[UUID, tuple[Answer, dict[str, object]]] = {}
    before = set(visit.arrived_acts.filter(state=State.REFUSED).values_list("pk", flat=True))
    for act in sorted((one for one in acts if one.urgent), key=lambda one: one.happened):
        with transaction.atomic():
            answers[act.token] = _take(locked(visit), act, do, by, now)
    with transaction.atomic():
        visit = locked(visit)
        for act in sorted((one for one in acts if not one.urgent), key=lambda one: one.happened):
            answers[act.token] = _take(visit, act, do, by, now)
        _try_again(visit, do, now)
        _tell_refused(visit, before, {one.token: one for one in acts}, by, now)
    return [_as_it_is(*answers[act.token]) for act in acts]


def _take(visit: HomeVisit, act: Said, do: Do, by: Staff, now: datetime) -> tuple[Answer, dict[str, object]]:
    known = ArrivedAct.objects.filter(token=act.token).first()
    if known is not None:
        if known.visit_id != visit.pk:
            return Answer(act.token, State.REFUSED, "This page is out of date. Open it afresh and send it again."), {}
        return Answer(act.token, "again" if known.state == State.DONE else known.state, known.says, known.clause), {}
    done, says, clause = _try(visit, act, do, by, now)
    if done is None and act.happened >= now and says != FAILED:
        # Said just now, by somebody who reads the answer: refused as the page refuses, and what they typed still stands there.
        return Answer(act.token, State.REFUSED, says, clause), {}
    row = ArrivedAct.objects.create(
        visit=visit, token=act.token, kind=act.kind, data={} if done else {name: list(values) for name, values in act.data.items()},
        happened_at=act.happened, received_at=now, by=by, state=State.DONE if done else State.REFUSED,
        says=done.says if done else says, clause=clause,
    )  # fmt: skip
    record(
        f"visits.arrived.{row.state}", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
        detail={"kind": act.kind, "happened_at": act.happened, "token": act.token},
    )  # fmt: skip
    return Answer(act.token, row.state, row.says, row.clause, done.next if done else ""), done.more if done else {}


def _try(visit: HomeVisit, act: Said, do: Do, by: Staff, now: datetime) -> tuple[Done | None, str, str]:
    """Do the act; refused, nothing of it stays, and why. A fault of ours loses nothing either: what was said is kept."""
    try:
        with transaction.atomic():
            return do(visit, act, by, now), "", ""
    except Blocked as why:
        return None, " ".join(block.says for block in why.blocks), next((block.clause for block in why.blocks if block.clause), "")
    except BadInput as why:
        return None, str(why), ""
    except (OperationalError, InterfaceError):
        raise  # the database is not there: the tablet keeps it, and sends it again
    except Exception:
        log.exception("What a tablet sent of visit %s could not be recorded", visit.pk)
        return None, FAILED, ""


def _try_again(visit: HomeVisit, do: Do, now: datetime) -> None:
    """Until nothing more comes of it: refused acts that nobody has dealt with, in the order in which they happened."""
    waiting = visit.arrived_acts.filter(state=State.REFUSED, seen_at=None, received_at__gte=now - TRIED_AGAIN)
    again = True
    while again:
        again = False
        for row in waiting.select_related("by").order_by("happened_at", "pk"):
            act = Said(row.token, row.kind, row.data, row.happened_at)
            done, _, _ = _try(visit, act, do, row.by, now)
            if done is None:
                continue
            again = True
            row.state, row.says, row.clause, row.data = State.DONE, done.says, "", {}
            row.save(update_fields=["state", "says", "clause", "data"])
            record(
                "visits.arrived.done", by=row.by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
                detail={"kind": row.kind, "happened_at": row.happened_at, "token": row.token},
            )  # fmt: skip


def _as_it_is(answer: Answer, more: dict[str, object]) -> tuple[Answer, dict[str, object]]:
    """What was refused a moment ago and went well when it was tried again is done."""
    row = ArrivedAct.objects.filter(token=answer.token).first() if answer.state == State.REFUSED else None
    if row is None or row.state == State.REFUSED:
        return answer, more
    return Answer(answer.token, State.DONE, row.says), more


def _tell_refused(visit: HomeVisit, before: set[int], acts: Mapping[UUID, Said], by: Staff, now: datetime) -> None:
    """The office hears what could not be recorded, in one notice for what came in together; nothing that was said stands in it."""
    new = [row for row in visit.arrived_acts.filter(state=State.REFUSED).order_by("happened_at") if row.pk not in before]
    if not new:
        _end_told(visit, by, now)
        return
    whys = "; ".join(f"{in_words(row.happened_at, row.received_at) or 'now'}: {row.says}" for row in new)
    what = count(len(new), "thing", "things")
    says = f"{names_of(visit)}: {what} said without network could not be recorded as it stands. {whys}"
    said = [acts[row.token] for row in new if row.token in acts]
    gone = any(one.guards for one in said)
    roles = [Role.OFFICE_ADMIN, *([Role.SENIOR_MANAGER] if gone else []), *([Role.DSL] if any(one.safeguarding for one in said) else [])]
    for role in roles:
        tell(
            school=visit.school, role=role, about=REFUSED, says=says, alarm=gone, every_way=gone, task=True, pupils=pupils_of(visit),
            link=f"{link_to(visit.school, visit)}#arrived", clause=new[0].clause, by=by, now=now,
        )  # fmt: skip


def _end_told(visit: HomeVisit, by: Staff, now: datetime) -> None:
    """What the office was told of is dealt with, when nothing refused is left open."""
    if visit.arrived_acts.filter(state=State.REFUSED, seen_at=None).exists():
        return
    link = f"{link_to(visit.school, visit)}#arrived"
    for notice in Notice.objects.filter(school=visit.school_id, about=REFUSED, link=link, done_at=None):
        mark_done(notice=notice, by=by, now=now)


def deal_with(*, act: ArrivedAct, says: str, by: Staff, now: datetime) -> bool:
    """The office has dealt with what was refused, and says how in a word; said again it changes nothing: False.

    Raises Blocked for those who are not of the office, and for what was recorded after all; BadInput without a word.
    """
    with transaction.atomic():
        visit = locked(act.visit)
        row = ArrivedAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
        if row.seen_at is not None:
            return False
        refuse_if(seen_blocks(row, by, now))
        says = says.replace("\x00", "").strip()[:300]
        if not says:
            raise BadInput("Say in a word what you did about it.")
        row.seen_at, row.seen_by, row.seen_says = now, by, says
        row.save(update_fields=["seen_at", "seen_by", "seen_says"])
        record(
            "visits.arrived.dealt_with", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
            detail={"kind": row.kind, "token": row.token},
        )  # fmt: skip
        _end_told(visit, by, now)
    return True
