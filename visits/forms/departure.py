"""What is taken along, and how they travel."""

from datetime import date
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm
from homevisits.people.models import School
from homevisits.people.selectors.registers import devices_of, insured_vehicles

from ..models import HomeVisit
from ..rules.leaving import pair_of


class KitForm(BaseForm):
    """Vehicle, device and its carrier, safe word; leaving from home, ending at home (SEC-09). Only insured vehicles are listed."""

    vehicle = forms.ChoiceField(label="Vehicle of the register", required=False)
    vehicle_words = forms.CharField(
        label="Or how else they travel", required=False, max_length=120, help_text="For example: on foot, by bus."
    )
    device = forms.ChoiceField(label="Alarm device", required=False)
    device_carrier = forms.ChoiceField(label="Who carries it?", required=False)
    safe_word = forms.CharField(
        label="Safe word", required=False, max_length=40, help_text="Said to the other one or to the school it means: help is needed. "
        "Leave it empty to keep the one that was agreed.",
    )  # fmt: skip
    from_home = forms.BooleanField(label="They leave from home, on the way to school", required=False)
    to_home = forms.BooleanField(label="They go home afterwards, and check in from there", required=False)

    def __init__(self, *args: Any, visit: HomeVisit, school: School, day: date, **kwargs: Any) -> None:
        first = {
            "vehicle": visit.vehicle_id or "", "vehicle_words": visit.vehicle_words, "device": visit.device_id or "",
            "device_carrier": visit.device_carrier_id or "", "from_home": visit.from_home,
            "to_home": visit.to_home,
        }  # fmt: skip
        super().__init__(*args, initial=first, **kwargs)
        self.vehicles = {str(row.pk): row for row in insured_vehicles(school, day)}
        self.devices = {str(row.pk): row for row in devices_of(school)}
        self.people = {str(person.pk): person for person in pair_of(visit)}
        for name, none, rows in (("vehicle", "No vehicle of the register", self.vehicles), ("device", "None", self.devices),
                                 ("device_carrier", "Nobody", self.people)):  # fmt: skip
            self.fields[name].choices = [("", none), *((key, str(row)) for key, row in rows.items())]  # type: ignore[attr-defined]
        if not visit.policy.values.man_down_device_required and not self.devices:
            for name in ("device", "device_carrier"):
                del self.fields[name]
        if not visit.policy.values.safe_word_required and not visit.safe_word:
            del self.fields["safe_word"]
