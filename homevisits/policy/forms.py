"""Forms for a policy: its settings group by group, what stands on it, its review, a signature."""

from collections.abc import Mapping
from typing import Any

from crispy_forms_gds.layout import HTML, Fieldset, Layout, Size
from django import forms
from django.utils.html import format_html

from homevisits.common.forms import BaseForm, DayField

from .control import read_references
from .fields import bounds, build, read
from .kinds import BadSetting, Setting, to_json
from .models import PolicyVersion
from .presets import PRESETS
from .settings_schema import grouped
from .shown import shown
from .values import Values, values_of
from .words import PRESET_NOTES, ROLES, preset_words


class GroupForm(BaseForm):
    """The settings under one heading. Nothing typed is lost: a wrong value stays in its field beside its sentence."""

    def __init__(self, *args: Any, group: str, version: PolicyVersion, **kwargs: Any) -> None:
        self.settings: list[Setting] = grouped()[group]
        self.version = version
        self.wanted: dict[str, Any] = {}
        self.parts: dict[str, list[str]] = {}
        values = version.values
        fields: dict[str, forms.Field] = {}
        for one in self.settings:
            mine = build(one, getattr(values, one.name))
            self.parts[one.name] = list(mine)
            fields |= mine
        self.base_fields = fields  # type: ignore[misc]  # the fields depend on the version
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*(part for one in self.settings for part in self._lay_out(one, values)))

    def _lay_out(self, one: Setting, values: Values) -> list[Any]:
        """A single field bears the setting's words itself; several stand under them."""
        says = " ".join(part for part in (one.help, bounds(one), _preset_note(one, values.preset)) if part)
        names = self.parts[one.name]
        if len(names) == 1:
            self.fields[names[0]].help_text = says
            return names
        hint = format_html('<p class="govuk-hint">{}</p>', says)
        return [Fieldset(HTML(hint), *names, legend=one.label, legend_size=Size.SMALL, css_id=f"set-{one.name}")]

    def clean(self) -> dict[str, Any]:
        """Each setting by itself, then their order; every problem at its own field."""
        cleaned = super().clean() or {}
        preset = self.version.preset
        for one in self.settings:
            if any(part in self.errors for part in self.parts[one.name]):
                continue
            try:
                self.wanted[one.name] = one.parse(read(one, cleaned), preset)
            except BadSetting as error:
                self._blame(error)
        if not self.errors:
            self._clean_order()
        return cleaned

    def _clean_order(self) -> None:
        current = self.version.values
        changed = {name: to_json(value) for name, value in self.wanted.items() if value != getattr(current, name)}
        kept = {name: value for name, value in self.version.changes.items() if name not in changed}
        try:
            values_of(self.version.preset, {**kept, **changed})
        except BadSetting as error:
            self._blame(error)

    def _blame(self, error: BadSetting) -> None:
        """Put the sentence at the setting's first field; at the top when the setting is not on this page."""
        self.add_error(self.parts[error.setting][0] if error.setting in self.parts else None, error.says)


def _preset_note(one: Setting, preset: str) -> str:
    """What the preset has: the head sees what a change departs from."""
    note = f"The preset: {shown(one.name, one.preset_value(preset))}."
    return note if one.says_itself(preset) else f"{note} The policy itself says nothing about it."


class StartForm(BaseForm):
    """From what to start a draft."""

    start = forms.ChoiceField(label="Start from", widget=forms.RadioSelect)

    def __init__(self, *args: Any, base: PolicyVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presets = [(preset, f"The preset “{preset_words(preset)}”. {PRESET_NOTES[preset]}.") for preset in PRESETS]
        current = [("current", f"The policy in force, version {base.number}")] if base else []
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = current + presets
        if base:
            field.initial = "current"


class DetailsForm(BaseForm):
    """What stands on a policy besides its settings (MAT-05, SEC-11)."""

    title = forms.CharField(max_length=120)
    owner = forms.CharField(
        max_length=120, required=False, label="Owner or lead person", help_text="The name or office that stands on the policy."
    )
    lead_role = forms.ChoiceField(label="Who is reminded of the review", required=False, choices=[("", "The reviewers"), *ROLES.items()])
    published = forms.CharField(
        max_length=200, required=False, label="Published on", help_text="Besides its page here: for example the address of your website."
    )
    created_on = DayField(label="Created on", required=False, help_text="When the policy was first made, however many versions ago.")
    effective_from = DayField(label="Takes effect on", required=False, help_text="Nothing: on the day the last signature is given.")
    next_review_on = DayField(label="Next review on", required=False, help_text="Nothing: after the policy's interval.")
    binds_schools = forms.BooleanField(
        required=False, label="Goes before a policy that a school made itself",
        help_text="Otherwise a school of the trust may have its own.",
    )  # fmt: skip

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version.trust_id is None:
            del self.fields["binds_schools"]


class ReferencesForm(BaseForm):
    """The law and guidance a policy stands on, and the policies beside it (ATT-03): one a line."""

    law = forms.CharField(
        label="Law and guidance", required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="One a line: title | edition | link | what replaced it. All but the title may be left out.",
    )  # fmt: skip
    policies = forms.CharField(
        label="Policies beside this one", required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="One a line: title, or title | edition | link.",
    )  # fmt: skip

    def clean_law(self) -> list[dict[str, str]]:
        """The lines as they are kept."""
        return self._lines("law")

    def clean_policies(self) -> list[dict[str, str]]:
        """The lines as they are kept."""
        return self._lines("policies")

    def _lines(self, name: str) -> list[dict[str, str]]:
        found = []
        for line in str(self.cleaned_data[name]).splitlines():
            if line.strip():
                title, edition, link, now, *rest = [*(part.strip() for part in line.split("|")), "", "", "", ""]
                if any(rest) or not title:
                    raise forms.ValidationError(f"“{line.strip()[:60]}” is not title | edition | link.")
                if link and not link.startswith(("https://", "http://")):
                    raise forms.ValidationError(f"The link of “{title}” has to begin with https://.")
                found.append({key: part for key, part in (("title", title), ("edition", edition), ("link", link), ("now", now)) if part})
        return found

    @staticmethod
    def initial_of(kept: Mapping[str, Any]) -> dict[str, str]:
        """The lines to edit."""
        both = read_references(dict(kept))
        return {
            part: "\n".join(" | ".join((one.title, one.edition, one.link, one.now)).rstrip(" |") for one in getattr(both, part))
            for part in ("law", "policies")
        }


class ReviewForm(BaseForm):
    """Who reviewed the policy in force, when, and when next."""

    reviewed_by = forms.CharField(max_length=200, label="Reviewed by", help_text="Names or offices, as they stand on the policy.")
    reviewed_on = DayField(label="Reviewed on")
    next_review_on = DayField(label="Next review on", required=False, help_text="Nothing: after the policy's interval.")


class SignForm(BaseForm):
    """The signature of a body, recorded for it."""

    name = forms.CharField(max_length=150, label="Name", help_text="Who signed: the chair's name, or the name of the board.")
    signed_on = DayField(label="Date of the signature", help_text="For a board, the day of its meeting.")


def details_of(version: PolicyVersion) -> dict[str, Any]:
    """The initial values of a DetailsForm."""
    names = ("title", "owner", "lead_role", "published", "created_on", "effective_from", "next_review_on", "binds_schools")
    return {name: getattr(version, name) for name in names}


__all__ = ["DetailsForm", "GroupForm", "ReferencesForm", "ReviewForm", "SignForm", "StartForm", "details_of"]
