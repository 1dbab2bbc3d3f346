"""What the report of a visit asks, by policy, purpose and what was found. Plain values; the questionnaire at the home is apart."""

from collections.abc import Collection
from dataclasses import dataclass

from .models import VisitOutcome
from .purposes import ATT, CHILD_CHECK, MAT

Kind = VisitOutcome.Kind
# Outcomes whose reason is given in writing (ATT-38, ATT-39, ALT-16, ALT-17).
REASONED = (Kind.UNSAFE, Kind.ANIMALS)
# Outcomes of a visit at which nobody was met.
NOBODY_MET = frozenset({Kind.NO_ANSWER, Kind.PARENTS_ABSENT})
# Why a pupil attends poorly (ATT-30): the structured list.
UNDERLYING = (
    ("anxiety", "Anxiety or emotional difficulty"),
    ("bullying", "Bullying or friendships"),
    ("health", "Health of the child"),
    ("family_health", "Health of a parent or carer"),
    ("caring", "Caring for somebody at home"),
    ("send", "Special educational needs not met"),
    ("transport", "Travel to school"),
    ("housing", "Housing"),
    ("money", "Money, uniform, food"),
    ("routines", "Routines and sleep"),
    ("relations", "Relations between home and school"),
    ("other", "Something else"),
)
DONE_OR_NOT = (("done", "Done"), ("not_appropriate", "Not appropriate this time"))
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Asked:
    """A question of the report: its words, the answers to choose from (none: in words), the clause it comes from."""

    code: str
    words: str
    clause: str
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True


def report_questions(preset: str, purpose: str, found: Collection[str], *, entered: bool) -> list[Asked]:
    """The questions of this visit's report, in order."""
    asked = []
    met = not NOBODY_MET.issuperset(found)
    if purpose == CHILD_CHECK and met:
        asked.append(
            Asked("reminded", "Were the parents reminded to report absence in time, and why attendance matters?", "PRI-37", DONE_OR_NOT)
        )
    if preset == MAT and met:
        asked.append(Asked("notes_said", "Were the parents told that notes are taken, and whom they are shared with?", "MAT-17", YES_NO))
        asked.append(Asked("key_member", "Key member of staff who supports the child", "MAT-08", required=False))
        asked.append(Asked("family_met", "Family members met", "MAT-08", required=entered))
        asked.append(Asked("needs", "The child's needs, and what the parents shared", "MAT-08", required=entered))
    return asked


def asks_for_reasons(preset: str, purpose: str) -> bool:
    """Whether the report asks for the underlying reasons of poor attendance, with the support offered (ATT-30)."""
    return preset == ATT and purpose in ("attendance", "follow_up")
