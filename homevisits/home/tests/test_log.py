"""The absence log: logging, what it refuses, double taps, undo (PRI-30, PRI-32)."""

import uuid

import pytest
from django.test import Client

from attendance.models import AbsenceMessage, Arrival, MisEntry, UnexplainedAbsence
from attendance.tests.factories import DAY, missing, pupil_with_contact, school_with_policy
from homevisits.people.models import Pupil, School
from homevisits.people.tests.factories import PupilFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db
LOG = "/s/primary/today/log/"


def sent(who: Pupil | None, **given: object) -> dict[str, object]:
    """What the form sends."""
    base = {"token": uuid.uuid4(), "channel": "voicemail", "reason": "He has a temperature", "code": "", "until": "", "q": str(who or "")}
    return {**base, **({"pupil": who.pk} if who else {}), **given}


@pytest.mark.clause("PRI-30")
def test_a_logged_reason_stops_the_ladder_and_is_queued_for_the_information_system(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    missing(school, ada)
    caller = ada.contacts.get()
    office.post(LOG, sent(ada, contact=caller.pk))
    message = AbsenceMessage.objects.get()
    assert (message.channel, message.reason, message.code, message.contact) == ("voicemail", "He has a temperature", "I", caller)
    case = UnexplainedAbsence.objects.get()
    assert (case.status, case.closed_reason, case.next_action_at) == ("closed", "explained", None)
    assert MisEntry.objects.get(done_at=None).code == "I"


def test_the_code_follows_from_the_words_and_can_be_chosen(office: Client, school: School) -> None:
    ada, ben = PupilFactory.create(school=school), PupilFactory.create(school=school)
    office.post(LOG, sent(ada, reason="At the dentist"))
    office.post(LOG, sent(ben, reason="At the dentist", code="C"))
    assert AbsenceMessage.objects.get(pupil=ada).code == "M"
    assert AbsenceMessage.objects.get(pupil=ben).code == "C"
    assert "M suggested" in office.get("/s/primary/today/suggest/?reason=dentist").content.decode()


def test_siblings_are_logged_at_once_when_they_are_ticked(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    ben = PupilFactory.create(household=ada.household, first_name="Ben")
    offered = office.get(f"/s/primary/today/pupils/{ada.pk}/").content.decode()
    assert f'value="{ben.pk}"' in offered
    office.post(LOG, sent(ada, pupil=[ada.pk, ben.pk]))
    assert set(AbsenceMessage.objects.values_list("pupil_id", flat=True)) == {ada.pk, ben.pk}


def test_two_letters_find_pupils_of_this_school_only(office: Client, school: School) -> None:
    PupilFactory.create(school=school, first_name="Zara", last_name="Quill")
    PupilFactory.create(first_name="Zadie", last_name="Other")
    found = office.get("/s/primary/today/pupils/?q=za").content.decode()
    assert "Quill" in found
    assert "Other" not in found
    assert "Quill" not in office.get("/s/primary/today/pupils/?q=z").content.decode()


def test_a_double_tap_logs_once(office: Client, school: School) -> None:
    given = sent(PupilFactory.create(school=school))
    office.post(LOG, given)
    office.post(LOG, given)
    assert AbsenceMessage.objects.count() == 1


def test_days_to_come_are_explained_too(office: Client, school: School) -> None:
    ada = PupilFactory.create(school=school)
    office.post(LOG, sent(ada, until="2026-11-27"))
    assert str(AbsenceMessage.objects.get().last_day) == "2026-11-27"
    assert str(ada) in office.get("/s/primary/today/away/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"until": "2026-11-20"}, "before today"),
        ({"until": "someday"}, "enter a day such as"),
        ({"channel": "pigeon"}, "choose one of the list"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_refused_changes_nothing_and_keeps_what_was_typed(
    office: Client, school: School, wrong: dict[str, str], says: str, htmx: bool
) -> None:
    ada = PupilFactory.create(school=school)
    answer = office.post(LOG, sent(ada, reason="Ill: long words to keep", **wrong), headers={"HX-Request": "true"} if htmx else {})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Ill: long words to keep" in page
    assert f'name="pupil" value="{ada.pk}" checked' in page
    assert ("<html" in page) is not htmx
    assert not AbsenceMessage.objects.exists()


def test_without_a_pick_it_asks_which_pupil(office: Client, school: School) -> None:
    PupilFactory.create(school=school, first_name="Sam", last_name="Ash")
    PupilFactory.create(school=school, first_name="Sam", last_name="Birch")
    page = office.post(LOG, sent(None, q="Sam")).content.decode()
    assert "Choose which pupil you mean" in page
    assert "Sam Ash" in page
    assert "Sam Birch" in page


def test_a_name_that_nobody_has_is_said_so(office: Client) -> None:
    assert "Nobody on roll is called “zzz”" in office.post(LOG, sent(None, q="zzz")).content.decode()


def test_a_full_name_needs_no_pick(office: Client, school: School) -> None:
    sam = PupilFactory.create(school=school, first_name="Sam", last_name="Ash")
    office.post(LOG, sent(None, q="sam ash"))
    assert AbsenceMessage.objects.get().pupil == sam


def test_the_channel_is_remembered(office: Client, school: School) -> None:
    office.post(LOG, sent(PupilFactory.create(school=school), channel="gate"))
    assert 'value="gate" checked' in office.get("/s/primary/today/").content.decode()


def test_another_schools_pupil_cannot_be_logged(office: Client) -> None:
    other = pupil_with_contact(school_with_policy())
    assert office.post(LOG, sent(other)).status_code == 422
    assert office.get(f"/s/primary/today/pupils/{other.pk}/").status_code == 404
    assert not AbsenceMessage.objects.exists()


def test_another_familys_contact_is_not_taken_as_the_caller(office: Client, school: School) -> None:
    stranger = pupil_with_contact(school).contacts.get()
    office.post(LOG, sent(PupilFactory.create(school=school), contact=stranger.pk))
    assert AbsenceMessage.objects.get().contact is None


@pytest.mark.clause("PRI-32")
def test_undo_asks_why_reopens_the_case_and_keeps_the_trail(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    missing(school, ada)
    office.post(LOG, sent(ada))
    message = AbsenceMessage.objects.get()
    asked = office.post(f"{LOG}{message.pk}/undo/", {"because": ""})
    assert asked.status_code == 422
    assert "Say why it is undone" in asked.content.decode()
    office.post(f"{LOG}{message.pk}/undo/", {"because": "Wrong child"})
    message.refresh_from_db()
    assert message.undone_because == "Wrong child"
    case = UnexplainedAbsence.objects.get()
    assert (case.status, case.next_rung) == ("open", "first_text_at")
    trail = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert "Wrong child" in trail
    assert "He has a temperature" in trail


def test_arrived_is_one_tap_counts_once_and_can_be_undone(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    missing(school, ada)
    given = {"pupil": ada.pk, "token": uuid.uuid4()}
    office.post("/s/primary/today/arrived/", given)
    office.post("/s/primary/today/arrived/", given)
    arrival = Arrival.objects.get()
    assert (arrival.code, arrival.day) == ("U", DAY)
    assert UnexplainedAbsence.objects.get().closed_reason == "arrived"
    office.post(f"/s/primary/today/arrived/{arrival.pk}/undo/")
    assert UnexplainedAbsence.objects.get().status == "open"


def test_a_class_teacher_logs_without_seeing_the_morning(enter: Enter, school: School) -> None:
    teacher = enter("class_teacher")
    ada = PupilFactory.create(school=school)
    page = teacher.get("/s/primary/log/").content.decode()
    assert "Log an absence" in page
    assert 'value="teacher" checked' in page
    answer = teacher.post(LOG, sent(ada, channel="teacher"), follow=True)
    assert answer.status_code == 200
    assert AbsenceMessage.objects.get().channel == "teacher"
    refused = teacher.post(LOG, sent(ada, until="2026-11-01"))
    assert refused.status_code == 422
    assert "Open cases" not in refused.content.decode()


def test_a_governor_cannot_log(enter: Enter, school: School) -> None:
    assert enter("governor").post(LOG, sent(PupilFactory.create(school=school))).status_code == 403


IN_PLACE = {"HX-Request": "true"}


def test_a_reason_that_stands_is_said_before_another_is_logged(office: Client, school: School) -> None:
    kai = PupilFactory.create(school=school, first_name="Kai")
    office.post(LOG, sent(kai, channel="email", reason="Dentist"))
    assert "Email, 9:05, Dentist (M). A new reason replaces it." in office.get(f"/s/primary/today/pupils/{kai.pk}/").content.decode()
    refused = office.post(LOG, sent(kai, reason="He is ill"), headers=IN_PLACE)
    assert refused.status_code == 422
    assert "Dentist (M)" in refused.content.decode()
    assert AbsenceMessage.objects.count() == 1
    office.post(LOG, sent(kai, reason="He is ill", seen=kai.pk))
    assert AbsenceMessage.objects.latest("pk").code == "I"


def test_an_arrival_that_stands_is_said_too(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    missing(school, ada)
    office.post("/s/primary/today/arrived/", {"pupil": ada.pk, "token": uuid.uuid4()})
    assert "At school since 9:05" in office.get(f"/s/primary/today/pupils/{ada.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"reason": "zzblah"}, "id_code", "Choose the code: “zzblah” does not suggest one"),
        ({"reason": ""}, "id_reason", "Write the reason, or choose its code"),
        ({"pupil": "", "q": ""}, "id_q", "Choose the pupil: type two letters"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(office: Client, school: School, given: dict[str, str], field: str, says: str) -> None:
    page = office.post(LOG, sent(PupilFactory.create(school=school), **given), headers=IN_PLACE).content.decode()
    assert f'id="{field}-wrong" role="alert">{says}' in page
    assert not AbsenceMessage.objects.exists()


def test_words_that_say_nothing_ask_for_a_code_while_they_are_typed(office: Client) -> None:
    assert "Choose a code" in office.get("/s/primary/today/suggest/?reason=zzblah").content.decode()
    assert "Choose a code" not in office.get("/s/primary/today/suggest/?reason=").content.decode()


def test_a_slip_of_the_year_is_not_logged(office: Client, school: School) -> None:
    refused = office.post(LOG, sent(PupilFactory.create(school=school), until="2036-11-25"))
    assert "more than six months away (25 November 2036)" in refused.content.decode()
    assert not AbsenceMessage.objects.exists()


@pytest.mark.once
def test_a_teacher_takes_back_their_own_entries_and_reads_nobody_elses(enter: Enter, office: Client, school: School) -> None:
    ada, ben = pupil_with_contact(school), pupil_with_contact(school)
    teacher = enter("class_teacher")
    office.post(LOG, sent(ada))
    office.post("/s/primary/today/arrived/", {"pupil": ada.pk, "token": uuid.uuid4()})
    theirs, arrival = AbsenceMessage.objects.get(pupil=ada), Arrival.objects.get()
    for address in (f"{LOG}{theirs.pk}/undo/", f"/s/primary/today/arrived/{arrival.pk}/undo/"):
        assert teacher.post(address, {"because": "Counted up"}).status_code == 404
    assert teacher.get(f"{LOG}{theirs.pk}/undo/").status_code == 404
    theirs.refresh_from_db()
    arrival.refresh_from_db()
    assert (theirs.undone_at, arrival.undone_at) == (None, None)
    teacher.post(LOG, sent(ben, channel="teacher"))
    own = AbsenceMessage.objects.get(pupil=ben)
    assert str(ben) in teacher.get(f"{LOG}{own.pk}/undo/").content.decode()
    teacher.post(f"{LOG}{own.pk}/undo/", {"because": "Wrong child"})
    own.refresh_from_db()
    assert own.undone_because == "Wrong child"
    assert office.get(f"{LOG}{own.pk}/undo/").status_code == 200, "the office takes back what anybody logged"
