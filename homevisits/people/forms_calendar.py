"""Forms about the school calendar, the demo school's clock, and tokens."""

from django import forms

from homevisits.common.forms import BaseForm, DayField, WallTimeField

from .models import Closure
from .services.demo_clock import FASTEST


class TermForm(BaseForm):
    """A term; a half term is the gap between two."""

    name = forms.CharField(label="Name", max_length=60, help_text="For example Autumn 1")
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")


class ClosureForm(BaseForm):
    """A day without pupils."""

    day = DayField(label="Day")
    kind = forms.ChoiceField(label="What it is", choices=Closure.Kind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=200, required=False)


class ClockForm(BaseForm):
    """What the demo school's clock shows from now on."""

    day = DayField(label="Day")
    time = WallTimeField(label="Time")
    speed = forms.IntegerField(label="How many times as fast as a real clock", min_value=1, max_value=FASTEST, initial=1)


class TokenForm(BaseForm):
    """A new token for a connector."""

    name = forms.CharField(label="What will use it", max_length=80, help_text="For example: connector of the information system")
