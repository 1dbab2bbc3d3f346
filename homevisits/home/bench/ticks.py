"""S1, S2, S10: the tick of the ladder."""

import uuid
from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, transaction

from attendance.models import LadderStep, UnexplainedAbsence
from attendance.services.rungs import Round, take_rung
from attendance.sweep import sweep
from homevisits.messaging.models import Message, MessageAbout
from homevisits.people.models import Pupil, School
from homevisits.policy.models import PolicyVersion

from . import rows
from .figures import Figure, interleaved
from .scratch import settle

M = TypeVar("M", LadderStep, Message)
CASES = 10_000
SINGLE = 100  # cases taken one task a child: enough for a mean


def _fresh() -> None:
    rows.back_to_first_text()
    settle()


def tick() -> int:
    """The tick at the moment of the first text."""
    return sweep(rows.FIRST_TEXT)


def first_text_tick() -> Iterable[Figure]:
    """S1 and S2: 10,000 due cases at once, against bulk_create of the same rows, one task a child, and the same tick again."""
    rows.make_school("Bench S1", due=CASES)
    like = _the_rows_of_a_tick()
    took = interleaved({
        "tick": (_fresh, tick),
        "again": (lambda: None, tick),
        "bulk": (_fresh, lambda: _bulk_create(*like)),
        "single": (_fresh, _one_task_a_child),
    })  # fmt: skip
    single = took["single"] / SINGLE * CASES
    goal = 1.0 if connection.vendor == "postgresql" else 3.0
    faster = took["bulk"] / took["tick"]
    yield Figure("S1", f"tick of {CASES:,} due cases", took["tick"], "s", "", None)
    yield Figure("S1", "bulk_create of the same rows / tick", faster, "x", f"at least {goal:g}", faster >= goal)
    yield Figure("S1", "one task a child / tick", single / took["tick"], "x", "at least 150", single / took["tick"] >= 150)
    yield Figure("S2", "the same tick again / tick", took["again"] / took["tick"], "x", "at most 0.5", took["again"] <= 0.5 * took["tick"])


def _the_rows_of_a_tick() -> tuple[list[LadderStep], list[Message], list[MessageAbout]]:
    """What one tick writes, read back as objects, so that bulk_create only has to write them."""
    _fresh()
    tick()
    return list(LadderStep.objects.all()), list(Message.objects.all()), list(MessageAbout.objects.all())


def _bulk_create(steps: list[LadderStep], messages: list[Message], about: list[MessageAbout]) -> None:
    """The same rows as Django would write them in one transaction: steps, messages, whom they are about, the cases moved on."""
    with transaction.atomic():
        UnexplainedAbsence.objects.filter(next_rung="first_text_at").update(next_rung="call_at")
        LadderStep.objects.bulk_create([_copy(LadderStep, step) for step in steps])
        new = Message.objects.bulk_create([_copy(Message, message) for message in messages])
        ids = {old.pk: made.pk for old, made in zip(messages, new, strict=True)}
        MessageAbout.objects.bulk_create(
            [MessageAbout(message_id=ids[row.message_id], pupil_id=row.pupil_id, contact_id=row.contact_id) for row in about]
        )


def _copy(model: type[M], row: M) -> M:
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key}
    if "reference" in values:
        values["reference"] = uuid.uuid4()
    return model(**values)


def _one_task_a_child() -> None:
    """What a task for each child does, without the broker's own cost: load, take the rung, commit."""
    for case in UnexplainedAbsence.objects.filter(next_rung="first_text_at").values_list("pk", flat=True)[:SINGLE]:
        row = UnexplainedAbsence.objects.select_related("school").get(pk=case)
        policy = PolicyVersion.objects.get(pk=row.policy_id)
        take_rung(Round(row.school, policy, row.day, row.session, rows.FIRST_TEXT), "first_text_at", only=case)


def growth() -> Iterable[Figure]:
    """S10: 100 schools, 1,000 pupils each, 6 % unexplained; half the schools; twice the roll."""
    schools = [rows.make_school(f"Bench S10 {n}", due=60, others=940) for n in range(100)]
    half = {school.pk for school in schools[:50]}
    took = interleaved({"all": (_fresh, tick), "half": (lambda: _only(half), tick)})
    yield Figure("S10", "tick of 100 schools with 60 due cases each", took["all"], "s", "at most 2", took["all"] <= 2)
    linear = took["all"] / took["half"]
    yield Figure("S10", "100 schools / 50 schools", linear, "x", "about 2 (at most 2.4)", linear <= 2.4)
    _more_on_roll(schools)
    large = interleaved({"all": (_fresh, tick)})["all"] / took["all"]
    yield Figure("S10", "twice the roll, the same cases / tick", large, "x", "about 1 (at most 1.25)", large <= 1.25)


def _only(schools: set[int]) -> None:
    """Only these schools have cases that are due."""
    _fresh()
    UnexplainedAbsence.objects.exclude(school__in=schools).update(next_action_at=None)


def _more_on_roll(schools: Iterable[School]) -> None:
    """A thousand more pupils in each school, none of them missing."""
    for school in schools:
        home = school.households.order_by("pk")[0]
        Pupil.objects.bulk_create(
            [Pupil(school=school, household=home, first_name=f"More{n}", last_name="Example") for n in range(1000)], batch_size=2000
        )
