"""Forms: each problem once with its own sentence, what was typed stays, tokens, days, times and numbers as people type them."""

import uuid
from datetime import date, time

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms

from homevisits.common.forms import BaseForm, DayField, PhoneField, TokenMixin, WallTimeField
from homevisits.home.error_lines import lines_of


class Sample(TokenMixin, BaseForm):
    name = forms.CharField(label="Full name")
    channel = forms.ChoiceField(label="Channel", choices=[("email", "Email")], widget=forms.RadioSelect)
    until = DayField(label="Absent until")
    mobile = PhoneField(label="Mobile", required=False)
    back = WallTimeField(label="Time due back", required=False)
    sure = forms.BooleanField(label="I am sure", error_messages={"required": "Tick the box"})


class Foreign(forms.Form):
    login = forms.EmailField(label="Email")


GOOD = {"name": "Ada", "channel": "email", "until_0": "27", "until_1": "11", "until_2": "2026", "sure": "on", "token": str(uuid.uuid4())}


def test_every_problem_has_its_own_sentence_in_the_order_of_the_page() -> None:
    lines = lines_of(Sample({}))
    assert [line.says for line in lines] == [
        "This page is out of date. Open it afresh and send it again.",
        "Enter full name",
        "Choose channel",
        "Absent until: enter the day, month and year",
        "Tick the box",
    ]
    assert [line.target for line in lines] == ["", "id_name", "id_channel_1", "id_until_0", "id_sure"]


def test_the_targets_of_the_summary_exist_on_the_page() -> None:
    form = Sample({})
    lines, page = lines_of(form), render_crispy_form(form)
    for line in lines[1:]:
        assert f'id="{line.target}"' in page, line


def test_a_form_that_was_not_sent_has_no_problem() -> None:
    assert lines_of(Sample()) == []


def test_forms_of_others_get_our_sentence_at_the_field_too() -> None:
    form = Foreign({})
    assert [line.says for line in lines_of(form)] == ["Enter email"]
    assert form["login"].errors == ["Enter email"]


def test_what_was_typed_stays() -> None:
    form = Sample({**GOOD, "name": "", "until_0": "31", "mobile": "12", "back": "25:00"})
    page = render_crispy_form(form)
    for typed in ('value="31"', 'value="12"', 'value="25:00"', f'value="{GOOD["token"]}"', "checked"):
        assert typed in page


def test_the_page_makes_a_token_and_sends_no_second_one() -> None:
    one, other = Sample(), Sample()
    assert one["token"].value() == one["token"].value() != other["token"].value()
    assert render_crispy_form(one).count('name="token"') == 1


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        (("27", "11", "2026"), date(2026, 11, 27)),
        (("31", "11", "2026"), "there is no such day"),
        (("x", "11", "2026"), "there is no such day"),
        (("27", "", "2026"), "enter the day, month and year"),
        (("27", "11", "99999"), "there is no such day"),
    ],
)
def test_days(parts: tuple[str, str, str], answer: date | str) -> None:
    form = Sample(GOOD | {f"until_{i}": part for i, part in enumerate(parts)})
    if isinstance(answer, date):
        assert form.is_valid(), form.errors
        assert form.cleaned_data["until"] == answer
    else:
        assert form.errors["until"] == [f"Absent until: {answer}"]


def test_days_come_up_on_a_number_pad_and_nothing_is_remembered_by_the_browser() -> None:
    page = render_crispy_form(Sample())
    assert page.count('inputmode="numeric"') == 3
    assert page.count('autocomplete="off"') >= 5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9:15", time(9, 15)), ("09.15", time(9, 15)), ("0915", time(9, 15)), ("1:05pm", time(13, 5)), ("12:10am", time(0, 10)), ("", None)],
)
def test_times(typed: str, kept: time | None) -> None:
    form = Sample({**GOOD, "back": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["back"] == kept


@pytest.mark.parametrize("typed", ["25:00", "9:60", "soon", "13:00pm", "9"])
def test_times_that_are_none(typed: str) -> None:
    assert Sample({**GOOD, "back": typed}).errors["back"] == ["Enter a time such as 9:15 or 13:05"]


def test_numbers_are_kept_as_e164_and_shown_as_dialled() -> None:
    form = Sample({**GOOD, "mobile": "07700 900 001"})
    assert form.is_valid()
    assert form.cleaned_data["mobile"] == "+447700900001"
    assert 'value="07700 900001"' in render_crispy_form(Sample(initial={"mobile": "+447700900001"}))
    assert "mobile" in Sample({**GOOD, "mobile": "nonsense"}).errors
