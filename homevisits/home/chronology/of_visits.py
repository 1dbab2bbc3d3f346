"""What home visits give to a chronology: every welfare visit with what it found, also where nobody answered (PRI-38)."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from homevisits.common.clock import local_day
from homevisits.common.said import wall
from visits.models import Appointment, HomeVisit, OutcomeDecision, PoliceCall, SafeguardingDecision, VisitEvent, VisitOutcome, VisitReport
from visits.purposes import CHILD_CHECK, EMERGENCY, words_of

from .entry import PRODUCT, Entry, Where, Whom, on_day, person, words

Kind = VisitOutcome.Kind
# Visits that look after a child's welfare. That a family wants no induction or tutoring visit is their right, and no sign of anything.
WELFARE = frozenset({
    CHILD_CHECK, EMERGENCY, "welfare", "attendance", "follow_up", "new_or_hard_to_reach", "school_refusal", "all_contact_failed",
    "long_absence", "too_ill", "holiday_suspected", "other",
})  # fmt: skip
# What belongs on a chronology whatever the visit was for.
ALWAYS = (Kind.UNSAFE, Kind.ANIMALS, Kind.CHILD_ALONE, Kind.CHILD_NOT_SEEN)
# Ends of a visit that was not made: {event: words}.
NOT_MADE = {
    "stood_down": "Welfare visit stood down", "declined": "Welfare visit declined by the approver",
    "not_visiting": "Decided not to visit", "meeting_missed": "The family did not come to the meeting at school",
}  # fmt: skip
LEFT = {"yes": "A letter or card was left at the door", "no": "Nothing was left at the door"}


def belongs() -> Q:
    """Which outcomes stand on a chronology."""
    return Q(visit__purpose__in=WELFARE) | Q(kind__in=ALWAYS)


def outcomes(whom: Whom) -> Iterator[Entry]:
    """What each visit found, each outcome for itself."""
    rows = VisitOutcome.objects.filter(belongs(), visit__school=whom.school, visit__drill=False, for_pupils__pupil__in=whom.pupils)
    rows = rows.distinct().select_related("by", "visit").prefetch_related("for_pupils", "visit__spoken_to", "visit__members__staff")
    for row in rows:
        declined = row.kind == Kind.FAMILY_DECLINED
        by, by_id = person(row.by)
        title = "The family declined a home visit" if declined else f"Home visit: {row.get_kind_display().lower()}"
        yield Entry(
            "outcome", row.pk, "refusal" if declined else "visit", title, _found(row), row.at, row.received_at or row.at, by, by_id,
            **_of(whom, row.visit, [one.pupil_id for one in row.for_pupils.all()]),
        )  # fmt: skip


def _found(row: VisitOutcome) -> str:
    """What was found, in lines: what the visit was for, who was spoken to and seen, what staff wrote, what they left and asked."""
    details = row.details
    spoken = ", ".join(f"{one.name} ({one.relation})" if one.relation else one.name for one in row.visit.spoken_to.all())
    seen = ", ".join(filter(None, [row.seen_by and f"by {row.seen_by}", row.seen_where, wall(row.seen_at) if row.seen_at else ""]))
    card = f", number {details['card_number']}" if details.get("card_number") else ""
    left = LEFT.get(str(details.get("left")), "")
    return words(
        f"{words_of(row.visit.purpose, row.visit.purpose_words)}.",
        _staff(row.visit),
        f"Spoken to: {spoken}." if spoken else "",
        f"Seen {seen}." if seen else "",
        row.note,
        f"{left}{card}." if left else "",
        "Staff asked for the animals to be put elsewhere." if details.get("another_room") == "yes" else "",
        "There was a threat or violence." if details.get("threat") == "yes" else "",
    )


def _staff(visit: HomeVisit) -> str:
    """Who went, in a line."""
    names = ", ".join(sorted(str(member.staff) for member in visit.members.all()))
    return f"Staff: {names}." if names else ""


def without_outcome(whom: Whom) -> Iterator[Entry]:
    """Welfare visits for which staff set out and of which nothing is recorded yet."""
    rows = _visits(whom).filter(departed_at__isnull=False, outcomes=None).prefetch_related("members__staff")
    for row in rows:
        at = row.departed_at
        assert at is not None  # filtered above
        says = words(_staff(row), "Nothing is recorded yet of what they found.")
        about = _of(whom, row, [one.pupil_id for one in row.visit_pupils.all()])
        yield Entry("visit", row.pk, "visit", "Staff set out on a home visit", says, at, at, PRODUCT, **about)


def not_made(whom: Whom) -> Iterator[Entry]:
    """Welfare visits that were decided against, stood down, or refused before anybody left."""
    rows = VisitEvent.objects.filter(visit__in=_visits(whom), what__in=[*NOT_MADE, "family_refused"]).select_related("by", "visit")
    rows = rows.exclude(what="family_refused", visit__outcomes__kind=Kind.FAMILY_DECLINED).distinct()
    for row in rows.prefetch_related("visit__visit_pupils"):
        title = NOT_MADE.get(row.what, "The family refused a home visit")
        yield Entry(
            "event", row.pk, "decision" if row.what in NOT_MADE else "refusal", title,
            words(f"{words_of(row.visit.purpose, row.visit.purpose_words)}.", row.note), row.at, row.received_at or row.at,
            row.by_name, row.by_id,
            **_of(whom, row.visit, [one.pupil_id for one in row.visit.visit_pupils.all()]),
        )  # fmt: skip


def answers_by_link(whom: Whom) -> Iterator[Entry]:
    """Families who said no to an appointment of a welfare visit."""
    rows = Appointment.objects.filter(visit__in=_visits(whom), state=Appointment.State.REFUSED, answered_at__isnull=False)
    for row in rows.select_related("answered_by", "visit").prefetch_related("visit__visit_pupils"):
        by, by_id = person(row.answered_by) if row.answered_by else ("The family, by the link", None)
        at = row.answered_at
        assert at is not None  # filtered above
        says = words(f"{words_of(row.visit.purpose, row.visit.purpose_words)}.", row.answer_words)
        yield Entry(
            "appointment", row.pk, "refusal", "The family said no to an appointment", says, at, at, by, by_id,
            **_of(whom, row.visit, [one.pupil_id for one in row.visit.visit_pupils.all()]),
        )  # fmt: skip


def reports(whom: Whom) -> Iterator[Entry]:
    """The reports of welfare visits that were handed in (PRI-38)."""
    rows = VisitReport.objects.filter(visit__in=_visits(whom), handed_in_at__isnull=False)
    for row in rows.select_related("visit", "handed_in_by").prefetch_related("visit__visit_pupils"):
        assert row.handed_in_at is not None  # filtered above
        happened = row.visit.returned_at or row.visit.departed_at or row.handed_in_at
        yield Entry(
            "report", row.pk, "visit", "Report of the home visit", words(row.text, row.evaluation), happened, row.handed_in_at,
            *person(row.handed_in_by), **_of(whom, row.visit, [one.pupil_id for one in row.visit.visit_pupils.all()]),
        )  # fmt: skip


def decisions(whom: Whom) -> Iterator[Entry]:
    """What the safeguarding team decided on what was found (MAT-12), and before a visit of high risk (PRI-12)."""
    after = OutcomeDecision.objects.filter(outcome__visit__school=whom.school, outcome__for_pupils__pupil__in=whom.pupils).distinct()
    for row in after.select_related("by", "outcome__visit").prefetch_related("outcome__for_pupils"):
        about = _of(whom, row.outcome.visit, [one.pupil_id for one in row.outcome.for_pupils.all()])
        title = f"Decision: {row.get_decision_display().lower()}"
        yield Entry("decision", row.pk, "decision", title, row.reason, row.at, row.at, *person(row.by), **about)
    before = SafeguardingDecision.objects.filter(visit__in=_visits(whom)).select_related("by", "visit")
    for one in before.prefetch_related("visit__visit_pupils"):
        about = _of(whom, one.visit, [each.pupil_id for each in one.visit.visit_pupils.all()])
        says = words(one.reason, f"Other contact: {one.other_contact}" if one.other_contact else "")
        title = f"Decision on a visit of high risk: {one.get_decision_display().lower()}"
        yield Entry("risk_decision", one.pk, "decision", title, says, one.at, one.at, *person(one.by), **about)


def police_calls(whom: Whom) -> Iterator[Entry]:
    """Calls to the police or 999 from a visit, and decisions not to call."""
    rows = PoliceCall.objects.filter(visit__school=whom.school, visit__drill=False, visit__visit_pupils__pupil__in=whom.pupils).distinct()
    for row in rows.select_related("by", "visit").prefetch_related("visit__visit_pupils"):
        title = "Police or 999 called" if row.called else "Decided not to call the police"
        says = words(f"Reference {row.reference}." if row.reference else "", row.reason)
        yield Entry(
            "police", row.pk, "incident", title, says, row.at, row.recorded_at, *person(row.by),
            **_of(whom, row.visit, [one.pupil_id for one in row.visit.visit_pupils.all()]),
        )  # fmt: skip


def _visits(whom: Whom) -> QuerySet[HomeVisit]:
    """The welfare visits about these pupils; drills are none."""
    found = HomeVisit.objects.filter(school=whom.school, drill=False, purpose__in=WELFARE, visit_pupils__pupil__in=whom.pupils)
    return found.distinct().select_related("raised_by").prefetch_related("visit_pupils")


def _of(whom: Whom, visit: HomeVisit, pupils: list[int]) -> Where:
    """Where an entry of a visit stands, and whom it concerns."""
    day = local_day(visit.arrive_at or visit.due_at)
    about, others = whom.about(pupils)
    url = reverse("visit", args=[whom.school.slug, visit.pk])
    return {"origin": f"Visit of {on_day(day)}", "url": url, "about": about, "others": others}
