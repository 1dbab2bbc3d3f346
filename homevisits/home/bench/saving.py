"""S8: what the audit trail costs."""

import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import time
from typing import Any

from django.db import transaction

from attendance.models import AbsenceMessage
from attendance.services.absences import log_absence
from homevisits.audit import services as audit
from homevisits.common.clock import instant
from homevisits.people.models import Pupil, School, Staff, StaffRole

from . import rows
from .figures import Figure, interleaved

SAVES = 150
AT = instant(rows.DAY, time(8, 30))


def with_audit() -> Iterable[Figure]:
    """A hundred and fifty absences logged, each a transaction of its own, with and without the audit trail; and the barest save."""
    school = rows.make_school("Bench S8", due=0, others=SAVES)
    olive = Staff.objects.create(email="olive@bench.example", name="Olive Office")
    StaffRole.objects.create(staff=olive, school=school, role="office_admin")
    pupils = list(Pupil.objects.filter(school=school))
    took = interleaved({
        "log": (AbsenceMessage.objects.all().delete, lambda: _log(school, pupils, olive, audited=True)),
        "log without": (AbsenceMessage.objects.all().delete, lambda: _log(school, pupils, olive, audited=False)),
        "save": (_nothing, lambda: _save(pupils, audited=True)),
        "save without": (_nothing, lambda: _save(pupils, audited=False)),
    }, runs=7)  # fmt: skip
    ratio = took["log"] / took["log without"]
    yield Figure("S8", "logging an absence with audit / without", ratio, "x", "at most 1.5", ratio <= 1.5)
    yield Figure("S8", "one absence logged, audit included", took["log"] / SAVES * 1000, "ms", "", None)
    bare = took["save"] / took["save without"]
    yield Figure("S8", "the barest save: one row changed, with audit / without", bare, "x", "", None)


def _nothing() -> None:
    """There is nothing to prepare."""


def _log(school: School, pupils: Sequence[Pupil], olive: Staff, *, audited: bool) -> None:
    with nullcontext() if audited else _unaudited():
        for pupil in pupils:
            log_absence(school=school, pupils=[pupil], channel="voicemail", code="I", by=olive, now=AT, token=uuid.uuid4())


def _save(pupils: Sequence[Pupil], *, audited: bool) -> None:
    for pupil in pupils:
        with transaction.atomic():
            pupil.save()
            if audited:
                audit.record("bench.saved", by=rows.BY, now=AT, school_id=pupil.school_id, object_type="Pupil", object_id=pupil.pk)


@contextmanager
def _unaudited() -> Iterator[None]:
    """Acts without their audit rows, for this measuring only: the two functions do nothing, wherever they are known by name."""
    taken: list[tuple[Any, str, Any]] = []
    for module in list(sys.modules.values()):
        for name in ("record", "record_many"):
            if vars(module).get(name) is getattr(audit, name) and module is not audit:
                taken.append((module, name, getattr(module, name)))
    try:
        for module, name, _ in taken:
            setattr(module, name, lambda *args, **kwargs: None)
        yield
    finally:
        for module, name, real in taken:
            setattr(module, name, real)
