"""Who chairs the governors and who leads safeguarding: no head says that alone. One asks, another agrees, and all of them are told."""

from dataclasses import dataclass

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from homevisits.common.errors import BadInput, Blocked

from ..access import SchoolRequest, school_view, today_of
from ..forms_staff import GuardedAccountForm, GuardedRoleForm, LastDayForm
from ..matrix import allows
from ..models import GuardedRequest, Role, StaffRole
from ..rules import WATCHED, leaves_a_reader, may_ask, may_give
from ..selectors.guarded import open_requests
from ..selectors.staff import held_now, people_here, roles_in, roles_not_over, staff_in
from ..services import guarded
from ..services import staff as services
from ..services.invitations import tell_of_new_address
from ..services.second_factor import tell_of_reset
from ..services.watched_roles import request_words, tell_of_request
from .staff import ended, last_day_of, mail_after, tell_watchers

Kind = GuardedRequest.Kind


@dataclass(frozen=True)
class Waiting:
    """A request as the page shows it to one person."""

    row: GuardedRequest
    words: str
    mine: bool
    why_not: str


@school_view(act="see_guarded_roles")
@require_http_methods(["GET", "HEAD", "POST"])
def guarded_roles(request: SchoolRequest) -> HttpResponseBase:
    """Who holds the roles, what waits for a second person, and a form: whoever may not give one alone asks for it."""
    today = today_of(request.school)
    form = GuardedRoleForm(request.POST or None, people=people_here(request.school, today))
    if request.method == "POST" and form.is_valid():
        try:
            _give_or_ask(request, form)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("guarded_roles", request.school.slug)
    held = [(row, _end_of(request, row)) for row in roles_not_over(request.school, WATCHED, today)]
    waiting = [_shown(request, row) for row in open_requests(request.school, request.now)]
    context = {"form": form, "held": held, "waiting": waiting}
    return render(request, "people/guarded_roles.html", context, status=422 if form.errors else 200)


@school_view(act="see_guarded_roles")
@require_POST
def guarded_decide(request: SchoolRequest, asked_id: int) -> HttpResponseBase:
    """Agree to what somebody asked for, or refuse it; whoever asked takes it back."""
    row = get_object_or_404(open_requests(request.school, request.now), pk=asked_id)
    decide = {"agree": guarded.agree, "refuse": guarded.refuse}.get(request.POST.get("decision", ""))
    if decide is None:
        messages.error(request, "Agree to it, or refuse it.")
        return redirect("guarded_roles", request.school.slug)
    before, roles = row.staff.email, held_now(row.staff, row.school) | ({row.role} - {""})
    try:
        done = decide(request=row, by=request.user, now=request.now)
    except (Blocked, BadInput) as refused:
        messages.error(request, str(refused))
        return redirect("guarded_roles", request.school.slug)
    if not done.agreed:
        messages.success(request, "Taken back." if request.user == done.asked_by else "Refused. Nothing was changed.")
        return redirect("guarded_roles", request.school.slug)
    messages.success(request, f"Agreed and done: {done.staff.name}, {request_words(done)}.")
    if done.kind == Kind.RESET:
        tell = lambda: tell_of_reset(staff=done.staff, school=request.school, by=request.user, now=request.now)  # noqa: E731
        mail_after(request, tell, "They and those in charge were told by email.")
    if done.kind == Kind.ADDRESS:
        mail_after(request, lambda: tell_of_new_address(staff=done.staff, before=before), "Both addresses were told.")
    tell_watchers(request, done.staff, roles, asked_by=done.asked_by)
    return redirect("guarded_roles", request.school.slug)


