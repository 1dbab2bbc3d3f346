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
    YEAR_END = "the end of the school year of the last entry"


@dataclass(frozen=True)
class Rule:
    """One line of the schedule.

    `apart`: only the safeguarding team sees whether there is any. `two`: one person proposes to erase it, a second agrees.
    `after`: kinds that hang on these records, and must be erased before they are deleted.
    """

    kind: str
    words: str
    holds: str
    since: Since
    years: int
    source: str
    apart: bool = False
    two: bool = False
    ways: tuple[str, ...] = ("anonymise", "delete")
    after: tuple[str, ...] = ()
    note: str = ""


CLAIMS = "Claims may be made for six years (Limitation Act 1980)."
EVIDENCE = (
    "It may be evidence of a child’s welfare long after: kept as a pupil’s record (IRMS Information Management Toolkit for Schools: date "
    "of birth and 25 years)."
)
OF_VISITS = ("visit_risk", "visit_out", "visit_letters", "visit_forms", "visit_files")
SCHEDULE: dict[str, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            "attendance", "Attendance",
            "Marks, reasons for absence, arrivals, unexplained absences, codes for the information system",
            Since.LAST_ENTRY, 6,
            "School Attendance (Pupil Registration) (England) Regulations 2024: every entry of a register is kept for at least six years. "
            "Reasons explain entries and are kept with them.",
            after=("calls",),
            note="Anonymised, marks with their codes stay, so that attendance of earlier years still adds up.",
        ),
        Rule(
            "calls", "Telephone calls",
            "Calls to the family about absences: the number, who was rung, what was said",
            Since.LAST_ENTRY, 6, f"They explain entries of a register, which are kept six years. {CLAIMS}",
            note="Anonymised, it stays that there was a call, when, and how it ended.",
        ),
        Rule(
            "messages", "Texts, emails and letters about absences",
            "What was sent to the family with its words and address, and their texts to the school",
            Since.LAST_ENTRY, 6, f"They explain entries of a register, which are kept six years. {CLAIMS}",
            note="Anonymised, it stays that something was sent, when, by which way, and whether it arrived.",
        ),
        Rule(
            "notices", "What staff were told", "Notices to staff that name the pupil", Since.LAST_ENTRY, 6,
            f"They show who knew what, and when. {CLAIMS}",
            note="Anonymised, it stays that there was a notice, about what kind of matter, and who took it up.",
        ),
        Rule(
            "visit_risk", "Risk assessments of home visits", "Assessments with their answers and hazards, plans as they stood, briefings",
            Since.YEAR_END, 6, f"The current year and six more (IRMS Information Management Toolkit for Schools). {CLAIMS}",
            note="Anonymised, the level of risk and the day stay.",
        ),
        Rule(
            "visit_out", "Staff out on home visits",
            "Where staff were and when: check-ins, alarms, delays, well-being checks, checks before leaving, what tablets sent",
            Since.YEAR_END, 6, f"Signing in and out: the current year and six more (IRMS Information Management Toolkit). {CLAIMS}",
            note="Anonymised, it stays that there was an alarm, of which step and how late, and when the visit set off and was back.",
        ),
        Rule(
            "visit_letters", "Letters and agreements of home visits", "Letters, times offered, calls to agree on a visit, what was agreed",
            Since.YEAR_END, 6, f"Correspondence with the family. {CLAIMS}",
            note="Anonymised, it stays which letters went, and whether what was agreed was done.",
        ),
        Rule(
            "visit_forms", "Forms filled at home", "Answers with earlier ones, signatures, what staff noticed, the filed PDF",
            Since.BIRTH, 25, EVIDENCE, two=True, ways=("delete",),
            note="A form is its answers: it can only be deleted whole. That there was a visit stays with the visit.",
        ),
        Rule(
            "visit_files", "Photographs and files of home visits", "Photographs, letters from the family, doctors’ notes added to a visit",
            Since.BIRTH, 25, EVIDENCE, two=True, ways=("delete",),
            note="A photograph cannot be anonymised: it can only be deleted.",
        ),
        Rule(
            "visits", "Home visits", "Requests, approvals, decisions with reasons, who went, who was spoken to, what was found, reports",
            Since.BIRTH, 25, EVIDENCE, two=True, after=OF_VISITS,
            note="Anonymised, it stays that there was a visit, when, what for, how it ended and what was found.",
        ),
        Rule(
            "child_protection", "Child protection file",
            "Concerns, chronology, incidents, referrals, agencies told, warnings about the home, papers of the safeguarding team, "
            "packs sent to the next school",
            Since.BIRTH, 25,
            "IRMS Information Management Toolkit for Schools: date of birth and 25 years, then a review. Records of sexual abuse are kept "
            "longer where an inquiry or the school’s insurer asks: put a hold on them.",
            apart=True, two=True, ways=("delete",),
            note="It can only be deleted whole: the database refuses to change what was written in it. How many of each there were stays.",
        ),
        Rule(
            "pupil", "The pupil’s record",
            "Name, date of birth, class, needs, contacts, agencies; the home when the last child of it is gone",
            Since.BIRTH, 25,
            "IRMS Information Management Toolkit for Schools: pupil file, date of birth and 25 years where this is the last school. "
            "Whatever else is still kept needs a name to belong to, so this is the last, and the safeguarding team decides it.",
            apart=True, two=True, ways=("anonymise",),
            note="The row stays without a name, so that figures of earlier years still add up.",
        ),
    )
}  # fmt: skip

# Kept by the schedule, and not erased by the product: said on the page, for a person to do or to know.
NOT_ERASED: tuple[tuple[str, str], ...] = (
    (
        "Complaints about staff that are no allegation",
        "Six years after they were answered (Limitation Act 1980): the headteacher looks at them each year. Allegations and low-level "
        "concerns have a queue of their own, with the records, for whoever may see them.",
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


def cutoff(rule: Rule, today: date, years: int) -> date:
    """Records whose day lies on it or before have been kept long enough; of a school year only once all of it has."""
    day = before(today, years)
    if rule.since is not Since.YEAR_END:
        return day
    return date(day.year if day.month > 8 else day.year - 1, 8, 31) if (day.month, day.day) != (8, 31) else day


def ends_on(day: date) -> date:
    """The last day of the school year in which a day lies: 31 August."""
    return date(day.year + (day.month > 8), 8, 31)
