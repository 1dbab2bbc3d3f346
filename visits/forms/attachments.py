"""Adding a photograph or a paper to a visit, and withdrawing it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin
from homevisits.common.uploads import too_large
from homevisits.documents.intake import MAX_BYTES
from homevisits.documents.models import Attachment
from homevisits.documents.services.attachments import Upload
from homevisits.people.models import Pupil

PICTURES = "image/jpeg,image/png,image/heic,image/heif"
FILES = ("photo", "file")
_TOO_LARGE = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Take the photograph at a smaller size, or split the PDF."


class AttachForm(TokenMixin, BaseForm):
    """One or two files, what they are, and whose file they go into."""

    kind = forms.ChoiceField(label="What is it?", choices=Attachment.Kind.choices, widget=forms.RadioSelect)
    photo = forms.FileField(
        label="Take a photograph", required=False, allow_empty_file=True, help_text="Opens the camera of a tablet or telephone.",
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )  # fmt: skip
    file = forms.FileField(
        label="Or choose a photograph or PDF", required=False, allow_empty_file=True,
        help_text=f"JPEG, PNG, HEIC or PDF, at most {MAX_BYTES // 1024 // 1024} MB. Place and time are taken out of photographs.",
        widget=forms.FileInput(attrs={"accept": f"{PICTURES},application/pdf"}),
    )  # fmt: skip
    says = forms.CharField(
        label="What does it show?", required=False, max_length=300, help_text="In a few words, for whoever reads the file later."
    )
    pupils = forms.MultipleChoiceField(label="Whose file does it go into?", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, pupils: Sequence[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = {str(pupil.pk): pupil for pupil in pupils}
        field = self.fields["pupils"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(number, str(pupil)) for number, pupil in self.of.items()]
        field.initial = list(self.of)
        if len(self.of) == 1:
            field.required, field.widget = False, forms.MultipleHiddenInput()

    def clean(self) -> dict[str, Any]:
        """At least one file, none larger than what is taken."""
        given = super().clean() or {}
        given["pupils"] = [self.of[number] for number in given.get("pupils") or list(self.of)[: len(self.of) == 1]]
        sizes = {name: given[name].size for name in FILES if given.get(name)}
        large = {name for name in FILES if too_large(self.files, name)} | {name for name, size in sizes.items() if size > MAX_BYTES}
        for name in large:
            self.add_error(name, _TOO_LARGE)
        if not large and not sizes and not set(FILES) & set(self.errors):
            self.add_error("photo", "Take a photograph or choose a file")
        return given

    def uploads(self) -> dict[str, Upload]:
        """The files that came, by the name of their field."""
        return {name: Upload(self.cleaned_data[name].name, self.cleaned_data[name].read()) for name in FILES if self.cleaned_data.get(name)}


class WithdrawForm(BaseForm):
    """Why a file is taken back."""

    because = forms.CharField(label="Why is it withdrawn?", max_length=300, help_text="For example: it shows another child")