@school_view(act="reset_second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
def guarded_account(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """Ask for a new second step, or another address, of somebody who holds a guarded role."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    form = GuardedAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = guarded.ask(school=request.school, staff=staff, **form.cleaned_data, by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            _asked(request, row)
            return redirect("guarded_roles", request.school.slug)
    return render(request, "people/guarded_account.html", {"form": form, "staff": staff}, status=422 if form.errors else 200)


@school_view(act="keep_guarded_roles")
@require_http_methods(["GET", "HEAD", "POST"])
def guarded_role_end(request: SchoolRequest, guarded_id: int) -> HttpResponseBase:
    """The end of such a role: one's own chair, or another's where the rule lets."""
    role = get_object_or_404(roles_in(request.school).filter(role__in=WATCHED), pk=guarded_id)
    form = LastDayForm(request.POST or None)
    asks = _asks_for_end(request, role)
    if request.method == "POST" and form.is_valid():
        try:
            if asks:
                return _ask_for_end(request, role, form)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            if ended(request, role, form):
                return redirect("school_home", request.school.slug)
    return render(request, "people/guarded_role_end.html", {"form": form, "role": role, "asks": asks}, status=422 if form.errors else 200)


def _asks_for_end(request: SchoolRequest, role: StaffRole) -> bool:
    """Whether the person may not end it alone, and may ask for its end."""
    who = (request.user, request.school)
    today = today_of(request.school)
    return bool(may_give(*who, [role.role], role.staff, today, ending=True)) and not may_ask(*who, Kind.END, role.role, role.staff, today)


def _ask_for_end(request: SchoolRequest, role: StaffRole, form: LastDayForm) -> HttpResponseBase:
    """Raises Blocked, and NobodyReads where nobody would be left who reads and nobody insists."""
    last_day = last_day_of(request, form)
    lost = [] if form.insists else leaves_a_reader(request.school, [role], last_day)
    if lost:
        raise services.NobodyReads(lost)
    row = guarded.ask(
        school=request.school, staff=role.staff, kind=Kind.END, role=role.role, ends_on=last_day, by=request.user, now=request.now
    )  # fmt: skip
    _asked(request, row)
    return redirect("guarded_roles", request.school.slug)


def _give_or_ask(request: SchoolRequest, form: GuardedRoleForm) -> None:
    """Give the role where the person may do that alone, else ask for it where they may ask. Raises Blocked or BadInput."""
    staff, role, ends_on, today = form.person(), form.cleaned_data["role"], form.cleaned_data["ends_on"], today_of(request.school)
    alone = may_give(request.user, request.school, [role], staff, today)
    if alone and not may_ask(request.user, request.school, Kind.ROLE, role, staff, today):
        row = guarded.ask(
            school=request.school, staff=staff, kind=Kind.ROLE, role=role, ends_on=ends_on, by=request.user, now=request.now
        )  # fmt: skip
        return _asked(request, row)
    services.give_role(staff=staff, school=request.school, role=role, ends_on=ends_on, by=request.user, now=request.now)
    messages.success(request, f"{staff.name} holds the role: {Role(role).label}.")
    tell_watchers(request, staff, [role])


def _asked(request: SchoolRequest, row: GuardedRequest) -> None:
    messages.success(request, f"Asked for: {row.staff.name}, {request_words(row)}. It is done when somebody else agrees.")
    tell = lambda: tell_of_request(request=row, now=request.now)  # noqa: E731
    mail_after(request, tell, "Those who can agree, and the person, were told by email.")


def _shown(request: SchoolRequest, row: GuardedRequest) -> Waiting:
    blocks = guarded.blocks_to_agree(row, request.user, request.now)
    return Waiting(row, request_words(row), row.asked_by == request.user, " ".join(block.says for block in blocks))


def _end_of(request: SchoolRequest, row: StaffRole) -> str:
    """Where the person ends this role; empty where they may not."""
    blocked = may_give(request.user, request.school, [row.role], row.staff, today_of(request.school), ending=True)
    if blocked and not _asks_for_end(request, row):
        return ""
    for act, name in (("keep_guarded_roles", "guarded_role_end"), ("manage_staff", "role_end")):
        if allows(act, request.school_roles):
            return reverse(name, args=[request.school.slug, row.pk])
    return ""
