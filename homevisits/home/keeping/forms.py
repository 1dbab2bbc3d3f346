"""The forms of data protection."""

from collections.abc import Iterable
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.people.models import AccessItem, AccessRequest, RetentionReview, Transfer

from .others import TICKED, WORDS


def area(rows: int = 3) -> forms.Textarea:
    """A box of some lines."""
    return forms.Textarea(attrs={"rows": rows})


class AskedForm(TokenMixin, BaseForm):
    """A request as it came."""

    asked_by = forms.CharField(label="Who asks?", max_length=160)
    on_behalf = forms.ChoiceField(label="In whose name?", choices=AccessRequest.For.choices, widget=forms.RadioSelect)
    authority = forms.CharField(
        label="What gives them the right to ask for the pupil", required=False, max_length=300,
        help_text="Parental responsibility as on file, the pupil’s agreement, a signed authority. A pupil who understands what it means, "
        "as a rule from twelve, asks or agrees for themselves.",
    )  # fmt: skip
    scope = forms.CharField(label="What they ask for, in their words", required=False, widget=area(), help_text="Empty: everything.")
    received_on = DayField(label="When did it come?", help_text="The day anybody at the school got it, also by word of mouth.")


class IdentityForm(BaseForm):
    """How it was made sure who asks."""

    how = forms.CharField(
        label="How did you make sure who asks?", max_length=200, help_text="Known in person, passport seen, called back …"
    )
    on = DayField(label="On which day?")


class ExtendForm(BaseForm):
    """Two more months."""

    because = forms.CharField(
        label="Why?", max_length=300, help_text="Only for a complex request or several. Tell whoever asks within the first month, with why."
    )


GIVING = [one for one in AccessItem.Decision.choices if one[0] != AccessItem.Decision.TO_LOOK]


