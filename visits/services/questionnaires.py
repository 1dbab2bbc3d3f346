"""Versions of a school's questionnaires: as the product comes, and as the school makes them its own."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import QuestionnaireDraft, QuestionnaireVersion
from ..questionnaires.compare import changes
from ..questionnaires.defaults import default, under
from ..questionnaires.definition import Definition, problems, to_json
from ..questionnaires.editing import lacking
from ..rules.questionnaires import edit_blocks

PRODUCT = SystemJob("the questionnaires of the product")
MEANWHILE = "Somebody else changed this questionnaire meanwhile. Nothing of yours was kept: look at their change, then make yours again."


def version_in_use(*, school: School, key: str, preset: str, now: datetime) -> QuestionnaireVersion:
    """The version of a questionnaire that is asked now under a policy. Where the school has made none it is the product's.

    That is kept when it is first used; safe to ask at once from several places. Raises KeyError for a key that there is not.
    """
    found = _in_use(school, key, preset)
    if found:
        return found
    with transaction.atomic():
        _lock(school)
        return _in_use(school, key, preset) or _keep(school, default(key, preset), change="As the product comes", by=PRODUCT, now=now)


def preset_of(school: School, now: datetime) -> str:
    """The policy that decides what a school's questionnaires must ask. Raises NoPolicy where none is in force."""
    return version_in_force(school, local_day(now)).preset


def state_of(version: QuestionnaireVersion, draft: QuestionnaireDraft | None) -> str:
    """Where the editing of a questionnaire stands: a page carries it, and an act on an older one is refused."""
    return f"{version.number}.{draft.revision if draft else 0}"


def change_draft(
    *, school: School, key: str, state: str, change: Callable[[Definition], Definition], by: Staff, now: datetime
) -> QuestionnaireDraft:
    """Change the draft of a questionnaire, which is begun from the version in use where there is none.

    `state`: what the page showed. Raises BadInput when somebody changed it meanwhile or the change cannot be; Blocked for whoever may
    not, and for what a clause demands.
    """
    with transaction.atomic():
        refuse_if(edit_blocks(school, by, now))
        version, draft = _found(school, key, state, now)
        made = change(under((draft or version).asks, preset_of(school, now)))
        for problem in problems(made):
            raise BadInput(problem)
        draft = draft or QuestionnaireDraft(school=school, key=key, based_on=version, revision=0)
        draft.definition, draft.revision, draft.changed_at, draft.changed_by = to_json(made), draft.revision + 1, now, by
        draft.save()
        _audit("draft_changed", school, draft.pk, by, now, key=key, revision=draft.revision)
    return draft


def keep_version(*, school: School, key: str, state: str, change: str, by: Staff, now: datetime) -> QuestionnaireVersion:
    """Make the draft the version that is asked from now on. Forms that are open keep the questions they have.

    `change`: what is new, in words. Raises BadInput without them, without a difference, or when somebody changed it meanwhile; Blocked
    where something is missing that a clause demands.
    """
    with transaction.atomic():
        refuse_if(edit_blocks(school, by, now))
        version, draft = _found(school, key, state, now)
        if draft is None or not changes(version.asks, draft.asks):
            raise BadInput("Nothing has changed: there is no new version to keep.")
        if not change.strip():
            raise BadInput("Say what is new in this version.")
        preset = preset_of(school, now)
        refuse_if(lacking(draft.asks, default(key, preset)))
        made = _keep(school, under(draft.asks, preset), change=change.strip(), by=by, now=now)
        draft.delete()
    return made


def discard_draft(*, school: School, key: str, state: str, by: Staff, now: datetime) -> None:
    """Give up the changes that were not kept. Raises as `change_draft` does."""
    with transaction.atomic():
        refuse_if(edit_blocks(school, by, now))
        _, draft = _found(school, key, state, now)
        if draft is None:
            raise BadInput("There are no changes to give up.")
        _audit("draft_discarded", school, draft.pk, by, now, key=key, revision=draft.revision)
        draft.delete()


def codes_ever(school: School, key: str) -> set[str]:
    """Every code that any version of this questionnaire has had: a new question never gets the code of an old one."""
    rows = QuestionnaireVersion.objects.filter(school=school, key=key)
    return {code for row in rows for code in (*row.asks.questions, *(section.code for section in row.asks.sections))}


def _found(school: School, key: str, state: str, now: datetime) -> tuple[QuestionnaireVersion, QuestionnaireDraft | None]:
    """The version in use and the draft, the school locked; refused where the page showed another state."""
    _lock(school)
    version = version_in_use(school=school, key=key, preset=preset_of(school, now), now=now)
    draft = QuestionnaireDraft.objects.filter(school=school, key=key).first()
    if state != state_of(version, draft):
        raise BadInput(MEANWHILE)
    return version, draft


def _lock(school: School) -> None:
    School.objects.select_for_update().get(pk=school.pk)


def _newest(school: School, key: str) -> QuestionnaireVersion | None:
    return QuestionnaireVersion.objects.filter(school=school, key=key).order_by("-number").first()


def _in_use(school: School, key: str, preset: str) -> QuestionnaireVersion | None:
    """What the school made holds until it makes another; else the product's as it stands now for this policy, once it was kept."""
    rows = QuestionnaireVersion.objects.filter(school=school, key=key).order_by("-number")
    return rows.filter(made_by__isnull=False).first() or rows.filter(sha256=default(key, preset).sha256).first()


def _keep(school: School, definition: Definition, *, change: str, by: Actor, now: datetime) -> QuestionnaireVersion:
    """Write the next version; the caller holds the school's lock."""
    before = _newest(school, definition.key)
    row = QuestionnaireVersion.objects.create(
        school=school, key=definition.key, number=before.number + 1 if before else 1, definition=to_json(definition),
        sha256=definition.sha256, change=change[:300], made_at=now, made_by_id=by.pk,
    )  # fmt: skip
    _audit("kept", school, row.pk, by, now, key=row.key, number=row.number, sha256=row.sha256)
    return row


def _audit(what: str, school: School, row: int, by: Actor, now: datetime, **detail: object) -> None:
    kind = "QuestionnaireVersion" if what == "kept" else "QuestionnaireDraft"
    record(f"visits.questionnaire.{what}", by=by, now=now, school_id=school.pk, object_type=kind, object_id=row, detail=detail)
