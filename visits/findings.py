"""What a visit can find, as plain values: each outcome with its words, whom it tells, and what it asks (rehearsal.md, 10)."""

from collections.abc import Mapping
from dataclasses import dataclass

from homevisits.people.models import Role
from homevisits.policy.values import Values

from .models import VisitOutcome
from .purposes import CHILD_CHECK

Kind = VisitOutcome.Kind
IN_WRITING, ON_SAFEGUARDING = "headteacher_in_writing", "safeguarding_system"
# Outcomes whose reason the policy wants written: sent to the headteacher, or kept on the safeguarding system (ATT-38, ALT-16).
REASONED = (Kind.UNSAFE, Kind.ANIMALS)
# Outcomes at which somebody of the family was met.
MET = frozenset({Kind.CHILD_SEEN, Kind.CHILD_NOT_SEEN, Kind.COMPLETED, Kind.PARENT_LEFT})
# Outcomes that are asked for once more in words on the page before they are recorded.
SERIOUS = frozenset({Kind.CHILD_ALONE, Kind.CHILD_NOT_SEEN, Kind.NO_ANSWER, Kind.UNSAFE, Kind.FAMILY_DECLINED, Kind.PARENTS_ABSENT})


@dataclass(frozen=True)
class Asked:
    """A question of an outcome. `kind`: text, line, yes_no, done_or_not, held, time. `code` is kept in the outcome's details."""

    code: str
    words: str
    kind: str = "text"
    required: bool = True
    hint: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Finding:
    """An outcome as staff choose it: its words at the door, what happened, whom it tells at once and for which clause."""

    kind: str
    words: str
    means: str
    says: str
    tells: tuple[str, ...] = ()
    clause: str = ""


FINDINGS: tuple[Finding, ...] = (
    Finding(Kind.CHILD_SEEN, "The child was seen", "Somebody of you saw the child with your own eyes.", "The child was seen."),
    Finding(Kind.CHILD_NOT_SEEN, "The child was not seen", "An adult answered, and said where the child is. That is not enough.",
            "The child was not seen on a home visit.", (Role.DSL,), "PRI-36"),
    Finding(Kind.NO_ANSWER, "Nobody answered", "You knocked and waited, and nobody came to the door.",
            "Nobody answered the door on a home visit.", (Role.DSL,), "PRI-40"),
    Finding(Kind.CHILD_ALONE, "A child is alone, or you doubt it", "No responsible adult is there, or you are not sure.",
            "A child was found alone on a home visit.", (Role.DSL, Role.HEADTEACHER), "MAT-12"),
    Finding(Kind.PARENTS_ABSENT, "The parents did not come", "The visit was arranged, you waited, and the parents were not there.",
            "The parents were not there for a home visit.", (Role.OFFICE_ADMIN,), "ATT-34"),
    Finding(Kind.UNSAFE, "You left because it was not safe", "You felt unsafe. You need no other reason.",
            "Staff left a home visit because it was not safe.", (Role.HEADTEACHER,), "PRI-25"),
    Finding(Kind.ANIMALS, "Animals", "They were not put where you asked, or could not be.",
            "A home visit was ended because of animals.", (Role.HEADTEACHER,)),
    Finding(Kind.FAMILY_DECLINED, "The family declined", "They do not want the visit. That is their right.",
            "A family declined a home visit.", (Role.DSL,), "PRI-15"),
    Finding(Kind.PARENT_LEFT, "The adult left", "The parent or adult you were with went away, so you left too.",
            "The adult left during a home visit, and staff ended it.", (Role.OFFICE_ADMIN,), "ATT-51"),
    Finding(Kind.UNWELL, "One of you fell ill", "Symptoms that others could catch: go home at once.",
            "A member of staff fell ill during a home visit and went home.", (Role.HEADTEACHER,), "ATT-71"),
    Finding(Kind.COMPLETED, "The visit was made as planned", "You did what you came for.", "The home visit was made as planned."),
)  # fmt: skip
BY_KIND: Mapping[str, Finding] = {finding.kind: finding for finding in FINDINGS}

# What an attentive person sees on every visit (PRI-22): {code: words}.
SIGNS: Mapping[str, str] = {
    "home": "Conditions in the home that put the child at immediate risk",
    "marks": "Marks or bruises",
    "abuse": "Anything said or seen of sexual or domestic abuse",
}

# How the visit was held, asked while the infection-control annex is on (ATT-73).
HELD: Mapping[str, str] = {"outside": "Outside", "windows_open": "Inside, with windows open", "neither": "Neither was possible"}

NOTE = "note"
_REASON_LATER = "Only facts. You may leave this empty now and write it when you are safe."


