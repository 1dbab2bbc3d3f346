"""Printing many papers at once: asked for, worked off in the background, each recorded as printed."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.models import Document, DocumentWay
from homevisits.documents.render import PdfUnavailable
from homevisits.documents.store import record_way
from homevisits.people.models import School, Staff

from ..models import HomeVisit, PrintRun, VisitLetter
from ..rules.closing import final_blocks
from ..selectors.briefing import briefing
from ..selectors.letters import addressees
from ..selectors.printing import BRIEFING, Choice
from ..selectors.risk import seen
from .briefing import opened
from .letters import make_final
from .papers import keep_paper

State = PrintRun.State
MOST = 80  # papers at once
ABANDONED = timedelta(minutes=2)  # of real time without a new paper: the worker died


def ask_to_print(*, school: School, day: date, chosen: Sequence[Choice], token: uuid.UUID, by: Staff, now: datetime) -> PrintRun:
    """Ask for these papers in the order in which they are given. One token, one run. Raises BadInput for none or too many."""
    if not chosen:
        raise BadInput("Tick what is to be printed.")
    if len(chosen) > MOST:
        raise BadInput(f"{MOST} papers are the most at once: print the others after these.")
    with transaction.atomic():
        known = PrintRun.objects.filter(token=token, school=school, by=by).first()
        if known is not None:
            return known
        items = [{"visit": one.visit.pk, "kind": one.kind, "document": None, "fault": ""} for one in chosen]
        run = PrintRun.objects.create(school=school, day=day, items=items, asked_at=now, by=by, touched_at=now, token=token)
        record(
            "visits.print_run.asked", by=by, now=now, school_id=school.pk, object_type="PrintRun", object_id=run.pk,
            detail={"papers": [f"{one.visit.pk} {one.kind}" for one in chosen]},
        )  # fmt: skip
    return run


def waiting(real: datetime) -> list[int]:
    """The runs that nobody works on, with the real time."""
    rows = PrintRun.objects.filter(Q(state=State.WAITING) | Q(state=State.RUNNING, touched_at__lt=real - ABANDONED))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def work_off(*, run_id: int, real: datetime) -> bool:
    """Make what is left of a run, each paper once; False where another worker is at it. `real`: the real time, for claiming."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, touched_at__lt=real - ABANDONED)
    if not PrintRun.objects.filter(free, pk=run_id).update(state=State.RUNNING, touched_at=real):
        return False
    run = PrintRun.objects.select_related("school", "by").get(pk=run_id)
    for number, item in enumerate(run.items):
        if not item["document"] and not item["fault"]:
            _make(run, item, run.school.at(real))
        run.done, run.touched_at = number + 1, max(real, run.touched_at)
        run.save(update_fields=["items", "done", "touched_at"])
    PrintRun.objects.filter(pk=run_id).update(state=State.DONE)
    return True


def _make(run: PrintRun, item: dict[str, Any], now: datetime) -> None:
    """One paper: its document, or why there is none. One that cannot be made keeps none of the others."""
    visit = HomeVisit.objects.select_related("school", "policy", "household").get(pk=item["visit"])
    try:
        document = _briefing(visit, run.by, now) if item["kind"] == BRIEFING else _letter(visit, item["kind"], run.by, now)
        with transaction.atomic():
            record_way(document=document, way=DocumentWay.Way.PRINTED, by=run.by, now=now)
            item["document"] = document.pk
    except (Blocked, BadInput, PdfUnavailable) as why:
        item["fault"] = str(why)[:300]


def _letter(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> Document:
    row: VisitLetter | None = VisitLetter.objects.filter(visit=visit, kind=kind).select_related("document", "contact").first()
    if row is None or not final_blocks(row):
        to = row.contact if row and row.contact else next(iter(addressees(visit, kind)), None)
        row = make_final(visit=visit, kind=kind, contact=to, by=by, now=now)
    if row.document is None:
        raise BadInput("It was left without being printed here.")
    return row.document


def _briefing(visit: HomeVisit, by: Staff, now: datetime) -> Document:
    context = {"school": visit.school, "now": now, "briefing": briefing(visit, now, seen(visit, by, now)), "on_paper": True}
    document, _ = keep_paper(visit=visit, kind=BRIEFING, html=render_to_string("visits/briefing_pdf.html", context), by=by, now=now)
    opened(visit=visit, by=by, now=now, how="pdf")
    return document
