"""What somebody asks for: the fields follow the policy and the purpose that was chosen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.people.models import Pupil
from homevisits.policy.values import Values

from ..purposes import BY_CODE, CHILD_CHECK, EMERGENCY, OTHER
from ..rules.unannounced import REASONS
from ..services.requests import Asked

WORDS = forms.Textarea(attrs={"rows": 3})
SHORT = forms.Textarea(attrs={"rows": 2})


class RequestForm(TokenMixin, BaseForm):
    """One request. `answer_…` are the questions of the purpose itself."""

    pupils = forms.MultipleChoiceField(label="Which children is it about?", widget=forms.CheckboxSelectMultiple)
    purpose_words = forms.CharField(label="What is the purpose?", max_length=200)
    reason = forms.CharField(label="Why is the visit needed?", widget=WORDS)
    why_not_at_school = forms.CharField(label="Why can the parents not come to school instead?", widget=SHORT, required=False)
    whom_to_see = forms.CharField(label="Whom do you want to see?", max_length=300, required=False)
    emergency = forms.TypedChoiceField(
        label="Is it an emergency?", choices=(("no", "No, a visit by our procedure"), ("yes", "Yes, an emergency")),
        widget=forms.RadioSelect, initial="no", coerce=lambda value: value == "yes",
    )  # fmt: skip
    announced = forms.TypedChoiceField(
        label="Is the family told beforehand?", choices=(("yes", "Yes"), ("no", "No, unannounced")), widget=forms.RadioSelect,
        initial="yes", coerce=lambda value: value == "yes",
    )  # fmt: skip
    unannounced_because = forms.ChoiceField(
        label="Why is the family not told?", choices=[("", "Choose a reason"), *((one, one) for one in REASONS)], required=False,
        help_text="Only for an unannounced visit",
    )  # fmt: skip
    unannounced_reason = forms.CharField(
        label="Why was it not possible to tell the family?", widget=SHORT, required=False, help_text="Only for an unannounced visit"
    )
    asked_by_agency = forms.CharField(
        label="Who of children’s services asked for it, and when?", max_length=200, required=False, help_text="Leave empty if nobody did"
    )
    day = DayField(label="Day")
    time = WallTimeField(label="Time at the door", help_text="Such as 9:15 or 13:05")
    length = forms.IntegerField(label="How many minutes at the home?", min_value=1, max_value=600)
    place = forms.CharField(label="Where, if not at the family’s home?", max_length=300, required=False)
    documents = forms.CharField(label="Documents to take", widget=SHORT, required=False, help_text="One a line")
    preparation = forms.CharField(label="What to prepare", widget=SHORT, required=False, help_text="One a line")
    joint_agency = forms.CharField(
        label="Agency that comes too", max_length=120, required=False, help_text="Leave empty if we go by ourselves"
    )
    joint_worker = forms.CharField(label="Name of its worker", max_length=120, required=False)
    joint_worker_contact = forms.CharField(label="How to reach the worker", max_length=120, required=False)
    joint_protocol_confirmed = forms.BooleanField(label="Both organisations’ protocols are followed", required=False)

    def __init__(self, *args: Any, values: Values, purpose: str, family: Sequence[Pupil], **kwargs: Any) -> None:
        self.values, self.purpose, self.family = values, purpose, {str(pupil.pk): pupil for pupil in family}
        super().__init__(*args, **kwargs)
        children: Any = self.fields["pupils"]
        children.choices = [(pk, f"{pupil}, {pupil.class_name}".rstrip(", ")) for pk, pupil in self.family.items()]
        self._take_away()
        questions = BY_CODE[purpose].questions if purpose in BY_CODE else ()
        for question in questions:
            name = f"answer_{question.code}"
            self.fields[name] = forms.CharField(label=question.words, widget=SHORT, required=question.required)
            self.fields[name].widget.attrs["autocomplete"] = "off"
            self.fields[name].error_messages["required"] = f"Answer the question “{question.words}”"
        asked = [f"answer_{question.code}" for question in questions]
        self.order_fields(["token", "pupils", "purpose_words", "reason", *asked, *self.fields])

    def _take_away(self) -> None:
        """What this policy and purpose do not ask."""
        allowed = self.values.unannounced_allowed_for
        needed = {
            "purpose_words": self.purpose == OTHER,
            "why_not_at_school": self.purpose not in (EMERGENCY, CHILD_CHECK),
            "unannounced_because": allowed.get("reasons") == "required",
            "asked_by_agency": bool(allowed.get("on_request_of")),
            "preparation": bool(self.purpose in BY_CODE and BY_CODE[self.purpose].preparation),
        }
        for name, wanted in needed.items():
            if not wanted:
                del self.fields[name]
        if "why_not_at_school" in self.fields and self.values.preset == "academy-trust":
            self.fields["why_not_at_school"].required = self.fields["whom_to_see"].required = True

    def at(self) -> datetime:
        """The time at the door."""
        return instant(self.cleaned_data["day"], self.cleaned_data["time"])

    def asked(self) -> Asked:
        """The request, as the service takes it."""
        given = self.cleaned_data
        told = given["announced"]
        reason = ": ".join(filter(None, [given.get("unannounced_because", ""), given["unannounced_reason"]]))
        return Asked(
            pupils=[self.family[pk] for pk in given["pupils"]], purpose=self.purpose, reason=given["reason"], arrive_at=self.at(),
            purpose_words=given.get("purpose_words", ""), emergency=given["emergency"] or self.purpose == EMERGENCY,
            answers={name.removeprefix("answer_"): value for name, value in given.items() if name.startswith("answer_")},
            why_not_at_school=given.get("why_not_at_school", ""), whom_to_see=given["whom_to_see"], announced=told,
            unannounced_reason="" if told else reason, asked_by_agency=given.get("asked_by_agency", ""), length_minutes=given["length"],
            place=given["place"], documents=given["documents"].splitlines(),
            preparation=given["preparation"].splitlines() if "preparation" in given else None, joint_agency=given["joint_agency"],
            joint_worker=given["joint_worker"], joint_worker_contact=given["joint_worker_contact"],
            joint_protocol_confirmed=given["joint_protocol_confirmed"], token=given["token"],
        )  # fmt: skip


class WhyForm(BaseForm):
    """A reason in a sentence."""

    reason = forms.CharField(label="Why?", widget=SHORT)


class RefusalForm(BaseForm):
    """What the family said; it need not give a reason."""

    reason = forms.CharField(
        label="What did the family say?", widget=SHORT, required=False, help_text="They need not give a reason. Leave it empty then."
    )
