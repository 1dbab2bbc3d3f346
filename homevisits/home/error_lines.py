"""The lines of an error summary: each problem once, in the order of the page, linked to the field that answers it."""

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class ErrorLine:
    """One problem: the sentence, and the id of the element to go to (empty where there is none)."""

    says: str
    target: str


def lines_of(form: forms.BaseForm) -> list[ErrorLine]:
    """The problems of a form that was sent in; none for one that was not."""
    if not form.is_bound:
        return []
    first = next((_target(form[name]) for name in form.fields if not form[name].is_hidden), "")
    lines = [ErrorLine(str(says), first) for says in form.non_field_errors()]
    for name in form.fields:
        field = form[name]
        lines += [ErrorLine(str(says), "" if field.is_hidden else _target(field)) for says in field.errors]
    return list(dict.fromkeys(lines))


def _target(field: forms.BoundField) -> str:
    """The id of the first control of a field, as the template pack numbers them."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_1"
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.auto_id
