"""Template tags and filters of the look: pure presentation. docs/frontend.md shows each in use."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.apps import apps
from django.core.paginator import Page
from django.utils.html import format_html
from django.utils.safestring import SafeString

from homevisits.common import clock, said
from homevisits.common.phone import shown
from homevisits.home import charts, places, shapes
from homevisits.home.charts import Bar, Morning
from homevisits.home.error_lines import ErrorLine, lines_of
from homevisits.people.models import Staff
from homevisits.policy.clauses import clauses

register = template.Library()


@register.simple_tag
def status(state: str, words: str) -> SafeString:
    """A status: its word, its shape and its colour. `state` is due, open, held, done or resting."""
    return format_html('<span class="status status--{}">{}{}</span>', state, shapes.status_shape(state), words)


@register.filter
def called(person: Any, at: datetime | None) -> Any:
    """Who wrote or did something, by the name that they had then; the name of now beside it where a correction gave another."""
    return person.called(at) if at is not None and isinstance(person, Staff) else person


@register.filter
def kind_of_row(label: str) -> str:
    """A kind of row as people call it: `visits.CheckIn` is “Check ins”; what is no kind any more as it stands."""
    try:
        words = str(apps.get_model(label)._meta.verbose_name_plural)
    except (LookupError, ValueError):
        return label
    return words[:1].upper() + words[1:]


@register.simple_tag
def required_words(form: forms.BaseForm | None) -> SafeString:
    """The attribute of a form that may be sent without network: each field that must not be empty with its sentence, as JSON."""
    if form is None:
        return SafeString("")
    must = {
        name: str(field.error_messages["required"])
        for name, field in form.fields.items()
        if field.required and not isinstance(field.widget, forms.HiddenInput | forms.MultiWidget | forms.FileInput)
    }
    return format_html('data-required="{}"', json.dumps({form.add_prefix(name): says for name, says in must.items()}))


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A small drawing: phone, info, success, warning, error, or the shape of a status."""
    return shapes.status_shape(name) if name in shapes.STATES else shapes.icon(name, size)


@register.simple_tag
def flash_icon(level: str) -> SafeString:
    """The drawing of a flash message's level; the plain one for a level without its own."""
    return shapes.icon(level if level in ("success", "warning", "error") else "info", 18)


@register.inclusion_tag("components/clause.html")
def clause(clause_id: str) -> dict[str, Any]:
    """A clause's reference, with its words when it is opened; only the reference where no policy has it."""
    return {"id": clause_id, "words": clauses().get(clause_id)}


@register.inclusion_tag("components/within.html", takes_context=True)
def places_within(context: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The places behind one word of the header that this person may open, the one of this page marked. KeyError for another word."""
    request = context["request"]
    return {"places": places.tabs(places.GROUPS[label], request.school, request.school_roles, request.path), "of": label}


@register.simple_tag
def crest(school: Any) -> SafeString:
    """A school's shield in its colour."""
    return shapes.crest(school.name, school.colour)


@register.simple_tag
def school_stripe(school: Any) -> SafeString:
    """The line under the header in the school's colour."""
    return shapes.stripe(school.colour)


@register.simple_tag
def phone(number: str, who: str = "", css: str = "") -> SafeString:
    """A link that rings an E.164 number, shown as it is dialled in England; `who` is read out with it. Words where there is no number."""
    if not number:
        return format_html('<span class="soft">{}</span>', "No number")
    hidden = format_html('<span class="govuk-visually-hidden">Ring {}, </span>', who) if who else ""
    return format_html('<a class="phone {}" href="tel:{}">{}{}{}</a>', css, number, shapes.icon("phone", 15), hidden, shown(number))


@register.filter
def as_dialled(number: str) -> str:
    """An E.164 number as it is dialled in England, for where no link can stand."""
    return shown(number) if number else ""


@register.filter
def wall(at: datetime | None) -> str:
    """The time on the school's clock: `9:15`."""
    return said.wall(at) if at else ""


@register.filter
def when(at: datetime | None, now: datetime) -> SafeString | str:
    """`9:15, in 4 minutes`, inside a time element."""
    return _time(at, said.when(at, now)) if at else ""


@register.filter
def distance(at: datetime | None, now: datetime) -> SafeString | str:
    """`3 minutes ago`, `in 4 minutes`, inside a time element."""
    return _time(at, said.distance(at, now)) if at else ""


@register.filter
def day(at: date | datetime | None, now: date | datetime) -> str:
    """`today`, `yesterday`, `Tuesday 24 November`."""
    if at is None:
        return ""
    return said.day(_day(at), _day(now))


@register.filter
def counted(number: int, words: str) -> str:
    """`3 pupils`: `{{ n|counted:"pupil" }}`, or `{{ n|counted:"child,children" }}`."""
    one, _, many = words.partition(",")
    return said.count(number, one, many)


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int]:
    """The page numbers to show around a page; 0 stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in numbers]


@register.simple_tag
def morning_chart(morning: Morning) -> SafeString:
    """The morning as a picture, with the same as a table beside it."""
    return charts.morning_chart(morning)


@register.simple_tag
def bar_chart(title: str, bars: list[Bar]) -> SafeString:
    """A small bar chart, with the same as a table beside it."""
    return charts.bar_chart(title, bars)


@register.simple_tag
def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """What is wrong with a form, one line each in the order of the page, with the field to jump to."""
    return lines_of(form)


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', clock.local(at).isoformat(timespec="seconds"), words)


def _day(at: date | datetime) -> date:
    return clock.local_day(at) if isinstance(at, datetime) else at
