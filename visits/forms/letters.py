"""Forms of a letter: to whom it is addressed, and how it went."""

from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.documents.models import DocumentWay
from homevisits.people.models import Contact

from ..letters.kinds import KINDS
from ..models import VisitLetter
from ..selectors.letters import addressees

Way = DocumentWay.Way
HOME = ""


class AddressedForm(BaseForm):
    """To whom the letter is addressed: a contact of the family, or the parents and carers of the home."""

    contact = forms.ChoiceField(label="To whom?", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, letter: VisitLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(contact.pk): contact for contact in addressees(letter.visit, letter.kind)}
        field: Any = self.fields["contact"]
        field.choices = [*((pk, _named(contact)) for pk, contact in self.people.items()), (HOME, "The parents and carers of the home")]
        field.initial = str(letter.contact_id) if letter.contact_id else next(iter(self.people), HOME)
        if KINDS[letter.kind].card:
            del self.fields["contact"]

    def chosen(self) -> Contact | None:
        """The contact, None for the home."""
        return self.people.get(self.cleaned_data.get("contact", HOME))


class WentForm(TokenMixin, BaseForm):
    """How the letter went, to whom, and when."""

    way = forms.ChoiceField(label="How did it go?", widget=forms.RadioSelect)
    contact = forms.ChoiceField(label="To whom?", required=False)
    to = forms.CharField(label="To somebody else, or into whose hands", required=False, max_length=200)
    day = DayField(label="On which day", required=False)
    time = WallTimeField(label="At what time", required=False, help_text="Empty: just now")

    def __init__(self, *args: Any, letter: VisitLetter, ways: list[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(contact.pk): contact for contact in addressees(letter.visit, letter.kind)}
        way: Any = self.fields["way"]
        way.choices = [(one.value, _WORDS.get(one, one.label)) for one in ways]
        way.initial = ways[0].value if len(ways) == 1 else None
        contact: Any = self.fields["contact"]
        contact.choices = [(HOME, "Nobody of these"), *((pk, _named(one, email=True)) for pk, one in self.people.items())]
        contact.initial = str(letter.contact_id or "")

    def clean(self) -> dict[str, Any]:
        """An email needs the person; a day needs its time."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("way") == Way.EMAILED and not given.get("contact"):
            self.add_error("contact", "Choose to whom the letter is emailed")
        if given.get("way") == Way.HANDED_OVER and not given.get("contact") and not given.get("to", "").strip():
            self.add_error("to", "Say into whose hands it was given")
        if given.get("day") and not given.get("time"):
            self.add_error("time", "Enter the time of that day")
        return given

    def chosen(self) -> Contact | None:
        """The contact, where one was chosen."""
        return self.people.get(self.cleaned_data.get("contact", HOME))

    def happened_at(self, today: Any) -> datetime | None:
        """The instant that was entered; None for just now."""
        given = self.cleaned_data
        return instant(given.get("day") or today, given["time"]) if given.get("time") else None


_WORDS = {Way.EMAILED: "Email it now, with the letter attached", Way.NOTIFY: "Have GOV.UK Notify print and post it now"}


def _named(contact: Contact, *, email: bool = False) -> str:
    more = [contact.relationship, contact.email if email else ""]
    return ", ".join(filter(None, [str(contact), *more]))
