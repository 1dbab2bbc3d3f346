"""Writing a concern: from the desk, from a visit, and as what a tablet sends later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from homevisits.common.clock import instant, local, local_day
from homevisits.common.forms import BaseForm, DayField, FilesInput, ManyFiles, TokenMixin, WallTimeField
from homevisits.common.uploads import too_large
from homevisits.documents.intake import MAX_BYTES
from homevisits.documents.services.attachments import Upload
from homevisits.people.models import Pupil, School

from ..body import PARTS
from ..models import FamilyTold
from ..selectors.pupils import pupils_chosen
from ..services.concerns import Mark

ROWS = 5  # rows for marks on the body that a page has
FILES = "image/jpeg,image/png,image/heic,image/heif,application/pdf"


def area(label: str, rows: int, *, required: bool = False, help_text: str = "") -> forms.CharField:
    """A field for several lines, which keeps what was typed as it was typed."""
    return forms.CharField(
        label=label, required=required, max_length=20000, strip=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class FilesMixin(forms.Form):
    """Files beside the words. Whatever is wrong with a file, the words arrive: what was not taken is said afterwards, by its name."""

    file = ManyFiles(
        label="Letters, drawings or screenshots", required=False, allow_empty_file=True, widget=FilesInput({"accept": FILES}),
        help_text=f"JPEG, PNG, HEIC or PDF, {MAX_BYTES // 1024 // 1024} MB each at most. Needs network. Never photograph an injury.",
    )  # fmt: skip

    def _post_clean(self) -> None:
        """A form that comes back with an error comes back without its files: no browser lets a page put them back."""
        super()._post_clean()  # type: ignore[misc]  # Django's hook for what is looked at last
        if self.errors and (lost := self.cleaned_data.get("file")):
            names = ", ".join(f"“{file.name}”" for file in lost)
            self.add_error("file", f"Choose again, once the rest is right: {names}")

    def uploads(self) -> list[Upload]:
        """The files that came with it, of a valid form; of one that is too large no more than shows that it is."""
        return [Upload(file.name, file.read(MAX_BYTES + 1)) for file in self.cleaned_data.get("file", ())]

    @property
    def file_dropped(self) -> bool:
        """Whether a file went on and on, and was dropped while it arrived."""
        return too_large(self.files, "file")


class ConcernForm(TokenMixin, FilesMixin, BaseForm):
    """A concern in a minute. Whom it is about comes as `pupil`, marks on the body as rows `mark_part`, `mark_says`, `mark_x`, `mark_y`."""

    danger = forms.BooleanField(label="Somebody may be in danger now", required=False)
    emergency_time = WallTimeField(label="If you rang 999: when?", required=False)
    emergency_reference = forms.CharField(label="The reference they gave you", required=False, max_length=60)
    q = forms.CharField(
        label="Name of the child", required=False, max_length=80, help_text="Two letters are enough. Choose everybody whom it is about."
    )
    others = forms.CharField(
        label="A child who is not on the list", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In words: name, age, school, whose brother or sister",
    )  # fmt: skip
    says = area(
        "What did you see and hear?", 5, required=True, help_text="Facts, in the order in which they happened. No guesses, no opinions."
    )
    words = area("The child’s own words", 3, help_text="Exactly as said, and what you had asked. Leave it empty if the child said nothing.")
    seen_day = DayField(label="On which day was that?")
    seen_time = WallTimeField(label="At what time?", required=False, help_text="As near as you can. Empty on the same day: just now")
    place = forms.CharField(label="Where?", required=False, max_length=200)
    told_others = forms.CharField(
        label="Who else have you told, and when?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    family = forms.ChoiceField(
        label="Was the family told what concerns you, whom you will tell, and what happens next?", choices=FamilyTold.Told.choices,
        widget=forms.RadioSelect, help_text="Only where that is safe. If it could put the child at risk, the safeguarding team is alerted.",
    )  # fmt: skip
    family_why = forms.CharField(label="If not: why not?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, school: School, now: datetime, at_hand: Sequence[Pupil] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school, self.now, self.at_hand = school, now, list(at_hand)
        self.fields["seen_day"].initial = local_day(now)
        self.fields["says"].error_messages["required"] = "Write what you saw and heard"
        self.fields["family"].error_messages["required"] = "Say whether the family was told"

    @property
    def chosen(self) -> list[Pupil]:
        """The children of the school who are chosen, in the order of their names."""
        if not isinstance(self.data, QueryDict):
            return list(self.at_hand)
        return pupils_chosen(self.school, self.data.getlist("pupil"))

    @property
    def missing(self) -> bool:
        """Whether a child was ticked who is not of this school, or not any more."""
        numbers = self.data.getlist("pupil") if isinstance(self.data, QueryDict) else []
        there = {pupil.pk for pupil in self.chosen}
        return any(not (one.isdecimal() and int(one) in there) for one in numbers)

    def mark_rows(self) -> list[dict[str, str]]:
        """The rows for marks as they stand on the page, empty ones at the end."""
        names, found = ("part", "says", "x", "y"), []
        if isinstance(self.data, QueryDict):
            lists = [self.data.getlist(f"mark_{name}") for name in names]
            found = [dict(zip(names, [str(one) for one in row], strict=True)) for row in zip(*lists, strict=False)]
        found = [row for row in found if row["part"] or row["says"].strip()][: ROWS * 4]
        return found + [dict.fromkeys(names, "")] * max(0, ROWS - len(found))

    def marks(self) -> list[Mark]:
        """The marks that were made; rows without a part of the body are left out."""
        return [Mark(row["part"], row["says"], _unit(row["x"]), _unit(row["y"])) for row in self.mark_rows() if row["part"] in PARTS]

    def clean(self) -> dict[str, Any]:
        """Somebody whom it is about, times that can be, a reason where the family was not told, each mark with its part of the body."""
        given = super().clean() or {}
        if not self.chosen and not given.get("others", "").strip():
            self.add_error("q", "Choose the child whom it is about, or describe them below")
        if self.missing:
            self.add_error("q", "A child whom you ticked is not on this school’s list. Find them again, or describe them below")
        if given.get("family") in (FamilyTold.Told.UNSAFE, FamilyTold.Told.NOT_TOLD) and not given.get("family_why", "").strip():
            self.add_error("family_why", "Say why the family was not told")
        if any(row["says"].strip() and row["part"] not in PARTS for row in self.mark_rows()):
            self.add_error(None, "Marks on the body: choose the part of the body for each")
        self._times(given)
        return given

    def _times(self, given: dict[str, Any]) -> None:
        day, at, today = given.get("seen_day"), given.get("seen_time"), local_day(self.now)
        if day and at is None and "seen_time" not in self.errors and day < today:
            self.add_error("seen_time", "Enter about what time it was on that day")
        elif day:
            given["seen_at"] = instant(day, at) if at else self.now
            if given["seen_at"] > self.now or day > today:
                self.add_error("seen_time" if day == today else "seen_day", "When it was cannot be later than now")
        called = given.get("emergency_time")
        given["emergency_at"] = instant(today, called) if called else None
        if given["emergency_at"] is not None and given["emergency_at"] > self.now:
            self.add_error("emergency_time", "The call cannot be later than now")

    def written(self) -> dict[str, Any]:
        """What `raise_concern` takes, of a valid form."""
        given = self.cleaned_data
        plain = ("says", "words", "place", "others", "told_others", "danger", "emergency_at", "emergency_reference", "seen_at")
        return {
            **{name: given[name] for name in plain}, "pupil_ids": [pupil.pk for pupil in self.chosen], "marks": self.marks(),
            "family": (given["family"], given["family_why"].strip()), "token": given["token"],
        }  # fmt: skip

    def rescued(self) -> dict[str, Any]:
        """What `raise_concern` takes of a form that is not right: nothing that was written is lost, and what is wrong stands in words."""
        given, data = self.cleaned_data, self.data
        says = str(data.get("says", "")).strip() or "Nothing was written of what was seen and heard."
        wrong = [
            f"{self.fields[name].label}: {data.get(name)}"
            for name in ("seen_time", "emergency_time")
            if name in self.errors and data.get(name)
        ]
        day = "/".join(str(data.get(f"seen_day_{part}", "")) for part in range(3)) if "seen_day" in self.errors else ""
        wrong += [f"Day as typed: {day}"] if day else []
        loose = [f"Mark: {row['says']}" for row in self.mark_rows() if row["says"].strip() and row["part"] not in PARTS]
        others = str(data.get("others", "")).strip()
        loose += ["A child was ticked who is not on this school’s list."] if self.missing else []
        told = str(data.get("family", ""))
        return {
            "says": "\n".join([says, *wrong, *loose])[:30000], "words": str(data.get("words", ""))[:20000],
            "place": str(data.get("place", ""))[:200], "told_others": str(data.get("told_others", ""))[:2000],
            "others": others if others or self.chosen else f"No child was chosen. Typed as a name: {data.get('q', '') or 'nothing'}",
            "danger": bool(data.get("danger")), "emergency_reference": str(data.get("emergency_reference", ""))[:60],
            "emergency_at": given.get("emergency_at") if "emergency_time" not in self.errors else None,
            "seen_at": given["seen_at"] if given.get("seen_at") and given["seen_at"] <= self.now else self.now,
            "pupil_ids": [pupil.pk for pupil in self.chosen], "marks": self.marks(),
            "family": (told if told in FamilyTold.Told.values else "", str(data.get("family_why", ""))),
        }  # fmt: skip


def _unit(value: str) -> int | None:
    """A place on the drawing; None for what is none."""
    return int(value) if value.isdigit() and len(value) < 4 else None


class AddForm(TokenMixin, FilesMixin, BaseForm):
    """More of what one wrote before: it goes to the team as a concern of its own, beside the first."""

    says = area("What else did you see or hear?", 5, required=True, help_text="Facts. What you wrote before stays as it is.")
    words = area("The child’s own words", 3, help_text="Exactly as said. Leave it empty if the child said nothing.")


def as_typed(at: datetime) -> dict[str, Any]:
    """A day and a time for the fields that ask for them."""
    return {"seen_day": local_day(at), "seen_time": local(at).time()}
