"""The style guide: every layout and component with names of real length, empty, full and in error. For those who write pages."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from homevisits.common import clock
from homevisits.common.errors import Block
from homevisits.common.forms import BaseForm, DayField, PhoneField, TokenMixin, WallTimeField
from homevisits.common.live import live_response
from homevisits.home.charts import Bar, Morning, Rung
from homevisits.home.places import Link
from homevisits.people.models import School

PAGES = ("desk", "form", "confirm", "tablet", "card", "public", "empty")
WORDS = ("Today", "Pupils", "Visits", "Messages", "Policy")


class SampleForm(TokenMixin, BaseForm):
    """One field of each kind."""

    name = forms.CharField(label="Full name", max_length=60, help_text="As it stands in the school’s information system")
    phone = PhoneField(label="Telephone number")
    channel = forms.ChoiceField(
        label="How did the reason arrive?",
        choices=[("voicemail", "Voicemail"), ("email", "Email"), ("gate", "At the gate")],
        widget=forms.RadioSelect,
    )
    agencies = forms.MultipleChoiceField(
        label="Other agencies that work with the family",
        choices=[("social", "Social care"), ("police", "Police"), ("health", "Health visitor")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DayField(label="Absent until", help_text="The last day that the reason covers, for example 27 11 2026")
    due_back = WallTimeField(label="Time due back")
    code = forms.ChoiceField(label="Suggested code", choices=[("", "Choose a code"), ("I", "I: illness"), ("M", "M: medical appointment")])
    what_was_said = forms.CharField(label="What was said", widget=forms.Textarea(attrs={"rows": 4}))
    read_back = forms.BooleanField(label="I have read it back to the caller")


@require_http_methods(["GET", "POST"])
def styleguide(request: HttpRequest) -> HttpResponse:
    """One layout with its components, by `?page=`. 404 anywhere but in development and demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    page = request.GET.get("page", "desk")
    if page not in PAGES:
        raise Http404
    if request.method == "POST":
        form = SampleForm(request.POST)
        if form.is_valid():
            messages.success(request, "Saved: the absence of Oluwaseun Featherstonehaugh-Wright is explained until Friday 27 November.")
    else:
        form = SampleForm()
    context = _samples() | {"form": form if page == "form" else None, "pages": PAGES, "page": page}
    if request.GET.get("part"):
        minute = context["now"].replace(second=0, microsecond=0)
        return live_response(request, lambda: render(request, "styleguide/live.html", context), (page, minute))
    return render(request, f"styleguide/{page}.html", context)


def _samples() -> dict[str, Any]:
    now = clock.now().replace(microsecond=0)
    return {
        "now": now,
        "school": School(name="St Bartholomew’s Church of England Primary", slug="sample", colour="#8a1c3b", sending=School.Sending.LIVE),
        "role_words": "Office admin",
        "places": [Link(word, "#main", word == "Today") for word in WORDS],
        "alarms": [
            {"title": "3 texts were not accepted.", "text": "The message provider has not answered since 9:21.", "url": "#main"},
        ],
        "morning": _morning(now),
        "bars": [Bar("Illness", 14, "done"), Bar("No reason yet", 6, "due"), Bar("Medical", 3), Bar("Exclusion", 0, "resting")],
        "entries": _entries(now),
        "rows": _rows(),
        "blocks": [
            Block("The visit needs two people; Thomasina Okonkwo-Ashdown is the only one named.", "PRI-42"),
            Block("The texts are held until somebody has looked at the list.", "PRI-31"),
            Block("No clause asks for this one."),
        ],
        "cases": _cases(),
        "page_obj": Paginator(range(437), 20).get_page(7),
        "tasks": _tasks(),
        "table_head": ["When", "What we do"],
        "table_rows": [["9:15", "A text to every first contact"], ["9:45", "A telephone call"], ["11:30", "A visit to your home"]],
    }


def _morning(now: Any) -> Morning:
    start = now - timedelta(minutes=44)
    return Morning(
        [
            Rung("register closes", start, "done", 23),
            Rung("first text", start + timedelta(minutes=15), "done", 17),
            Rung("calls", start + timedelta(minutes=45), "open", 6, "call"),
            Rung("calls must be made", start + timedelta(minutes=60), "resting"),
            Rung("welfare visit", start + timedelta(minutes=150), "resting", 0, "visit"),
            Rung("texts stop", start + timedelta(minutes=210), "resting"),
        ],
        now,
    )


def _entries(now: Any) -> list[dict[str, Any]]:
    def ago(minutes: int) -> Any:
        return now - timedelta(minutes=minutes)

    return [
        {
            "title": "Call: no answer",
            "at": ago(3),
            "by": "Margaret Oyelaran-Whitcombe",
            "state": "due",
            "text": "Rang twice; went to voicemail.",
        },
        {
            "title": "Text accepted for 2 numbers",
            "at": ago(29),
            "by": "Ladder",
            "state": "done",
            "parts": ["07700 900001: delivered", "07700 900002: sent"],
        },
        {"title": "Texts held", "at": ago(31), "by": "Brake", "state": "held"},
        {"title": "No reason by the register’s close", "at": ago(44), "by": "Class 3A", "state": "open"},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"label": "Pupil", "value": "Oluwaseun Featherstonehaugh-Wright", "url": "#main"},
        {"label": "Class", "value": "3A"},
        {"label": "Address", "value": "Flat 14, Wisteria Court, 281 Upper Brockenhurst Road, Croydon CR0 4XG", "url": "#main"},
        {"label": "Language", "value": ""},
    ]


def _cases() -> list[dict[str, str]]:
    names = ("Oluwaseun Featherstonehaugh-Wright", "Li An", "Mohammed-Ibrahim Al-Rashid", "Zoë O’Shaughnessy", "Ada Example")
    states = (("due", "Ring now"), ("open", "Texted"), ("held", "Text held"), ("done", "Explained"), ("resting", "To come"))
    return [
        {"pupil": name, "state": state, "words": words, "number": f"+4477009000{i:02d}", "last": "No answer, 3 minutes ago"}
        for i, (name, (state, words)) in enumerate(zip(names, states, strict=True), 1)
    ]


def _tasks() -> list[dict[str, str]]:
    return [
        {"title": "Pair and time", "url": "#main", "state": "done", "words": "Done"},
        {"title": "Risk assessment", "url": "#main", "state": "due", "words": "To do", "hint": "Last one: 12 March 2026, low"},
        {"title": "Briefing", "state": "resting", "words": "Cannot start yet", "hint": "After the risk assessment"},
    ]
