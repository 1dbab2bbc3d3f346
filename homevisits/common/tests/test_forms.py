"""What every form does with what is typed."""

from django import forms

from homevisits.common.forms import BaseForm


class Words(BaseForm):
    """One field of words."""

    words = forms.CharField()


def test_marks_that_turn_the_direction_of_what_follows_are_taken_out() -> None:
    form = Words({"words": "Amir \u202etpircs\u202c \u2067אמיר\u2069"})
    assert form.is_valid()
    assert form.cleaned_data["words"] == "Amir tpircs אמיר"
