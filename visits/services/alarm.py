"""Alarms that people raise, and those who take them on: help, the safe word, acknowledgement."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.errors import refuse_if
from homevisits.people.models import Staff

from .. import alarms
from ..heard import heard, late
from ..models import AlarmAcknowledgement, HomeVisit, VisitAlarm
from ..rules.alarm import acknowledge_blocks, help_blocks, over_blocks, safe_word_blocks, see_to_blocks
from .alarm_telling import tell_alarm, tell_over
from .alarm_words import names_of
from .common import happened, locked, note, repeated
from .setting import set_alarm


def call_for_help(
    *,
    visit: HomeVisit,
    by: Staff,
    now: datetime,
    kept_from_leaving: bool = False,
    location: str = "",
    token: UUID | None = None,
    received: datetime | None = None,
) -> VisitAlarm:
    """The help button: office and senior staff are alarmed at once (PRI-25, MAT-25). The same `token` twice alarms once.

    `received`: when it came in, where it was pressed without network at `now`; it alarms all the same, and says when it was
    pressed. Raises Blocked for a visit nobody is out on, and for strangers to it.
    """
    with transaction.atomic():
        visit = locked(visit)
        before = VisitAlarm.objects.filter(token=token).first() if token else None
        if before and before.visit_id == visit.pk:
            return before
        refuse_if(help_blocks(visit, by, now, offline=received is not None))
        # Nothing about the note or the token holds a call for help up.
        token, location = None if before else token, location.replace("\x00", "").strip()[:200]
        alarm = _raise_help(visit, by, now, received, kept_from_leaving=kept_from_leaving, location=location, token=token)
        says = "Kept from leaving." if kept_from_leaving else ""
        note(visit, "help", by=by, now=now, received=received, says=says, location=location)
    return alarm


def hear_safe_word(*, visit: HomeVisit, heard: str, by: Staff, now: datetime, token: UUID | None = None) -> VisitAlarm | None:
    """What was heard on a call: with the visit's safe word in it, help is needed, and nobody near the pair learns of it (MAT-21).

    Answers with the silent alarm, None when the word is not in it. The words themselves are not kept. Raises Blocked for those who are out.
    """
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(VisitAlarm.objects.all(), visit, token):
            return again
        refuse_if(safe_word_blocks(visit, by, now))
        record("visits.call_noted", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
        if not _has_word(heard, visit.safe_word):
            return None
        # No line in the visit's history: the pair's own screens show that.
        return _raise_help(visit, by, now, None, covert=True, token=token)


def _raise_help(visit: HomeVisit, by: Staff, now: datetime, received: datetime | None, **fields: object) -> VisitAlarm:
    place, came = visit.alarms.filter(step=alarms.HELP).count() + 1, heard(now, received)
    alarm = VisitAlarm.objects.create(
        visit=visit, step=alarms.HELP, place=place, due_at=now, at=now, received_at=late(now, received), by=by,
        repeat_at=came + alarms.REPEAT, **fields,
    )  # fmt: skip
    tell_alarm(visit, alarm, by, came)
    act = "visits.alarm.safe_word" if alarm.covert else "visits.alarm.help"
    record(act, by=by, now=came, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk, detail=happened(now, received))
    return alarm


def _has_word(heard: str, word: str) -> bool:
    """Whether the safe word, or phrase, is among the words heard; letters and digits count, case and marks do not."""
    said, wanted = (" ".join(re.findall(r"\w+", text.casefold())) for text in (heard, word))
    return bool(wanted) and f" {wanted} " in f" {said} "


def acknowledge(*, visit: HomeVisit, by: Staff, now: datetime, says: str = "", token: UUID | None = None) -> AlarmAcknowledgement:
    """Somebody, by name and not of the pair, deals with the alarm: it is not told again, and no step comes for `alarm_rest` minutes.
    A call for help is quiet for as long, and is told again until `end_help`.

    Steps passed meanwhile then follow at once; where none is left and they are still out, it is told again after the rest: an alarm
    never clears itself. Raises Blocked for the pair, or without an alarm.
    """
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(AlarmAcknowledgement.objects.all(), visit, token):
            return again
        refuse_if(acknowledge_blocks(visit, visit.policy.values, by))
        row = AlarmAcknowledgement.objects.create(visit=visit, at=now, by=by, says=says[:300], token=token)
        _rest(visit, now)
        if visit.alarms.filter(covert=False).exists():
            note(visit, "alarm_taken", by=by, now=now, says=says)
        else:  # the history is on the pair's screens, and every alarm is a silent one
            record("visits.alarm.taken", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return row


def take_on(*, visit: HomeVisit, by: Staff, now: datetime, says: str = "", token: UUID | None = None) -> AlarmAcknowledgement:
    """What “I deal with it” does: acknowledges the alarm, or sees to a missed check-in where nothing else is wrong.

    A missed check-in that somebody sees to is not told again, and puts nothing off. Raises Blocked like `acknowledge`.
    """
    if visit.alarms.filter(step__in=[alarms.HELP, *visit.policy.values.return_alarm_steps]).exists():
        return acknowledge(visit=visit, by=by, now=now, says=says, token=token)
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(AlarmAcknowledgement.objects.all(), visit, token):
            return again
        refuse_if(see_to_blocks(visit, visit.policy.values, by))
        row = AlarmAcknowledgement.objects.create(visit=visit, at=now, by=by, says=says[:300], token=token)
        visit.alarms.update(repeat_at=None)
        note(visit, "alarm_taken", by=by, now=now, says=says)
    return row


def _rest(visit: HomeVisit, now: datetime) -> None:
    """Quiet for the policy's rest. What is no step of the clock is not told again, but for a call for help, which stands."""
    stands = Q(step__in=visit.policy.values.return_alarm_steps) | Q(step=alarms.HELP, over_at=None)
    visit.alarms.exclude(stands).update(repeat_at=None)
    visit.alarm_quiet_until = now + timedelta(minutes=visit.policy.values.alarm_rest)
    visit.save(update_fields=["alarm_quiet_until"])
    visit.alarms.filter(stands, repeat_at__isnull=False).update(repeat_at=visit.alarm_quiet_until)
    set_alarm(visit)


def end_help(*, visit: HomeVisit, how: str, by: Staff, now: datetime) -> bool:
    """Every call for help of the visit, silent ones too, is over: somebody, not of the pair, has seen or spoken to both (MAT-21).

    `how`: by whom, where and how; required. Everybody who was told hears that it is over. The same person twice changes nothing: False.
    Raises Blocked for the pair, for strangers, without a word how, and where no call for help stands.
    """
    with transaction.atomic():
        visit = locked(visit)
        standing = visit.alarms.filter(step=alarms.HELP, over_at=None)
        if not standing.exists() and visit.alarms.filter(step=alarms.HELP, over_by=by).exists():
            return False
        refuse_if(over_blocks(visit, by, how, now))
        how = how.replace("\x00", "").strip()[:300]
        silent = not standing.filter(covert=False).exists()
        standing.update(over_at=now, over_by=by, over_how=how, repeat_at=None)
        if silent:  # the history is on the pair's screens
            record("visits.alarm.over", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
        else:
            note(visit, "help_over", by=by, now=now, says=how)
        tell_over(visit, f"{names_of(visit)} have been seen or spoken to, says {by.name}: {how}", by, now)
    return True
