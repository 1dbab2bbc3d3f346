"""The pages of the staff registers: who sees what, what is entered by hand, what each person says of themselves."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.models import (
    AlarmDevice,
    DutyDay,
    HouseholdConflict,
    LoneWorkerAssessment,
    Pupil,
    School,
    Staff,
    StaffCheck,
    StaffTraining,
    StaffUnwell,
    Vehicle,
)

from . import registers as rows
from .factories import HouseholdFactory, PupilFactory, SchoolFactory, StaffFactory
from .registers import AT, DAY

pytestmark = pytest.mark.django_db
Enter = Callable[..., Client]


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def school() -> School:
    return SchoolFactory.create(slug="oak")


@pytest.fixture
def tess(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["visiting_staff"], name="Tess Tanner", mobile="+447700900101")


@pytest.fixture
def enter(school: School) -> Enter:
    def go(*roles: str, staff: Staff | None = None) -> Client:
        client = Client()
        client.force_login(staff or StaffFactory.create(school=school, roles=roles, mobile="+447700900100", name="Mo Manager"))
        return client

    return go


def text(client: Client, page: str, /, *args: object, **data: object) -> str:
    """What a page says, without its tags."""
    found = client.get(reverse(page, args=["oak", *args]), data).content.decode().partition("<main")[2]  # type: ignore[arg-type]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def send(client: Client, page: str, /, *args: object, **data: object) -> int:
    return client.post(reverse(page, args=["oak", *args]), data).status_code


def days(name: str, day: date) -> dict[str, int]:
    """A day as the form's three numbers."""
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


@pytest.mark.clause("ATT-11")
@pytest.mark.parametrize("role", ["headteacher", "principal", "office_admin"])
def test_the_headteacher_lists_all_numbers_who_has_none_first(enter: Enter, tess: Staff, school: School, role: str) -> None:
    StaffFactory.create(school=school, roles=["visiting_staff"], name="Zed Zander")
    StaffFactory.create(school=SchoolFactory.create(), roles=["visiting_staff"], name="Other Oak", mobile="+447700900199")
    said = text(enter(role), "register_mobiles")
    assert "07700 900101" in said
    assert said.index("Zed Zander") < said.index("Mo Manager") < said.index("Tess Tanner")
    assert "No number" in said
    assert "Other Oak" not in said
    assert enter("class_teacher").get(reverse("register_mobiles", args=["oak"])).status_code == 403


@pytest.mark.clause("ALT-25", "ATT-18")
def test_the_business_manager_keeps_make_model_registration_and_colour_of_vehicles(enter: Enter, tess: Staff) -> None:
    bursar = enter("business_manager")
    car = {"make": "Skoda", "model": "Fabia", "registration": "kn68tze", "colour": "grey", "owner": tess.pk}
    assert send(bursar, "vehicle_enter", **car, **days("insured_until", DAY - timedelta(days=1))) == 302
    said = text(bursar, "register_vehicles")
    assert "KN68 TZE grey Skoda Fabia Tess Tanner" in said
    assert "Expired 23 Nov 2026" in said
    held = Vehicle.objects.get()
    assert send(bursar, "vehicle_change", held.pk, **car, **days("insured_until", date(2027, 5, 3))) == 302
    assert "Until 3 May 2027" in text(bursar, "register_vehicles")
    assert send(bursar, "vehicle_enter", **car) == 422, "it stands there already"
    assert send(bursar, "vehicle_retire", held.pk) == 302
    assert "No vehicles yet" in text(bursar, "register_vehicles")


@pytest.mark.clause("ATT-20")
def test_the_business_manager_keeps_checks_and_training_with_their_expiry(enter: Enter, tess: Staff) -> None:
    bursar = enter("business_manager")
    first = {"staff": tess.pk, "name": "first_aid", **days("done_on", date(2026, 1, 5)), **days("expires_on", date(2026, 11, 23))}
    assert send(bursar, "training_enter", **first) == 302
    assert send(bursar, "training_enter", **{**first, "name": "other", "other": "Minibus", **days("expires_on", date(2026, 12, 10))}) == 302
    said = text(bursar, "register_training")
    assert "Expired 23 Nov 2026" in said
    assert "Ends 10 Dec 2026" in said
    assert said.index("First aid") < said.index("Minibus"), "what has expired comes first"
    check = {"staff": tess.pk, "level": "enhanced_dbs", **days("checked_on", DAY)}
    assert send(bursar, "check_enter", **check) == 302
    assert "No expiry" in text(bursar, "register_checks")
    assert send(bursar, "check_enter", **{**check, "level": "other"}) == 422
    assert send(bursar, "check_remove", StaffCheck.objects.get().pk) == 302
    assert send(bursar, "training_remove", StaffTraining.objects.first().pk) == 302  # type: ignore[union-attr]
    assert (StaffCheck.objects.count(), StaffTraining.objects.count()) == (0, 1)
    stranger = StaffFactory.create(school=SchoolFactory.create(), roles=["visiting_staff"])
    assert send(bursar, "check_enter", **{**check, "staff": stranger.pk}) == 422


