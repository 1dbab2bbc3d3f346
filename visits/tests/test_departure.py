"""Before leaving: what each policy asks of each of those who go, and that nobody leaves without it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil, Staff, Vehicle
from homevisits.people.tests.factories import ContactFactory, StaffFactory
from safeguarding.services.warnings import warn
from visits.checklist import Trip, lines
from visits.models import DepartureCheck, HomeVisit, VisitItem
from visits.rules.leaving import answers_of, departure_blocks, lines_for, pair_of
from visits.services import departure
from visits.services.appointments import answer
from visits.services.briefing import acknowledge
from visits.services.changes import plan_changed
from visits.services.departure import Kit, answer_checklist, answer_items, equip, say_unwell
from visits.services.out import check_in

from .factories import NOW, a_school, a_visit, an_appointment, approved, assessed, ready_to_leave, week_signed

pytestmark = pytest.mark.django_db
PRESETS = ["primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"]


def to_leave(preset: str, **changes: Any) -> HomeVisit:
    """A visit of that preset that is approved, signed and ready in every way."""
    return ready_to_leave(week_signed(approved(a_visit(a_school(preset, **changes)))))


def clauses(visit: HomeVisit) -> set[str | None]:
    visit.refresh_from_db()
    return {block.clause for block in departure_blocks(visit, NOW)}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_pair_that_has_read_chosen_and_ticked_leaves(preset: str) -> None:
    visit = to_leave(preset)
    assert departure_blocks(visit, NOW) == []
    check_in(visit=visit, point="departed", by=pair_of(visit)[0], now=NOW)
    visit.refresh_from_db()
    assert visit.departed_at == NOW


@pytest.mark.parametrize(
    ("preset", "item", "demanded"),
    [
        pytest.param("primary-procedures", "id", "PRI-24", marks=pytest.mark.clause("PRI-24")),
        pytest.param("attendance-officer", "id", "ATT-37", marks=pytest.mark.clause("ATT-37")),
        pytest.param("attendance-officer", "phone", "ATT-11", marks=pytest.mark.clause("ATT-11")),
        pytest.param("attendance-officer", "hands", "ATT-82", marks=pytest.mark.clause("ATT-82")),
        pytest.param("attendance-officer", "well", "ATT-82", marks=pytest.mark.clause("ATT-82")),
        pytest.param("attendance-officer", "device_logged_in", "ATT-16", marks=pytest.mark.clause("ATT-16")),
        pytest.param("attendance-officer", "device_charged", "ATT-16", marks=pytest.mark.clause("ATT-16")),
        pytest.param("attendance-officer", "device_working", "ATT-16", marks=pytest.mark.clause("ATT-16")),
        pytest.param("academy-trust", "id", "MAT-18", marks=pytest.mark.clause("MAT-18")),
        pytest.param("academy-trust", "phone", "MAT-18", marks=pytest.mark.clause("MAT-18")),
        pytest.param("academy-trust", "dress", "MAT-18", marks=pytest.mark.clause("MAT-18")),
        pytest.param("academy-trust", "cash", "MAT-18", marks=pytest.mark.clause("MAT-18")),
        pytest.param("academy-trust", "safe_word", "MAT-21"),
        pytest.param("alternative-provision", "id", "ALT-14", marks=pytest.mark.clause("ALT-14")),
        pytest.param("alternative-provision", "phone", "ALT-26", marks=pytest.mark.clause("ALT-26")),
        pytest.param("alternative-provision", "cash", "ALT-26", marks=pytest.mark.clause("ALT-26")),
        pytest.param("secondary", "phone", "SEC-08"),
    ],
)
def test_a_line_answered_no_stops_the_visit_with_its_clause(preset: str, item: str, demanded: str) -> None:
    visit = to_leave(preset)
    person = pair_of(visit)[0]
    answer_checklist(visit=visit, answers={item: False}, by=person, now=NOW)
    assert clauses(visit) == {demanded}
    with pytest.raises(Blocked):
        check_in(visit=visit, point="departed", by=person, now=NOW)
    assert not visit.check_ins.exists()
    answer_checklist(visit=visit, answers={item: True}, by=person, now=NOW)
    assert clauses(visit) == set()


@pytest.mark.clause("PRI-01", "ALT-02", "MAT-10")
@pytest.mark.parametrize("preset", PRESETS)
def test_nobody_leaves_on_an_assessment_that_is_not_there_or_no_longer_holds(preset: str) -> None:
    visit = to_leave(preset)
    own = {"attendance-officer": "ATT-80", "academy-trust": "MAT-10", "alternative-provision": "ALT-02"}.get(preset, "PRI-01")
    visit.risks.update(stale_at=NOW, stale_because="the father is back")
    assert own in clauses(visit)
    visit.risks.update(stale_at=None, replaced_at=NOW)
    assert own in clauses(visit)
    with pytest.raises(Blocked):
        check_in(visit=visit, point="departed", by=pair_of(visit)[0], now=NOW)
    visit.risks.update(replaced_at=None)
    check_in(visit=visit, point="departed", by=pair_of(visit)[0], now=NOW)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_line_that_is_not_answered_stops_the_visit(preset: str) -> None:
    visit = to_leave(preset)
    person = pair_of(visit)[1]
    DepartureCheck.objects.filter(visit=visit, staff=person).delete()
    (block,) = departure_blocks(visit, NOW)
    assert person.name in block.says
    assert block.clause


@pytest.mark.clause("ALT-20")
@pytest.mark.clause("MAT-15")
@pytest.mark.parametrize(
    ("preset", "demanded"), [("alternative-provision", "ALT-20"), ("academy-trust", "MAT-15"), ("secondary", "PRI-17")]
)
def test_each_acknowledges_the_briefing_for_themselves_and_a_changed_plan_asks_again(preset: str, demanded: str) -> None:
    visit = to_leave(preset)
    one, other = pair_of(visit)
    visit.members.filter(staff=other).update(briefed_version=None, briefed_at=None)
    assert clauses(visit) == {demanded}
    with pytest.raises(Blocked):
        acknowledge(visit=visit, version=visit.version, by=StaffFactory.create(school=visit.school, roles=["headteacher"]), now=NOW)
    with pytest.raises(BadInput):
        acknowledge(visit=visit, version=visit.version - 1, by=other, now=NOW)
    acknowledge(visit=visit, version=visit.version, by=other, now=NOW)
    assert clauses(visit) == set()
    plan_changed(visit, says="another time", by=one, now=NOW)
    approved(visit)
    assert demanded in clauses(visit)
    assert answers_of(visit, one) == {}


@pytest.mark.clause("ATT-16")
def test_the_device_is_carried_by_one_of_those_who_go_and_only_the_carrier_is_asked_about_it() -> None:
    visit = to_leave("attendance-officer")
    carrier, other = pair_of(visit)
    assert "device_working" in {line.code for line in lines_for(visit, carrier, NOW)}
    assert "device_working" not in {line.code for line in lines_for(visit, other, NOW)}
    device = visit.device
    assert device is not None
    stranger = StaffFactory.create(school=visit.school)
    with pytest.raises(BadInput):
        equip(visit=visit, kit=Kit(vehicle_words="On foot", device=device, device_carrier=stranger), by=carrier, now=NOW)
    HomeVisit.objects.filter(pk=visit.pk).update(device_carrier=None)
    assert clauses(visit) >= {"ATT-16"}
    HomeVisit.objects.filter(pk=visit.pk).update(device=None)
    assert clauses(visit) >= {"ATT-16"}


@pytest.mark.clause("ATT-18")
@pytest.mark.parametrize(("preset", "demanded"), [("attendance-officer", "ATT-18"), ("alternative-provision", "ALT-25")])
def test_a_vehicle_out_of_insurance_cannot_be_chosen_and_does_not_leave(preset: str, demanded: str) -> None:
    visit = to_leave(preset)
    person = pair_of(visit)[0]
    old = Vehicle.objects.create(
        school=visit.school, make="Ford", model="Fiesta", registration="AB12 CDE", colour="Red", insured_until=date(2026, 11, 23)
    )
    kit = Kit(vehicle=old, device=visit.device, device_carrier=visit.device_carrier)
    with pytest.raises(Blocked) as why:
        equip(visit=visit, kit=kit, by=person, now=NOW)
    assert why.value.blocks[0].clause == demanded
    HomeVisit.objects.filter(pk=visit.pk).update(vehicle=old)
    assert clauses(visit) == {demanded}
    HomeVisit.objects.filter(pk=visit.pk).update(vehicle=None, vehicle_words="")
    assert clauses(visit) == {demanded}


@pytest.mark.clause("ATT-11", "MAT-18", "ALT-26", "SEC-08")
@pytest.mark.parametrize(
    ("preset", "demanded"),
    [("attendance-officer", "ATT-11"), ("academy-trust", "MAT-18"), ("alternative-provision", "ALT-26"), ("secondary", "SEC-08")],
)
def test_nobody_leaves_without_a_mobile_number(preset: str, demanded: str) -> None:
    visit = to_leave(preset)
    Staff.objects.filter(pk=pair_of(visit)[0].pk).update(mobile="")
    assert demanded in clauses(visit)


@pytest.mark.clause("ATT-82")
def test_whoever_is_unwell_is_off_the_visit_and_the_office_is_told() -> None:
    visit = to_leave("attendance-officer")
    ill = pair_of(visit)[0]
    say_unwell(visit=visit, by=ill, now=NOW)
    visit.refresh_from_db()
    assert not visit.members.filter(staff=ill).exists()
    assert visit.status != "approved"
    assert Notice.objects.filter(about="unwell", role="office_admin").exists()
    assert ill.unwell.exists()


IDENTITY = {
    "primary-procedures": "I carry my school ID",
    "attendance-officer": "ID card is displayed on the front of my clothing",
    "academy-trust": "identification, not on a necklace lanyard",
    "alternative-provision": "badge is on a quick-release lanyard, to be shown at the door: this is a first visit",
}


@pytest.mark.clause("PRI-24", "ATT-37", "MAT-18", "ALT-14")
@pytest.mark.parametrize("preset", IDENTITY)
def test_the_checklist_page_has_the_words_of_the_policy_about_identification(client: Client, preset: str) -> None:
    visit = to_leave(preset)
    client.force_login(pair_of(visit)[0])
    page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/leaving/").content.decode()
    assert [words for words in IDENTITY.values() if words in page] == [IDENTITY[preset]]


@pytest.mark.clause("ALT-14")
def test_the_badge_is_shown_at_a_first_visit_only() -> None:
    first, later = (
        lines("alternative-provision", "badge_on_quick_release_lanyard", False, False, Trip(first_visit=new)) for new in (True, False)
    )
    assert ["to be shown at the door" in line.words for line in (first[0], later[0])] == [True, False]


@pytest.mark.clause("ATT-82")
def test_hands_are_washed_between_two_visits() -> None:
    asked = [lines("attendance-officer", "card_on_front_of_clothing", False, False, Trip(after_another=after)) for after in (False, True)]
    first, again = (next(line for line in each if line.code == "hands") for each in asked)
    assert "since my last visit" not in first.words
    assert "since my last visit" in again.words


@pytest.mark.clause("MAT-15")
@pytest.mark.clause("PRI-08")
def test_what_to_take_is_ticked_and_an_open_item_stops_nothing() -> None:
    visit = to_leave("academy-trust")
    paper = VisitItem.objects.create(visit=visit, kind="document", what="Attendance record")
    toys = VisitItem.objects.create(visit=visit, kind="preparation", what="Toys")
    person = pair_of(visit)[0]
    answer_items(visit=visit, answers={paper.pk: "taken", toys.pk: ""}, by=person, now=NOW)
    paper.refresh_from_db()
    assert (paper.answer, paper.answered_by) == ("taken", person)
    assert clauses(visit) == set()
    with pytest.raises(BadInput):
        answer_items(visit=visit, answers={paper.pk + 1000: "taken"}, by=person, now=NOW)
    with pytest.raises(Blocked):
        answer_items(
            visit=visit, answers={paper.pk: "taken"}, by=StaffFactory.create(school=visit.school, roles=["class_teacher"]), now=NOW
        )


@pytest.mark.clause("SEC-09")
def test_a_visit_leaves_from_home_and_ends_at_home() -> None:
    visit = to_leave("secondary")
    equip(visit=visit, kit=Kit(vehicle_words="Own car", from_home=True, to_home=True), by=pair_of(visit)[0], now=NOW)
    visit.refresh_from_db()
    assert (visit.from_home, visit.to_home) == (True, True)
    assert clauses(visit) == set()


def a_full_home(visit: HomeVisit) -> Pupil:
    """A home and a child with something in every record."""
    pupil = visit.visit_pupils.get().pupil
    Pupil.objects.filter(pk=pupil.pk).update(medical="Carries an inhaler", behaviour="Runs off when startled", send_needs="Signs Makaton")
    home = visit.household
    home.parking, home.culture, home.area, home.notes = "Behind the chapel", "Shoes off", "Badly lit lane", "Grandmother runs the house"
    home.save()
    ContactFactory.create(pupil=pupil, name="Mx Kind", relationship="Aunt")
    ContactFactory.create(pupil=pupil, name="Mr Barred", restricted=True, restriction_note="Court order", parental_responsibility=False)
    by = StaffFactory.create(school=visit.school, roles=["dsl"])
    warn(household=home, about="animals", says="A biting goose", source="Visit of May", by=by, now=NOW - timedelta(days=60))
    return pupil


@pytest.mark.clause("PRI-14")
@pytest.mark.clause("PRI-16")
@pytest.mark.clause("PRI-17")
@pytest.mark.clause("ALT-20")
@pytest.mark.clause("MAT-15")
@pytest.mark.clause("MAT-36")
def test_the_briefing_has_everything_and_reading_it_is_on_record(client: Client) -> None:
    given = {"animals": "yes", "animals_what": "A goat on the path"}
    visit = assessed(a_visit(a_school("alternative-provision")), answers=given, actions={"animals": "Tied up before we come"})
    HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=NOW + timedelta(minutes=15))
    a_full_home(visit)
    reader = pair_of(visit)[0]
    client.force_login(reader)
    page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/briefing/").content.decode()
    # The risks and how to lessen them, the itinerary, the phone, and when to leave.
    for words in ("A goat on the path", "Tied up before we come", "10:00", "10:15", "11:00", "Phone on", "Leave if it is not safe"):
        assert words in page, words
    for words in ("Behind the chapel", "Shoes off", "Badly lit lane", "Grandmother runs the house", "inhaler", "Runs off", "Makaton",
                  "A biting goose", "No contact with animals", "Mx Kind", "parental responsibility", "Court order", "openstreetmap.org",
                  visit.household.address, reader.mobile[-6:], "Nobody goes in without an adult"):  # fmt: skip
        assert words in page, words
    assert AuditEvent.objects.filter(act="visits.briefing.read", object_id=str(visit.pk)).count() == 1


def test_only_those_who_go_approvers_and_the_office_open_the_briefing(client: Client) -> None:
    visit = a_visit()
    asked = StaffFactory.create(school=visit.school, roles=["class_teacher"])
    HomeVisit.objects.filter(pk=visit.pk).update(raised_by=asked)
    for path in ("briefing/", "briefing/briefing.pdf", "leaving/", "leaving/kit/"):
        client.force_login(asked)
        assert client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/{path}").status_code in (302, 403), path
    assert not AuditEvent.objects.filter(act="visits.briefing.read").exists()


@pytest.mark.parametrize(
    ("role", "reads"),
    [("headteacher", True), ("dsl", True), ("deputy_dsl", True), ("senior_manager", True), ("business_manager", False),
     ("attendance_officer", False), ("office_admin", False), ("line_manager", False)],
)  # fmt: skip
def test_the_briefing_is_for_those_whose_work_the_visit_is_and_not_for_the_rest_of_the_office(
    client: Client, role: str, reads: bool
) -> None:
    visit = a_visit()
    person = StaffFactory.create(school=visit.school, roles=[role])
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/"
    client.force_login(person)
    assert client.get(f"{address}briefing/").status_code == (200 if reads else 302)
    page = client.get(address)
    assert (page.status_code, f"{address}briefing/" in page.content.decode()) == (200, reads)
    HomeVisit.objects.filter(pk=visit.pk).update(raised_by=person)
    assert client.get(f"{address}briefing/").status_code == 200


def test_the_safe_word_is_for_those_who_go_and_those_whom_the_alarm_reaches(client: Client) -> None:
    visit = to_leave("academy-trust")
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/"

    def seen(person: Staff, path: str) -> bool:
        client.force_login(person)
        return visit.safe_word in client.get(address + path).content.decode()

    assert seen(pair_of(visit)[0], "briefing/")
    assert not seen(StaffFactory.create(school=visit.school, roles=["attendance_officer"]), "briefing/")
    assert not seen(pair_of(visit)[0], "leaving/kit/")
    assert not AuditEvent.objects.filter(detail__icontains=visit.safe_word).exists()


def test_the_checklist_page_keeps_own_answers_and_shows_what_stands_against_leaving(client: Client) -> None:
    visit = approved(a_visit())
    one, other = pair_of(visit)
    client.force_login(one)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/leaving/"
    assert other.name in client.get(address).content.decode()
    assert client.post(address, {"id": "no"}).status_code == 302
    assert answers_of(visit, one) == {"id": False}
    assert answers_of(visit, other) == {}
    assert "has no school ID" in client.get(address).content.decode()


def test_a_confirmed_appointment_does_not_change_the_plan() -> None:
    visit = approved(a_visit())
    before = visit.version
    answer(appointment=an_appointment(visit), state="confirmed", by=None, now=NOW)
    visit.refresh_from_db()
    assert (visit.version, visit.status) == (before, "approved")
    assert departure.UNWELL == "ATT-82"
