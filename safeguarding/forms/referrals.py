"""Forms about referrals and about agencies to be told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.people.models import Pupil

from ..models import Referral, ReferralSent
from ..rules.referrals import ABOUT_STAFF

KINDS = tuple((value, label) for value, label in Referral.Kind.choices if value != ABOUT_STAFF)


def _words(label: str, *, rows: int = 6, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=20000, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


class _WhenMixin(forms.Form):
    """A day and a time, both empty for now."""

    day = DayField(label="On which day?", required=False, help_text="Empty: today")
    time = WallTimeField(label="At what time?", required=False, help_text="Empty, with the day: just now")

    def when(self, now: datetime, today: date) -> datetime | None:
        """The instant, None for now. Raises ValidationError for a day without its time."""
        given = self.cleaned_data
        if given["time"] is None:
            return None
        return instant(given["day"] or today, given["time"])

    def clean(self) -> dict[str, Any]:
        """A day that was typed needs its time."""
        given = super().clean() or {}
        if given.get("day") and given.get("time") is None and "time" not in self.errors:
            self.add_error("time", "Enter the time on that day")
        return given


class FindPupilForm(BaseForm):
    """Whom it is about."""

    q = forms.CharField(label="Which pupil?", max_length=80, help_text="A few letters of the first or last name")


class OpenForm(TokenMixin, BaseForm):
    """A new referral about a pupil, and brothers and sisters where it is about them too."""

    kind = forms.ChoiceField(label="To whom?", choices=KINDS, widget=forms.RadioSelect)
    agency = forms.CharField(label="If another agency: which one?", required=False, max_length=80)
    siblings = forms.TypedMultipleChoiceField(label="Also about", required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    why = _words("Why?", help_text="What is known, and what you have decided. Only the safeguarding team reads it")

    def __init__(self, *args: Any, siblings: Sequence[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["siblings"].choices = [(one.pk, str(one)) for one in siblings]  # type: ignore[attr-defined]
        if not siblings:
            del self.fields["siblings"]

    def clean(self) -> dict[str, Any]:
        """Another agency has a name."""
        given = super().clean() or {}
        if given.get("kind") == Referral.Kind.AGENCY and not given.get("agency", "").strip():
            self.add_error("agency", "Name the agency")
        return given


class LadoForm(TokenMixin, BaseForm):
    """A referral to the officer for allegations against staff."""

    why = _words("Why?", help_text="Read by those who see the allegation, and nobody else")


class SendForm(_WhenMixin, BaseForm):
    """What was sent, and to whom. Kept as it is."""

    text = _words("What was sent or said, word for word", rows=12, help_text="It is kept exactly so, and does not change after")
    to_name = forms.CharField(label="With whom did you leave it?", max_length=150, help_text="A name, or the duty worker")
    to_organisation = forms.CharField(label="Of which organisation?", max_length=150)
    to_contact = forms.CharField(label="Their number, address or page", max_length=150, required=False)
    way = forms.ChoiceField(label="Which way?", choices=ReferralSent.Way.choices, widget=forms.RadioSelect)
    reference = forms.CharField(label="Reference, if you were given one", max_length=60, required=False)
    field_order = ("text", "to_name", "to_organisation", "to_contact", "way", "reference", "day", "time")


class AnswerForm(_WhenMixin, BaseForm):
    """Who there acknowledged it."""

    from_whom = forms.CharField(label="Who acknowledged it?", max_length=150)
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    field_order = ("from_whom", "reference", "day", "time")


class CloseForm(BaseForm):
    """What came of it."""

    outcome = _words("What came of it?", help_text="What they decided and what the school does")


class NotSentForm(BaseForm):
    """Why it is not sent."""

    reason = _words("Why is it not sent?", help_text="A decision not to refer is a record too. It stays")


class AgencyToldForm(_WhenMixin, BaseForm):
    """That an agency was made aware."""

    spoke_with = forms.CharField(label="With whom did you speak?", max_length=150)
    told_note = forms.CharField(
        label="What did they say or ask for?", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("spoke_with", "told_note", "day", "time")
