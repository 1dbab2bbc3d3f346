"""Versions of a school's questionnaires: as the product comes, and as the school makes them its own."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.people.models import School

from ..models import QuestionnaireVersion
from ..questionnaires.defaults import default
from ..questionnaires.definition import Definition, to_json

PRODUCT = SystemJob("the questionnaires of the product")


def version_in_use(*, school: School, key: str, now: datetime) -> QuestionnaireVersion:
    """The version of a questionnaire that is asked now. Where the school has made none it is the product's, which is kept when first used.

    Safe to ask at once from several places. Raises KeyError for a key that the product does not know.
    """
    newest = _newest(school, key)
    if newest and (newest.made_by_id or newest.sha256 == default(key).sha256):
        return newest
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        newest = _newest(school, key)
        if newest and (newest.made_by_id or newest.sha256 == default(key).sha256):
            return newest
        return _keep(school, default(key), change="As the product comes", by=PRODUCT, now=now)


def _newest(school: School, key: str) -> QuestionnaireVersion | None:
    return QuestionnaireVersion.objects.filter(school=school, key=key).order_by("-number").first()


def _keep(school: School, definition: Definition, *, change: str, by: Actor, now: datetime) -> QuestionnaireVersion:
    """Write the next version; the caller holds the school's lock."""
    before = _newest(school, definition.key)
    row = QuestionnaireVersion.objects.create(
        school=school, key=definition.key, number=before.number + 1 if before else 1, definition=to_json(definition),
        sha256=definition.sha256, change=change[:300], made_at=now, made_by_id=by.pk,
    )  # fmt: skip
    record(
        "visits.questionnaire.kept", by=by, now=now, school_id=school.pk, object_type="QuestionnaireVersion", object_id=row.pk,
        detail={"key": row.key, "number": row.number, "sha256": row.sha256},
    )  # fmt: skip
    return row
