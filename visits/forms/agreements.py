"""What was agreed with a family."""

from collections.abc import Sequence
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField, TokenMixin
from homevisits.people.models import Staff

FAMILY = "family"


class AgreementForm(TokenMixin, BaseForm):
    """What, who does it, by when."""

    what = forms.CharField(label="What was agreed?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(label="Who does it?")
    owner_words = forms.CharField(label="If the family: who of them?", required=False, max_length=150)
    due_on = DayField(label="By when?")

    def __init__(self, *args: Any, staff: Sequence[Staff], family: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(one.pk): one for one in staff}
        choices = [("", "Choose"), (FAMILY, "Somebody of the family"), *((number, one.name) for number, one in self.staff.items())]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]
        if family:
            self.fields["owner_words"].help_text = f"For example {', '.join(family[:3])}"

    def clean(self) -> dict[str, Any]:
        """Somebody of the family has a name."""
        given = super().clean() or {}
        if given.get("owner") == FAMILY and not given.get("owner_words", "").strip():
            self.add_error("owner_words", "Say who of the family does it")
        return given

    def agreed(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        owner = self.staff.get(given["owner"])
        words = "" if owner else given["owner_words"]
        return {"what": given["what"], "owner": owner, "owner_words": words, "due_on": given["due_on"], "token": given["token"]}
