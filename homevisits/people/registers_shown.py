"""How the pages of the staff registers are put together: their places, their tables, their forms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from homevisits.common.errors import BadInput, Blocked
from homevisits.common.forms import BaseForm

from .access import SchoolRequest
from .matrix import allows

# (words, name of the address, act of the matrix), in the order in which they stand above each register.
REGISTERS = (
    ("Who may visit", "who_may_visit", "keep_registers"),
    ("Checks", "register_checks", "keep_registers"),
    ("Training", "register_training", "keep_registers"),
    ("Policy and conduct", "register_policy", "keep_registers"),
    ("Mobiles", "register_mobiles", "see_mobiles"),
    ("Vehicles", "register_vehicles", "keep_registers"),
    ("Alarm devices", "register_devices", "keep_registers"),
    ("Lone working", "register_lone_working", "assess_lone_working"),
    ("Duty rota", "register_rota", "switch_duty"),
    ("Unwell", "register_unwell", "keep_staff_off_visits"),
    ("Not to visit", "register_conflicts", "keep_staff_off_visits"),
)


@dataclass(frozen=True)
class RegisterLink:
    """One register in the line above the page."""

    words: str
    url: str
    current: bool


@dataclass(frozen=True)
class Cell:
    """What stands in a table: plain words, a status (with `state`), or a telephone number."""

    text: str
    state: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Act:
    """Something that can be done with a row: a link, or at one press where `post` is set. `about` is read out after its words."""

    words: str
    url: str
    about: str
    post: bool = False


@dataclass(frozen=True)
class Row:
    """One entry of a register."""

    head: str
    cells: Sequence[Cell]
    acts: Sequence[Act] = ()


def register_links(request: SchoolRequest) -> list[RegisterLink]:
    """The registers that this person may open."""
    found = [(words, reverse(name, args=[request.school.slug])) for words, name, act in REGISTERS if allows(act, request.school_roles)]
    return [RegisterLink(words, url, request.path == url) for words, url in found]


def list_page(
    request: SchoolRequest, *, heading: str, intro: str, columns: Sequence[str], rows: Sequence[Row], counted: str, empty: str,
    add: tuple[str, str] | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """A register as a table. `add` is the name of the address that enters one, and the words for it; `counted` as in the filter."""
    link = (reverse(add[0], args=[request.school.slug]), add[1]) if add else None
    context = {
        "registers": register_links(request), "heading": heading, "intro": intro, "columns": columns, "rows": rows, "counted": counted,
        "empty": empty, "add": link, **more,
    }  # fmt: skip
    return render(request, "people/register_list.html", context)


def form_page(
    request: SchoolRequest, form: BaseForm, *, heading: str, back: str, intro: str = "", submit_words: str = "Save"
) -> HttpResponse:  # fmt: skip
    """A form of a register; `back` is the name of the page that it came from."""
    context = {
        "form": form, "heading": heading, "intro_words": intro, "back_url": reverse(back, args=[request.school.slug]),
        "submit_words": submit_words,
    }  # fmt: skip
    return render(request, "people/register_form.html", context, status=422 if form.errors else 200)


def done(
    request: SchoolRequest, form: BaseForm, act: Callable[..., object], said: str, to: str, **more: Any
) -> HttpResponseBase | None:  # fmt: skip
    """Do the act with what the form says; None when it was refused, which the form then says. `to` is the page to go on to."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(**form.cleaned_data, **more, by=request.user, now=request.now)
    except (Blocked, BadInput) as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, said)
    return redirect(to, request.school.slug)
