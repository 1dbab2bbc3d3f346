"""The questions of the risk assessment (ATT-81, MAT-27), in words, by the form that the policy chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homevisits.policy.values import Values

MATRIX = "hazard_matrix"
STAFF_CONDITION = "staff_condition"
TWO_WORSE = "two_make_worse"
AS_BEFORE = "as_before"


@dataclass(frozen=True)
class Question:
    """One question: `safe` is the answer that needs nothing more; a warning for the next visit is kept for so many days, 0 for none."""

    code: str
    words: str
    safe: str = "no"
    hint: str = ""
    warns_for: int = 0


QUESTIONS: tuple[Question, ...] = (
    Question("violence", "Is there a history of violence in the home?", warns_for=365),
    Question("drugs", "Does the family use illegal drugs?", warns_for=365),
    Question(
        STAFF_CONDITION,
        "Has one of the staff who go mental illness, epilepsy or another condition that matters here?",
        hint="Only those who approve visits read this answer.",
    ),
    Question("animals", "Are there vicious dogs or other animals?", warns_for=365),
    Question("infection", "Is there a risk of infection: sickness in the family, or of an adult who cares for the child?", warns_for=14),
    Question("safeguarding_record_checked", "Has the safeguarding record been checked?", safe="yes"),
    Question("school_assessment_read", "Have both staff read the school’s own assessment?", safe="yes"),
)
TWO = Question(
    TWO_WORSE,
    "Would sending two make the difficulties worse?",
    hint="Yes needs a measure, for example that one waits in sight outside. Two go all the same.",
)
BY_CODE = {question.code: question for question in (*QUESTIONS, TWO)}
FIRST_FIVE = tuple(question.code for question in QUESTIONS if question.safe == "no")
MUST_BE_YES = tuple(question.code for question in QUESTIONS if question.safe == "yes")
# What a warning can be about besides a question: shown as these words.
ABOUT = {
    "violence": "Violence",
    "drugs": "Illegal drugs",
    "animals": "Animals",
    "infection": "Infection",
    "access": "Getting there and in",
    "other": "Something else",
}


def asked(values: Values) -> tuple[Question, ...]:
    """The questions of the policy's form. The trust's policy, and the hazard matrix, ask whether two make it worse (MAT-27)."""
    own = () if values.risk_form == MATRIX else QUESTIONS
    return (*own, TWO) if values.risk_form == MATRIX or values.preset == "academy-trust" else own


def is_yes(answer: object) -> bool:
    """Whether an answer says yes, as a form or a scenario writes it."""
    return answer is True or str(answer).lower() in ("yes", "true")


def is_no(answer: object) -> bool:
    """Whether an answer says no; nothing is no answer."""
    return answer is False or str(answer).lower() in ("no", "false")


def words_of(code: str) -> str:
    """A question in words; one that the product does not know, by its code."""
    return BY_CODE[code].words if code in BY_CODE else code.replace("_", " ").capitalize()


def safe_answers(values: Values) -> dict[str, str]:
    """Every question answered as if nothing was found."""
    return {question.code: question.safe for question in asked(values)}


def yes_among(answers: Mapping[str, Any]) -> list[str]:
    """The questions of risk that are answered yes, in the form's order."""
    return [code for code in (*FIRST_FIVE, TWO_WORSE) if is_yes(answers.get(code))]