def test_alarm_devices_are_entered_changed_and_retired(enter: Enter) -> None:
    bursar = enter("business_manager")
    assert send(bursar, "device_enter", label="Alarm 1", identifier="07700 900981") == 302
    device = AlarmDevice.objects.get()
    assert send(bursar, "device_enter", label="Alarm 1") == 422
    assert send(bursar, "device_change", device.pk, label="Alarm 1", note="New battery") == 302
    assert "New battery" in text(bursar, "register_devices")
    assert send(bursar, "device_retire", device.pk) == 302
    assert "No devices yet" in text(bursar, "register_devices")


@pytest.mark.clause("ATT-10")
def test_an_assessment_is_made_made_stale_and_amended_on_screen(enter: Enter, tess: Staff) -> None:
    manager = enter("line_manager")
    risk = {"hazards": "Stairwells", "measures": "Calls in", **days("review_on", date(2027, 6, 1))}
    assert send(manager, "lone_worker_assess", tess.pk, **risk) == 302
    assert "Until 1 Jun 2027" in text(manager, "register_lone_working")
    row = LoneWorkerAssessment.objects.get()
    assert send(manager, "lone_worker_stale", row.pk, because="") == 422
    assert send(manager, "lone_worker_stale", row.pk, because="Injured knee") == 302
    assert "Injured knee" in text(manager, "register_lone_working")
    assert "Stairwells" in manager.get(reverse("lone_worker_assess", args=["oak", tess.pk])).content.decode(), "amended from what stood"
    assert send(manager, "lone_worker_assess", tess.pk, **{**risk, "measures": "Calls in; lift only"}) == 302
    assert "Injured knee" not in text(manager, "register_lone_working")


def test_a_week_of_the_rota_is_kept_whole_or_not_at_all(enter: Enter, school: School, tess: Staff) -> None:
    head = enter("headteacher")
    assert "Nobody is a senior manager" in text(head, "register_rota")
    sam = StaffFactory.create(school=school, roles=["senior_manager"], name="Sam Senior")
    dev = StaffFactory.create(school=school, roles=["deputy_headteacher"], name="Dev Deputy")
    week = {"staff-2026-11-24": sam.pk, "deputy-2026-11-24": dev.pk, "staff-2026-11-25": sam.pk, "deputy-2026-11-25": ""}
    wrong = head.post(reverse("register_rota", args=["oak"]), {**week, "deputy-2026-11-25": sam.pk})
    assert wrong.status_code == 422
    assert "Wednesday: the deputy has to be another person." in wrong.content.decode()
    assert not DutyDay.objects.exists()
    assert head.post(reverse("register_rota", args=["oak"]), week).status_code == 302
    assert list(DutyDay.objects.order_by("day").values_list("day", "staff", "deputy")) == [
        (DAY, sam.pk, dev.pk),
        (date(2026, 11, 25), sam.pk, None),
    ]
    assert "week of 30 November 2026" in text(head, "register_rota", week="2026-12-02")
    assert "week of 23 November 2026" in text(head, "register_rota", week="nonsense")


def test_one_says_for_oneself_that_one_is_unwell_and_is_back(enter: Enter, tess: Staff) -> None:
    me, office = enter(staff=tess), enter("office_admin")
    assert send(me, "own_unwell", **days("symptoms_from", DAY), infectious="on") == 302
    assert "Unwell: off visits" in text(me, "own_register")
    assert "Tess Tanner" in text(office, "register_unwell")
    assert send(me, "own_test", **days("tested_on", DAY)) == 302
    assert StaffUnwell.objects.get().negative_test_on == DAY
    assert send(me, "own_back") == 302
    assert "Nobody is unwell" in text(office, "register_unwell")
    assert "I am unwell" in text(me, "own_register")


def test_the_office_says_who_is_unwell(enter: Enter, tess: Staff) -> None:
    office = enter("office_admin")
    assert send(office, "unwell_enter", staff=tess.pk, **days("symptoms_from", DAY)) == 302
    row = StaffUnwell.objects.get()
    assert not row.infectious
    assert send(office, "unwell_test", row.pk, **days("tested_on", DAY + timedelta(days=1))) == 422
    assert send(office, "unwell_test", row.pk, **days("tested_on", DAY)) == 302
    assert send(office, "unwell_back", row.pk) == 302
    row.refresh_from_db()
    assert (row.negative_test_on, row.ended_at) == (DAY, AT)


