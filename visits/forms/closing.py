"""Forms of the end of a visit: the report, feedback, a letter that is not sent."""

from typing import Any

from django import forms

from homevisits.common.forms import BaseForm
from safeguarding.forms.incidents import yes_no

from ..models import HomeVisit, VisitReport
from ..questions import UNDERLYING, asks_for_reasons, report_questions


def _words(label: str, *, rows: int = 4, help_text: str = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=10000, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReportForm(BaseForm):
    """The report. Nothing is required while it is a draft; handing it in asks for what is missing."""

    text = _words("What happened, in short", rows=8, help_text="Facts, and what was said. It is read by those who run visits.")
    entered = yes_no("Did you go inside?")
    child_present = yes_no("Was the child there?")
    evaluation = _words("How far did the visit reach its purpose?", help_text="The evaluation: what worked, what to do differently")

    def __init__(self, *args: Any, visit: HomeVisit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        preset, found = visit.policy.values.preset, set(visit.outcomes.values_list("kind", flat=True))
        self.asked = report_questions(preset, visit.purpose, found, entered=True)
        for question in self.asked:
            name = f"answer_{question.code}"
            if question.choices:
                self.fields[name] = forms.ChoiceField(
                    label=question.words, choices=question.choices, required=False, widget=forms.RadioSelect
                )
            else:
                self.fields[name] = forms.CharField(label=question.words, required=False, max_length=1000)
        self.reasons = UNDERLYING if asks_for_reasons(preset, visit.purpose) else ()
        if self.reasons:
            self.fields["reasons"] = forms.MultipleChoiceField(
                label="What lies behind the absences?", choices=self.reasons, required=False, widget=forms.CheckboxSelectMultiple
            )
            for code, words in self.reasons:
                self.fields[f"support_{code}"] = forms.CharField(label=f"Support offered: {words.lower()}", required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """Each reason that is ticked has the support that was offered, or says none (ATT-30)."""
        cleaned: dict[str, Any] = super().clean() or {}
        for code in cleaned.get("reasons", []):
            if not cleaned.get(f"support_{code}"):
                self.add_error(f"support_{code}", "Say what support was offered, or “none”")
        return cleaned

    def answers(self) -> dict[str, object]:
        """The answers as the report keeps them."""
        found: dict[str, object] = {question.code: self.cleaned_data[f"answer_{question.code}"] for question in self.asked}
        if self.reasons:
            found["reasons"] = [{"reason": code, "support": self.cleaned_data[f"support_{code}"]} for code in self.cleaned_data["reasons"]]
        return found

    @staticmethod
    def initial_of(report: VisitReport | None) -> dict[str, Any]:
        """What the form shows of a draft."""
        if report is None:
            return {}
        said = {True: "yes", False: "no", None: ""}
        found = {f"answer_{code}": value for code, value in report.answers.items() if code != "reasons"}
        rows = report.answers.get("reasons", [])
        found |= {"reasons": [row["reason"] for row in rows]} | {f"support_{row['reason']}": row["support"] for row in rows}
        return found | {
            "text": report.text, "evaluation": report.evaluation, "entered": said[report.entered],
            "child_present": said[report.child_present],
        }  # fmt: skip


class FeedbackForm(BaseForm):
    """How the visit was for one of those who went (ALT-40)."""

    felt_safe = yes_no("Did you feel safe throughout?", required=True)
    text = _words("What should change, in how visits are planned or made?")


class DiscardForm(BaseForm):
    """Why a drafted letter is not sent (PRI-39)."""

    reason = forms.CharField(label="Why is it not sent?", max_length=300)
