"""Who a person is in which school, and the gate that every page of a school stands behind.

Another school's pages answer 404, like pages that do not exist: nobody learns from the answer what other schools have.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.deadlock import retried

from . import reading, step_up
from .matrix import EVERYONE, STEP_UP, roles_for
from .models import DutyDay, Role, School, Staff, StaffRole

P = ParamSpec("P")


class SchoolRequest(HttpRequest):
    """A request inside one school, as `school_view` hands it to a page."""

    user: Staff
    school: School
    school_roles: frozenset[str]
    now: datetime


def _holding(on: date) -> Q:
    """The roles that hold on a day: both ends included, an open end never ends."""
    return (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))


def _in(school: School) -> Q:
    """The roles held in a school itself or through its trust."""
    return Q(school=school) | Q(trust=school.trust_id) if school.trust_id else Q(school=school)


def roles_of(staff: Staff, school: School, on: date) -> frozenset[str]:
    """The roles that a person holds in a school on a day, in the school itself or through its trust; none once they have left."""
    if not staff.is_active or staff.pk is None:
        return frozenset()
    held = StaffRole.objects.filter(_holding(on), _in(school), staff=staff)
    return frozenset(held.values_list("role", flat=True))


def schools_of(staff: Staff, on: date) -> QuerySet[School]:
    """The schools in which a person holds any role on a day, by name."""
    if not staff.is_active or staff.pk is None:
        return School.objects.none()
    held = StaffRole.objects.filter(_holding(on), staff=staff)
    mine = Q(pk__in=held.values("school")) | Q(trust__in=held.exclude(trust=None).values("trust"))
    return School.objects.filter(mine).order_by("name")


def staff_with_role(school: School, role: str, on: date) -> QuerySet[Staff]:
    """Who holds exactly this role in a school on a day, by name. Deputies are not counted: see `holders`."""
    return _with_roles(school, {role}, on)


def stand_ins(role: str) -> frozenset[str]:
    """The roles that count as `role`: a deputy hears what the safeguarding lead hears; principal is another word for headteacher."""
    if role == Role.DSL:
        return frozenset({Role.DSL, Role.DEPUTY_DSL})
    if role in (Role.HEADTEACHER, Role.PRINCIPAL):
        return frozenset({Role.HEADTEACHER, Role.PRINCIPAL})
    return frozenset({role})


def holders(school: School, role: str, on: date) -> QuerySet[Staff]:
    """Who is told what a role is told, by name: with deputies of the safeguarding lead, principals as headteachers.

    Of the senior managers whom the duty rota names for the day, with the deputy; without a rota those on duty; when nobody is on
    duty, all of them, so that an alarm finds somebody.
    """
    found = _with_roles(school, stand_ins(role), on)
    if role == Role.SENIOR_MANAGER:
        by_rota = _by_rota(school, on)
        if by_rota:
            return Staff.objects.filter(pk__in=[person.pk for person in by_rota]).order_by("name", "pk")
        on_duty = _with_roles(school, {role}, on, on_duty=True)
        return on_duty if on_duty.exists() else found
    return found


def on_duty(school: School, day: date) -> list[Staff]:
    """Who acts as the senior manager on duty: the rota's person for the day, then the deputy; without a rota all marked as on duty."""
    by_rota = _by_rota(school, day)
    return by_rota or list(_with_roles(school, {Role.SENIOR_MANAGER}, day, on_duty=True))


def _by_rota(school: School, day: date) -> list[Staff]:
    """Those named for the day who still work in the school; somebody who has left does not keep an alarm from the others."""
    row = DutyDay.objects.filter(school=school, day=day).select_related("staff", "deputy").first()
    named = [row.staff, row.deputy] if row else []
    return [person for person in named if person is not None and roles_of(person, school, day)]


def roles_held(school: School, roles: Collection[str], on: date) -> QuerySet[StaffRole]:
    """The rows of these roles that hold in a school on a day, of people who have not left."""
    return StaffRole.objects.filter(_holding(on), _in(school), role__in=roles, staff__is_active=True)


def _with_roles(school: School, roles: Collection[str], on: date, **more: bool) -> QuerySet[Staff]:
    held = roles_held(school, roles, on).filter(**more)
    return Staff.objects.filter(pk__in=held.values("staff")).order_by("name", "pk")


def may(staff: Staff, school: School, act: str, on: date) -> bool:
    """Whether a person may do an act of the matrix in a school on a day. Raises KeyError for an unknown act."""
    return not roles_for(act).isdisjoint(roles_of(staff, school, on))


def today_of(school: School) -> date:
    """The calendar day it is for a school, by its own clock."""
    return clock.local_day(school.now())


def school_view(
    *, act: str | None = None, roles: Collection[str] | None = None, all_staff: bool = False
) -> Callable[[Callable[Concatenate[SchoolRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Guard a page under `/s/<slug:school>/…`: exactly one of an act of the matrix, a set of roles, or `all_staff` (any role at all).

    The page gets no `school` argument: it finds `request.school`, `request.school_roles` and `request.now` (the school's clock).
    A school where the person holds no role, or that does not exist, answers 404; a wrong role 403 with the roles that may. Before an
    act of STEP_UP the second factor must have been proved within ten minutes: else the person is asked for it first.
    """
    if sum((act is not None, roles is not None, all_staff)) != 1:
        raise TypeError("A page names exactly one of act, roles, all_staff.")
    allowed = roles_for(act) if act is not None else EVERYONE if roles is None else frozenset(Role(role) for role in roles)

    def guard(view: Callable[Concatenate[SchoolRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: SchoolRequest, school: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            _enter(request, school)
            if allowed.isdisjoint(request.school_roles):
                return refused(request, allowed)
            asked = step_up.gate(request) if act in STEP_UP else None
            if asked is not None:
                return asked
            written = audit.written()
            answer = retried(lambda: view(request, *args, **kwargs))
            if act in STEP_UP and reading.is_silent(request, answer, written):
                reading.page_opened(act, request=request, school=request.school, by=request.user, now=request.now)
            return answer

        page.allowed_roles = allowed  # type: ignore[attr-defined]  # the tests of the route matrix read both
        page.step_up = act in STEP_UP  # type: ignore[attr-defined]
        return page

    return guard


def _enter(request: SchoolRequest, slug: str) -> None:
    """Put the school, the person's roles in it and its time on the request; 404 where the person has no role."""
    school = School.objects.select_related("trust").filter(slug=slug).first()
    if school is None:
        raise Http404("No such school.")
    now = school.now()
    roles = roles_of(request.user, school, clock.local_day(now))
    if not roles:
        raise Http404("No such school.")
    request.school, request.school_roles, request.now = school, roles, now
    if request.session.get("school") != slug:
        request.session["school"] = slug  # where “/” goes next time


def refused(request: HttpRequest, allowed: Collection[str]) -> HttpResponse:
    """The 403 page that names the roles which may."""
    names = [role.label for role in Role if role in allowed]
    return render(request, "people/refused.html", {"allowed_roles": names}, status=403)
