"""What a changed setting means for the day: shown before a draft is signed, and where two versions are compared."""

from dataclasses import dataclass

from .clauses import Clause, clause, clause_for
from .kinds import Setting
from .settings_schema import settings
from .shown import lower_first, shown
from .values import Values

# {new} and {old} are the values in words. Settings without a sentence here are told as label, new and old.
_SAYS = {
    "reporting_deadline": "Texts and letters will ask parents to report an absence by {new} instead of {old}.",
    "first_text_at": "First-day-absence texts will go at {new} instead of {old}.",
    "call_at": "The call list will appear at {new} instead of {old}.",
    "welfare_visit_at": "Welfare visits will be raised at {new} instead of {old}.",
    "register_grace": "The office will be told of a register that is not taken {new} after its close instead of {old}.",
    "call_grace": "A call that nobody has made will be told to the pupil support lead and the senior manager after {new} instead of {old}.",
    "school_day_ends": "A child still missing will be told to the safeguarding lead and the headteacher at {new} instead of {old}.",
    "hold_share": "Texts will wait for a look when more than {new} of the roll are due one, instead of {old}.",
    "hold_minimum": "Texts will wait for a look only when more than {new} are due one, instead of {old}.",
    "text_catch_up_until": "After a failure, texts will be sent until {new} instead of {old}.",
    "minimum_staff": "Visits will need at least {new} instead of {old}.",
    "standard_length": "Visits will be planned with {new} instead of {old}.",
    "parents_absent_wait": "Staff will wait {new} for absent parents instead of {old}.",
    "parents_late_wait": "Staff will wait {new} for parents who sent word, instead of {old}.",
    "in_year_visit_within": "In-year joiners will be due a visit within {new} instead of {old}.",
    "alarm_rest": "An acknowledged alarm will rest for {new} instead of {old}.",
    "referral_repeat": "An unsent referral will be told again every {new} instead of every {old}.",
    "policy_review_every": "The policy will be reviewed every {new} instead of every {old}.",
}


@dataclass(frozen=True)
class Effect:
    """One setting that differs: the values in words, and a sentence that says what it means."""

    setting: Setting
    old: str
    new: str
    says: str
    clause: Clause | None


def effects(old: Values, new: Values) -> list[Effect]:
    """What differs between two policies, in the order of the page."""
    found = []
    for name, one in settings().items():
        if getattr(old, name) != getattr(new, name):
            before, after = shown(name, getattr(old, name)), shown(name, getattr(new, name))
            sentence = _SAYS.get(name, "“{label}” will be “{new}” instead of “{old}”.")
            acts_on = clause_for(new.preset, name)
            found.append(
                Effect(one, before, after, sentence.format(new=after, old=before, label=one.label), clause(acts_on) if acts_on else None)
            )
    return found


def in_a_sentence(name: str, values: Values) -> str:
    """A value in words inside a sentence: “any one of them”."""
    return lower_first(shown(name, getattr(values, name)))
