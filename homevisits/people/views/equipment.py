"""The registers of vehicles and alarm devices (ATT-16, ATT-18)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ..access import SchoolRequest, school_view, today_of
from ..forms_registers import DeviceForm, VehicleForm
from ..models import AlarmDevice, Vehicle
from ..registers_shown import Act, Cell, Row, done, form_page, list_page
from ..selectors.own import insurance
from ..selectors.registers import devices_of, vehicles_of
from ..services import equipment as services
from .registers import people_here, worst_first

VEHICLE_FIELDS = ("make", "model", "registration", "colour", "minibus", "insured_until", "insurance_note")


@school_view(act="keep_registers")
def register_vehicles(request: SchoolRequest) -> HttpResponse:
    """Every vehicle in use, those without insurance first."""
    today, slug = today_of(request.school), request.school.slug
    rows = []
    for car in vehicles_of(request.school):
        state, words = insurance(car, today)
        rows.append(
            Row(
                car.registration,
                [
                    Cell(f"{car.colour} {car.make} {car.model}", note="Minibus" if car.minibus else ""),
                    Cell(car.owner.name if car.owner else "The school’s own"),
                    Cell(words, state, note=car.insurance_note),
                ],
                [
                    Act("Change", reverse("vehicle_change", args=[slug, car.pk]), car.registration),
                    Act("No longer used", reverse("vehicle_retire", args=[slug, car.pk]), car.registration, post=True),
                ],
            )
        )
    return list_page(
        request, heading="Vehicles", columns=["Registration", "Vehicle", "Whose", "Insurance"], rows=worst_first(rows), counted="vehicle",
        intro="A vehicle out of insurance, or without a day until which it is insured, cannot be chosen for a visit.", clause="ATT-18",
        add=("vehicle_enter", "Enter a vehicle"), empty="No vehicles yet. Enter the minibus and the cars that staff use on visits.",
    )  # fmt: skip


@school_view(act="keep_registers")
def vehicle_enter(request: SchoolRequest) -> HttpResponseBase:
    """A vehicle new to the register."""
    return _vehicle(request, None, {})


@school_view(act="keep_registers")
def vehicle_change(request: SchoolRequest, vehicle_id: int) -> HttpResponseBase:
    """Another insurance, or a correction."""
    car = get_object_or_404(vehicles_of(request.school), pk=vehicle_id)
    held = {name: getattr(car, name) for name in VEHICLE_FIELDS}
    return _vehicle(request, car, {**held, "owner": car.owner_id or ""})


def _vehicle(request: SchoolRequest, car: Vehicle | None, initial: dict[str, Any]) -> HttpResponseBase:
    people = people_here(request)
    if car is not None and car.owner is not None and car.owner not in people:
        people.append(car.owner)  # who has left still owns it
    form = VehicleForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    answer = done(request, form, services.save_vehicle, "The vehicle is kept.", "register_vehicles", school=request.school, vehicle=car)
    heading = f"Vehicle {initial['registration']}" if car else "Enter a vehicle"
    return answer or form_page(request, form, heading=heading, back="register_vehicles")


@school_view(act="keep_registers")
@require_POST
def vehicle_retire(request: SchoolRequest, vehicle_id: int) -> HttpResponseBase:
    """A vehicle that is no longer used."""
    car = get_object_or_404(vehicles_of(request.school), pk=vehicle_id)
    services.retire_vehicle(vehicle=car, by=request.user, now=request.now)
    messages.success(request, f"{car.registration} is no longer used. To use it again, enter it again.")
    return redirect("register_vehicles", request.school.slug)


@school_view(act="keep_registers")
def register_devices(request: SchoolRequest) -> HttpResponse:
    """The alarm devices in use."""
    slug = request.school.slug
    rows = [
        Row(
            device.label,
            [Cell(device.identifier or "—"), Cell(device.note or "—")],
            [
                Act("Change", reverse("device_change", args=[slug, device.pk]), device.label),
                Act("No longer used", reverse("device_retire", args=[slug, device.pk]), device.label, post=True),
            ],
        )
        for device in devices_of(request.school)
    ]
    return list_page(
        request, heading="Alarm devices", columns=["Device", "Number", "Note"], rows=rows, counted="device", clause="ATT-16",
        intro="Devices that call for help when somebody falls or presses them. Each is logged in and tested before every departure.",
        add=("device_enter", "Enter a device"), empty="No devices yet. Enter those that staff carry on visits.",
    )  # fmt: skip


@school_view(act="keep_registers")
def device_enter(request: SchoolRequest) -> HttpResponseBase:
    """A new device."""
    return _device(request, None)


@school_view(act="keep_registers")
def device_change(request: SchoolRequest, device_id: int) -> HttpResponseBase:
    """Another number or note."""
    return _device(request, get_object_or_404(devices_of(request.school), pk=device_id))


def _device(request: SchoolRequest, device: AlarmDevice | None) -> HttpResponseBase:
    initial = {"label": device.label, "identifier": device.identifier, "note": device.note} if device else None
    form = DeviceForm(request.POST if request.method == "POST" else None, initial=initial)
    answer = done(request, form, services.save_device, "The device is kept.", "register_devices", school=request.school, device=device)
    heading = initial["label"] if initial else "Enter an alarm device"
    return answer or form_page(request, form, heading=heading, back="register_devices")


@school_view(act="keep_registers")
@require_POST
def device_retire(request: SchoolRequest, device_id: int) -> HttpResponseBase:
    """A device that is no longer used."""
    device = get_object_or_404(devices_of(request.school), pk=device_id)
    services.retire_device(device=device, by=request.user, now=request.now)
    messages.success(request, f"{device.label} is no longer used. To use it again, enter it again.")
    return redirect("register_devices", request.school.slug)
