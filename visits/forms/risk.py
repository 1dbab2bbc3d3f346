"""The form of the risk assessment: the seven questions or the hazard matrix, what is known of the home, and the level."""

from collections.abc import Sequence
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin
from safeguarding.forms.incidents import YES_NO, yes_no
from safeguarding.models import HouseholdWarning

from ..hazards import BY_CODE, preset_row, preset_rows
from ..models import HomeVisit, VisitRisk
from ..risk_questions import AS_BEFORE, MATRIX, STAFF_CONDITION, Question, asked
from ..risk_words import rated
from ..scoring import LIKELIHOODS, SEVERITIES

MORE_HAZARDS = 2
LEVELS = (("", "As the answers give"), ("low", "Low"), ("medium", "Medium"), ("high", "High"))
DECIDE = (("confirmed", "It still holds"), ("changed", "It reads otherwise now"), ("ended", "It no longer holds"))


def words(label: str, *, rows: int = 2, help_text: str = "", required: bool = False, most: int = 2000) -> forms.CharField:
    """A few lines of text."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class RiskForm(TokenMixin, BaseForm):
    """One assessment. For a visit that was not assessed yet nothing is filled in: each home is asked about afresh (ATT-81)."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, visit: HomeVisit, risk: VisitRisk | None, carried: Sequence[HouseholdWarning], approves: bool, **kwargs: Any
    ) -> None:
        values = visit.policy.values
        self.asked, self.carried, self.matrix = asked(values), list(carried), values.risk_form == MATRIX
        self.rows = (list(risk.hazards) if risk and risk.hazards else preset_rows()) if self.matrix else []
        self.rows += [{"code": "", "hazard": "", "people": "", "harm": "", "severity": "", "likelihood": ""}] * (MORE_HAZARDS * self.matrix)
        kwargs.setdefault("initial", {}).update(self._initial(risk, approves) | {"based_on": risk.pk if risk else 0})
        self._declare(values.school_assessment_by is not None, risk, approves, visit)
        super().__init__(*args, **kwargs)

    def _declare(self, new_risk: bool, risk: VisitRisk | None, approves: bool, visit: HomeVisit) -> None:
        fields: dict[str, forms.Field] = {}
        for question in self.asked:
            fields |= self._question(question, risk, approves)
        for number, row in enumerate(self.rows):
            fields |= self._hazard(number, row)
        for warning in self.carried:
            fields[f"w_{warning.pk}"] = forms.ChoiceField(label="Does it still hold?", choices=DECIDE, widget=forms.RadioSelect)
            fields[f"wsays_{warning.pk}"] = words("How it reads now", required=False)
        if self.matrix:
            fields["vulnerable_persons"] = forms.CharField(label="Vulnerable persons, or none", required=False, max_length=300)
            fields["safeguarding_aware"] = yes_no("Is the safeguarding team aware of this visit?")
            agreed = "One is agreed. A new one replaces it." if visit.safe_word else "Agreed with the office before anybody leaves."
            fields["safe_word"] = forms.CharField(label="Safe word", required=False, max_length=40, help_text=agreed)
        if new_risk:
            help_text = "The school’s own assessment must be amended before this visit can be approved. Empty: it brings none."
            fields["new_risk"] = words("A risk that the school’s own assessment does not have", help_text=help_text)
        fields["level"] = forms.ChoiceField(label="Level of risk", choices=LEVELS, required=False, widget=forms.RadioSelect)
        help_text = "Only for a level below what the answers give, or if something found before is not so now. Whoever approves reads it."
        fields["lowered_because"] = words("Why is it lower than the answers give, or than before?", help_text=help_text)
        fields["other_contact"] = words("Which other contact with the family is used instead?")
        # Declared before the form is made, so that every field gets the sentences of LookMixin.
        self.base_fields = {**type(self).base_fields, **fields}  # type: ignore[misc]

    def _question(self, question: Question, risk: VisitRisk | None, approves: bool) -> dict[str, forms.Field]:
        choices: tuple[tuple[str, str], ...] = YES_NO
        if question.code == STAFF_CONDITION and risk is not None and risk.medical and not approves:
            choices = (*YES_NO, (AS_BEFORE, "As answered before (only approvers read it)"))
        radio = forms.ChoiceField(label=question.words, choices=choices, help_text=question.hint, widget=forms.RadioSelect)
        if question.safe == "yes":
            return {f"q_{question.code}": radio}
        return {
            f"q_{question.code}": radio,
            f"what_{question.code}": words("What is known"),
            f"do_{question.code}": words("What is done about it"),
        }

    @staticmethod
    def _hazard(number: int, row: dict[str, Any]) -> dict[str, forms.Field]:
        own = not row.get("code")
        controls = [str(one["words"]) for one in row.get("controls", []) if not one.get("seen")]
        fields: dict[str, forms.Field] = {
            f"hazard_{number}": forms.CharField(label="Hazard", required=not own, max_length=120),
            f"people_{number}": forms.CharField(label="People at risk, and how", required=False, max_length=200),
            f"harm_{number}": forms.CharField(label="What may happen", required=False, max_length=200),
            f"severity_{number}": forms.ChoiceField(label="Severity", choices=[("", "Choose"), *SEVERITIES.items()], required=not own),
            f"likelihood_{number}": forms.ChoiceField(label="Likelihood", choices=[("", "Choose"), *LIKELIHOODS.items()], required=not own),
            f"more_{number}": words("More controls, one a line"),
        }
        if controls:
            fields[f"controls_{number}"] = forms.MultipleChoiceField(
                label="Controls", choices=[(one, one) for one in controls], required=False, widget=forms.CheckboxSelectMultiple
            )
        return fields

    def _initial(self, risk: VisitRisk | None, approves: bool) -> dict[str, Any]:
        first: dict[str, Any] = {}
        for number, row in enumerate(self.rows):
            first |= {f"{key}_{number}": row.get(key, "") for key in ("hazard", "people", "harm", "severity", "likelihood")}
            first[f"controls_{number}"] = [one["words"] for one in row.get("controls", []) if one.get("ticked")]
        if risk is None:
            return first
        for question in self.asked:
            code, health = question.code, question.code == STAFF_CONDITION
            kept = risk.medical.get(code, {}) if health and approves else {}
            first[f"q_{code}"] = kept.get("answer", "") if health else risk.answers.get(code, "")
            first[f"what_{code}"] = kept.get("says", "") if health else risk.answers.get(f"{code}_what", "")
            first[f"do_{code}"] = kept.get("action", "") if health else risk.actions.get(code, "")
        first |= {"vulnerable_persons": risk.vulnerable_persons, "new_risk": risk.new_risk}
        first["safeguarding_aware"] = {True: "yes", False: "no"}.get(risk.safeguarding_aware, "")  # type: ignore[arg-type]
        first |= {"level": risk.level if risk.level != risk.computed else "", "lowered_because": ""}
        if risk.is_lowered:
            first["lowered_because"] = risk.lowered_because
        for key, said in risk.warnings.items():
            first[f"w_{key}"] = said.get("decision", "")
        return first

    def clean(self) -> dict[str, Any]:
        """A yes has its measure beside it, unless it is decided not to visit; an own hazard that is begun is finished."""
        cleaned: dict[str, Any] = super().clean() or {}
        for question in self.asked:
            code = question.code
            needs = cleaned.get(f"q_{code}") == "yes" and question.safe == "no"
            excused = cleaned.get("other_contact") and code != "two_make_worse"
            if needs and not cleaned.get(f"do_{code}") and not excused:
                self.add_error(f"do_{code}", f"“{question.words}” is answered yes: say what is done about it")
        for number, row in enumerate(self.rows):
            if not row.get("code") and cleaned.get(f"hazard_{number}"):
                for part in ("severity", "likelihood"):
                    if not cleaned.get(f"{part}_{number}"):
                        self.add_error(f"{part}_{number}", f"Choose the {part} of “{cleaned[f'hazard_{number}']}”")
        for warning in self.carried:
            if cleaned.get(f"w_{warning.pk}") == "changed" and not cleaned.get(f"wsays_{warning.pk}"):
                self.add_error(f"wsays_{warning.pk}", "Say how the warning reads now")
        return cleaned

    def given(self) -> dict[str, Any]:
        """What `assess_risk` takes."""
        said = self.cleaned_data
        answers: dict[str, Any] = {}
        actions: dict[str, Any] = {}
        for question in self.asked:
            code = question.code
            answers[code] = said[f"q_{code}"]
            if said.get(f"what_{code}"):
                answers[f"{code}_what"] = said[f"what_{code}"]
            if said.get(f"do_{code}"):
                actions[code] = said[f"do_{code}"]
        return {
            "level": said["level"], "answers": answers, "actions": actions, "hazards": self._hazards(),
            "warnings": {
                str(one.pk): {"decision": said[f"w_{one.pk}"], "says": said[f"wsays_{one.pk}"]} for one in self.carried
            },
            "vulnerable_persons": said.get("vulnerable_persons", ""), "safeguarding_aware": said.get("safeguarding_aware"),
            "safe_word": said.get("safe_word", ""), "new_risk": said.get("new_risk", ""), "other_contact": said["other_contact"],
            "lowered_because": said["lowered_because"], "based_on": said["based_on"] or 0,
            "token": said["token"],
        }  # fmt: skip

    def _hazards(self) -> list[dict[str, Any]]:
        return [self._row(number, row) for number, row in enumerate(self.rows) if self.cleaned_data.get(f"hazard_{number}")]

    def _row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        said = self.cleaned_data
        ticked = set(said.get(f"controls_{number}") or ())
        preset = BY_CODE.get(str(row.get("code")))
        kept = preset_row(preset)["controls"] if preset and not row.get("controls") else row.get("controls", [])
        controls = [{**one, "ticked": one["words"] in ticked} for one in kept]
        more = [line.strip() for line in said[f"more_{number}"].splitlines() if line.strip()]
        controls += [{"words": line, "seen": "", "ticked": True} for line in more]
        parts = {key: said[f"{key}_{number}"] for key in ("hazard", "people", "harm", "severity", "likelihood")}
        return {"code": row.get("code", ""), **parts, "controls": controls}

    def base_on(self, risk: VisitRisk | None) -> None:
        """After a refusal the page shows what holds now: sent again, it is based on that, and keeps what was typed."""
        data: Any = self.data
        self.data = data.copy()
        self.data["based_on"] = str(risk.pk if risk else 0)  # type: ignore[index]

    # What the template goes through: bound fields, grouped.

    def questions(self) -> list[dict[str, Any]]:
        """The questions with their fields."""
        return [
            {
                "code": one.code, "answer": self[f"q_{one.code}"], "risky": one.safe == "no",
                "what": self[f"what_{one.code}"] if one.safe == "no" else None, "do": self[f"do_{one.code}"] if one.safe == "no" else None,
            }
            for one in self.asked
        ]  # fmt: skip

    def hazards(self) -> list[dict[str, Any]]:
        """The hazards with their fields; the own ones last."""
        names = ("hazard", "people", "harm", "severity", "likelihood", "more")
        found = []
        for number, row in enumerate(self.rows):
            one: dict[str, Any] = {name: self[f"{name}_{number}"] for name in names}
            one["controls"] = self[f"controls_{number}"] if f"controls_{number}" in self.fields else None
            one["seen"] = [control for control in row.get("controls", []) if control.get("seen")]
            one["rated"] = rated(row)
            one["title"], one["clause"] = row.get("hazard"), BY_CODE[row["code"]].clause if row.get("code") in BY_CODE else ""
            found.append(one)
        return found

    def known(self) -> list[dict[str, Any]]:
        """The warnings from before, with their fields."""
        return [{"warning": one, "decide": self[f"w_{one.pk}"], "says": self[f"wsays_{one.pk}"]} for one in self.carried]


