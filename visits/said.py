"""Visits in words: what happened, and the state of a visit as every screen shows it."""

from .models import HomeVisit

S = HomeVisit.Status
EVENTS = {
    "raised": "Asked for",
    "withdrawn": "Withdrawn",
    "family_refused": "The family refuses",
    "said_no": "Somebody does not go",
    "stopped": "Stopped by one of those who went",
    "dropped_out": "Somebody cannot go",
    "item_answered": "Something to take or prepare",
    "planned": "Planned",
    "risk_assessed": "Risk assessed",
    "risk_stale": "Risk to be gone through again",
    "assessment_read": "The school’s assessment read",
    "not_visiting": "Decided not to visit",
    "other_contact_made": "Other contact made",
    "ended": "Closed",
    "meeting_held": "Meeting at school held",
    "meeting_missed": "Family did not come to the meeting",
    "annex_answered": "Asked for while the infection annex is on",
    "annex_leave": "Visit allowed while the infection annex is on",
    "safeguarding_decided": "Safeguarding team decided",
    "approved": "Approved",
    "approved_in_part": "Approved by one of those needed",
    "declined": "Declined",
    "sent_back": "Sent back for changes",
    "approval_void": "Approval void: the visit changed",
    "weekly_signed": "Signed on the week's list",
    "sent_at_once": "Sent at once, without approval",
    "review_asked_for": "Review of the sending at once asked for",
    "sending_reviewed": "Sending at once reviewed",
    "appointment_offered": "The family was told the time",
    "appointment_moved": "The family was told the new time",
    "appointment_confirmed": "The family confirmed",
    "appointment_change_asked": "The family asks for another time",
    "appointment_refused": "The family said no to the appointment",
    "appointment_kept": "Staff go all the same at the old time",
    "appointment_withdrawn": "Appointment taken back",
    "appointment_link_closed": "The family's link was shut",
    "agreement_call": "Agreed by telephone",
    "refused": "Refused by the family",
    "briefed": "Briefing acknowledged",
    "checklist": "Departure checklist answered",
    "items": "What to take was gone through",
    "equipped": "Vehicle, device and safe word chosen",
    "unwell": "Unwell: taken off",
    "taken_back": "Taken back from a tablet",
    "departed": "Departed",
    "back_earlier": "Left early: due back earlier too",
    "delayed": "Delayed",
    "returned": "Everybody is back",
    "parents_late": "The parents sent word that they are late",
    "length_over": "Reminded that the planned length is over",
    "spoken_to": "Spoke to",
    "found_child_seen": "Found: child seen",
    "found_child_not_seen": "Found: child not seen",
    "found_no_answer": "Found: no answer",
    "found_child_alone": "Found: child alone",
    "found_parents_absent": "Found: the parents did not come",
    "found_unsafe": "Left because it was not safe",
    "found_animals": "Ended because of animals",
    "found_family_declined": "The family declined",
    "found_completed": "Made as planned",
    "found_parent_left": "Ended because the adult left",
    "found_unwell": "Ended because one of the pair fell ill",
    "reason_written": "Reason for ending the visit written",
    "decided_on_outcome": "Safeguarding team decided on what was found",
    "going_home": "Left, not coming back to school",
    "ends_at_home": "Ends at home",
    "ends_at_school": "Ends at school",
    "help": "Called for help",
    "help_over": "The call for help is over",
    "alarm_taken": "Deals with the alarm",
    "police_called": "Police called",
    "police_not_called": "Decided not to call the police",
    "check_agreed": "Check agreed",
    "drill_started": "Drill started",
    "drill_ended": "Drill over",
    "letter_sent": "Letter sent",
    "letter_final": "Letter made final",
    "letter_printed": "Letter printed",
    "letter_discarded": "Letter not sent",
    "attached": "Photograph or letter added",
    "attachment_withdrawn": "Photograph or letter withdrawn",
    "closed": "Report handed in, visit closed",
    "repeated": "Repeated on a timetable",
    "form_signed": "Form signed",
    "form_handed_in": "Form handed in",
    "form_amended": "Handed-in form: an answer that came later taken",
    "agreed": "Agreed with the family",
    "agreement_kept": "What was agreed was kept",
    "agreement_not_kept": "What was agreed was not kept",
    "stood_down": "Stood down",
}
# The look of a status: its shape and colour stand for the same everywhere.
STATES = {
    S.RAISED: "due",
    S.PLANNED: "open",
    S.SENT_BACK: "due",
    S.APPROVED: "done",
    S.OUT: "open",
    S.DONE: "due",
    S.CLOSED: "resting",
    S.DECLINED: "resting",
    S.REFUSED: "resting",
    S.MEETING: "open",
    S.NOT_VISITING: "resting",
    S.STOOD_DOWN: "resting",
}


# Everybody is back and nobody has said what was found: the status is still “out”, and nobody has to be rung.
BACK = "Back, what was found is to be said"


def back_unsaid(visit: HomeVisit) -> bool:
    """Whether everybody is back and what was found is still to be said."""
    return visit.status == S.OUT and visit.returned_at is not None


def standing(visit: HomeVisit) -> tuple[str, str]:
    """Where a visit stands, as every screen says it: the look, and the words."""
    return ("due", BACK) if back_unsaid(visit) else (STATES[S(visit.status)], visit.get_status_display())


def event_words(what: str) -> str:
    """What was done, as the timeline says it."""
    return EVENTS.get(what) or what.replace("_", " ").capitalize()


# What tablets send that was said without network, by its kind.
ARRIVED = {
    "check_in": "Check-in", "delay": "Delay", "help": "Call for help", "outcome": "What was found", "spoken": "Who was spoken to",
    "parents_late": "The parents are late", "length_seen": "The planned length is over", "end_at_home": "Where the visit ends",
    "say_no": "Stopping the visit", "reason": "Why the visit was ended",
    "incident": "Incident",
    "answers": "Answers in the form",
    "sign": "Signature",
    "hand_in": "Handing in the form",
}  # fmt: skip


def arrived_words(kind: str) -> str:
    """A kind of act as people read it."""
    return ARRIVED.get(kind) or kind.replace("_", " ").capitalize()
