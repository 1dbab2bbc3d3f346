"""What visits are for: the purposes of the five policies, with what each asks for (PRI, ATT, MAT-03, ALT-10, SEC-01)."""

from dataclasses import dataclass

CHILD_CHECK = "absent_child_check"
EMERGENCY = "safeguarding_emergency"
OTHER = "other"
TUTORING = "tutoring"
TRANSPORT = "transport"
INDUCTION = "induction"
IN_YEAR = "in_year"
DRILL = "drill"

PRI, ATT, MAT, ALT, SEC = "primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"
EVERY = (PRI, ATT, MAT, ALT, SEC)


@dataclass(frozen=True)
class Question:
    """Something that a purpose asks when the visit is requested; answered in words, kept in `purpose_answers` under its code."""

    code: str
    words: str
    required: bool = True


@dataclass(frozen=True)
class Purpose:
    """One purpose: its words, which presets list it, and what it asks for."""

    code: str
    words: str
    presets: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    preparation: tuple[str, ...] = ()


_STEPS = Question("attempts", "What has been tried so far to reach the family?")
_CONCERN = Question("concern", "What is the concern?")
_PREPARATION = ("Toys from school", "Visuals or a social story (already sent with stay-and-play?)")

PURPOSES: tuple[Purpose, ...] = (
    Purpose(INDUCTION, "Induction: nursery or reception, before the child starts", (PRI,), preparation=_PREPARATION),
    Purpose(IN_YEAR, "In-year admission", (PRI,), preparation=_PREPARATION),
    Purpose(CHILD_CHECK, "Check that an absent child is safe", EVERY, (_STEPS,)),
    Purpose(EMERGENCY, "Emergency safeguarding visit", EVERY, (_CONCERN,)),
    Purpose("welfare", "Welfare", (PRI, ALT, SEC), (_CONCERN,)),
    Purpose("attendance", "Attendance", (PRI, ATT, MAT, ALT)),
    Purpose("follow_up", "Follow-up of an agreement that was not kept", (ATT, MAT)),
    Purpose("new_or_hard_to_reach", "Contact with new or hard to reach parents", (MAT,)),
    Purpose("school_refusal", "School refusal", (MAT, SEC)),
    Purpose("educated_at_home", "Educated at home", (MAT,)),
    Purpose("all_contact_failed", "All other contact has failed", (MAT,), (_STEPS,)),
    Purpose("meeting_at_home", "A meeting better held at home, or parents cannot or will not come in", (PRI, MAT, ALT, SEC)),
    Purpose("parents_request", "The parents asked for it", (SEC,)),
    Purpose("strategies", "Strategies with parents", (MAT,)),
    Purpose("partnership", "Partnership with parents", (ALT,)),
    Purpose(TUTORING, "Tutoring", (ALT,)),
    Purpose(TRANSPORT, "Collecting or dropping off a pupil", (ATT, MAT, ALT), (_CONCERN,)),
    Purpose("work", "Dropping off or collecting work or equipment", (MAT, ALT)),
    Purpose("long_absence", "Contact in a long absence", (MAT, ALT)),
    Purpose("too_ill", "Too ill to come in, or a medical condition", (SEC,)),
    Purpose("holiday_suspected", "Suspected holiday in term time", (MAT,)),
    Purpose("school_closed", "The school is closed for the holidays", (SEC,)),
    Purpose("primary_transition", "Transition from primary school", (SEC,)),
    Purpose(OTHER, "Another purpose, in your own words", (PRI, ATT, ALT, SEC)),
)
BY_CODE = {purpose.code: purpose for purpose in PURPOSES}


def purposes_of(preset: str) -> list[Purpose]:
    """The purposes that a preset lists, in its order."""
    return [purpose for purpose in PURPOSES if preset in purpose.presets]


def words_of(code: str, own_words: str = "") -> str:
    """A purpose as people read it; another purpose in its own words."""
    if code == OTHER and own_words:
        return own_words
    if code == DRILL:
        return "Drill of the return alarm"
    return BY_CODE[code].words if code in BY_CODE else code.replace("_", " ").capitalize()
