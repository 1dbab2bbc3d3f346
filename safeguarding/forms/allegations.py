"""Forms about staff matters: writing one, and what is added to it."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.people.models import Staff

from ..models import Allegation, AllegationEntry
from ..rules.allegations import FIRST, LAST
from .incidents import yes_no

E = AllegationEntry.Kind
HEAD_WORDS = re.compile(r"\b(head ?teacher|head|principal|chair(?=\s+of)|chair(?:man|woman|person)?$)\b", re.IGNORECASE)


class WriteForm(TokenMixin, BaseForm):
    """What somebody writes about an adult at the school."""

    kind = forms.ChoiceField(label="What is it?", choices=Allegation.Kind.choices, widget=forms.RadioSelect)
    colleague = forms.TypedChoiceField(
        label="Whom is it about?", required=False, coerce=int, empty_value=None, help_text="Everybody with an account is in this list."
    )
    another = forms.TypedChoiceField(label="Somebody else as well", required=False, coerce=int, empty_value=None)
    subject_words = forms.CharField(
        label="If they are not in the list: who?", required=False, max_length=200, help_text="A visitor, a volunteer, an agency’s worker"
    )
    is_reader = yes_no("If you said who it is in words: is it the headteacher, the principal or the chair of governors?")
    when_words = forms.CharField(label="When did it happen, or when did you hear of it?", max_length=200)
    says = forms.CharField(
        label="What happened?", max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What you saw or heard, in facts. Words that were said as they were said. It is kept exactly as you write it.",
    )  # fmt: skip
    witnesses = forms.CharField(label="Who else saw or heard it?", required=False, max_length=300)

    def __init__(self, *args: Any, people: Iterable[Staff], writer: Staff, readers: Iterable[Staff] = (), **kwargs: Any) -> None:
        self.people = {person.pk: person for person in people}
        self.writer, self.readers = writer, {person.pk for person in readers}
        super().__init__(*args, **kwargs)
        others = [(pk, person.name) for pk, person in self.people.items() if pk != writer.pk]
        for name, empty in (("colleague", "Choose a colleague"), ("another", "Nobody else")):
            self.fields[name].choices = [("", empty), *others]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody must be named, and whoever has an account by that: words alone would not tell who must not see it."""
        given = super().clean() or self.cleaned_data
        if given.get("kind") == Allegation.Kind.OWN:
            given["subject_words"] = ""  # about the writer alone, whoever else was chosen on the way
            return given
        chosen, words = given.get("colleague") or given.get("another"), str(given.get("subject_words") or "").strip()
        if words:
            found = self._in_list(words)
            if found:
                self.add_error("subject_words", f"{found} in the list: choose the name there. Only so can they be kept from seeing it.")
            elif given.get("is_reader") is None:
                self.add_error("is_reader", "Say whether it is one of them: they read what is about others")
            elif given["is_reader"]:
                self.add_error("colleague", "Choose the name here, so that they do not see it. Without one, ring the designated officer.")
        elif not chosen:
            self.add_error("colleague", "Choose whom it is about, or say who it is below")
        return given

    def _in_list(self, words: str) -> str:
        said = set(_plain(words))
        for person in self.people.values():
            parts = _plain(person.name)
            # Whoever reads what is about others is known by any part of the name; a colleague by the last.
            telling = parts if person.pk in self.readers else parts[-1:] if len(parts) > 1 else parts
            if said.intersection(telling):
                return f"{person.name} is"
        place = HEAD_WORDS.search(words)
        return f"The {'chair of governors' if place[0].casefold().startswith('chair') else 'headteacher'} is" if place else ""

    def subjects(self) -> list[Staff]:
        """Those with an account whom it is about; who writes about themselves, that person alone."""
        if self.cleaned_data["kind"] == Allegation.Kind.OWN:
            return [self.writer]
        numbers = [self.cleaned_data["colleague"], self.cleaned_data["another"]]
        return [self.people[pk] for pk in dict.fromkeys(numbers) if pk in self.people]


def _plain(words: str) -> list[str]:
    """The words of a name without accents and capitals."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    return re.findall(r"[^\W\d_]{2,}", bare.casefold())


SAYS = {
    E.AMENDMENT: ("What is to be added?", "It stands beside what was written first, which is never changed."),
    E.ACTION: ("What was done?", "Who was spoken to, what was put in place, and why"),
    E.DECISION: ("Why?", "The reasons, also for not going further"),
    E.LADO: ("What was said and advised?", ""),
    E.OUTCOME: ("How it was reached, and what follows", "For the child, for the member of staff, for the school"),
}


class EntryForm(TokenMixin, BaseForm):
    """What is added to a record."""

    decision = forms.ChoiceField(label="What is decided?", choices=(), widget=forms.RadioSelect)
    told = forms.CharField(label="Which officer was told?", max_length=150)
    reference = forms.CharField(label="Their reference", required=False, max_length=60)
    done_by = forms.CharField(label="Who told them, if it was not you?", required=False, max_length=150)
    says = forms.CharField(label="What", max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 6}))
    day = DayField(label="On which day?")
    wall = WallTimeField(label="At what time?")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = E(kind)
        self.fields["says"].label, self.fields["says"].help_text = SAYS[wanted]
        choices = {E.DECISION: FIRST, E.OUTCOME: LAST}.get(wanted)
        if choices:
            self.fields["decision"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]
        else:
            del self.fields["decision"]
        if wanted != E.LADO:
            for name in ("told", "reference", "done_by"):
                del self.fields[name]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("day", "wall")}
        at: datetime = instant(self.cleaned_data["day"], self.cleaned_data["wall"])
        return {**given, "happened_at": at}
