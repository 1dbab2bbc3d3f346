"""Who is what in which school, on which day."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from rules.rulesets import test_rule as rule_holds

from homevisits.people import access
from homevisits.people.access import SchoolRequest, holders, may, roles_of, school_view, schools_of, staff_with_role
from homevisits.people.matrix import ACTS, allows
from homevisits.people.models import Role, School, Staff, StaffRole, Trust

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
THEN = datetime(2026, 9, 1, tzinfo=UTC)


def make_school(slug: str, trust: Trust | None = None) -> School:
    return School.objects.create(name=slug.title(), slug=slug, trust=trust, created_at=THEN)


def make_staff(name: str, **fields: object) -> Staff:
    return Staff.objects.create(email=f"{name}@school.example", name=name.title(), **fields)


def test_a_role_holds_from_its_first_day_to_its_last() -> None:
    school, olive = make_school("oak"), make_staff("olive")
    StaffRole.objects.create(staff=olive, school=school, role=Role.OFFICE_ADMIN, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 24))
    held = {day: roles_of(olive, school, date(2026, 11, day)) for day in (1, 2, 24, 25)}
    assert held == {1: frozenset(), 2: {"office_admin"}, 24: {"office_admin"}, 25: frozenset()}
    assert list(schools_of(olive, date(2026, 11, 24))) == [school]
    assert not schools_of(olive, date(2026, 11, 25))


def test_a_role_through_the_trust_holds_in_its_schools_only() -> None:
    trust = Trust.objects.create(name="Trees", slug="trees")
    oak, elm, alone = make_school("oak", trust), make_school("elm", trust), make_school("alone")
    terry = make_staff("terry")
    StaffRole.objects.create(staff=terry, trust=trust, role=Role.TRUST_ADMIN)
    assert roles_of(terry, oak, DAY) == roles_of(terry, elm, DAY) == {"trust_admin"}
    assert roles_of(terry, alone, DAY) == frozenset()
    assert list(schools_of(terry, DAY)) == [elm, oak]
    assert list(staff_with_role(elm, Role.TRUST_ADMIN, DAY)) == [terry]
    assert not staff_with_role(alone, Role.TRUST_ADMIN, DAY)


def test_a_school_role_does_not_reach_a_school_without_trust() -> None:
    """Two schools without a trust share the empty trust column, and nothing else."""
    oak, elm, olive = make_school("oak"), make_school("elm"), make_staff("olive")
    StaffRole.objects.create(staff=olive, school=oak, role=Role.OFFICE_ADMIN)
    assert roles_of(olive, elm, DAY) == frozenset()
    assert list(schools_of(olive, DAY)) == [oak]


def test_whoever_left_has_no_role() -> None:
    school, olive = make_school("oak"), make_staff("olive", is_active=False)
    StaffRole.objects.create(staff=olive, school=school, role=Role.DSL)
    assert roles_of(olive, school, DAY) == frozenset()
    assert not schools_of(olive, DAY)
    assert not staff_with_role(school, Role.DSL, DAY)
    assert not holders(school, Role.DSL, DAY)


def test_deputies_hear_what_the_safeguarding_lead_hears_but_are_not_the_lead() -> None:
    school, dot, dee = make_school("oak"), make_staff("dot"), make_staff("dee")
    StaffRole.objects.create(staff=dot, school=school, role=Role.DSL)
    StaffRole.objects.create(staff=dee, school=school, role=Role.DEPUTY_DSL)
    assert list(staff_with_role(school, Role.DSL, DAY)) == [dot]
    assert list(holders(school, Role.DSL, DAY)) == [dee, dot]


def test_a_principal_is_told_what_a_headteacher_is_told() -> None:
    school, pip = make_school("oak"), make_staff("pip")
    StaffRole.objects.create(staff=pip, school=school, role=Role.PRINCIPAL)
    assert list(holders(school, Role.HEADTEACHER, DAY)) == [pip]


def test_the_senior_manager_on_duty_is_told_and_everyone_when_nobody_is() -> None:
    school, sam, sue = make_school("oak"), make_staff("sam"), make_staff("sue")
    on = StaffRole.objects.create(staff=sam, school=school, role=Role.SENIOR_MANAGER)
    StaffRole.objects.create(staff=sue, school=school, role=Role.SENIOR_MANAGER, on_duty=False)
    assert list(holders(school, Role.SENIOR_MANAGER, DAY)) == [sam]
    on.on_duty = False
    on.save()
    assert list(holders(school, Role.SENIOR_MANAGER, DAY)) == [sam, sue]


def test_acts_belong_to_roles() -> None:
    school, greta = make_school("oak"), make_staff("greta")
    StaffRole.objects.create(staff=greta, school=school, role=Role.GOVERNOR)
    assert not may(greta, school, "log_absence", DAY)
    assert may(greta, school, "see_policy", DAY)
    assert ACTS["release_hold"] == {Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, Role.HEADTEACHER, Role.PRINCIPAL}
    assert ACTS["approve_policy"] == ACTS["go_live"] == {Role.HEADTEACHER, Role.PRINCIPAL}
    assert set(Role) - ACTS["record_call"] == {Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN}
    with pytest.raises(KeyError):
        allows("relase_hold", ["headteacher"])


def test_the_rules_do_not_open_for_a_superuser() -> None:
    school, root, olive = make_school("oak"), make_staff("root", is_superuser=True, is_staff=True), make_staff("olive")
    StaffRole.objects.create(staff=olive, school=school, role=Role.OFFICE_ADMIN)
    assert rule_holds("log_absence", olive, school)  # type: ignore[no-untyped-call]
    assert not rule_holds("log_absence", root, school)  # type: ignore[no-untyped-call]


@school_view(act="keep_home_warnings")
def _page(request: SchoolRequest) -> HttpResponse:
    return HttpResponse(f"{request.school} {sorted(request.school_roles)}")


def _ask(staff: Staff | AnonymousUser, slug: str) -> HttpResponse:
    request = RequestFactory().get("/s/x/audit/")
    request.user = staff
    request.session = {}  # type: ignore[assignment]
    return _page(request, school=slug)  # type: ignore[return-value]


def test_a_page_of_a_school_opens_to_its_roles_only() -> None:
    oak, elm, dot, olive = make_school("oak"), make_school("elm"), make_staff("dot"), make_staff("olive")
    StaffRole.objects.create(staff=dot, school=oak, role=Role.DSL)
    StaffRole.objects.create(staff=olive, school=oak, role=Role.OFFICE_ADMIN)
    assert _ask(dot, "oak").content == b"Oak ['dsl']"
    refused = _ask(olive, "oak")
    assert refused.status_code == 403
    assert "Designated safeguarding lead, Deputy safeguarding lead" in refused.content.decode()
    for slug in (elm.slug, "nowhere"):
        with pytest.raises(Http404):
            _ask(dot, slug)
    assert _ask(AnonymousUser(), "oak").status_code == 302


def test_a_page_names_one_way_in() -> None:
    with pytest.raises(TypeError):
        school_view()
    with pytest.raises(TypeError):
        school_view(act="see_today", all_staff=True)
    with pytest.raises(KeyError):
        school_view(act="sea_today")
    assert access.school_view(all_staff=True)(_page).allowed_roles == frozenset(Role)  # type: ignore[attr-defined]
