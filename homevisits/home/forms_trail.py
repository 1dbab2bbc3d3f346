"""Forms of the audit trail: what to look for, and why somebody takes it out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from homevisits.common.forms import BaseForm, DayField
from homevisits.people.models import Pupil, School
from homevisits.people.selectors.pupils import pupil_of, pupils_called

from .trail_records import kind_words

TOO_MANY = 50


class TrailForm(BaseForm):
    """What to look for."""

    by_id = forms.TypedChoiceField(label="Who did it", required=False, coerce=int, empty_value=None)
    child = forms.CharField(label="About which child", required=False, max_length=80)
    object_type = forms.ChoiceField(label="What it was done to", required=False)
    object_id = forms.CharField(label="Its number", required=False, max_length=60)
    from_day = DayField(label="From", required=False)
    to_day = DayField(label="To", required=False)
    reading = forms.BooleanField(label="Only who looked, not what was changed", required=False)
    pupil_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, school: School, people: list[tuple[int, str]], kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school = school
        self.fields["by_id"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]
        named = sorted((kind_words(kind), kind) for kind in kinds)
        self.fields["object_type"].choices = [("", "Anything"), *((kind, words) for words, kind in named)]  # type: ignore[attr-defined]
        self.pupils: list[Pupil] = []

    def clean(self) -> dict[str, Any]:
        """Find the children who are meant: the one whose page led here, or all that are called so."""
        given = super().clean() or {}
        child, number = (given.get("child") or "").strip(), given.get("pupil_id")
        if child:
            self.pupils = pupils_called(self.school, child, limit=TOO_MANY + 1)
            if not self.pupils:
                self.add_error("child", f"No child of the school is called “{child}”. Type the beginning of the first name or surname.")
            elif len(self.pupils) > TOO_MANY:
                self.add_error("child", f"More than {TOO_MANY} children are called “{child}”. Type more of the name.")
        elif number:
            found = pupil_of(self.school, number)
            if found is None:
                raise ValidationError("There is no such child in this school.")
            self.pupils = [found]
        return given


class TakeOutForm(BaseForm):
    """Why somebody takes events out of the product."""

    reason = forms.CharField(
        label="Why do you take it out?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your reason is kept in the trail, with your name and what you took.",
    )  # fmt: skip
