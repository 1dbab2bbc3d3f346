"""The first-day clauses of the policies, each played as a morning."""

import pytest

from .matching import ADA, BEN, found, morning

pytestmark = pytest.mark.django_db
CALL = {"do": "call", "pupil": "ada", "contact": "ada-mum", "by": "olive"}


@pytest.mark.clause("PRI-43")
def test_only_a_pupil_neither_present_nor_explained_has_a_case() -> None:
    cal = {"ref": "cal", "name": "Cal Third", "contacts": [{"ref": "cal-mum", "name": "Ca Third", "phone": "07700900004"}]}
    log = morning(
        {"at": "08:30", "do": "absence_message", "pupil": "ben", "channel": "email", "code": "I", "by": "olive"},
        {"at": "08:50", "do": "arrived", "pupil": "cal", "by": "olive"},
        pupils=[ADA, BEN, cal],
    )
    assert [entry["pupils"] for entry in found(log, what="case_opened")] == [["ada"]]
    for ref in ("ben", "cal"):
        assert not found(log, pupils=[ref])


@pytest.mark.clause("PRI-43", "PRI-31")
def test_nobody_is_texted_before_the_register_is_taken() -> None:
    log = morning(
        {"at": "10:00", "do": "register_taken", "unexplained": ["ada"]},
        register={"closes": "09:00", "taken": False, "unexplained": ["ada"]},
    )
    assert found(log, at="10:00", what="case_opened", pupils=["ada"])
    assert [entry["at"][11:16] for entry in found(log, what="text_sent")] == ["10:00"]


@pytest.mark.clause("PRI-31")
def test_one_text_at_quarter_past_nine_to_each_pupil_not_accounted_for() -> None:
    log = morning({"at": "09:14:59", "do": "absence_message", "pupil": "ben", "channel": "gate", "code": "M", "by": "olive"})
    texts = found(log, what="text_sent", template="first_day_absence")
    assert [(text["at"][11:19], text["to"], text["pupils"]) for text in texts] == [("09:15:00", "07700900001", ["ada"])]


@pytest.mark.clause("PRI-30", "PRI-32")
@pytest.mark.parametrize("channel", ["voicemail", "email", "teacher", "gate", "office", "reply"])
def test_a_message_stops_the_ladder_at_any_time(channel: str) -> None:
    log = morning({"at": "10:00", "do": "absence_message", "pupil": "ada", "channel": channel, "code": "I", "by": "olive"}, pupils=[ADA])
    assert found(log, at="10:00", what="case_closed", pupils=["ada"], reason="explained", by="olive")
    assert found(log, at="10:00", what="text_sent", template="all_clear")
    assert not found(log, what="visit_raised")


@pytest.mark.clause("PRI-33")
def test_the_household_is_on_the_call_list_at_quarter_to_ten_and_each_attempt_is_kept() -> None:
    log = morning(
        {"at": "09:50", **CALL, "outcome": "voicemail"}, {"at": "09:55", **CALL, "outcome": "explained", "code": "I"}, pupils=[ADA]
    )
    assert [entry["at"][11:19] for entry in found(log, what="call_due", pupils=["ada"])] == ["09:45:00"]
    made = found(log, what="call_made", contact="ada-mum", pupils=["ada"], by="olive")
    assert [(entry["at"][11:16], entry["outcome"]) for entry in made] == [("09:50", "voicemail"), ("09:55", "explained")]
    assert found(log, at="09:55", what="case_closed", reason="explained")


@pytest.mark.clause("PRI-34")
@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_no_answer_tells_the_lead_and_sends_the_escalation_once(outcome: str) -> None:
    log = morning({"at": "09:50", **CALL, "outcome": outcome}, {"at": "09:52", **CALL, "outcome": outcome}, pupils=[ADA])
    assert [entry["at"][11:16] for entry in found(log, what="told", role="pupil_support_lead", about="no_response")] == ["09:50"]
    texts = found(log, what="text_sent", template="first_day_absence_escalation")
    assert [(text["at"][11:16], text["to"]) for text in texts] == [("09:50", "07700900001")]


@pytest.mark.clause("PRI-34")
def test_a_call_that_failed_before_the_calls_are_due_counts_when_they_are() -> None:
    log = morning({"at": "09:20", **CALL, "outcome": "no_answer"}, pupils=[ADA])
    assert [entry["at"][11:16] for entry in found(log, what="told", about="no_response")] == ["09:45"]
    assert [entry["at"][11:16] for entry in found(log, what="text_sent", template="first_day_absence_escalation")] == ["09:45"]


@pytest.mark.clause("PRI-35")
def test_without_contact_a_welfare_visit_is_raised_with_those_not_yet_tried() -> None:
    log = morning({"at": "09:50", **CALL, "outcome": "no_answer"})
    visits = {tuple(entry["pupils"]): entry["untried"] for entry in found(log, at="11:30", what="visit_raised")}
    assert visits == {("ada",): ["ada-gran"], ("ben",): ["ben-dad"]}
    for role in ("pupil_support_lead", "senior_manager", "dsl"):
        assert found(log, at="11:30", what="told", role=role, about="visit_needed", pupils=["ada", "ben"])


def test_restricted_people_are_never_texted_called_or_named_as_untried() -> None:
    ex = {"ref": "ada-ex", "name": "Ex Example", "phone": "07700900666", "priority": 1, "restricted": True}
    shared = {"ref": "ada-same", "name": "Same Number", "phone": "07700900666", "priority": 1}
    log = morning(
        {"at": "09:50", **CALL, "contact": "ada-ex", "outcome": "no_answer"}, pupils=[ADA | {"contacts": [ex, shared, *ADA["contacts"]]}]
    )
    assert found(log, at="09:50", what="refused", do="call")
    assert not found(log, to="07700900666")
    assert found(log, what="text_sent", to="07700900001")
    assert all("ada-ex" not in entry["untried"] for entry in found(log, what="visit_raised"))


@pytest.mark.parametrize(
    ("offset", "day"), [("+00:00", "2026-11-24"), ("+01:00", "2026-06-23"), ("+00:00", "2026-10-26"), ("+01:00", "2027-04-12")]
)
def test_cut_offs_are_school_clock_times_on_both_sides_of_the_clock_change(offset: str, day: str) -> None:
    log = morning(pupils=[ADA], date=day)
    text = found(log, what="text_sent")[0]
    assert text["at"] == f"{day}T09:15:00{offset}"
