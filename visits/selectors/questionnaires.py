"""Which questionnaire a visit has, and those of a school."""

from dataclasses import dataclass
from datetime import datetime

from homevisits.common.clock import local
from homevisits.common.said import wall
from homevisits.people.models import School

from ..models import HomeVisit, QuestionnaireDraft, QuestionnaireVersion
from ..purposes import purposes_of, words_of
from ..questionnaires.defaults import asked_for, default, keys, purposes_with
from ..questionnaires.editing import lacking
from ..services.questionnaires import version_in_use


def questionnaire_of(visit: HomeVisit, now: datetime) -> QuestionnaireVersion | None:
    """The version that a form of this visit, opened now, answers; None where its purpose has no questionnaire.

    A form that is open keeps the version it was opened with: ask the form, not this. Where the school has made no version of its own
    the product's is kept as its first, once.
    """
    preset = visit.policy.preset
    asked = asked_for(preset, visit.purpose)
    return version_in_use(school=visit.school, key=asked.questionnaire, preset=preset, now=now) if asked else None


def heads_of(visit: HomeVisit) -> list[tuple[str, str]]:
    """What stands at the head of a visit's questionnaire on paper: (label, value), empty where it is not known yet."""
    pupils = [str(one.pupil) for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    staff = [member.staff.name for member in visit.members.select_related("staff").order_by("pk")]
    at = local(visit.arrive_at or visit.due_at)
    return [
        ("Child" if len(pupils) == 1 else "Children", ", ".join(pupils)),
        ("Visit", words_of(visit.purpose, visit.purpose_words)),
        ("Date and time", f"{at:%A} {at.day} {at:%B %Y}, {wall(at)}"),
        ("Where", visit.where),
        ("Staff", ", ".join(staff)),
    ]


@dataclass(frozen=True)
class Listed:
    """A questionnaire of a school in the list: what is asked now, whether somebody is changing it, for which purposes it is."""

    version: QuestionnaireVersion
    draft: QuestionnaireDraft | None
    purposes: list[str]
    is_products: bool
    lacks: int  # how much is switched off that the policy demands, as after a change of policy


def listed(school: School, preset: str, now: datetime) -> list[Listed]:
    """The questionnaires that the school's policy has a purpose for, in the product's order."""
    drafts = {draft.key: draft for draft in QuestionnaireDraft.objects.filter(school=school).select_related("changed_by")}
    found = []
    for key in keys():
        own = {purpose.code for purpose in purposes_of(preset)}
        purposes = [words_of(code) for code in purposes_with(preset, key) if code in own]
        if purposes:
            version, original = version_in_use(school=school, key=key, preset=preset, now=now), default(key, preset)
            lacks = len(lacking(version.asks, original))
            found.append(Listed(version, drafts.get(key), purposes, version.sha256 == original.sha256, lacks))
    return found


def draft_of(school: School, key: str) -> QuestionnaireDraft | None:
    """The draft of a questionnaire, where somebody is changing it."""
    return QuestionnaireDraft.objects.filter(school=school, key=key).select_related("changed_by", "based_on").first()


def versions_of(school: School, key: str) -> list[QuestionnaireVersion]:
    """Every version of a questionnaire, newest first."""
    return list(QuestionnaireVersion.objects.filter(school=school, key=key).select_related("made_by").order_by("-number"))
