"""Acts on rehearsals of the screen: asked for, begun, ended. They are played by tasks.py, in real time."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff
from homevisits.policy.selectors import find_version_in_force

from . import shelf
from .models import END_WITHIN, RehearsalRun

Status, Choice = RehearsalRun.Status, RehearsalRun.Choice
AT_ONCE = 3  # a school's rehearsals that wait or play


def ask(*, school: School, scenario: str, choice: str, token: uuid.UUID, by: Staff, now: datetime) -> RehearsalRun:
    """Ask for a rehearsal of a shipped scenario, as written or with the policy in force; the same form sent twice is one.

    Raises BadInput for a scenario or choice that does not exist, for a school without a policy, or when three are under way.
    """
    found = shelf.find(scenario)
    if found is None or choice not in Choice.values:
        raise BadInput("Choose a rehearsal of the list.")
    before = RehearsalRun.objects.filter(school=school, token=token, scenario=scenario, choice=choice).first()
    if before:
        return before
    policy = find_version_in_force(school, local_day(school.at(now))) if choice == Choice.OURS else None
    if choice == Choice.OURS and policy is None:
        raise BadInput("Your school has no policy in force to rehearse with. Play it as written, or choose a policy first.")
    waiting = RehearsalRun.objects.filter(school=school, status__in=(Status.QUEUED, Status.PLAYING), asked_at__gt=now - END_WITHIN)
    if waiting.count() >= AT_ONCE:
        raise BadInput(f"{AT_ONCE} rehearsals of your school are under way. Wait until one has ended.")
    try:
        with transaction.atomic():
            run = RehearsalRun.objects.create(
                school=school, scenario=scenario, title=found.title[:200], choice=choice, policy=policy, token=token, by=by, asked_at=now
            )
            record("rehearsal.asked", by=by, now=now, school_id=school.pk, object_type="rehearsal", object_id=run.pk,
                   detail={"scenario": scenario, "choice": choice})  # fmt: skip
    except IntegrityError:  # the second tap came while the first was being written
        return RehearsalRun.objects.get(school=school, token=token, scenario=scenario, choice=choice)
    return run


def begin(*, run_id: int, by: Actor, now: datetime) -> RehearsalRun | None:
    """Take up a rehearsal that waits; None when there is none, or another worker has it."""
    with transaction.atomic():
        taken = RehearsalRun.objects.filter(pk=run_id, status=Status.QUEUED).update(status=Status.PLAYING, started_at=now)
        if not taken:
            return None
        run = RehearsalRun.objects.select_related("policy", "school", "by").get(pk=run_id)
        record("rehearsal.begun", by=by, now=now, school_id=run.school_id, object_type="rehearsal", object_id=run.pk)
    return run


def end(*, run: RehearsalRun, result: dict[str, Any] | None = None, error: str = "", by: Actor, now: datetime) -> None:
    """Keep what came of a rehearsal: its result, or the sentence that says why there is none."""
    run.status = Status.FAILED if result is None else Status.DONE
    run.result, run.error, run.finished_at = result or {}, error[:400], now
    with transaction.atomic():
        run.save(update_fields=["status", "result", "error", "finished_at"])
        record(f"rehearsal.{run.status}", by=by, now=now, school_id=run.school_id, object_type="rehearsal", object_id=run.pk)
