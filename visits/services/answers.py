"""What is written in the form of a visit: each change kept for ever, two writers merged, differences chosen between by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import Staff

from ..merging import TAKEN, Effect, Value, Written, merge, same
from ..models import Answer, AnswerChange, AnswerConflict, AnswerSending, FilledForm, HomeVisit, QuestionnaireVersion
from ..questionnaires.definition import Definition, Question
from ..questionnaires.values import clean_value
from ..rules.filled import answer_blocks
from ..selectors.filled import form_of, revisions_of, values_of
from ..selectors.questionnaires import questionnaire_of
from .answer_notices import end_of_differences, tell_of_differences
from .common import locked, note
from .prompts import open_concerns

MOST = 5000  # characters that are kept of what cannot be read


class Change(TypedDict):
    """One answer as a page sends it: the revision that it showed is `base`."""

    code: str
    value: Value
    base: int


@dataclass(frozen=True)
class Saved:
    """What became of what was sent: the revisions of the answers that stand as they were sent, and the codes of those that now differ."""

    revisions: dict[str, int]
    conflicts: list[str] = field(default_factory=list)
    again: bool = False


def open_form(
    *, visit: HomeVisit, by: Staff, now: datetime, received: datetime | None = None, version: QuestionnaireVersion | None = None
) -> FilledForm:
    """The form of a visit, opened where it is not yet; it keeps its version of the questions for ever.

    `version`: the questions that the page had shown, which may be older than those in force. Raises Blocked where the purpose of the
    visit has no form, or for somebody who does not write in it.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(answer_blocks(visit, by, now))
        if found := form_of(visit):
            return found
        asked = questionnaire_of(visit, received or now)
        if asked is None:
            raise Blocked([Block("There is no form for this purpose.")])
        if version is not None and (version.school_id, version.key) == (asked.school_id, asked.key):
            asked = version
        made = FilledForm.objects.create(visit=visit, version=asked, opened_at=now, opened_by=by)
        record("visits.form.opened", by=by, now=received or now, school_id=visit.school_id, object_type="FilledForm", object_id=made.pk)
    return made


def save_answers(
    *,
    form: FilledForm,
    changes: Sequence[Change],
    by: Staff,
    now: datetime,
    received: datetime | None = None,
    token: UUID | None = None,
    half_typed: bool = False,
) -> Saved:
    """Write what somebody answered. The same `token` twice is one.

    `now` is when it was written, `received` when it reached the school (the same, with network). What another person has written
    meanwhile is never overwritten: both stand side by side until somebody chooses. After the form is handed in nothing changes, and
    what arrives is kept beside it. `half_typed`: a value that cannot be is kept in the history and is no answer, since it comes from a
    page on which somebody is still writing. Raises BadInput for a question or a value that cannot be, Blocked for somebody else's visit.
    """
    received = received or now
    with transaction.atomic():
        form = lock_form(form)
        codes = [change["code"] for change in changes]
        if token is not None and not _first(form, token, by, received):
            return _standing(form, changes, again=True)
        refuse_if(answer_blocks(form.visit, by, now))
        writing = _Writing(form, form.version.asks, _histories(form, codes), by, now, received, half_typed)
        asked, before = writing.asked, AnswerConflict.objects.filter(form=form, chosen_at=None).count()
        written = [done for change in changes if (done := _write(writing, change)) is not None]
        if written:
            open_concerns(form, asked, written, by=by, now=now, received=received)
            detail = {"codes": sorted({row.code for row in written}), "effects": sorted({row.effect for row in written})}
            record("visits.answers.saved", by=by, now=received, school_id=form.visit.school_id, object_type="FilledForm",
                   object_id=form.pk, detail=detail)  # fmt: skip
        tell_of_differences(form, before, by=by, now=received)
        return _standing(form, changes)


def choose(*, conflict: AnswerConflict, value: Value, by: Staff, now: datetime, standing: int | None = None) -> AnswerChange:
    """Settle two answers that differ: one of them, or the answer in other words. All of them stay in the history.

    `standing`: the revision that the person had before them. Raises Blocked when it is settled already, or when somebody has written
    again meanwhile; BadInput for a value that cannot be.
    """
    with transaction.atomic():
        form = lock_form(conflict.form)
        row = AnswerConflict.objects.select_for_update(of=("self",)).select_related("rival").get(pk=conflict.pk)
        refuse_if(answer_blocks(form.visit, by, now))
        if row.chosen_at:
            raise Blocked([Block("Somebody has chosen already.")])
        asked = form.version.asks
        value = clean_value(_question(asked, row.code), value)
        revision = revisions_of(form).get(row.code, 0)
        if standing is not None and standing != revision:
            raise Blocked([Block("Somebody has written here meanwhile. Look at both answers again.")])
        before = values_of(form).get(row.code, "")
        made = _keep(form, row.code, value, revision, Effect.CHOSEN, by, now, now)
        AnswerConflict.objects.filter(pk=row.pk).update(chosen_at=now, chosen_by=by, chosen=made)
        open_concerns(form, asked, [made], by=by, now=now, received=now)
        end_of_differences(form, by=by, now=now)
        record("visits.answers.chosen", by=by, now=now, school_id=form.visit.school_id, object_type="FilledForm", object_id=form.pk,
               detail={"code": row.code, "conflict": row.pk})  # fmt: skip
        if form.handed_in_at and made.value != before:
            # Its paper is out of date: it is filed again.
            FilledForm.objects.filter(pk=form.pk).update(document=None)
            note(form.visit, "form_amended", by=by, now=now)
    return made


