"""What staff and office send while a visit is under way."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict

from homevisits.common.forms import BaseForm, TokenMixin, WallTimeField

from ..models import CheckIn, HomeVisit


class CheckInForm(TokenMixin, BaseForm):
    """One tap: the point, and at the door who is there. `for_staff` is whom the office says it for; empty: all."""

    point = forms.ChoiceField(choices=CheckIn.Point, label="Point")
    adult_present = forms.NullBooleanField(required=False)
    parent_present = forms.NullBooleanField(required=False)
    invited_by = forms.CharField(required=False, max_length=150)
    for_staff = forms.IntegerField(required=False)
    going_home = forms.BooleanField(required=False)


class DelayForm(TokenMixin, BaseForm):
    """How much longer it takes."""

    minutes = forms.IntegerField(label="How many minutes later?", min_value=1, max_value=240)
    says = forms.CharField(label="What holds you up?", required=False, max_length=200)


class HelpForm(TokenMixin, BaseForm):
    """The help button: only its token. What it sends is read by `help_sent`, which refuses nothing."""


def help_sent(data: QueryDict) -> dict[str, Any]:
    """What a call for help says, as far as it can be read: the alarm never fails on its note or its token."""
    try:
        token = UUID(data.get("token", ""))
    except ValueError:
        token = uuid4()
    return {"token": token, "kept_from_leaving": bool(data.get("kept_from_leaving")), "location": data.get("location", "")}


class TakeAlarmForm(TokenMixin, BaseForm):
    """Somebody deals with the alarm."""

    says = forms.CharField(label="What you do now", required=False, max_length=300)


class OverForm(BaseForm):
    """A call for help is over. The rule asks for the words, so that its sentence says why."""

    how = forms.CharField(required=False, max_length=300)


class DealtWithForm(BaseForm):
    """What the office did about something that could not be recorded; the service asks for the words."""

    says = forms.CharField(required=False, max_length=300)


class HeardForm(TokenMixin, BaseForm):
    """What was heard on a call with the staff."""

    heard = forms.CharField(label="What did they say?", max_length=300)


class PoliceForm(TokenMixin, BaseForm):
    """The call to the police, or the decision against it."""

    called = forms.ChoiceField(
        label="The police", widget=forms.RadioSelect, choices=[("yes", "Called"), ("no", "Decided not to call")],
        error_messages={"required": "Say whether the police were called"},
    )  # fmt: skip
    at = WallTimeField(label="When was the call, or the decision?")
    reference = forms.CharField(label="Police reference, when they gave one", required=False, max_length=60)
    reason = forms.CharField(label="If not: why", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """A decision against it has its reason."""
        given = super().clean() or {}
        if given.get("called") == "no" and not given.get("reason"):
            self.add_error("reason", "Say why the police are not called")
        return given


class CheckForm(BaseForm):
    """A time at which the responsible contact checks on the staff."""

    at = WallTimeField(label="Check at")


class WellForm(BaseForm):
    """The staff are well."""

    check = forms.IntegerField()
    says = forms.CharField(required=False, max_length=200)


class DrillForm(TokenMixin, BaseForm):
    """Who takes part in a drill, and when they are due back."""

    staff = forms.MultipleChoiceField(label="Who takes part", widget=forms.CheckboxSelectMultiple)
    minutes = forms.IntegerField(label="Due back in how many minutes?", min_value=1, max_value=120, initial=5)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = people  # type: ignore[attr-defined]


def members(visit: HomeVisit) -> list[tuple[int, str]]:
    """Those who go, to choose from."""
    return [(member.staff_id, member.staff.name) for member in visit.members.select_related("staff").order_by("pk")]
