"""The plan: who goes with which part, when, by what, and what the policy asks besides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant, local
from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm, DayField, WallTimeField
from homevisits.people.models import Staff
from homevisits.people.selectors.registers import devices_of, insured_vehicles

from ..models import HomeVisit
from ..rules.plans import ON_FOOT
from ..selectors.suggestions import Candidate
from ..services.planning import TASKS, Plan

SHORT = forms.Textarea(attrs={"rows": 2})
NOBODY = ("", "Nobody")


class PlanForm(BaseForm):
    """Who goes, when and how. Fields that the policy has no use for are taken away."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    first = forms.ChoiceField(label="Who goes first", required=False)
    first_task = forms.CharField(label="Their part", max_length=120, required=False, initial=TASKS[0])
    second = forms.ChoiceField(label="Who else goes", required=False)
    second_task = forms.CharField(label="The other’s part", max_length=120, required=False, initial=TASKS[1])
    third = forms.ChoiceField(label="A third person", required=False)
    day = DayField(label="Day")
    sets_off = WallTimeField(label="They set off at")
    arrive = WallTimeField(label="Time at the door")
    back = WallTimeField(label="They are due back at")
    place = forms.CharField(label="Where, if not at the family’s home?", max_length=300, required=False)
    travel = forms.ChoiceField(label="How do they travel?")
    driver = forms.ChoiceField(label="Who drives?", required=False)
    device = forms.ChoiceField(label="Alarm device", required=False)
    device_carrier = forms.ChoiceField(label="Who carries it?", required=False)
    safe_word = forms.CharField(label="Safe word", max_length=40, required=False)
    from_home = forms.BooleanField(label="They leave from home, on the way to school", required=False)
    to_home = forms.BooleanField(label="The visit ends at home: they check in from there", required=False)
    hours_reason = forms.CharField(
        label="Why at that time?", widget=SHORT, required=False, help_text="Only for a time outside the hours of the policy"
    )
    no_alternative = forms.BooleanField(label="There is no alternative in school hours", required=False)
    base_contact = forms.ChoiceField(label="Responsible contact, who checks on the staff", required=False)
    base_contact_words = forms.CharField(label="Contact while the office is shut", max_length=200, required=False)
    override_by = forms.ChoiceField(label="Senior leader who lets one person go alone", required=False)
    override_reason = forms.CharField(label="Why without a second person?", widget=SHORT, required=False)

    def __init__(self, *args: Any, visit: HomeVisit, found: Sequence[Candidate], seniors: Sequence[Staff], **kwargs: Any) -> None:
        self.visit, self.people = visit, {str(one.staff.pk): one.staff for one in found}
        self.seniors = {str(person.pk): person for person in seniors}
        super().__init__(*args, **kwargs)
        values = visit.policy.values
        named = [(str(one.staff.pk), one.staff.name if not one.blocks else f"{one.staff.name} (cannot go)") for one in found]
        for name in ("first", "second", "third", "driver", "device_carrier", "base_contact"):
            self._choose(name, [NOBODY, *named])
        self._choose("override_by", [NOBODY, *((str(person.pk), person.name) for person in seniors)])
        vehicles = [(f"v{one.pk}", str(one)) for one in insured_vehicles(visit.school, local(visit.due_at).date())]
        self._choose("travel", [*((way, way) for way in ON_FOOT), *vehicles])
        self._choose("device", [("", "None"), *((str(one.pk), one.label) for one in devices_of(visit.school))])
        alone = values.pair_override == "named_senior_and_reason" and values.minimum_staff > 1
        wanted = {
            "device": values.man_down_device_required, "device_carrier": values.man_down_device_required,
            "safe_word": values.safe_word_required, "no_alternative": values.allowed_hours == "school_hours_or_reason_and_contact",
            "base_contact": values.allowed_hours in ("school_hours_or_reason_and_contact", "holidays_for_education_welfare_officer"),
            "base_contact_words": values.allowed_hours == "holidays_for_education_welfare_officer",
            "override_by": alone, "override_reason": alone,
        }  # fmt: skip
        for name in (name for name, asked in wanted.items() if not asked):
            del self.fields[name]
        if "safe_word" in self.fields and visit.safe_word:
            self.fields["safe_word"].help_text = "One is agreed already. Leave this empty to keep it."
        self.order_fields(["safe_word", *self.fields])

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def pair(self, picked: str = "") -> list[Staff]:
        """Who goes: those picked with one tap, else those chosen by hand, in the order of their parts."""
        chosen = picked.split(",") if picked else [self.cleaned_data.get(name, "") for name in ("first", "second", "third")]
        return list(dict.fromkeys(self.people[pk] for pk in chosen if pk in self.people))

    def read_again(self) -> None:
        """After a refusal the page shows what holds now: sent again, it stands on that, and keeps what was typed."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = str(self.visit.version)  # type: ignore[index]

    def due_back(self) -> datetime:
        """When they are due back."""
        return instant(self.cleaned_data["day"], self.cleaned_data["back"])

    def plan(self, pair: Sequence[Staff]) -> Plan:
        """The rest of the plan. Raises BadInput for times in the wrong order."""
        given = self.cleaned_data
        if not given["sets_off"] <= given["arrive"] < given["back"]:
            raise BadInput("They set off first, are at the door then, and are back last.")
        vehicle = insured_vehicles(self.visit.school, given["day"]).filter(pk=given["travel"][1:]).first() if self._drives() else None
        tasks = {person.pk: given[name] for person, name in zip(pair, ("first_task", "second_task"), strict=False)} if len(pair) > 1 else {}
        device = devices_of(self.visit.school).filter(pk=given["device"]).first() if given.get("device") else None
        return Plan(
            sets_off=instant(given["day"], given["sets_off"]), arrive_at=instant(given["day"], given["arrive"]), place=given["place"],
            vehicle=vehicle, vehicle_words="" if self._drives() else given["travel"], device=device,
            device_carrier=self.people.get(given.get("device_carrier", "")) or (pair[0] if device and pair else None),
            safe_word=given.get("safe_word") or None,
            from_home=given["from_home"], to_home=given["to_home"], hours_reason=given["hours_reason"],
            no_alternative=given.get("no_alternative"), base_contact=self.people.get(given.get("base_contact", "")),
            base_contact_words=given.get("base_contact_words"), override_by=self.seniors.get(given.get("override_by", "")),
            override_reason=given.get("override_reason"), tasks=tasks,
            driver=self.people.get(given["driver"]) or (pair[0] if vehicle and pair else None),
        )  # fmt: skip

    def _drives(self) -> bool:
        travel = str(self.cleaned_data["travel"])
        return travel.startswith("v") and travel[1:].isdigit()


def initial(visit: HomeVisit, at: datetime) -> dict[str, Any]:
    """What the page begins with: the plan as it is, or times around the time at the door and the first alarm device."""
    members = list(visit.members.order_by("pk"))
    device = visit.device or devices_of(visit.school).first()
    door = local(at)
    found: dict[str, Any] = {
        "version": visit.version, "day": door.date(), "arrive": door.time(), "sets_off": local(visit.due_at).time(), "place": visit.place,
        "back": local(visit.due_back).time() if visit.due_back else None,
        "travel": f"v{visit.vehicle_id}" if visit.vehicle_id else visit.vehicle_words or ON_FOOT[0],
        "device": str(device.pk if device else ""), "device_carrier": str(visit.device_carrier_id or ""), "from_home": visit.from_home,
        "to_home": visit.to_home, "hours_reason": visit.hours_reason, "no_alternative": visit.no_alternative,
        "base_contact": str(visit.base_contact_id or ""), "base_contact_words": visit.base_contact_words,
        "override_by": str(visit.override_by_id or ""), "override_reason": visit.override_reason,
    }  # fmt: skip
    for name, member in zip(("first", "second", "third"), members, strict=False):
        found[name] = str(member.staff_id)
        if name != "third":
            found[f"{name}_task"] = member.task
        if member.driver:
            found["driver"] = str(member.staff_id)
    return found