def lock_form(form: FilledForm) -> FilledForm:
    """The form as it is now, visit and form locked, in the order in which every act locks them: two who write follow one another."""
    visit = locked(form.visit)
    FilledForm.objects.select_for_update().get(pk=form.pk)
    fresh = FilledForm.objects.select_related("version").get(pk=form.pk)
    fresh.visit = visit
    return fresh


def _first(form: FilledForm, token: UUID, by: Staff, received: datetime) -> bool:
    """Whether this token comes for the first time. Raises BadInput for one of another form."""
    row, made = AnswerSending.objects.get_or_create(token=token, defaults={"form": form, "by": by, "received_at": received})
    if row.form_id != form.pk:
        raise BadInput("This page is out of date. Open it afresh and send it again.")
    return made


def _histories(form: FilledForm, codes: Sequence[str]) -> dict[str, list[Written]]:
    found: dict[str, list[Written]] = {code: [] for code in codes}
    for row in AnswerChange.objects.filter(form=form, code__in=codes).order_by("pk"):
        found[row.code].append(Written(row.value, row.by_id, row.at, row.base, row.revision, row.effect))
    return found


def _question(definition: Definition, code: str) -> Question:
    question = definition.questions.get(code)
    if question is None:
        raise BadInput("The form does not ask that. Open it afresh.")
    return question


@dataclass(frozen=True)
class _Writing:
    """One sending as it is written down."""

    form: FilledForm
    asked: Definition
    histories: dict[str, list[Written]]
    by: Staff
    now: datetime
    received: datetime
    half_typed: bool


def _write(to: _Writing, change: Change) -> AnswerChange | None:
    """Merge one change; None where the page only sent along what it had shown."""
    code, base, history, form = change["code"], change["base"], to.histories[change["code"]], to.form
    revision = max((one.revision for one in history if one.effect in TAKEN), default=0)
    if not 0 <= base <= revision:
        raise BadInput("This page is out of date. Open it afresh and send it again.")
    closed = form.handed_in_at is not None or form.visit.status == HomeVisit.Status.CLOSED
    value, effect = _read(to, change)
    effect = effect or merge(history, value=value, base=base, by=to.by.pk, at=to.now, handed_in=closed)
    if effect == Effect.UNCHANGED:
        return None
    row = _keep(form, code, value, base, effect, to.by, to.now, to.received)
    history.append(Written(value, to.by.pk, to.now, base, row.revision, effect))
    if effect in (Effect.DIFFERS, Effect.LATE):
        _differ(form, row)
    elif effect in (Effect.SAVED, Effect.SAME):
        _settle(form, row)
    return row


def _read(to: _Writing, change: Change) -> tuple[Value, Effect | None]:
    """The value as it is kept. Raises BadInput for one that cannot be, unless somebody is still writing it."""
    question = _question(to.asked, change["code"])
    try:
        return clean_value(question, change["value"]), None
    except BadInput:
        if not to.half_typed or isinstance(change["value"], list):
            raise
        return change["value"].replace("\x00", "")[:MOST], Effect.UNREADABLE


def _keep(
    form: FilledForm, code: str, value: Value, base: int, effect: Effect, by: Staff, now: datetime, received: datetime
) -> AnswerChange:
    """Write the change into the history and, where it is taken, the answer that stands."""
    answer = Answer.objects.filter(form=form, code=code).first()
    revision = (answer.revision if answer else 0) + (effect in TAKEN)
    row = AnswerChange.objects.create(
        form=form, code=code, value=value, base=base, revision=revision, effect=effect, by=by, at=now, received_at=received
    )
    if effect in TAKEN:
        answer = answer or Answer(form=form, code=code)
        answer.value, answer.revision, answer.by, answer.at, answer.received_at = value, revision, by, now, received
        answer.save()
    return row


def _differ(form: FilledForm, row: AnswerChange) -> None:
    """Put the change beside the answer that stands: one difference a question and writer, with the last that they wrote."""
    AnswerConflict.objects.update_or_create(
        form=form, code=row.code, writer=row.by, chosen_at=None, defaults={"rival": row},
        create_defaults={"rival": row, "opened_at": row.received_at},
    )  # fmt: skip


def _settle(form: FilledForm, row: AnswerChange) -> None:
    """Whoever now gives the answer of the other side has settled the difference; whoever goes back to what stands, too."""
    for open_one in AnswerConflict.objects.filter(form=form, code=row.code, chosen_at=None).select_related("rival"):
        if same(open_one.rival.value, row.value) or (row.effect == Effect.SAME and open_one.writer_id == row.by_id):
            AnswerConflict.objects.filter(pk=open_one.pk).update(chosen_at=row.received_at, chosen_by=row.by, chosen=row)


def _standing(form: FilledForm, changes: Sequence[Change], *, again: bool = False) -> Saved:
    """The revisions of the answers that stand as they were sent. Of any other the page goes on standing on what it showed."""
    rows, sent = {row.code: row for row in Answer.objects.filter(form=form)}, {one["code"]: one["value"] for one in changes}
    known = {code: rows[code].revision for code, value in sent.items() if code in rows and same(rows[code].value, value)}
    differ = AnswerConflict.objects.filter(form=form, chosen_at=None).order_by("pk").values_list("code", flat=True)
    return Saved(known, list(dict.fromkeys(differ)), again)
