"""Forms about complaints."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField, TokenMixin
from homevisits.people.models import Staff
from safeguarding.forms.incidents import yes_no
from safeguarding.models import Complaint


class ReceiveForm(TokenMixin, BaseForm):
    """A complaint as it was received."""

    visit = forms.TypedChoiceField(label="Which visit is it about?", required=False, coerce=int, empty_value=None)
    received_on = DayField(label="Received on")
    how = forms.ChoiceField(label="How did it come?", choices=Complaint.How.choices, widget=forms.RadioSelect)
    from_whom = forms.CharField(label="From whom?", max_length=150)
    says = forms.CharField(
        label="What is it about?", max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="In the words of whoever complains",
    )  # fmt: skip
    subjects = forms.TypedMultipleChoiceField(
        label="Of whom does it complain?", required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="They do not see it and do not look into it.",
    )  # fmt: skip
    is_allegation = yes_no("Does it say that somebody of the staff harmed a child, or may be a risk to one?", required=True)

    def __init__(self, *args: Any, people: Iterable[Staff], visits: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"].choices = [(person.pk, person.name) for person in people]  # type: ignore[attr-defined]
        if visits:
            self.fields["visit"].choices = [("", "None of these"), *visits]  # type: ignore[attr-defined]
        else:
            del self.fields["visit"]

    def clean(self) -> dict[str, Any]:
        """An allegation names somebody: else nobody could be kept from seeing it."""
        given = super().clean() or self.cleaned_data
        if given.get("is_allegation") and not given.get("subjects"):
            self.add_error("subjects", "Tick of whom it says that")
        return given


class AcknowledgeForm(TokenMixin, BaseForm):
    """When whoever complained was told that it arrived."""

    on = DayField(label="Acknowledged on")


class HandlerForm(TokenMixin, BaseForm):
    """Who looks into it."""

    handler = forms.TypedChoiceField(label="Who looks into it?", coerce=int)
    answer_by = DayField(label="To be answered by")

    def __init__(self, *args: Any, people: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].choices = [(person.pk, person.name) for person in people]  # type: ignore[attr-defined]


class AnswerForm(TokenMixin, BaseForm):
    """What came of it."""

    outcome = forms.ChoiceField(label="What came of it?", choices=Complaint.Outcome.choices, widget=forms.RadioSelect)
    says = forms.CharField(label="Why, and what follows", max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 6}))
    on = DayField(label="Answered on")
    policy_to_amend = yes_no("Does the policy need amending?", required=True)
