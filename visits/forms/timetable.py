"""On which weekdays a visit repeats, and until when."""

from django import forms

from homevisits.common.forms import BaseForm, DayField

WEEKDAYS = (("0", "Monday"), ("1", "Tuesday"), ("2", "Wednesday"), ("3", "Thursday"), ("4", "Friday"))


class RepeatForm(BaseForm):
    """A timetable."""

    weekdays = forms.TypedMultipleChoiceField(label="On which days?", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple)
    until = DayField(label="Until which day?", help_text="At most 20 weeks; days on which the school is closed are left out")
