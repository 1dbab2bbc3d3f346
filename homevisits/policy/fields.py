"""Form fields for settings: one or more a setting, named `setting` or `setting__part`, and what they say when they come back."""

from collections.abc import Mapping
from typing import Any

from django import forms

from .kinds import Kind, Setting
from .shown import clock_time, per_cent
from .words import PURPOSES, ROLES

_WHO_ASKS = {"childrens_services": "Children's services"}
_TEXT = 50


def build(one: Setting, value: Any) -> dict[str, forms.Field]:
    """The fields of a setting, filled with `value`."""
    return _BUILDERS[one.kind](one, value)


def bounds(one: Setting) -> str:
    """What may be typed, in words; empty where the field itself shows it."""
    if one.kind is Kind.TIME:
        return f"From {clock_time(one.low)} to {clock_time(one.high)}."
    if one.kind is Kind.SHARE:
        return f"From {per_cent(one.low)} to {per_cent(one.high)}."
    if one.kind in (Kind.NUMBER, Kind.STEPS):
        return f"{one.low} to {one.high} {one.unit}."
    return ""


def read(one: Setting, cleaned: Mapping[str, Any]) -> Any:
    """What a person typed for a setting, as `Setting.parse` takes it."""
    return _READERS.get(one.kind, _read_one)(one, cleaned)


def _text(one: Setting, initial: str, label: str, width: str = "5", **more: Any) -> forms.CharField:
    attrs = {"class": f"govuk-input--width-{width}", **more}
    return forms.CharField(label=label, initial=initial, required=False, max_length=_TEXT, widget=forms.TextInput(attrs=attrs))


def _build_time(one: Setting, value: Any) -> dict[str, forms.Field]:
    return {one.name: _text(one, clock_time(value), one.label)}


def _build_number(one: Setting, value: Any) -> dict[str, forms.Field]:
    return {one.name: _text(one, str(value), one.label, inputmode="numeric")}


def _build_share(one: Setting, value: Any) -> dict[str, forms.Field]:
    return {one.name: _text(one, per_cent(value), one.label)}


def _build_bool(one: Setting, value: Any) -> dict[str, forms.Field]:
    field = forms.ChoiceField(
        label=one.label, initial="yes" if value else "no", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    return {one.name: field}


def _build_choice(one: Setting, value: Any) -> dict[str, forms.Field]:
    choices = list(one.choices.items())
    if value is not None and value not in one.choices:
        choices.append((value, value.replace("_", " ").capitalize()))
    if one.optional:
        choices.insert(0, ("", "None"))
    if one.open_ended:
        choices.append(("__other", "Another"))
    label = "Choose one" if one.open_ended else one.label  # of several fields under the setting's name
    widget = forms.Select if len(choices) > 6 else forms.RadioSelect
    fields: dict[str, forms.Field] = {
        one.name: forms.ChoiceField(label=label, initial=value or "", choices=choices, widget=widget, required=not one.optional)
    }
    if one.open_ended:
        fields[f"{one.name}__own"] = _text(one, "", "Its name, if it is another", "20")
    return fields


def _build_choices(one: Setting, value: Any) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        one.name: _ticks("Choose from these" if one.open_ended else one.label, one.choices, [part for part in value if part in one.choices])
    }
    if one.open_ended:
        own = ", ".join(part.replace("_", " ") for part in value if part not in one.choices)
        fields[f"{one.name}__own"] = forms.CharField(label="Others, with commas between them", initial=own, required=False, max_length=300)
    return fields


def _ticks(label: str, choices: Mapping[str, str], initial: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices.items()), initial=list(initial), required=False, widget=forms.CheckboxSelectMultiple
    )


def _build_steps(one: Setting, value: Any) -> dict[str, forms.Field]:
    return {f"{one.name}__{step}": _text(one, str(value[step]), words, "3", inputmode="numeric") for step, words in one.choices.items()}