def test_a_household_is_found_by_a_child_and_left_out_without_a_reason(enter: Enter, school: School, tess: Staff) -> None:
    home = HouseholdFactory.create(school=school)
    PupilFactory.create(household=home, first_name="Olu", last_name="Featherstone")
    me, office = enter(staff=tess), enter("office_admin")
    assert (
        reverse("own_conflict_enter", args=["oak", home.pk]) in me.get(reverse("own_conflict", args=["oak"]), {"q": "olu"}).content.decode()
    )
    assert send(me, "own_conflict_enter", home.pk) == 302
    assert "Olu Featherstone" in text(me, "own_register")
    assert "Tess Tanner Olu Featherstone None given" in text(office, "register_conflicts")
    row = HouseholdConflict.objects.get()
    assert (row.reason, row.by) == ("", tess)
    assert send(me, "own_conflict_end", conflict=row.pk) == 302
    row.refresh_from_db()
    assert row.ended_at == AT
    assert send(office, "conflict_enter", home.pk, staff=tess.pk, reason="Neighbours") == 302
    second = HouseholdConflict.objects.get(ended_at=None)
    send(me, "own_conflict_end", conflict=second.pk)
    second.refresh_from_db()
    assert second.ended_at is None, "what the office entered, the office ends"
    assert send(office, "conflict_end", second.pk) == 302
    assert "To enter one, look for a pupil" in text(office, "register_conflicts")


@pytest.mark.clause("ALT-25")
def test_each_person_keeps_their_own_car_and_no_other(enter: Enter, school: School, tess: Staff) -> None:
    me = enter(staff=tess)
    car = {"make": "Seat", "model": "Ibiza", "registration": "LD21KXN", "colour": "red"}
    assert send(me, "own_vehicle", **car, **days("insured_until", date(2027, 1, 31))) == 302
    mine = Vehicle.objects.get()
    assert (mine.owner, mine.insured_until) == (tess, date(2027, 1, 31))
    address = reverse("own_vehicle", args=["oak"])
    assert me.post(f"{address}?vehicle={mine.pk}", {**car, "colour": "green"}).status_code == 302
    mine.refresh_from_db()
    assert mine.colour == "green"
    for other in (rows.vehicle_in(school), rows.vehicle_in(SchoolFactory.create(), owner=tess)):
        assert me.post(f"{address}?vehicle={other.pk}", car).status_code == 404


def test_needs_and_notes_on_the_household_are_kept_on_the_pupils_page(enter: Enter, school: School) -> None:
    olu = PupilFactory.create(school=school, first_name="Olu", last_name="Featherstone")
    office = enter("office_admin")
    assert send(office, "pupil_needs", olu.pk, medical="Asthma: inhaler", behaviour="Runs off", send_needs="Hearing aid") == 302
    notes = {"culture": "Shoes off at the door", "parking": "Behind the shop", "notes": "Bell broken"}
    assert send(office, "household_notes", olu.household_id, **notes) == 302
    said = text(office, "pupil_detail", olu.pk)
    for each in ("Asthma: inhaler", "Runs off", "Hearing aid", "Shoes off at the door", "Behind the shop", "Bell broken"):
        assert each in said
    assert Pupil.objects.get(pk=olu.pk).household.culture == "Shoes off at the door"


@pytest.mark.parametrize(
    ("role", "first"),
    [("business_manager", "who_may_visit"), ("office_admin", "register_mobiles"), ("line_manager", "register_lone_working")],
)
def test_each_role_comes_to_the_first_register_that_it_may_open(enter: Enter, role: str, first: str) -> None:
    client = enter(role)
    answer = client.get(reverse("staff_registers", args=["oak"]))
    assert answer["Location"] == reverse(first, args=["oak"])
    assert client.get(answer["Location"]).status_code == 200


def test_a_day_that_does_not_exist_keeps_what_was_typed(enter: Enter, tess: Staff) -> None:
    answer = enter("business_manager").post(
        reverse("check_enter", args=["oak"]),
        {"staff": tess.pk, "level": "other", "other": "Overseas check", "checked_on_0": 31, "checked_on_1": 2, "checked_on_2": 2026},
    )
    assert answer.status_code == 422
    assert "Overseas check" in answer.content.decode()
    assert "there is no such day" in answer.content.decode()
    assert not StaffCheck.objects.exists()
