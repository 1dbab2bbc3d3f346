"""Forms of the account and of the wording."""

from typing import Any

from django import forms

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm, TokenMixin

from . import wording
from .models import SchoolAccount


class AccountForm(BaseForm):
    """How messages leave. The key is not among the fields: it stands in the environment."""

    way = forms.ChoiceField(label="How messages leave", choices=SchoolAccount.Way.choices, widget=forms.RadioSelect)
    service = forms.CharField(
        label="Service name in GOV.UK Notify", max_length=120, required=False, help_text="As on your Notify dashboard"
    )
    any_template_id = forms.UUIDField(
        label="Notify template id for every text", required=False,
        help_text="A text message template in Notify whose content is only ((message)). Each message may have its own instead.",
    )  # fmt: skip
    sender_id = forms.UUIDField(label="Text message sender id", required=False, help_text="Empty: the service's own sender")
    daily_limit = forms.IntegerField(label="Texts a day", min_value=1, max_value=250_000, help_text="250,000, or 50 in Notify's trial mode")


class TestTextForm(TokenMixin, BaseForm):
    """The token only: the text goes to the sender's own mobile."""


class LiftForm(BaseForm):
    """Why messages may go again after a restore."""

    reason = forms.CharField(label="Why messages may go again", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    without_answer = forms.BooleanField(
        label="The provider does not answer, and I go on without it", required=False,
        help_text="What was due before the restore is not sent then, since nobody can say whether it went. The office is told to ring.",
    )  # fmt: skip

    def __init__(self, *args: Any, answered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answered:
            del self.fields["without_answer"]


class WordingForm(BaseForm):
    """The words of one message in one language."""

    language = forms.CharField(label="Language", max_length=40, required=False, help_text="As on the contact. Empty: English")
    subject = forms.CharField(label="Subject, when it goes by email", max_length=120, required=False)
    body = forms.CharField(label="What it says", max_length=918, widget=forms.Textarea(attrs={"rows": 5}))
    notify_id = forms.UUIDField(
        label="Its own template id in GOV.UK Notify", required=False, help_text="Empty: the template for every text of the account serves"
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        if name != "staff_notice":
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """Only the fields that the message has; never one for a surname or a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.setdefault("subject", "")
        if cleaned.get("body"):
            try:
                wording.check(self.name, cleaned["subject"], cleaned["body"])
            except BadInput as error:
                self.add_error("body", str(error))
        return cleaned