def _build_unannounced(one: Setting, value: Any) -> dict[str, forms.Field]:
    purposes = {part: words for part, words in PURPOSES.items() if part not in _WHO_ASKS}
    purposes |= {part: part.replace("_", " ").capitalize() for part in value.get("purposes", []) if part not in purposes}
    yes = [
        ("other_purposes", "Other purposes may go unannounced, with a written reason"),
        ("other_roles", "Others may go unannounced, with a warning that the approver sees"),
        ("reasons", "It always needs one of the policy's reasons"),
    ]
    return {
        f"{one.name}__purposes": _ticks("For these purposes", purposes, value.get("purposes", [])),
        f"{one.name}__roles": _ticks("By these roles", ROLES, value.get("roles", [])),
        f"{one.name}__on_request_of": _ticks("At the request of", _WHO_ASKS, value.get("on_request_of", [])),
        f"{one.name}__more": _ticks("Besides", dict(yes), [key for key, _ in yes if value.get(key)]),
    }


def _build_threshold(one: Setting, value: Any) -> dict[str, forms.Field]:
    kept = value or {}
    return {
        f"{one.name}__below": _text(one, str(kept.get("below", "")), "Below, per cent", "3", inputmode="numeric"),
        f"{one.name}__months": _text(one, str(kept.get("months", "")), "Over, months", "3", inputmode="numeric"),
    }


def _build_annex(one: Setting, value: Any) -> dict[str, forms.Field]:
    kept = value or {}
    heads = [("headteacher", "Headteacher"), ("principal", "Principal")]
    return {
        f"{one.name}__isolation_days": _text(one, str(kept.get("isolation_days", "")), "Isolation, days", "3", inputmode="numeric"),
        f"{one.name}__distance_metres": _text(one, str(kept.get("distance_metres", "")), "Distance, metres", "3", inputmode="numeric"),
        f"{one.name}__changed_by": forms.ChoiceField(
            label="Changed by", choices=heads, initial=kept.get("changed_by", "headteacher"), widget=forms.RadioSelect, required=False
        ),
    }


def _read_one(one: Setting, cleaned: Mapping[str, Any]) -> Any:
    """An empty box is wrong, not silent: only the presets are silent."""
    return cleaned.get(one.name, "")


def _read_choice(one: Setting, cleaned: Mapping[str, Any]) -> Any:
    chosen = cleaned.get(one.name, "")
    return _code(cleaned.get(f"{one.name}__own", "")) if chosen == "__other" else chosen


def _read_choices(one: Setting, cleaned: Mapping[str, Any]) -> Any:
    own = [_code(part) for part in str(cleaned.get(f"{one.name}__own", "")).split(",") if part.strip()]
    return [*cleaned.get(one.name, []), *own]


def _code(words: str) -> str:
    return "_".join(words.lower().split())


def _read_parts(one: Setting, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    start = f"{one.name}__"
    return {name.removeprefix(start): value for name, value in cleaned.items() if name.startswith(start)}


def _read_unannounced(one: Setting, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    parts = _read_parts(one, cleaned)
    words = {"other_purposes": "reason", "other_roles": "warn", "reasons": "required"}
    more = {key: words[key] for key in parts.pop("more", [])}
    return {**{key: value for key, value in parts.items() if value}, **more}


def _read_optional(one: Setting, cleaned: Mapping[str, Any]) -> Any:
    parts = _read_parts(one, cleaned)
    typed = {key: value for key, value in parts.items() if key != "changed_by"}
    return parts if any(typed.values()) else ""


_BUILDERS = {
    Kind.TIME: _build_time,
    Kind.NUMBER: _build_number,
    Kind.SHARE: _build_share,
    Kind.BOOL: _build_bool,
    Kind.CHOICE: _build_choice,
    Kind.CHOICES: _build_choices,
    Kind.STEPS: _build_steps,
    Kind.UNANNOUNCED: _build_unannounced,
    Kind.THRESHOLD: _build_threshold,
    Kind.ANNEX: _build_annex,
}
_READERS = {
    Kind.CHOICE: _read_choice,
    Kind.CHOICES: _read_choices,
    Kind.STEPS: _read_parts,
    Kind.UNANNOUNCED: _read_unannounced,
    Kind.THRESHOLD: _read_optional,
    Kind.ANNEX: _read_optional,
}
