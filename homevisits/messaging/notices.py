"""Telling staff: always in the product, by email or text as each chose, and by text whatever they chose when it is an alarm."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from homevisits.audit.services import closed_chain, record
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.people import access
from homevisits.people.models import Pupil, School, Staff

from . import outbox, quiet
from .models import Message, Notice, NoticeTo
from .quiet import CLOSED

# What goes by text or email: the matter in a few words. Names stay in the product, behind the sign-in.
_OUT = {
    "departed": "Staff have left for a home visit.",
    "delayed": "Staff are delayed on a home visit.",
    "overdue": "Staff are not back from a home visit. Open the alarm and say that you deal with it.",
    "help": "Staff on a home visit ask for help. Open the alarm now.",
    "check_in_missed": "Staff on a home visit have not checked in.",
    "wellbeing_missed": "Nobody has checked that staff on a home visit are well.",
    "alarm_over": "It is over: the alarm about staff on a home visit has ended.",
}
# What its message has before its purpose where it is listed nowhere (quiet.py).
CLOSED_PURPOSE = "closed:"
HEADLINES: dict[str, str] = {
    **dict.fromkeys(sorted(CLOSED), quiet.WAITS),
    "vulnerable_absent": "A pupil to look at first is absent without a reason.",
    "register_not_taken": "A register has not been taken.",
    "nobody_to_text": "There is nobody to text about an absent pupil.",
    "held": "Texts are held until somebody has looked.",
    "text_failed": "A text could not be sent.",
    "text_undelivered": "A text was not delivered.",
    "staff_not_reached": "A text or email to somebody of the staff did not arrive.",
    "text_missed": "A text was not sent because it was too late.",
    "no_response": "A family has not answered.",
    "parent_unaware": "A parent did not know that their child is missing.",
    "calls_not_made": "Calls that are due have not been made.",
    "visit_needed": "A welfare visit is needed.",
    "stood_down": "A visit is stood down.",
    "no_answer": "Nobody answered the door.",
    "child_not_seen": "A child was not seen at a visit.",
    "child_alone": "A child was found alone.",
    "unsafe": "Staff left a visit because it was not safe.",
    "family_declined": "A family declined a visit.",
    "referral_due": "A referral has not been sent.",
    "referral_unanswered": "A referral has not been acknowledged.",
    "referral_stuck": "Somebody of the safeguarding team is to be found.",
    "agencies_to_tell": "Other agencies are to be made aware.",
    "concern": "A concern was raised.",
    "concern_waiting": "Something waits for the safeguarding team.",
    "concern_nobody": "Nobody of the safeguarding team is there.",
    "concern_action": "Something is overdue for the safeguarding team.",
    "family_not_told": "Speak with staff about a concern now.",
    "answers_differ": "Two people answered the form of a home visit differently.",
    "answers_late": "Something came in for the form of a home visit after it was handed in.",
    "settling_answers": "The answers of a home visit are there for the class teacher.",
    "no_class_teacher": "Nobody is known who teaches a pupil whose home was visited.",
    "agreement_due": "Something that was agreed with a family is overdue.",
    "still_missing": "A pupil is still missing at the end of the day.",
    "daily_limit": "No more texts can be sent today.",
    "incident": "An incident on a home visit was recorded.",
    "incident_waiting": "An incident on a home visit waits to be reviewed.",
    "policy_to_amend": "An incident asks for a change of the policy.",
    "report_owed": "The report of a home visit is still to be handed in.",
    "report_in": "The form of a home visit has been handed in.",
    "visit_decided": "A home visit was decided about.",
    "sent_at_once": "Staff were sent on a home visit at once.",
    "sending_review": "A home visit that was sent at once waits for its review.",
    "parents_absent": "The parents were not there for a visit.",
    "animals": "A visit was ended because of animals.",
    "parent_left": "A visit was ended because the adult left.",
    "reason_owed": "The reason for ending a visit is still to be written.",
    "written_reason": "The reason for ending a visit has been written.",
    "restricted_met": "Somebody to be careful with was met on a visit.",
    "visit_changed": "A home visit was changed after its approval.",
    "register_expiring": "Something in the staff registers ends soon or has expired.",
    "appointment_refused": "A family said no to a visit.",
    "appointment_change": "A family asks for another time.",
    "appointment_answered": "There is word about the appointment of a home visit.",
    "planned_for_you": "You are planned for a home visit.",
    "off_your_plan": "You are no longer planned for a home visit.",
    "warning_review": "Something known of homes is to be looked at again.",
    "family_warned": "A home has something that who goes there must know.",
    "unwell": "Somebody is unwell and taken off a visit.",
    "high_risk": "A home visit of high risk waits for the safeguarding team.",
    "risk_lowered": "The risk of a home visit was assessed lower than before.",
    "new_risk": "A home visit brings a new risk: the school's assessment is to be amended.",
    "annex_changed": "The infection-control annex was changed.",
    "code_not_written": "A code could not be written into the information system.",
    "documents_not_laid_down": "Documents could not be laid down for the information system.",
    "to_enter_elsewhere": "There is something to enter in another system.",
    "file_locked_away": "The virus scanner found something in a file that was added.",
    "meeting_missed": "A family did not come to the meeting at school.",
    **_OUT,
    **{f"drill_{about}": f"DRILL. {says}" for about, says in _OUT.items()},
    "visit_withdrawn": "A home visit is not made.",
    "said_no": "A home visit is to be planned again.",
    "said_stop": "A member of staff stops a home visit.",
    "dropped_out": "A home visit is to be planned again.",
    "late_refused": "Something said without network on a home visit could not be recorded.",
    "in_year_due": "A visit to a pupil who joined in the year is due.",
    "retention_due": "Records have been kept as long as the schedule asks.",
    "retention_due_apart": "Records have been kept as long as the schedule asks.",
    "access_due": "A request for what is held is due to be answered.",
    "transfer_due": "A file is to be sent to another school.",
    "transfer_overdue": "A file that was to be sent to another school is overdue.",
    "receipt_due": "Nobody has confirmed that a file has arrived.",
    "watch_found": "Something in the run of the morning needs a look.",
}


def tell(
    *,
    school: School,
    role: str,
    about: str,
    says: str,
    pupils: Collection[Pupil] | Collection[int] = (),
    link: str = "",
    clause: str = "",
    alarm: bool = False,
    every_way: bool = False,
    task: bool = False,
    people: Sequence[Staff] | None = None,
    by: Actor,
    now: datetime,
) -> Notice:
    """Tell everybody who holds `role` in the school, or `people` when they are given (the pair of a visit).

    The notice is written even where nobody holds the role. `task` stays open until somebody marks it done; `alarm` goes by
    text too to whoever has a mobile, `every_way`, an alarm or not, goes by text and by email: one lost channel loses
    nothing (R10). `says` is read behind the sign-in; texts and emails carry the matter without names, or not even that (quiet.py).
    """
    with transaction.atomic():
        notice = Notice.objects.create(
            school=school, role=role, about=about, says=says[:400], link=link[:200], clause=clause or "", at=now, alarm=alarm, task=task
        )
        if pupils:
            notice.pupils.set(pupils)
        told = list(people) if people is not None else access.holders(school, role, clock.local_day(now))
        NoticeTo.objects.bulk_create([NoticeTo(notice=notice, staff=person) for person in told])
        for person in told:
            _send(notice, person, every_way=every_way, by=by, now=now)
    return notice


def leave(*, school: School, people: Sequence[Staff], about: str, says: str, link: str = "", now: datetime) -> Notice:
    """Leave a line among these people's notices, in the product alone: nothing is sent, and nobody else sees it."""
    with transaction.atomic():
        notice = Notice.objects.create(school=school, role="named", about=about, says=says[:400], link=link[:200], at=now)
        NoticeTo.objects.bulk_create([NoticeTo(notice=notice, staff=person) for person in people])
    return notice


