"""What an attentive person ticks in the form opens a concern at once, and stays one whatever happens to the tick later (PRI-22, PRI-26)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff
from safeguarding.models import Concern
from safeguarding.services.concerns import raise_concern
from safeguarding.services.family import say_family_told

from ..merging import Effect
from ..models import AnswerChange, FilledForm, PromptConcern
from ..prompt_answers import TOLD, WHAT, why_of
from ..questionnaires.definition import NONE, Definition, Question
from ..selectors.filled import values_of
from .common import link_to, pupils_of

SOURCE = "the form of a home visit"


def open_concerns(
    form: FilledForm, asked: Definition, written: Sequence[AnswerChange], *, by: Staff, now: datetime, received: datetime
) -> None:
    """Open a concern for each prompt that is ticked in what was written now and was not before; hand on the words beside it.

    A tick that differs from the answer that stands counts too: somebody has seen something. One sending tells the team once.
    """
    wrote = {row.code: row.value for row in written if row.effect != Effect.UNREADABLE}
    values: Mapping[str, Any] = values_of(form) | wrote
    new = [tick for row in written for tick in _new(form, asked.questions[row.code], row.value)]
    words = str(values.get(WHAT) or "").strip()
    for number, (question, code, says) in enumerate(new):
        concern = raise_concern(
            school=form.visit.school, pupil_ids=pupils_of(form.visit), says=f"{says}. {words}".strip(), source=SOURCE, clause="PRI-22",
            told=number > 0, seen_at=now, link=f"{link_to(form.visit.school, form.visit)}form/check/", visit_id=form.visit_id,
            by=by, now=received,
        )  # fmt: skip
        PromptConcern.objects.create(form=form, code=question.code, choice=code, concern_id=concern.pk, words=words, at=now)
    opened = list(PromptConcern.objects.filter(form=form).order_by("pk"))
    if opened and WHAT in wrote and words:
        _add_words(form, opened, words, by, now, received)
    if opened and (new or TOLD in wrote or any(why_of(one) in wrote for one in ("unsafe", "not_told"))):
        _family(form, opened, values, by, now, received)


def _new(form: FilledForm, question: Question, value: Any) -> list[tuple[Question, str, str]]:
    """The ticks of one answer that have opened no concern yet."""
    if question.kind != "prompts":
        return []
    known = set(PromptConcern.objects.filter(form=form, code=question.code).values_list("choice", flat=True))
    return [(question, code, words) for code, words in question.options if code in value and code != NONE and code not in known]


def _add_words(form: FilledForm, opened: list[PromptConcern], words: str, by: Staff, now: datetime, received: datetime) -> None:
    """What was written after the tick stands as a concern beside it: nothing that the team has read changes under its eyes."""
    behind = [one for one in opened if one.words != words]
    if not behind:
        return
    raise_concern(
        school=form.visit.school, pupil_ids=pupils_of(form.visit), says=words, source=f"{SOURCE}, more on what was ticked", clause="PRI-22",
        told=True, seen_at=now, visit_id=form.visit_id, by=by, now=received,
    )  # fmt: skip
    PromptConcern.objects.filter(pk__in=[one.pk for one in behind]).update(words=words)


def _family(form: FilledForm, opened: list[PromptConcern], values: Mapping[str, Any], by: Staff, now: datetime, received: datetime) -> None:
    told = str(values.get(TOLD) or "")
    if not told:
        return
    concerns = list(Concern.objects.filter(pk__in=[one.concern_id for one in opened]).order_by("pk"))
    say_family_told(
        concerns=concerns, told=told, why=str(values.get(why_of(told)) or ""),
        link=f"{link_to(form.visit.school, form.visit)}form/check/", by=by, now=now, received=received,
    )  # fmt: skip
