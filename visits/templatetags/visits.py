"""What the pages of visits share: the row of places below the header, and the visits about a pupil for the pupil's own page."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crispy_forms.utils import render_crispy_form
from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from homevisits.common.clock import local_day
from homevisits.common.forms import BaseForm
from homevisits.common.said import wall
from homevisits.people.models import Pupil

from ..models import ArrivedAct
from ..said import arrived_words
from ..selectors import lists
from ..selectors.agreements import agreements_about
from ..selectors.printing import prints

register = template.Library()

# (words, url name, act of the matrix that opens it); a place whose page does not exist is left out.
PLACES = (
    ("Open visits", "visit_list", "see_visits"),
    ("Board", "visit_board", "see_board"),
    ("To approve", "approve_inbox", "approve_visit"),
    ("High risk", "high_risk_list", "decide_high_risk"),
    ("Weekly list", "weekly_list", "see_weekly_list"),
    ("Day schedule", "day_schedule", "see_board"),
    ("Print for the day", "print_day", "see_visits"),
    ("In-year visits due", "in_year_due", "plan_visit"),
    ("Drills", "drill_list", "run_drill"),
    ("Screens", "display_list", "keep_displays"),
    ("School's assessment", "school_assessment", "see_visits"),
    ("Questionnaires", "questionnaire_list", "edit_questionnaires"),
    ("For the review", "visit_review", "edit_policy"),
)


@register.filter
def heard(row: object) -> str:
    """“, heard at 10:40” after the time of something that was said without network; empty where it was said at once."""
    at = getattr(row, "received_at", row)
    return f", heard at {wall(at)}" if isinstance(at, datetime) else ""


@register.filter(name="arrived_words")
def words_of_arrived(act: ArrivedAct) -> str:
    """What kind of thing was said without network."""
    return arrived_words(act.kind)


@register.simple_tag
def form_apart(form: BaseForm, name: str) -> str:
    """A form beside others on one page: the design system's radios and ticks take their ids from the field alone, here from `name` too."""
    html = render_crispy_form(form)
    return SafeString(re.sub(r'\b(id|for|aria-describedby)="id_', rf'\1="{name}-', html))


@register.inclusion_tag("components/within.html", takes_context=True)
def visit_places(context: Mapping[str, Any]) -> dict[str, Any]:
    """The places of visits that this person may open, the one of this page marked."""
    request, may = context["request"], context["may"]
    found = []
    for words, name, act in PLACES:
        if not may.get(act) or (name == "print_day" and not prints(request.school, request.user, request.school_roles)):
            continue
        try:
            url = reverse(name, args=[request.school.slug])
        except NoReverseMatch:
            continue
        found.append({"label": words, "url": url, "current": request.path == url})
    return {"places": found, "of": "Visits"}


@register.inclusion_tag("visits/_of_pupil.html", takes_context=True)
def visits_of(context: Mapping[str, Any], pupil: Pupil) -> dict[str, Any]:
    """The visits about a pupil that this person may see, and a way to ask for another."""
    request = context["request"]
    found = lists.about(pupil, request.user, request.school_roles) if context["may"].get("see_visits") else []
    sees = context["may"].get("see_visits")
    return {
        "agreements": agreements_about(pupil) if sees else [],
        "today": local_day(context["now"]),
        "rows": found,
        "pupil": pupil,
        "school": context["school"],
        "now": context["now"],
        "may": context["may"],
    }
