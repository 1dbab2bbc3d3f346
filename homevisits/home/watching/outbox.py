"""Whether every message moves, none goes twice, late, or to somebody it must not reach."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, F, Q

from attendance.models import UnexplainedAbsence
from homevisits.home.engine import RESTORED
from homevisits.messaging.models import Message, MessageAbout, Notice, Quarantine
from homevisits.messaging.restored import QUARANTINED
from homevisits.people.models import NumberFault

from .look import FAMILY_TEXTS, LADDER_TEXTS, LONDON, Found, Look

MOVING = ("waiting", "sending", "retrying", "unknown")
UNSENT = ("held", "waiting", "retrying")
NEVER_WENT = ("cancelled", "missed", "failed", "shadow")


def _of(kind: str, says: str, messages: Iterable[Message]) -> Iterable[Found]:
    return [Found(message.school_id, kind, f"message {message.pk}", says) for message in messages]


def restored(look: Look) -> Iterable[Found]:
    """Schools whose data come from a backup, and whose messages nobody has let go yet (R14)."""
    for row in Quarantine.objects.filter(school__in=look.ids, lifted_at=None):
        stood = row.backup_at.astimezone(LONDON).strftime("%-d %B %H:%M")
        says = f"{RESTORED} of {stood}, in quarantine: nothing is sent until the headteacher or business manager lets it go."
        yield Found(row.school_id, "restored", f"quarantine {row.pk}", says)


def stuck(look: Look) -> Iterable[Found]:
    """Messages past due that do not move, claims that nobody took up again, and messages that nothing would ever look at."""
    moving = Message.objects.filter(school__in=look.ids, status__in=MOVING).exclude(QUARANTINED)
    yield from _of("message_stuck", "A message is past due and does not move.", moving.filter(next_attempt_at__lt=look.before, lease=None))
    leases = moving.exclude(lease=None).filter(lease_until__lt=look.before)
    yield from _of("lease_expired", "A message was being sent when the sender stopped, and nobody has taken it up.", leases)
    lost = moving.filter(next_attempt_at=None, created_at__lt=look.before)
    yield from _of("message_stranded", "A message waits for no time at all: nothing would send it.", lost)
    over = moving.filter(
        Q(handed_at=None, miss_at__lt=look.before) | Q(handed_at__lt=F("give_up_at"), give_up_at__lt=look.before - timedelta(seconds=60))
    )
    yield from _of("message_overdue", "A message should have been given up, and people told.", over)


def about_closed_cases(look: Look) -> Iterable[Found]:
    """Texts that wait although every child they are about is accounted for."""
    rows = MessageAbout.objects.filter(
        message__school__in=look.ids, message__status__in=UNSENT, message__template__in=LADDER_TEXTS, message__recalled=False
    ).values_list("message_id", "message__school_id", "pupil_id")
    pupils = {pupil for _, _, pupil in rows}
    missing = set(UnexplainedAbsence.objects.filter(pupil__in=pupils, status="open").values_list("pupil_id", flat=True))
    for message, school, pupil in rows:
        if pupil not in missing:
            yield Found(
                school, "text_about_closed", f"message {message} {pupil}", "A text waits about a child who is accounted for.", (pupil,)
            )


def sent_twice(look: Look) -> Iterable[Found]:
    """More than one text of a kind to a number on a day."""
    texts = Message.objects.filter(school__in=look.ids, day=look.day, channel="text", template__in=FAMILY_TEXTS).exclude(
        status__in=NEVER_WENT
    )
    for row in texts.values("school_id", "to", "template").annotate(n=Count("id")).filter(n__gt=1).order_by():
        number = (
            texts.filter(school=row["school_id"], to=row["to"], template=row["template"]).order_by("pk").values_list("pk", flat=True)[0]
        )
        yield Found(row["school_id"], "text_twice", f"message {number}", "The same text goes more than once to one number.")


def to_whom_it_must_not(look: Look) -> Iterable[Found]:
    """Texts to a number that a restricted contact of the child reads, or that was found wrong or dead before."""
    today = Message.objects.filter(school__in=look.ids, day=look.day, channel="text", template__in=FAMILY_TEXTS).exclude(
        status__in=NEVER_WENT
    )
    restricted = Q(about__pupil__contacts__restricted=True, about__pupil__contacts__gone=False)
    reads = Q(about__pupil__contacts__mobile=F("to")) | Q(about__pupil__contacts__landline=F("to"))
    yield from _of("text_to_restricted", "A text goes to a number of a restricted contact.", today.filter(restricted & reads).distinct())
    faults = {
        (school, number): at
        for school, number, at in NumberFault.objects.filter(school__in=look.ids, cleared_at=None).values_list(
            "school_id", "number", "found_at"
        )
    }
    wrong = [
        text for text in today.filter(to__in={number for _, number in faults})
        if (at := faults.get((text.school_id, text.to))) and (text.created_at > at or text.status in UNSENT)
    ]  # fmt: skip
    yield from _of("text_to_faulty", "A text goes to a number that was found wrong or dead.", wrong)


def sent_in_shadow(look: Look) -> Iterable[Found]:
    """Texts that left a school in shadow mode."""
    shadow = [number for number, school in look.schools.items() if school.sending == "shadow"]
    left = Message.objects.filter(
        school__in=shadow, day=look.day, template__in=FAMILY_TEXTS, status__in=("accepted", "delivered", "undelivered")
    )
    yield from _of("sent_in_shadow", "A text left although the school is in shadow mode.", left)


def failed_in_silence(look: Look) -> Iterable[Found]:
    """Texts that did not go, of which nobody was told."""
    ended = Message.objects.filter(
        school__in=look.ids, day=look.day, template__in=FAMILY_TEXTS, status__in=("failed", "missed"), finished_at__lt=look.before
    )
    rows = list(ended.values_list("pk", "school_id", "status", "about__pupil"))
    told = set(
        Notice.objects.filter(
            school__in=look.ids, about__in=("text_failed", "text_missed"), at__gte=look.now - timedelta(hours=24)
        ).values_list("about", "pupils")
    )
    for message, school, status, pupil in rows:
        if pupil is not None and (f"text_{status}", pupil) not in told:
            yield Found(school, "failure_untold", f"message {message} {pupil}", "A text did not go, and nobody was told.", (pupil,))


def all_clears_forgotten(look: Look) -> Iterable[Found]:
    """Closed cases that wait for the fate of a text that no longer is on its way."""
    waiting = UnexplainedAbsence.objects.filter(school__in=look.ids, status="closed", all_clear_due=True, closed_at__lt=look.before)
    on_the_way = set(
        MessageAbout.objects.filter(
            pupil__in=waiting.values("pupil"), message__template__in=LADDER_TEXTS, message__status__in=("sending", "unknown")
        ).values_list("pupil_id", flat=True)
    )
    for case in waiting:
        if case.pupil_id not in on_the_way:
            yield Found(
                case.school_id, "all_clear_forgotten", f"case {case.pk}", "A family still waits to hear that all is well.", (case.pupil_id,)
            )
