"""Today: what it shows at each hour, and that it costs the same however many cases are open (S7)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attendance.models import CallDue, Hold, Mark, Register, SetAside, UnexplainedAbsence
from attendance.sweep import sweep
from attendance.tests.factories import DAY, at, missing, pupil_with_contact, reply_in, school_with_policy
from homevisits.common import clock
from homevisits.messaging import delivery
from homevisits.people.models import Contact, Household, Pupil, PupilFlag, School
from homevisits.people.tests.factories import ContactFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db
PAGE = "/s/primary/today/"


def shown(client: Client, address: str = PAGE) -> str:
    """The page's words."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.get("Location")
    return answer.content.decode()


def test_an_empty_morning_says_what_to_do_next(office: Client) -> None:
    page = shown(office)
    assert "Log an absence" in page
    assert "No cases yet" in page


def test_an_open_case_stands_with_its_next_step_and_the_countdown(office: Client, school: School) -> None:
    ada = pupil_with_contact(school, first_name="Ada", last_name="Lovelace")
    missing(school, ada)
    page = shown(office)
    assert "Ada Lovelace" in page
    assert "Text 9:15" in page
    assert "9:15, in 10 minutes" in page


def test_flags_come_first_then_whoever_is_further_up_the_ladder(office: Client, school: School) -> None:
    first, second, flagged = (pupil_with_contact(school, first_name=name) for name in ("Anna", "Bert", "Cleo"))
    missing(school, first, second, flagged)
    PupilFlag.objects.create(pupil=flagged, kind="looked_after")
    UnexplainedAbsence.objects.filter(pupil=second).update(next_rung="welfare_visit_at")
    page = shown(office)
    assert page.index("Cleo") < page.index("Bert") < page.index("Anna")


def test_a_pupil_who_vanished_at_lunch_comes_before_the_others(office: Client, school: School) -> None:
    away, gone = pupil_with_contact(school, first_name="Anna"), pupil_with_contact(school, first_name="Zoe")
    missing(school, away)
    Mark.objects.create(school=school, pupil=gone, day=DAY, session="AM", code="/", recorded_at=at("9:00"))
    missing(school, away, gone, session="PM", taken="13:15")
    with clock.frozen(at("13:20")):
        page = shown(office)
    cases = page[page.index('id="cases"') :]
    assert cases.index("Zoe") < cases.index("Anna")
    assert cases.count("Here this morning") == 1
    assert "first text</strong> <time" in page
    assert "13:30, in 10 minutes" in page


