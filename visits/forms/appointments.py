"""What is offered to a family, what it answers, and the call in which the visit is agreed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.common.phone import shown
from homevisits.people.models import Contact

from ..models import Appointment

State = Appointment.State
ANSWERS = (
    (State.CONFIRMED, "Yes, this time suits us"),
    (State.CHANGE_ASKED, "Please give us another time"),
    (State.REFUSED, "No, we do not want it"),
)
OFFICE = ((State.CONFIRMED, "They confirmed it"), (State.CHANGE_ASKED, "They ask for another time"), (State.REFUSED, "They said no"))
GO_ANYWAY = "keep"
KEEP = ((GO_ANYWAY, "They asked for another time, but staff go all the same"),)
WHAT = "Two of our staff come to your home and talk with you."
QUESTIONS = "how things are going and how we can help"
WORDS = forms.Textarea(attrs={"rows": 3})


def ways(contacts: Sequence[Contact]) -> list[tuple[str, str]]:
    """The ways to reach the family, as choices: contact and channel."""
    found = []
    for contact in contacts:
        who = f"{contact}{f', {contact.relationship.lower()}' if contact.relationship else ''}"
        if contact.mobile:
            found.append((f"{contact.pk}:text", f"{who}: text to {shown(contact.mobile)}"))
        if contact.email:
            found.append((f"{contact.pk}:email", f"{who}: email to {contact.email}"))
        found.append((f"{contact.pk}:letter", f"{who}: letter"))
    return found


class OfferForm(TokenMixin, BaseForm):
    """A time for the family, with what will happen and what is asked. The time of a home visit is the plan's."""

    at_school = forms.TypedChoiceField(
        label="Where?", choices=(("home", "At the family's home"), ("school", "At school")), widget=forms.RadioSelect, initial="home"
    )
    day = DayField(label="Day", required=False, help_text="For a meeting at school. A home visit has the day and time of its plan.")
    time = WallTimeField(label="Time", required=False)
    length = forms.IntegerField(label="How many minutes?", min_value=1, max_value=600)
    what_happens = forms.CharField(
        label="What will happen", max_length=300, widget=WORDS, initial=WHAT, help_text="No surname, no reason, no illness."
    )
    questions = forms.CharField(
        label="What kinds of question", max_length=200, widget=WORDS, initial=QUESTIONS, help_text="The message says: “We will ask about …”"
    )
    to = forms.MultipleChoiceField(label="Whom to tell, and how", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {contact.pk: contact for contact in contacts}
        self.fields["to"].choices = ways(contacts)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A meeting at school needs its day and time."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("at_school") == "school":
            for name in ("day", "time"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, f"Enter the {name} of the meeting at school")
        return given

    def at(self, planned: datetime) -> datetime:
        """When it is: the plan's time at the door, or the time at school."""
        given = self.cleaned_data
        return instant(given["day"], given["time"]) if given["at_school"] == "school" else planned

    def chosen(self) -> list[tuple[Contact, str]]:
        """Whom to tell, and by what way."""
        pairs = (value.split(":") for value in self.cleaned_data["to"])
        return [(self.contacts[int(pk)], channel) for pk, channel in pairs]


class AnswerForm(BaseForm):
    """The family's own answer."""

    answer = forms.ChoiceField(label="Does this time suit you?", choices=ANSWERS, widget=forms.RadioSelect)
    words = forms.CharField(
        label="When would suit you, or anything else (you can leave this empty)", max_length=500, required=False, widget=WORDS
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class OfficeAnswerForm(BaseForm):
    """What the family told the office; where it asked for another time also that staff go all the same, with the reason."""

    answer = forms.ChoiceField(label="What did they say?", choices=OFFICE, widget=forms.RadioSelect)
    words = forms.CharField(label="In their words, or why staff go all the same", max_length=500, required=False, widget=WORDS)

    def __init__(self, *args: Any, asked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = OFFICE + KEEP if asked else OFFICE  # type: ignore[attr-defined]


class CallForm(TokenMixin, BaseForm):
    """The call in which the visit is agreed; hazards are asked in it (SEC-04, PRI-14)."""

    contact = forms.TypedChoiceField(label="With whom did you speak?", coerce=int)
    agreed = forms.TypedChoiceField(
        label="Do they agree to the visit?", choices=(("yes", "Yes"), ("no", "No: the visit ends here")), widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    animals = forms.CharField(
        label="Animals or anything else to be careful about", required=False, max_length=1000, widget=WORDS,
        help_text="Ask: is there a dog or another animal, and can it be in another room? What else should we know before we come?",
    )  # fmt: skip
    says = forms.CharField(label="What else was said", required=False, max_length=1000, widget=WORDS)

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {contact.pk: contact for contact in contacts}
        words = [(one.pk, f"{one}{f', {one.relationship.lower()}' if one.relationship else ''}") for one in contacts]
        self.fields["contact"].choices = words  # type: ignore[attr-defined]