def asked(kind: str, purpose: str, values: Values, *, annex: bool = False) -> list[Asked]:
    """The questions of an outcome, in order. Those marked as required are required on the page; `note` is the outcome's own text.

    `annex`: whether the infection-control annex is on; it asks where those who met were.
    """
    questions = list(_OF_KIND.get(kind, (Asked(NOTE, "What do others need to know?", required=False),)))
    if kind == Kind.CHILD_SEEN and purpose == CHILD_CHECK:
        words = "Had the parents reported the absence to the school before?"
        questions.append(Asked("reported", words, "yes_no", hint="If not, a protocol letter is drafted.", clause="PRI-39"))
    if kind in MET and purpose == CHILD_CHECK:
        by = f"{values.reporting_deadline:%-H:%M}"
        words = f"Did you remind them to report an absence by {by}, and why attendance matters?"
        questions.append(Asked("reminded", words, "done_or_not", clause="PRI-37"))
    if kind in MET and annex:
        questions.append(Asked("held", "Where did you meet?", "held", clause="ATT-73"))
    if kind == Kind.NO_ANSWER:
        questions.append(Asked("left", f"Have you left the {values.nobody_home_leaves.replace('_', ' ')}?", "yes_no", clause="SEC-07"))
        questions.append(Asked("card_number", "Its number, if it has one", "line", required=False))
    if kind == Kind.UNSAFE or (kind == Kind.ANIMALS and reason_is_owed(kind, values)):
        words = "Why did you end the visit?" if kind == Kind.UNSAFE else "Why was the visit ended?"
        questions.append(Asked(NOTE, words, required=False, hint=_REASON_LATER, clause=reason_clause(kind, values)))
    elif kind == Kind.ANIMALS:
        questions.append(Asked(NOTE, "What do others need to know?", required=False))
    return questions


_OF_KIND: dict[str, tuple[Asked, ...]] = {
    Kind.CHILD_SEEN: (
        Asked("seen_by", "Who of you saw the child?", "line"),
        Asked("seen_where", "Where?", "line", hint="For example: at the door, in the living room"),
        Asked("seen_at", "When?", "time"),
        Asked(NOTE, "How was the child?", required=False),
    ),
    Kind.CHILD_NOT_SEEN: (
        Asked(NOTE, "Who said what about where the child is?", hint="In their own words where you can", clause="PRI-36"),
    ),
    Kind.NO_ANSWER: (Asked(NOTE, "What did you see and hear?", hint="Lights, voices, a car, post on the mat, neighbours"),),
    Kind.CHILD_ALONE: (
        Asked(NOTE, "What did you find?", hint="Who was there, how old, for how long alone, what was said", clause="MAT-12"),
        Asked("emergency", "Did you call 999?", "yes_no", hint="In immediate danger call first.", clause="MAT-12"),
        Asked("emergency_at", "When did you call?", "time", required=False),
        Asked("emergency_reference", "The reference you were given", "line", required=False),
    ),
    Kind.UNSAFE: (
        Asked(
            "threat",
            "Was there a threat or violence?",
            "yes_no",
            required=False,
            hint="If so, ring 999 once you are away from it.",
            clause="ALT-22",
        ),
        Asked("emergency", "Did you call the police?", "yes_no", required=False, clause="ALT-22"),
        Asked("emergency_at", "When did you call?", "time", required=False),
        Asked("emergency_reference", "The reference you were given", "line", required=False),
    ),
    Kind.ANIMALS: (Asked("another_room", "Did you ask for the animals to be put in another room, or outside?", "yes_no"),),
}


def offered(purpose: str, *, departed: bool, announced: bool, annex: bool) -> list[Finding]:
    """The outcomes to choose from: before departure a family can only decline; whoever was not expected cannot have failed to come."""
    if not departed:
        return [BY_KIND[Kind.FAMILY_DECLINED]]
    hidden = set() if annex else {Kind.UNWELL}
    if purpose == CHILD_CHECK:
        hidden.add(Kind.COMPLETED)
    if not announced:
        hidden.add(Kind.PARENTS_ABSENT)
    kept = [finding for finding in FINDINGS if finding.kind not in hidden]
    # A visit that is no check on a child begins with what is usual.
    return kept if purpose == CHILD_CHECK else sorted(kept, key=lambda finding: finding.kind != Kind.COMPLETED)


def tells(finding: Finding, values: Values) -> tuple[str, ...]:
    """The roles that an outcome tells at once, under this policy: animals reported on the safeguarding system tell no headteacher."""
    return () if finding.kind == Kind.ANIMALS and values.cancellation_reason_to == ON_SAFEGUARDING else finding.tells


def reason_is_owed(kind: str, values: Values) -> bool:
    """Whether the policy wants the reason for ending the visit in writing (ATT-38, ATT-39, ALT-16)."""
    return kind in REASONED and values.cancellation_reason_to in (IN_WRITING, ON_SAFEGUARDING)


def reason_clause(kind: str, values: Values) -> str:
    """The clause behind that reason."""
    own = {IN_WRITING: ("ATT-38", "ATT-39"), ON_SAFEGUARDING: ("ALT-16", "ALT-17")}.get(values.cancellation_reason_to)
    return own[kind == Kind.ANIMALS] if own else {Kind.UNSAFE: "PRI-25"}.get(Kind(kind), "")
