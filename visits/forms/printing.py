"""Choosing what is printed for a day."""

from collections.abc import Sequence
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin

from ..selectors.printing import Choice


class PrintForm(TokenMixin, BaseForm):
    """The papers that are ticked, by their keys."""

    papers = forms.MultipleChoiceField(label="What is to be printed", error_messages={"required": "Tick what is to be printed"})

    def __init__(self, *args: Any, offered: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.key: one for one in offered}
        field: Any = self.fields["papers"]
        field.choices = [(key, one.words) for key, one in self.offered.items()]

    def chosen(self) -> list[Choice]:
        """What was ticked, in the order of the round whatever the order of the ticks."""
        ticked = set(self.cleaned_data["papers"])
        return [one for key, one in self.offered.items() if key in ticked]
