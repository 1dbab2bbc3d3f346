"""The lines of an error summary: each problem once, in the order of the page, linked to the field that answers it."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from homevisits.common.forms import DJANGO_REQUIRED, required_sentence


@dataclass(frozen=True)
class ErrorLine:
    """One problem: the sentence, and the id of the element to go to (empty where there is none)."""

    says: str
    target: str


def lines_of(form: forms.BaseForm) -> list[ErrorLine]:
    """The problems of a form that was sent in; none for one that was not."""
    if not isinstance(form, forms.BaseForm) or not form.is_bound:  # a page may call a set of forms "form"
        return []
    _reword(form)
    first = next((_target(form[name]) for name in form.fields if not form[name].is_hidden), "")
    lines = [ErrorLine(str(says), first) for says in form.non_field_errors()]
    for name in form.fields:
        field = form[name]
        lines += [ErrorLine(str(says), "" if field.is_hidden else _target(field)) for says in field.errors]
    return list(dict.fromkeys(lines))


def _reword(form: forms.BaseForm) -> None:
    """Forms that are none of ours say "This field is required." many times over: say which, in summary and at the field alike."""
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        if field is None:
            continue
        for error in errors.data:
            if isinstance(error, ValidationError) and error.code == "required" and str(error.message) == DJANGO_REQUIRED:
                error.message = required_sentence(field, str(form[name].label))


def _target(field: forms.BoundField) -> str:
    """The id of the first control of a field, as the template pack numbers them."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_1"
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.auto_id