def test_the_kind_of_a_flag_is_not_shown_over_shoulders(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    PupilFlag.objects.create(pupil=ada, kind="child_protection_plan")
    missing(school, ada)
    page = shown(office)
    assert "Safeguarding flag" in page
    assert "Child protection plan" not in page


@pytest.mark.clause("PRI-33")
def test_the_call_list_has_contacts_in_priority_order_and_names_whom_never_to_ring(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    Contact.objects.filter(pupil=ada).update(name="Mary First", mobile="+447700900001")
    ContactFactory.create(pupil=ada, name="Gran Second", priority=2, mobile="+447700900002", language="Polish", access_needs="Interpreter")
    ContactFactory.create(pupil=ada, name="Dan Never", priority=1, mobile="+447700900003", restricted=True, restriction_note="Court order")
    missing(school, ada)
    with clock.frozen(at("9:45")):
        sweep(at("9:45"))
        page = shown(office)
    calls = page[page.index('id="calls"') :]
    assert calls.index("Mary First") < calls.index("Gran Second") < calls.index("Never call")
    assert 'href="tel:+447700900001"' in calls
    assert "Interpreter" in calls
    assert "Polish" in calls
    assert "Dan Never: Court order" in calls
    assert "+447700900003" not in page


def test_what_was_sent_is_counted_by_its_fate(office: Client, school: School) -> None:
    missing(school, pupil_with_contact(school), pupil_with_contact(school))
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
        assert "2 on the way" in shown(office)
        delivery.deliver(now=at("9:15"))
        assert "2 sent" in shown(office) or "2 delivered" in shown(office)


def hold_on(school: School) -> None:
    """The brake is on."""
    pupils = [pupil_with_contact(school) for _ in range(11)]
    missing(school, *pupils)
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
    assert Hold.objects.get().released_at is None


def test_the_brake_is_a_banner_with_its_share_of_the_roll(office: Client, school: School) -> None:
    hold_on(school)
    with clock.frozen(at("9:16")):
        page = shown(office)
    assert "The texts are held" in page
    assert "11 pupils" in page
    assert "100 % of the roll" in page
    assert "11 held" in page


def test_the_brake_is_let_go_with_a_reason_by_whoever_may(enter: Enter, school: School) -> None:
    hold_on(school)
    office, dsl = enter("office_admin"), enter("dsl")
    with clock.frozen(at("9:20")):
        assert "They can be sent by: Office admin" in shown(dsl, f"{PAGE}hold/")
        dsl.post(f"{PAGE}hold/", {"reason": "looks fine"})
        assert Hold.objects.get().released_at is None
        refused = office.post(f"{PAGE}hold/", {"reason": ""})
        assert refused.status_code == 422
        assert "Say what you checked" in refused.content.decode()
        office.post(f"{PAGE}hold/", {"reason": "The coach is late"})
    hold = Hold.objects.get()
    assert hold.release_reason == "The coach is late"
    assert hold.released_at == at("9:20")


def test_a_register_not_taken_is_in_the_banner(office: Client, school: School) -> None:
    missing(school, pupil_with_contact(school))
    Register.objects.filter(session="AM").update(taken_at=None)
    page = shown(office)
    assert "Register not taken: 3A" in page


def test_a_pupil_without_any_mark_in_a_taken_register_is_in_the_banner(office: Client, school: School) -> None:
    ada, ben = pupil_with_contact(school), pupil_with_contact(school)
    missing(school, ada)
    assert "1 pupil has no mark" in shown(office)
    assert str(ben) in shown(office, "/s/primary/registers/")


def test_a_step_put_aside_stays_in_the_banner_until_somebody_has_dealt_with_it(office: Client, school: School) -> None:
    case = missing(school, pupil_with_contact(school))[0]
    UnexplainedAbsence.objects.update(set_aside_at=at("9:01"))
    row = SetAside.objects.create(school=school, what="case:first_text_at", row_id=case.pk, at=at("9:01"), error="x")
    assert "1 step could not be taken by itself" in shown(office)
    assert "The first text" in shown(office, f"{PAGE}by-hand/")
    office.post(f"{PAGE}by-hand/{row.pk}/")
    assert "could not be taken" not in shown(office)
    case.refresh_from_db()
    assert case.set_aside_at is None


def test_a_closed_day_says_so(office: Client, school: School) -> None:
    office.force_login(enter_head(school))
    office.post(f"{PAGE}close/", {"reason": "Snow"})
    page = shown(office)
    assert "No school" in page
    assert "Snow" in page


def enter_head(school: School):  # type: ignore[no-untyped-def]
    """The headteacher."""
    from homevisits.people.tests.factories import StaffFactory

    return StaffFactory.create(school=school, roles=["headteacher"])


def test_a_poll_answers_304_until_something_changes(office: Client, school: School) -> None:
    missing(school, pupil_with_contact(school))
    first = office.get(f"{PAGE}live/", headers={"HX-Request": "true", "X-Live": "1"})
    again = office.get(f"{PAGE}live/", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    reply_in(school)
    assert office.get(f"{PAGE}live/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_log_is_never_part_of_a_poll(office: Client, school: School) -> None:
    missing(school, pupil_with_contact(school))
    live = office.get(f"{PAGE}live/").content.decode()
    assert 'id="cases"' in live
    assert 'id="log"' not in live


def test_yesterday_is_there_to_read(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    missing(school, ada, day=DAY - timedelta(days=1))
    page = shown(office, f"{PAGE}?day=2026-11-23")
    assert str(ada) in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]
    assert "Still open from an earlier day" in shown(office)


def many(school: School, count: int) -> None:
    """So many open cases with long names, texted and on the call list."""
    homes = Household.objects.bulk_create(Household(school=school) for _ in range(count))
    pupils = Pupil.objects.bulk_create(
        Pupil(school=school, household=home, first_name=f"Oluwaseun-Maximilian{n}", last_name="Featherstonehaugh-Okonkwo", class_name="3A")
        for n, home in enumerate(homes)
    )
    Contact.objects.bulk_create(
        Contact(pupil=pupil, name=f"Mrs Wilhelmina Featherstonehaugh-Okonkwo {place}", relationship="Grandmother", priority=place,
                mobile=f"+447700900{n % 1000:03}", landline=f"+441632960{n % 1000:03}")
        for n, pupil in enumerate(pupils) for place in (1, 2, 3)
    )  # fmt: skip
    missing(school, *pupils)
    UnexplainedAbsence.objects.update(next_rung="welfare_visit_at", next_action_at=at("11:30"))
    CallDue.objects.bulk_create(CallDue(school=school, household=home, day=DAY, at=at("9:45")) for home in homes)


@pytest.mark.parametrize("count", [50, 500])
def test_the_page_costs_ten_queries_and_150_kilobytes_at_most(office: Client, school: School, count: int) -> None:
    many(school, count)
    with clock.frozen(at("10:00")):
        shown(office)  # the session is stamped once
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = shown(office)
    assert len(asked) <= 10, "\n".join(query["sql"][:200] for query in asked.captured_queries)
    assert len(page.encode()) <= 150_000
    assert f">{count}<" in page


def test_a_poll_without_news_costs_few_queries(office: Client, school: School) -> None:
    many(school, 50)
    with clock.frozen(at("10:00")):
        tag = office.get(f"{PAGE}live/")["ETag"]
        with CaptureQueriesContext(connection) as asked:
            assert office.get(f"{PAGE}live/", headers={"If-None-Match": tag}).status_code == 304
    assert len(asked) <= 5


def test_the_rest_of_the_cases_comes_on_demand(office: Client, school: School) -> None:
    many(school, 120)
    with clock.frozen(at("10:00")):
        assert "Show the other 20" in shown(office)
        assert "Show the other" not in shown(office, f"{PAGE}?all=1")


def test_another_schools_morning_does_not_exist(office: Client) -> None:
    school_with_policy(slug="other")
    assert office.get("/s/other/today/").status_code == 404
    assert office.get("/s/other/today/live/").status_code == 404
