"""The doorstep: every act of a visit in its order on one page, which goes along on the tablet and works without network."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.people.access import SchoolRequest, school_view

from .. import findings
from ..forms.door import InsideForm, OutcomeForm, SpokenForm
from ..forms.out import DelayForm
from ..guide import TITLES, Stage, guide
from ..models import HomeVisit
from ..purposes import words_of
from ..rules.annex import annex_of
from ..rules.door import arrived_at, inside_cautions, wait_of
from ..rules.filled import may_write
from ..rules.leaving import reads_briefing
from ..rules.packs import take_blocks
from ..rules.people import refusal_blocks
from ..said import standing
from ..selectors import doorstep, doorstep_steps
from ..selectors.arrivals import waiting as not_recorded
from ..selectors.briefing import briefing
from ..selectors.risk import seen
from ..services import outcomes, spoken
from .common import found
from .door import asks_parent

# The guide for each step, where it is needed.
GUIDE = {
    "leave": (Stage.BEFORE,), "arrived": (Stage.ON_THE_WAY, Stage.ARRIVING), "wait": (Stage.WAITING,), "inside": (Stage.DOOR, Stage.INSIDE),
    "left": (Stage.LEAVING,),
}  # fmt: skip


@school_view(act="see_visits")
@require_safe
def doorstep_page(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The page. Without JavaScript each of its forms is sent as any other; without network the tablet keeps what is said."""
    visit = found(request, visit_id)
    listed = doorstep_steps.steps(visit, request.user, request.now)
    after = doorstep_steps.next_of(listed)
    values, arrived, waits = visit.policy.values, arrived_at(visit), wait_of(visit) is not None
    context = {
        "visit": visit,
        "state": standing(visit)[0],
        "state_words": standing(visit)[1],
        "purpose": words_of(visit.purpose, visit.purpose_words),
        "rows": [
            {"step": step, "token": uuid.uuid4(), "open": step == after or (step.code == "wait" and waits), "guide": _guide(visit, step)}
            for step in listed
        ],
        "after": after,
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")],
        "members": visit.members.select_related("staff").order_by("pk"),
        "to_meet": doorstep.to_meet(visit),
        "restricted": doorstep.restricted_names(visit),
        "family_says": doorstep.family_says(visit),
        "called": doorstep.help_that_stands(visit),
        "not_recorded": not_recorded(visit),
        "briefing": briefing(visit, request.now, seen(visit, request.user, request.now, request.school_roles))
        if reads_briefing(visit, request.user, request.school_roles, request.now)
        else None,
        "inside_form": InsideForm(asks_parent=asks_parent(visit), auto_id="inside-%s"),
        "inside_rules": doorstep_steps.inside_rules(visit, asks_parent(visit)),
        "cautions": inside_cautions(values, None),
        "wait_rules": doorstep_steps.wait_rules(visit, request.now),
        "arrived": int(arrived.timestamp()) if arrived else "",
        "word_at": int(visit.parents_late_word_at.timestamp()) if visit.parents_late_word_at else "",
        "wait_in_car": values.wait_place == "car",
        "spoken_form": SpokenForm(contacts=spoken.contacts_of(visit), auto_id="spoken-%s"),
        "found": _findings(request, visit),
        "delay_form": DelayForm(initial={"minutes": 15}, auto_id="delay-%s"),
        "token": uuid.uuid4(),
        "has_form": may_write(visit, request.user, request.now),
        "may_take": not take_blocks(visit, request.user, request.now),
        "may_stop": not visit.returned_at and not refusal_blocks(visit, request.user),
        "here": request.path,
        "help_url": "" if visit.returned_at else "#help",
        "home_url": reverse("visit_today", args=[visit.school.slug]),
    }  # fmt: skip
    return render(request, "visits/doorstep.html", context)


def _guide(visit: HomeVisit, step: doorstep_steps.Step) -> list[tuple[str, Any]]:
    shown = [(TITLES[stage], guide(stage, visit.policy.values, visit.purpose)) for stage in GUIDE.get(step.code, ())]
    return [(title, lines) for title, lines in shown if lines]


def _findings(request: SchoolRequest, visit: HomeVisit) -> list[dict[str, Any]]:
    """Every outcome that the visit can have once its staff are out, with its form and what recording it does."""
    annex = annex_of(visit, request.now) is not None
    pupils = [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    return [
        {
            "finding": one, "does": outcomes.will_do(visit, one.kind), "serious": one.kind in findings.SERIOUS,
            "against": doorstep_steps.outcome_rules(one.kind),
            "blocks": outcomes.blocks_of(visit, one.kind, request.user, request.now) if visit.departed_at else [],
            "form": OutcomeForm(
                asked=findings.asked(one.kind, visit.purpose, visit.policy.values, annex=annex), kind=one.kind, pupils=pupils,
                now=request.now, open_ones=doorstep.pupils_without_outcome(visit), by_name=request.user.name, at_once=True,
                auto_id=f"{one.kind}-%s",
            ),
        }
        for one in findings.offered(visit.purpose, departed=True, announced=visit.announced, annex=annex)
    ]  # fmt: skip
