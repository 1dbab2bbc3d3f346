"""Forms of the design system: their fields, their sentences, and the token that makes a double tap harmless."""

import re
import uuid
from datetime import date, time
from typing import Any, ClassVar

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.widgets import DateInputWidget
from django import forms
from django.core.exceptions import ValidationError

from .phone import e164, shown

DJANGO_REQUIRED = str(forms.Field.default_error_messages["required"])
# Marks that turn the direction of what follows: in a text to a family they would turn the school's own words.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WALL = re.compile(r"(\d{1,2})[:.\s]?(\d{2})\s*(am|pm)?$", re.IGNORECASE)


class LookMixin:
    """What every form shares: crispy helper, an own sentence for each empty field, no browser memory of personal data.

    The form tag, the CSRF token and the buttons belong to the template (layouts/form.html). `data` keeps what was typed on an error.
    A field that may be remembered by the browser (a member of staff's own email address) sets its own `autocomplete`.
    """

    fields: dict[str, forms.Field]
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " "))
            if str(field.error_messages.get("required")) == DJANGO_REQUIRED:
                field.error_messages["required"] = required_sentence(field, label)
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"{label}: choose one of the list"
            if not isinstance(field.widget, forms.MultiWidget | forms.HiddenInput):
                field.widget.attrs.setdefault("autocomplete", "off")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def _clean_fields(self) -> None:
        """Every field as its own rules have it, without marks that turn the direction of what comes after."""
        super()._clean_fields()  # type: ignore[misc]  # of the form that this is mixed into
        given: dict[str, Any] = getattr(self, "cleaned_data", {})
        given.update({name: _TURNS.sub("", value) for name, value in given.items() if isinstance(value, str)})


class BaseForm(LookMixin, forms.Form):
    """The form to start from."""


class BaseModelForm(LookMixin, forms.ModelForm):  # type: ignore[type-arg]
    """The same for a form that stands on a model."""


class TokenMixin(forms.Form):
    """A hidden UUID, made with the page: the same page sent twice carries the same token, which is unique in the database."""

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": "This page is out of date. Open it afresh and send it again.",
            "invalid": "This page is out of date. Open it afresh and send it again.",
        },
    )


def required_sentence(field: forms.Field, label: str) -> str:
    """The sentence for an empty field: `Enter the reason`, `Choose the channel`, in the words of its label."""
    words = label.rstrip("?:. ")
    words = words if words[1:2].isupper() else words[:1].lower() + words[1:]
    if label.rstrip().endswith("?"):
        return f"Answer the question “{label.rstrip()}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}”"
    if isinstance(field, forms.FileField):
        return f"Choose a file: {words}"
    return f"{'Choose' if isinstance(field, forms.ChoiceField) else 'Enter'} {words}"


class DayWidget(DateInputWidget):  # type: ignore[misc]  # the library has no types
    """Day, month and year, typed on a number pad."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in self.widgets:
            part.attrs.update({"inputmode": "numeric", "autocomplete": "off"})


class DayField(DateInputField):  # type: ignore[misc]  # the library has no types
    """A calendar day typed as three numbers; a day that does not exist is one sentence, not three."""

    widget = DayWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("require_all_fields", True)
        messages = kwargs.pop("error_messages", {})
        super().__init__(**kwargs)
        name = str(self.label or "the date")
        self.error_messages["required"] = f"{name}: enter the day, month and year"
        self.error_messages["incomplete"] = self.error_messages["required"]
        self.error_messages["unreal"] = f"{name}: there is no such day"
        self.error_messages.update(messages)

    def clean(self, value: Any) -> date | None:
        """The day, None when empty and not required; ValidationError with one sentence for anything else."""
        try:
            found: date | None = super().clean(value)
        except ValidationError as error:
            empty = not value or not any(value)
            code = "required" if empty else "incomplete" if not all(value) else "unreal"
            raise ValidationError(self.error_messages[code], code=code) from error
        return found


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True} | (attrs or {}))


class ManyFiles(forms.FileField):
    """Several files at once, as a list; an empty one where none was given and none is asked for."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by the rules for one."""
        given = data if isinstance(data, list | tuple) else [data]
        return [file for one in given or [None] if (file := super(ManyFiles, self).clean(one, initial))]


class PhoneField(forms.CharField):
    """A telephone number: typed as people write it, kept as E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "class": "govuk-input--width-20"})

    def clean(self, value: Any) -> str:
        """E.164, empty when nothing was typed and nothing is required."""
        text: str = super().clean(value)
        try:
            return e164(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        """A kept number as it is dialled; what was typed stays as it was typed."""
        return shown(value) if isinstance(value, str) and re.fullmatch(r"\+[1-9]\d{6,14}", value) else value


class WallTimeField(forms.CharField):
    """A time on the school's clock: 9:15, 09.15, 0915 or 1:05pm."""

    widget = forms.TextInput(attrs={"class": "govuk-input--width-5"})
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "Enter a time such as 9:15 or 13:05"}

    def clean(self, value: Any) -> Any:
        """A `time` without a date, None when nothing was typed and nothing is required."""
        text: str = super().clean(value).strip()
        if not text:
            return None
        match = _WALL.match(text)
        hour, minute = (int(match[1]), int(match[2])) if match else (99, 99)
        half = (match[3] or "").lower() if match else ""
        if half and not 1 <= hour <= 12:
            hour = 99
        elif half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour > 23 or minute > 59:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        """A kept time as people write it."""
        return f"{value.hour}:{value.minute:02d}" if isinstance(value, time) else value
