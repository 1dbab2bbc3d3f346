"""Where a person lands, and how they go from one school to another."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from homevisits.common import clock

from ..access import SchoolRequest, may, school_view, schools_of, today_of
from ..models import School, Staff


def start(request: HttpRequest) -> HttpResponseBase:
    """“/”: the school that the person was in last, else their only or first one."""
    staff = request.user
    assert isinstance(staff, Staff)  # the sign-in middleware let nobody else through
    schools = list(schools_of(staff, clock.local_day(clock.now())))
    if not schools:
        return render(request, "people/no_school.html", status=403)
    last = request.session.get("school")
    school = next((school for school in schools if school.slug == last), schools[0])
    return redirect(home_of(staff, school))


def home_of(staff: Staff, school: School) -> str:
    """The address of a person's first page in a school: Today for those who work on the morning, else the plain page."""
    if may(staff, school, "see_today", today_of(school)):
        try:
            return reverse("today", args=[school.slug])
        except NoReverseMatch:  # an installation without the morning's pages
            pass
    return reverse("school_home", args=[school.slug])


@school_view(all_staff=True)
def school_home(request: SchoolRequest) -> HttpResponse:
    """The plain page of a school: for whoever does not work on the morning."""
    return render(request, "people/school_home.html")


def choose_school(request: HttpRequest) -> HttpResponse:
    """The person's schools, to go from one to another."""
    return render(request, "people/choose_school.html")


def signed_in(request: HttpRequest) -> HttpResponse:
    """Answers 204 and who it is while somebody is signed in, 401 to a part of a page otherwise.

    session.js asks before it sends a form that stood open for long: nothing is sent under another person's name.
    """
    return HttpResponse(status=204, headers={"X-Person": str(request.user.pk)})
