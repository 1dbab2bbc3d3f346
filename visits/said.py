"""Visits in words: what happened, and the state of a visit as every screen shows it."""

from .models import HomeVisit

S = HomeVisit.Status
EVENTS = {
    "raised": "Asked for",
    "planned": "Planned",
    "risk_assessed": "Risk assessed",
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
    "appointment_withdrawn": "Appointment taken back",
    "appointment_link_closed": "The family's link was shut",
    "agreement_call": "Agreed by telephone",
    "refused": "Refused by the family",
    "departed": "Departed",
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
    "letter_sent": "Letter sent",
    "letter_discarded": "Letter not sent",
    "closed": "Report handed in, visit closed",
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


def event_words(what: str) -> str:
    """What was done, as the timeline says it."""
    return EVENTS.get(what) or what.replace("_", " ").capitalize()