class ItemForm(BaseForm):
    """What is given of one record."""

    decision = forms.ChoiceField(label="What is given of it?", widget=forms.RadioSelect)
    ticked = forms.MultipleChoiceField(label="Black out", required=False, widget=forms.CheckboxSelectMultiple)
    more = forms.CharField(
        label="More words or passages to black out", required=False, widget=area(4),
        help_text="One a line, as they stand in the record. Every place where they stand is blacked out.",
    )  # fmt: skip
    exemption = forms.ChoiceField(label="Where it is withheld: on what ground?", required=False)
    because = forms.CharField(
        label="Where it is withheld: why?", required=False, max_length=300, help_text="For the school’s own record. It is not in the pack."
    )

    def __init__(self, *args: Any, item: AccessItem, **kwargs: Any) -> None:
        found = [words for kind, words in item.others if kind in WORDS]
        begun = item.decision == AccessItem.Decision.TO_LOOK
        ticked = [words for kind, words in item.others if kind in TICKED]
        kwargs["initial"] = {
            "decision": AccessItem.Decision.REDACT if begun and ticked and not item.file else "" if begun else item.decision,
            "ticked": ticked if begun else [w for w in item.blacked if w in found],
            "more": "\n".join(word for word in item.blacked if word not in found),
            "exemption": item.exemption, "because": item.because,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self._set(
            "decision", [one for one in AccessItem.Decision.choices if one[0] != "to_look" and not (item.file and one[0] == "redact")]
        )
        self._set("ticked", [(words, f"{words} ({WORDS[kind].lower()})") for kind, words in item.others if kind in WORDS])
        self._set("exemption", [("", "Choose"), *AccessItem.Exemption.choices])
        if not found:
            del self.fields["ticked"]

    def _set(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # fields that choose

    def given(self) -> dict[str, Any]:
        """What `services.access.decide_item` takes."""
        said = self.cleaned_data
        words = [*said.get("ticked", []), *said.get("more", "").splitlines()]
        return {"decision": said["decision"], "blacked": words, "exemption": said["exemption"], "because": said["because"]}


class ReleaseForm(BaseForm):
    """To whom and how."""

    sent_to = forms.CharField(label="To whom does it go?", max_length=200, help_text="Name, and address or email address")
    sent_how = forms.CharField(label="How?", max_length=200, help_text="Handed over, secure email, tracked post …")
    clear_agreed = forms.BooleanField(label="I have looked at the words that can be read in other records, and they may stand there")

    def __init__(self, *args: Any, clear: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not clear:
            del self.fields["clear_agreed"]


class ReasonForm(BaseForm):
    """A reason."""

    because = forms.CharField(label="Why?", max_length=300)


class HoldForm(TokenMixin, BaseForm):
    """A hold."""

    reason = forms.CharField(
        label="Why?", max_length=300,
        help_text="A court case, an inquiry, a claim, the insurer. Everybody who keeps records reads this: not what the matter is about.",
    )  # fmt: skip


class DecideForm(BaseForm):
    """What becomes of records that have been kept long enough."""

    decision = forms.ChoiceField(label="What becomes of them?", widget=forms.RadioSelect)
    keep_until = DayField(label="Where they are kept: until when?", required=False)
    reason = forms.CharField(label="Why?", widget=area())

    def __init__(self, *args: Any, ways: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {"keep", *ways}  # of what was proposed only that, or to keep
        self.fields["decision"].choices = [one for one in RetentionReview.Decision.choices if one[0] in held]  # type: ignore[attr-defined]


class TogetherForm(DecideForm):
    """What becomes of records of one kind about several pupils."""

    reviews = forms.MultipleChoiceField(label="Whose?", widget=forms.CheckboxSelectMultiple)
    field_order = ("reviews", "decision", "keep_until", "reason")

    def __init__(self, *args: Any, rows: Iterable[RetentionReview], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["reviews"] = [str(row.public_id) for row in rows]
        super().__init__(*args, **kwargs)
        choices = [(str(row.public_id), f"{row.pupil}, kept long enough since {row.due_on:%-d %B %Y}") for row in rows]
        self.fields["reviews"].choices = choices  # type: ignore[attr-defined]


class StaffDecideForm(BaseForm):
    """What becomes of a record about staff."""

    decision = forms.ChoiceField(
        label="What becomes of it?", widget=forms.RadioSelect, choices=[("keep", "Keep until"), ("delete", "Erase it")]
    )
    keep_until = DayField(label="Where it is kept: until when?", required=False)
    pension_reached = forms.BooleanField(label="Everybody whom it is about has reached normal pension age, or has died", required=False)
    reason = forms.CharField(
        label="Why?", widget=area(), help_text="It stays after the record has gone: write no name, and nothing of what was alleged."
    )

    def __init__(self, *args: Any, pension: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not pension:
            del self.fields["pension_reached"]


class LongerForm(BaseForm):
    """A kind that the school keeps longer."""

    kind = forms.ChoiceField(label="Which records?")
    years = forms.IntegerField(
        label="How many years?", min_value=0, max_value=100, widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"})
    )
    why = forms.CharField(label="Why?", max_length=300)

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]


class TransferForm(TokenMixin, BaseForm):
    """Where a file goes, and by when."""

    to_school = forms.CharField(label="Which school?", max_length=160)
    to_lead = forms.CharField(label="Who is the designated safeguarding lead there?", max_length=150)
    to_contact = forms.CharField(label="How are they reached?", max_length=200, help_text="Their own email address or telephone number")
    in_year = forms.TypedChoiceField(
        label="When does the pupil change?", widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", "During the year: five days from leaving"), ("no", "At the start of a term: its first five days")],
    )  # fmt: skip
    from_day = DayField(label="The last day here, or the first day of the term there")


class SentForm(BaseForm):
    """How the pack went."""

    way = forms.ChoiceField(label="How did it go?", choices=Transfer.Way.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="Tracking number or reference", required=False, max_length=200)
    day = DayField(label="On which day?")
    wall = WallTimeField(label="At what time?")


class ReceiptForm(BaseForm):
    """Who confirmed that it arrived."""

    received_by = forms.CharField(label="Who confirmed it there?", max_length=150)
    received_on = DayField(label="When did it arrive?")
    words = forms.CharField(label="How did they confirm it?", max_length=200, help_text="An email, a signed slip, the secure system")