def _send(notice: Notice, person: Staff, *, every_way: bool, by: Actor, now: datetime) -> None:
    """The messages that this person gets besides the product."""
    hushed = quiet.is_quiet(notice.about, notice.link)
    says = quiet.outside(notice.about, alarm=notice.alarm) if hushed else HEADLINES.get(notice.about, "Something needs you.")
    link = reverse("notice_list", args=[notice.school.slug]) if hushed else notice.link
    hidden = CLOSED_PURPOSE if hushed else ""
    by_text = bool(person.mobile) and (notice.alarm or every_way or person.notify_by == Staff.NotifyBy.TEXT)
    by_email = every_way or person.notify_by == Staff.NotifyBy.EMAIL
    for channel, to, wanted in ((Message.Channel.TEXT, person.mobile, by_text), (Message.Channel.EMAIL, person.email, by_email)):
        if wanted:
            outbox.put(
                school=notice.school, day=clock.local_day(now), template="staff_notice", to=to, channel=channel,
                purpose=f"{hidden}notice:{notice.pk}:{channel}:{person.pk}", due_at=now, by=by, now=now,
                fields={"notice": says, "link": settings.BASE_URL + link},
            )  # fmt: skip


def end_alarms(notices: Sequence[Notice], *, by: Actor, now: datetime) -> None:
    """What these alarms told of is over: they no longer stand first, and say who ended it."""
    with transaction.atomic():
        person = by if isinstance(by, Staff) else None
        Notice.objects.filter(pk__in=[notice.pk for notice in notices], done_at__isnull=True).update(done_at=now, done_by=person)
        for notice in notices:
            record(
                "messaging.notice.over", by=by, now=now, school_id=_chain(notice), object_type="notice", object_id=notice.pk,
                detail={"about": notice.about},
            )  # fmt: skip


def mark_seen(*, staff: Staff, school: School, now: datetime, notice: Notice | None = None) -> int:
    """Note that a person has seen a notice, or everything they were told in a school. Answers how many were new."""
    new = NoticeTo.objects.filter(staff=staff, notice__school=school, seen_at__isnull=True)
    return (new.filter(notice=notice) if notice else new).update(seen_at=now)


def mark_done(*, notice: Notice, by: Staff, now: datetime) -> bool:
    """End a task; False when somebody had done so before."""
    with transaction.atomic():
        ended = Notice.objects.filter(pk=notice.pk, task=True, done_at__isnull=True).update(done_at=now, done_by=by)
        NoticeTo.objects.filter(notice=notice, staff=by, seen_at__isnull=True).update(seen_at=now)
        if ended:
            record(
                "messaging.notice.done", by=by, now=now, school_id=_chain(notice), object_type="notice", object_id=notice.pk,
                detail={"about": notice.about},
            )  # fmt: skip
    return bool(ended)


def _chain(notice: Notice) -> int:
    """The chain of its acts: of what nobody else may find a sign, the closed one, which no page of the trail shows."""
    return closed_chain(notice.school_id) if notice.about in CLOSED else notice.school_id
