"""Forms at the door: going inside, who was spoken to, what was found, and what follows it."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms

from homevisits.common.clock import instant, local, local_day
from homevisits.common.forms import BaseForm, TokenMixin, WallTimeField
from homevisits.people.models import Contact, Pupil
from safeguarding.models import FamilyTold

from .. import findings
from ..findings import NOTE, SIGNS, Asked
from ..models import OutcomeDecision

YES_NO = (("yes", "Yes"), ("no", "No"))
TRUE_FALSE = (("true", "Yes"), ("false", "No"))
DONE_OR_NOT = (("done", "Done"), ("not_appropriate", "Not appropriate this time"))
SOMEBODY_ELSE = "other"
# Outcomes at which staff have seen something of the family or the home.
LOOKED = findings.MET | {findings.Kind.CHILD_ALONE, findings.Kind.UNSAFE}


def _words(label: str, *, required: bool = True, rows: int = 4, help_text: str = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=5000, help_text=help_text, widget=area)


def _choice(label: str, choices: Sequence[tuple[str, str]], *, required: bool = True, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=help_text, widget=forms.RadioSelect)


class InsideForm(BaseForm):
    """Who is there before anybody goes in. It is sent to the check-in, with its token."""

    adult_present = _choice("Is a parent or another responsible adult there?", TRUE_FALSE)
    parent_present = _choice("Is a parent there, and not only another adult?", TRUE_FALSE)
    invited_by = forms.CharField(label="Who of the adults invited you in?", max_length=150, help_text="Never a child alone")

    def __init__(self, *args: Any, asks_parent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_parent:
            del self.fields["parent_present"]


class InsideAgainForm(TokenMixin, InsideForm):
    """The same questions after a refusal, with what was answered, on a page of their own."""

    point = forms.CharField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)


class SpokenForm(TokenMixin, BaseForm):
    """Who opened the door or spoke with staff."""

    who = _choice("Who did you speak to?", ())
    name = forms.CharField(label="If somebody else: their name", required=False, max_length=150)
    relation = forms.CharField(label="What are they to the child?", required=False, max_length=80)
    delegated_by = _choice(
        "If they have no parental responsibility: who authorised them to speak about this child?", (), required=False,
        help_text="Nobody: ask only whether a parent is in, and tell them nothing of why you came",
    )  # fmt: skip
    told_notes = forms.BooleanField(label="We said that notes may be taken", required=False)
    told_sharing = forms.BooleanField(label="We said who will hear of it, and promised no confidentiality", required=False)

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {str(one.pk): one for one in _once(contacts)}
        known = [(number, _standing(one)) for number, one in self.contacts.items()]
        self.fields["who"].choices = [*known, (SOMEBODY_ELSE, "Somebody else")]  # type: ignore[attr-defined]
        parents = [(number, one.name) for number, one in self.contacts.items() if one.parental_responsibility and not one.restricted]
        self.fields["delegated_by"].choices = [("", "Nobody"), *parents]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody else has a name."""
        given = super().clean() or {}
        if given.get("who") == SOMEBODY_ELSE and not given.get("name", "").strip():
            self.add_error("name", "Enter their name, or “not known”")
        return given

    def spoken(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        by = self.contacts.get(given["delegated_by"])
        return {
            "contact": self.contacts.get(given["who"]), "name": given["name"], "relation": given["relation"], "delegated": by is not None,
            "delegated_by": by, "told_notes": given["told_notes"], "told_sharing": given["told_sharing"], "token": given["token"],
        }  # fmt: skip


def _once(contacts: Sequence[Contact]) -> list[Contact]:
    """Each person once, however many children they stand under; a restriction of any of the rows counts."""
    return list({one.name: one for one in sorted(contacts, key=lambda one: (one.restricted, one.parental_responsibility))}.values())


def _standing(contact: Contact) -> str:
    words = [contact.relationship] if contact.relationship else []
    words.append("parental responsibility" if contact.parental_responsibility else "no parental responsibility")
    return f"{'RESTRICTED: ' if contact.restricted else ''}{contact} ({', '.join(words)})"


class OutcomeForm(TokenMixin, BaseForm):
    """The questions of one outcome. `at_once`: the page may be older than the act, so it proposes no time of its own."""

    def __init__(self, *args: Any, asked: Sequence[Asked], kind: str, pupils: Sequence[Pupil], open_ones: Sequence[Pupil],
                 by_name: str, now: datetime, at_once: bool = False, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.asked, self.now, self.pupils = asked, now, pupils
        if len(pupils) > 1:
            self.fields["pupils"] = forms.MultipleChoiceField(
                label="For which of the children?", choices=[(str(one.pk), str(one)) for one in pupils],
                widget=forms.CheckboxSelectMultiple, initial=[str(one.pk) for one in (open_ones or pupils)],
            )  # fmt: skip
        initial = {"seen_by": by_name, "seen_at": f"{local(now):%-H:%M}"}
        for question in asked:
            self.fields[question.code] = _field(question)
            self.fields[question.code].initial = initial.get(question.code)
        if "seen_at" in self.fields:
            seen = self.fields["seen_at"]
            seen.required, seen.help_text = False, "For example 11:55. Left empty, it is now"
            seen.initial = None if at_once else seen.initial
        if kind in LOOKED:
            self.fields["signs"] = forms.MultipleChoiceField(
                label="Did you see or hear any of this?", choices=list(SIGNS.items()), required=False, widget=forms.CheckboxSelectMultiple,
                help_text="Ticking one raises a concern, and the safeguarding team hears at once.",
            )  # fmt: skip
            self.fields["signs_words"] = _words("If so: what exactly?", required=False, rows=3)
            words = "If so: does the family know what concerns you, whom you will tell, and what happens next?"
            hint = "If telling could put the child at risk, say nothing and ring the safeguarding team"
            self.fields["family_told"] = _choice(words, FamilyTold.Told.choices, required=False, help_text=hint)
            self.fields["family_told_why"] = _words("If not: why not?", required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        """What was ticked is described; a call to the emergency services has its time."""
        given = super().clean() or {}
        if given.get("signs") and not given.get("signs_words", "").strip():
            self.add_error("signs_words", "Write what you saw or heard, in facts")
        if given.get("signs") and not given.get("family_told"):
            self.add_error("family_told", "Say whether the family was told")
        if given.get("signs") and given.get("family_told") == FamilyTold.Told.NOT_TOLD and not given.get("family_told_why", "").strip():
            self.add_error("family_told_why", "Say why the family was not told")
        if given.get("emergency") == "yes" and not given.get("emergency_at") and "emergency_at" not in self.errors:
            self.add_error("emergency_at", "Enter when you called 999")
        return given

    def found(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        own = {"seen_by", "seen_where", "seen_at", NOTE}
        details = {one.code: _plain(given[one.code]) for one in self.asked if one.code not in own and given.get(one.code)}
        return {
            "seen_by": given.get("seen_by", ""), "seen_where": given.get("seen_where", ""), "seen_at": self._at(given.get("seen_at")),
            "note_text": given.get(NOTE, ""), "details": details, "emergency_at": self._at(given.get("emergency_at")),
            "family": (given.get("family_told", ""), given.get("family_told_why", "")),
            "signs": given.get("signs", []), "signs_words": given.get("signs_words", ""), "token": given["token"],
            "pupil_ids": [int(one) for one in given["pupils"]] if "pupils" in given else None,
        }  # fmt: skip

    def _at(self, wall: time | None) -> datetime | None:
        return instant(local_day(self.now), wall) if wall else None


def _plain(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _field(question: Asked) -> forms.Field:
    if question.kind == "yes_no":
        return _choice(question.words, YES_NO, required=question.required, help_text=question.hint)
    if question.kind == "done_or_not":
        return _choice(question.words, DONE_OR_NOT, required=question.required, help_text=question.hint)
    if question.kind == "held":
        return _choice(question.words, list(findings.HELD.items()), required=question.required, help_text=question.hint)
    if question.kind == "time":
        return WallTimeField(label=question.words, required=question.required, help_text=question.hint or "For example 11:55")
    if question.kind == "line":
        return forms.CharField(label=question.words, required=question.required, help_text=question.hint, max_length=150)
    return _words(question.words, required=question.required, help_text=question.hint)


class ReasonForm(BaseForm):
    """Why a visit was ended."""

    text = _words("Why was the visit ended?", rows=6, help_text="Only facts. It cannot be changed afterwards.")


class DecisionForm(TokenMixin, BaseForm):
    """What the safeguarding team decides on what was found."""

    decision = _choice("What do you decide?", OutcomeDecision.Decision.choices)
    reason = _words("Why?", help_text="A decision not to refer is a record too.")
