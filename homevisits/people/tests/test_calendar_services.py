"""Entering terms and closures."""

from datetime import UTC, date, datetime

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput
from homevisits.people.models import Closure, School, Term
from homevisits.people.school_calendar import school_day_status
from homevisits.people.services.calendar import add_closure, remove_closure, remove_term, save_term

from .factories import SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


def test_a_closure_is_entered_once_and_audited(school: School) -> None:
    by = StaffFactory.create(school=school, roles=["headteacher"])
    add_closure(school=school, day=date(2026, 11, 24), kind=Closure.Kind.CLOSED, reason="snow", by=by, now=NOW)
    again = add_closure(school=school, day=date(2026, 11, 24), kind=Closure.Kind.CLOSED, reason="heavy snow", by=by, now=NOW)
    assert again.entered_by == by
    assert school_day_status(school, date(2026, 11, 24)) == (False, "School closed: heavy snow")
    assert AuditEvent.objects.filter(act="people.closure.added", chain=school.pk).count() == 2


def test_a_closure_at_the_weekend_is_refused(school: School) -> None:
    by = StaffFactory.create()
    with pytest.raises(BadInput, match="Monday to Friday"):
        add_closure(school=school, day=date(2026, 11, 28), kind=Closure.Kind.INSET, by=by, now=NOW)
    assert not Closure.objects.exists()


def test_a_closure_to_come_can_be_taken_back_but_not_todays(school: School) -> None:
    by = StaffFactory.create()
    today = add_closure(school=school, day=date(2026, 11, 24), kind=Closure.Kind.CLOSED, by=by, now=NOW)
    later = add_closure(school=school, day=date(2026, 12, 1), kind=Closure.Kind.INSET, by=by, now=NOW)
    remove_closure(closure=later, by=by, now=NOW)
    with pytest.raises(BadInput):
        remove_closure(closure=today, by=by, now=NOW)
    assert list(Closure.objects.all()) == [today]


def test_terms_do_not_overlap_and_can_be_changed(school: School) -> None:
    by = StaffFactory.create()
    autumn = save_term(school=school, name="Autumn 1", starts_on=date(2026, 9, 2), ends_on=date(2026, 10, 23), by=by, now=NOW)
    with pytest.raises(BadInput, match="overlap with Autumn 1"):
        save_term(school=school, name="Autumn 2", starts_on=date(2026, 10, 23), ends_on=date(2026, 12, 18), by=by, now=NOW)
    with pytest.raises(BadInput, match="before its first day"):
        save_term(school=school, name="Odd", starts_on=date(2027, 1, 8), ends_on=date(2027, 1, 4), by=by, now=NOW)
    save_term(school=school, term=autumn, name="Autumn 1", starts_on=date(2026, 9, 3), ends_on=date(2026, 10, 23), by=by, now=NOW)
    assert Term.objects.get().starts_on == date(2026, 9, 3)
    remove_term(term=autumn, by=by, now=NOW)
    assert school_day_status(school, date(2026, 10, 27)) == (True, "")


def test_when_the_audit_fails_nothing_is_left(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    by = StaffFactory.create()

    def broken(*args: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("homevisits.people.services.calendar.audit.record", broken)
    with pytest.raises(RuntimeError):
        add_closure(school=school, day=date(2026, 11, 24), kind=Closure.Kind.CLOSED, by=by, now=NOW)
    assert not Closure.objects.exists()
