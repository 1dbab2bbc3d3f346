"""The words of the log: what each code of the rehearsal language is called among people."""

from homevisits.people.models import Role

KINDS: dict[str, str] = {
    "cases": "Cases",
    "texts": "Texts",
    "calls": "Calls",
    "told": "People told",
    "visits": "Visits",
    "alarms": "Alarms",
    "after": "Follow-up",
    "refused": "Refused",
}
# Always drawn, also when nothing stands in them; the others only when something does.
ALWAYS = ("cases", "texts", "calls", "told", "visits", "alarms")

KIND_OF = {
    "no_school": "cases", "case_opened": "cases", "case_closed": "cases", "case_reopened": "cases",
    "text_sent": "texts", "text_failed": "texts", "held": "texts", "released": "texts",
    "call_due": "calls", "call_made": "calls", "told": "told", "alarm": "alarms", "refused": "refused",
}  # fmt: skip
KIND_OF_RUNG = {
    "first_text_at": "texts", "call_at": "calls", "welfare_visit_at": "visits", "school_day_ends": "cases", "register": "cases",
}  # fmt: skip
STATE_OF = {
    "no_school": "resting", "case_opened": "open", "case_reopened": "open", "held": "held", "call_due": "open", "visit_raised": "open",
    "visit_declined": "resting", "visit_stood_down": "resting", "visit_sent_back": "resting", "agency_task": "open",
    "referral_opened": "open", "concern_opened": "open",
}  # fmt: skip

CLOSED = {
    "explained": "A reason came for {who}",
    "arrived": "{who} is at school",
    "child_seen": "{who} was seen",
    "school_closed": "The school closed, so {who} is not missing",
    "marked": "The register was put right for {who}",
}
TEXTS = {"first_day_absence": "First text", "first_day_absence_escalation": "Second text", "all_clear": "All-clear"}
CALLS = {
    "explained": "a reason was given",
    "unaware": "they did not know the child is missing",
    "no_answer": "no answer",
    "voicemail": "voicemail left",
    "wrong_number": "wrong number",
    "number_dead": "the number does not work",
}
ABOUT = {
    "vulnerable_absent": "a child to keep an eye on is missing",
    "register_not_taken": "a register has not been taken",
    "nobody_to_text": "there is nobody to text",
    "held": "the texts wait for a look",
    "text_failed": "a text could not be sent",
    "text_missed": "it has become too late to text",
    "no_response": "nobody answers",
    "parent_unaware": "the parent did not know that the child is missing",
    "calls_not_made": "nobody has rung yet",
    "visit_needed": "a welfare visit is needed",
    "stood_down": "the visit is no longer needed",
    "no_answer": "nobody answered the door",
    "child_not_seen": "the child was not seen",
    "child_alone": "the child is alone at home",
    "unsafe": "the visit was not safe",
    "family_declined": "the family declined",
    "referral_due": "a referral has not been sent",
    "concern": "a concern was raised",
    "still_missing": "still missing at the end of the day",
    "visit_declined": "the visit was declined",
    "visit_returned": "the visit was sent back for changes",
}
VISITS = {
    "visit_raised": "A welfare visit to {who} is raised.",
    "visit_planned": "{by} planned the visit to {who}: {pair}.",
    "visit_approved": "The visit to {who} is approved by {by}: {pair} may go.",
    "visit_declined": "{by} declined the visit to {who}.",
    "visit_sent_back": "{by} sent the plan of the visit to {who} back for changes.",
    "visit_stood_down": "The visit to {who} is stood down: it is no longer needed.",
    "visit_departed": "{pair} set off to {who}.",
    "visit_returned": "Back from {who}: {pair}.",
}
ALARMS = {
    "staff": "Not back on time from {who}: the pair is asked whether all is well.",
    "office": "Still not back from {who}: the office is alarmed.",
    "senior_manager": "Still not back from {who}: the senior manager is alarmed.",
    "headteacher": "Still not back from {who}: the headteacher is alarmed.",
    "police_prompt": "Still not back from {who}: it is time to ring the police.",
    "help": "{by} pressed the help button at {who}.",
}
RUNGS = {
    "register": "The register",
    "first_text_at": "The first text",
    "call_at": "The call list",
    "welfare_visit_at": "The welfare visit",
    "school_day_ends": "The end of the day",
    "staff": "The alarm to the pair",
    "office": "The alarm to the office",
    "senior_manager": "The alarm to the senior manager",
    "headteacher": "The alarm to the headteacher",
    "police_prompt": "The prompt to ring the police",
}
DONE = {
    "absence_message": "log a reason",
    "arrived": "record the child at school",
    "register_taken": "take the register",
    "call": "record a call",
    "release_hold": "release the texts",
    "plan_visit": "plan the visit",
    "assess_risk": "complete the risk assessment",
    "safeguarding_decision": "decide on the high risk",
    "approve": "approve the visit",
    "decline": "decline the visit",
    "return_visit": "send the plan back",
    "check_in": "check in",
    "delay": "move the time due back",
    "help": "call for help",
    "acknowledge": "take up the alarm",
    "outcome": "record what the visit found",
    "letter_sent": "mark the letter as sent",
    "referral_sent": "mark the referral as sent",
    "agency_told": "mark the agency as told",
    "concern": "raise a concern",
}
_ROLES = {"office_admin": "The office is", "pair": "The pair is", "dsl": "The safeguarding lead is"}


def role(code: str) -> str:
    """A role that is told something, with its verb: “The senior manager is”."""
    if code in _ROLES:
        return _ROLES[code]
    label = Role(code).label if code in Role.values else code.replace("_", " ")
    return f"The {label.lower()} is"
