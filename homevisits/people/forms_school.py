"""The form of a school's own details."""

import re
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, PhoneField

POSTCODE = re.compile(r"^([A-Z]{1,2}[0-9][0-9A-Z]?)\s*([0-9][A-BD-HJLNP-UW-Z]{2})$")


class SchoolForm(BaseForm):
    """What letters, texts and pages say of the school."""

    name = forms.CharField(label="Name of the school", max_length=120)
    address = forms.CharField(
        label="Address, without the postcode", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    postcode = forms.CharField(label="Postcode", max_length=8, required=False)
    phone = PhoneField(label="Telephone number for parents", required=False)
    email = forms.EmailField(label="Email address for parents", required=False)
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$", label="Colour of the crest", help_text="Six digits after #, such as #1d4f6e",
        error_messages={"invalid": "Enter the colour as # and six digits, such as #1d4f6e"},
    )  # fmt: skip
    welfare_officer = forms.CharField(
        label="Education welfare officer", max_length=120, required=False,
        help_text="The name on calling cards. Empty: whoever holds that role here",
    )  # fmt: skip
    welfare_officer_phone = PhoneField(label="The officer’s telephone number", required=False)
    welfare_officer_email = forms.EmailField(label="The officer’s email address", required=False)

    def clean_postcode(self) -> str:
        """As it is written: SW1A 1AA."""
        given = str(self.cleaned_data["postcode"]).strip().upper()
        found = POSTCODE.match(given)
        if given and not found:
            raise forms.ValidationError("Enter a postcode, such as SW1A 1AA")
        return f"{found[1]} {found[2]}" if found else ""

    def details(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value.strip() if isinstance(value, str) else value for name, value in self.cleaned_data.items()}