class DecideForm(BaseForm):
    """What the safeguarding team decides about a visit of high risk."""

    decision = forms.ChoiceField(
        label="What do you decide?", widget=forms.RadioSelect,
        choices=(("visit", "Visit"), ("meet_at_school", "Meet at school instead"), ("do_not_visit", "Do not visit")),
    )  # fmt: skip
    reason = words("Why?", rows=3, required=True)
    other_contact = words(
        "Which other contact is used instead?", help_text="Needed where you decide not to visit, for example a call each day"
    )

    def clean(self) -> dict[str, Any]:
        """Not to visit names the other contact (ATT-81)."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == "do_not_visit" and not cleaned.get("other_contact"):
            self.add_error("other_contact", "Say which other contact with the family is used instead")
        return cleaned


class MeetingForm(BaseForm):
    """How the meeting at school went."""

    came = yes_no("Did the family come?", required=True)
    says = words("What was said, or what is known of why they did not come", rows=5, required=True, most=10000)
    other_contact = words(
        "Which other contact is used instead?", help_text="Only if they did not come and no other time is offered: it closes the visit"
    )


class OtherContactForm(BaseForm):
    """What came of the other contact."""

    says = words("How was the family reached, and what came of it?", rows=5, required=True, most=10000)


class AssessmentForm(BaseForm):
    """The school's own home visit risk assessment."""

    text = words("The assessment", rows=18, required=True, most=50000, help_text="Risks of home visits here, and what is done about each")
    change = forms.CharField(label="What is new in this version?", required=False, max_length=300)
    based_on = forms.IntegerField(widget=forms.HiddenInput)
