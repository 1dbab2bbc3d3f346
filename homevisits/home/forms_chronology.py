"""Forms about a chronology: what to show of it, a note, taking it out."""

from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant, local, local_day
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from safeguarding.models import ChronologyExport, ChronologyNote
from safeguarding.services.chronology import Said

from .chronology import KINDS

TAKEN = (
    (ChronologyExport.Form.PDF.value, "A PDF to print, hand over or attach"),
    (ChronologyExport.Form.ZIP.value, "A ZIP with PDF, table and text, for CPOMS and systems like it"),
    (ChronologyExport.Form.TEXT.value, "Text to copy and paste"),
)


class SearchForm(BaseForm):
    """What to show of a chronology."""

    kind = forms.ChoiceField(label="What it is", required=False)
    by_id = forms.TypedChoiceField(label="By whom", required=False, coerce=int, empty_value=None)
    from_day = DayField(label="From", required=False)
    to_day = DayField(label="To", required=False)
    siblings = forms.BooleanField(label="With brothers and sisters", required=False)
    newest = forms.BooleanField(label="The newest first", required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "Anything"), *((code, words) for code, (words, _) in KINDS.items())]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["by_id"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]


class NoteForm(TokenMixin, BaseForm):
    """A call, a meeting or a note by hand."""

    kind = forms.ChoiceField(label="What was it?", choices=ChronologyNote.Kind.choices, widget=forms.RadioSelect)
    with_whom = forms.CharField(
        label="With whom, of which agency?", required=False, max_length=200, help_text="For example: Ms Adeyemi, duty team of social care"
    )
    day = DayField(label="On which day?")
    time = WallTimeField(label="At what time?", help_text="For example 9:15. About is enough")
    says = forms.CharField(
        label="What was said, and by whom?", max_length=10000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Facts, in their own words where you can. It cannot be changed later, only put right by another note",
    )  # fmt: skip

    @classmethod
    def at(cls, now: datetime) -> dict[str, Any]:
        """What stands in it when it opens."""
        return {"day": local_day(now), "time": local(now).time().replace(second=0, microsecond=0)}

    def said(self) -> Said:
        """What was typed, as the act takes it."""
        given = self.cleaned_data
        return Said(given["kind"], given["says"], instant(given["day"], given["time"]), given["with_whom"])


class PupilsNoteForm(NoteForm):
    """The same, about brothers and sisters too."""

    also = forms.TypedMultipleChoiceField(
        label="Does it concern brothers or sisters too?", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, siblings: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if siblings:
            self.fields["also"].choices = siblings  # type: ignore[attr-defined]
        else:
            del self.fields["also"]


class PutRightForm(NoteForm):
    """Another note in the place of one."""

    because = forms.CharField(label="Why is it put right?", max_length=300)


class TakeOutForm(BaseForm):
    """Taking a chronology out of the product."""

    form = forms.ChoiceField(label="As what?", choices=TAKEN, widget=forms.RadioSelect, initial=ChronologyExport.Form.PDF.value)
    reason = forms.CharField(
        label="For whom, and for what?", min_length=5, max_length=300,
        help_text="It stands on what you take out, and on record with your name and the time",
    )  # fmt: skip
    from_day = DayField(label="From", required=False)
    to_day = DayField(label="To", required=False)
    siblings = forms.BooleanField(label="With brothers and sisters", required=False)
    kinds = forms.MultipleChoiceField(
        label="Only some of it?", required=False, choices=[(code, words) for code, (words, _) in KINDS.items()],
        widget=forms.CheckboxSelectMultiple, help_text="Nothing ticked means everything",
    )  # fmt: skip


class ReasonForm(BaseForm):
    """Why entries are taken out."""

    reason = forms.CharField(label="For what do you take them out?", min_length=5, max_length=300)
