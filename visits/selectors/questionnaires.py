"""Which questionnaire a visit has."""

from datetime import datetime

from ..models import HomeVisit, QuestionnaireVersion
from ..questionnaires.defaults import asked_for
from ..services.questionnaires import version_in_use


def questionnaire_of(visit: HomeVisit, now: datetime) -> QuestionnaireVersion | None:
    """The version that a form of this visit, opened now, answers; None where its purpose has no questionnaire.

    A form that is open keeps the version it was opened with: ask the form, not this. Where the school has made no version of its own
    the product's is kept as its first, once.
    """
    asked = asked_for(visit.policy.preset, visit.purpose)
    return version_in_use(school=visit.school, key=asked.questionnaire, now=now) if asked else None


def closes_only_with_questionnaire(visit: HomeVisit) -> str:
    """The clause for which this visit is not closed without its questionnaire; empty where none asks (PRI-21, ALT-30)."""
    asked = asked_for(visit.policy.preset, visit.purpose)
    return asked.closes if asked else ""
