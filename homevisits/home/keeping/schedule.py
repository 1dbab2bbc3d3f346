"""How long each kind of record is kept, as data: counted from what, and why. A school may keep longer, never shorter."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Role


class Since(StrEnum):
    """What the years are counted from."""

    BIRTH = "the date of birth"
    LAST_ENTRY = "the last entry"


@dataclass(frozen=True)
class Rule:
    """One line of the schedule. `apart`: only the safeguarding team sees whether there is any."""

    kind: str
    words: str
    holds: str
    since: Since
    years: int
    source: str
    apart: bool = False
    ways: tuple[str, ...] = ("anonymise", "delete")
    note: str = ""


SCHEDULE: dict[str, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            "attendance", "Attendance",
            "Marks, reasons for absence, arrivals, unexplained absences, calls, codes for the information system",
            Since.LAST_ENTRY, 6,
            "School Attendance (Pupil Registration) (England) Regulations 2024: every entry of a register is kept for at least six years. "
            "Reasons and calls explain entries and are kept with them.",
        ),
        Rule(
            "messages", "Messages",
            "Texts, emails and letters to the family, their texts to the school, notices to staff that name the pupil",
            Since.LAST_ENTRY, 6,
            "They explain attendance entries, and claims may be made for six years (Limitation Act 1980).",
        ),
        Rule(
            "visits", "Home visits",
            "Requests, plans, risk assessments, who went, forms, what was found, letters, photographs and other files",
            Since.BIRTH, 25,
            "A visit may be evidence of a child’s welfare long after: kept as a pupil’s record (IRMS Information Management Toolkit for "
            "Schools: date of birth and 25 years). Risk assessments are in it and kept with it.",
        ),
        Rule(
            "child_protection", "Child protection file",
            "Concerns, chronology, incidents, referrals, agencies told, warnings about the home, papers of the safeguarding team, "
            "packs sent to the next school",
            Since.BIRTH, 25,
            "IRMS Information Management Toolkit for Schools: date of birth and 25 years, then a review. Records of sexual abuse are kept "
            "longer where an inquiry or the school’s insurer asks: put a hold on them.",
            apart=True, ways=("delete",),
            note="It can only be deleted whole: the database refuses to change what was written in it. How many of each there were stays.",
        ),
        Rule(
            "pupil", "The pupil’s record",
            "Name, date of birth, class, needs, contacts, agencies; the home when the last child of it is gone",
            Since.BIRTH, 25,
            "IRMS Information Management Toolkit for Schools: pupil file, date of birth and 25 years where this is the last school. "
            "Whatever else is still kept needs a name to belong to, so this is the last, and the safeguarding team decides it.",
            apart=True, ways=("anonymise",),
            note="The row stays without a name, so that figures of earlier years still add up.",
        ),
    )
}  # fmt: skip

# Kept by the schedule, and not erased by the product: said on the page, for a person to do or to know.
NOT_ERASED: tuple[tuple[str, str], ...] = (
    (
        "Allegations and complaints about staff",
        "Until the person’s normal pension age, or ten years from the allegation where that is longer (Keeping children safe in "
        "education). They have no review here yet: the headteacher looks at them each year.",
    ),
    ("The trail of who did what", "It is what proves that nothing was altered. It holds numbers of pupils, not what was said."),
    ("Receipts of transfers, and that a request was answered", "What went where and when stays; the packs are erased with the record."),
    ("Imported files", "Rows that could not be read stay with their import until a person drops it."),
    ("Backups", "What is erased here is still in backups made before, until they end by the school’s own plan."),
    ("What another child still needs", "A visit, a message or a home that another child shares stays until theirs is due too."),
)


def years_kept(kind: str, own: dict[str, int]) -> int:
    """How many years a school keeps a kind: the schedule's, or its own where that is longer. `own`: {kind: years}."""
    return max(SCHEDULE[kind].years, own.get(kind, 0))


def kinds_for(roles: frozenset[str]) -> list[str]:
    """The kinds of which somebody with these roles may know that there is any."""
    team = not SAFEGUARDING.isdisjoint({Role(role) for role in roles if role in Role.values})
    return [rule.kind for rule in SCHEDULE.values() if team or not rule.apart]


def before(today: date, years: int) -> date:
    """The day that was `years` ago: what lies on it or before has been kept long enough."""
    return today.replace(year=today.year - years) if (today.month, today.day) != (2, 29) else date(today.year - years, 2, 28)
