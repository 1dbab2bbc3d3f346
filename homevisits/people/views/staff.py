"""The school's staff: who they are, which roles they hold from when to when, who leaves, who is on duty."""

from collections.abc import Collection
from smtplib import SMTPException
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import BadInput, Blocked
from homevisits.common.forms import BaseForm

from ..access import SchoolRequest, school_view, today_of
from ..forms_staff import GIVEN_BY_SCHOOLS, AccountForm, AddStaffForm, LastDayForm, RoleForm
from ..matrix import HEADS
from ..models import Role, Staff, StaffRole
from ..registers_shown import register_links
from ..rules import WATCHED, is_guarded, may_ask, may_change_account, may_give, may_reset_second_factor
from ..selectors.sessions import sessions_of
from ..selectors.staff import held_now, people_of, roles_in, senior_managers, staff_in
from ..services import staff as services
from ..services.invitations import invite, tell_of_new_address
from ..services.second_factor import reset_second_factor, tell_of_reset
from ..services.sessions import end_sessions, end_sessions_of
from ..services.watched_roles import TOLD_OF, tell_of_new_name, tell_of_signing_out, tell_of_watched_role


@school_view(act="manage_staff")
def staff_list(request: SchoolRequest) -> HttpResponse:
    """Everybody of the school; who left on demand."""
    people = people_of(request.school, today_of(request.school))
    left = request.GET.get("show") == "left"
    shown = [person for person in people if person.here != left]
    context = {"people": shown, "left": left, "others": len(people) - len(shown), "registers": register_links(request)}
    return render(request, "people/staff_list.html", context)


@school_view(act="manage_staff")
def staff_add(request: SchoolRequest) -> HttpResponseBase:
    """A person new to the school, with their first role and an invitation."""
    form = AddStaffForm(request.POST or None, roles=_roles_to_give(request, None))
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_staff(school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            _invite(request, added.staff)
            tell_watchers(request, added.staff, [form.cleaned_data["role"]])
            return redirect("staff_detail", request.school.slug, added.staff.pk)
    return _page(request, "people/staff_add.html", form)


@school_view(act="manage_staff")
def staff_detail(request: SchoolRequest, staff_id: int) -> HttpResponse:
    """One person: their roles, and what can be done."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    today = today_of(request.school)
    person = next(person for person in people_of(request.school, today) if person.staff == staff)
    blocks = may_change_account(request.user, staff, request.school, today)
    given_here = [row for row in person.roles if row.role not in WATCHED]
    mine = {row.pk for row in given_here if not may_give(request.user, request.school, [row.role], staff, today)}
    guarded = not may_ask(request.user, request.school, "reset", "", staff, today)
    may_end = {row.pk for row in person.roles if not may_give(request.user, request.school, [row.role], staff, today, ending=True)}
    context = {
        "mine": mine, "may_end": may_end, "guarded": guarded, "person": person, "staff": staff, "blocks": blocks, "today": today,
        "asks_why": staff != request.user and is_guarded(staff, request.school, today),
        "sessions": sessions_of(staff, clock.now()), "second_factor": is_mfa_enabled(staff), "real_now": clock.now(),
    }  # fmt: skip
    return render(request, "people/staff_detail.html", context)


@school_view(act="manage_staff")
def role_give(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """Another role for a person, or new dates for one they hold."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    form = RoleForm(request.POST or None, initial=_held(request, staff), roles=_roles_to_give(request, staff))
    if request.method == "POST" and form.is_valid():
        try:
            services.give_role(staff=staff, school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{staff.name} holds the role: {Role(form.cleaned_data['role']).label}.")
            tell_watchers(request, staff, [form.cleaned_data["role"]])
            return redirect("staff_detail", request.school.slug, staff.pk)
    return _page(request, "people/role_give.html", form, staff=staff)


@school_view(act="manage_staff")
def role_end(request: SchoolRequest, role_id: int) -> HttpResponseBase:
    """The end of one role."""
    role = get_object_or_404(roles_in(request.school), pk=role_id)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and ended(request, role, form):
        return redirect("staff_detail", request.school.slug, role.staff_id)
    return _page(request, "people/role_end.html", form, staff=role.staff, role=role)


def ended(request: SchoolRequest, role: StaffRole, form: LastDayForm) -> bool:
    """End a role as a valid form says, and tell of it; False: what stands against it is said on the form."""
    try:
        services.end_role(role=role, last_day=last_day_of(request, form), nobody_reads=form.insists, by=request.user, now=request.now)
    except (Blocked, BadInput) as refused:
        if isinstance(refused, services.NobodyReads):
            form.offer_to_insist()
        form.add_error(None, str(refused))
        return False
    messages.success(request, f"{role.staff.name}: the role {role.get_role_display()} ends.")
    tell_watchers(request, role.staff, [role.role])
    return True


@school_view(act="manage_staff")
def staff_leave(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """A person leaves the school."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        roles = held_now(staff, request.school)
        try:
            last_day = last_day_of(request, form)
            services.leave(
                staff=staff, school=request.school, last_day=last_day, nobody_reads=form.insists, by=request.user, now=request.now
            )
        except (Blocked, BadInput) as refused:
            if isinstance(refused, services.NobodyReads):
                form.offer_to_insist()
            form.add_error(None, str(refused))
        else:
            ends = "Their access has ended" if form.cleaned_data["at_once"] else f"Their last day with access: {last_day:%-d %B %Y}"
            messages.success(request, f"{staff.name} leaves. {ends}.")
            tell_watchers(request, staff, roles)
            return redirect("staff_list", request.school.slug)
    return _page(request, "people/staff_leave.html", form, staff=staff)


@school_view(act="manage_staff")
def staff_change(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """A person's name and sign-in address."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    form = AccountForm(request.POST or None, initial={"name": staff.name, "email": staff.email})
    blocks, name = may_change_account(request.user, staff, request.school, today_of(request.school)), staff.name
    if blocks and request.method != "POST":
        messages.error(request, " ".join(block.says for block in blocks))
        return redirect("staff_detail", request.school.slug, staff.pk)
    if request.method == "POST" and form.is_valid():
        try:
            before = services.change_account(staff=staff, school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            if before != staff.email:
                mail_after(request, lambda: tell_of_new_address(staff=staff, before=before), "Both addresses were told.")
            if name != staff.name:
                tell = lambda: tell_of_new_name(staff=staff, school=request.school, before=name, by=request.user, now=request.now)  # noqa: E731
                mail_after(request, tell, "They, the chair of governors and the safeguarding leads were told of the name by email.")
            tell_watchers(request, staff, held_now(staff, request.school))
            return redirect("staff_detail", request.school.slug, staff.pk)
    return _page(request, "people/staff_change.html", form, staff=staff)


@school_view(act="manage_staff")
@require_POST
def staff_sessions_end(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """Sign somebody out everywhere."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    reason = request.POST.get("reason", "").strip()
    try:
        if staff == request.user:
            but = request.session.session_key or ""
            ended = end_sessions(staff=staff, by=request.user, now=request.now, but=but, school=request.school)
        else:
            ended = end_sessions_of(staff=staff, school=request.school, reason=reason, by=request.user, now=request.now)
    except BadInput as refused:
        messages.error(request, str(refused))
        return redirect("staff_detail", request.school.slug, staff.pk)
    messages.success(request, f"{staff.name}: {ended} sign-in{'' if ended == 1 else 's'} ended.")
    if staff != request.user and is_guarded(staff, request.school, today_of(request.school)):
        tell = lambda: tell_of_signing_out(staff=staff, school=request.school, reason=reason, by=request.user)  # noqa: E731
        mail_after(request, tell, f"{staff.name} was told by email.")
    return redirect("staff_detail", request.school.slug, staff.pk)


@school_view(act="reset_second_factor")
def second_factor_reset(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """Take away a second factor that its owner has lost; asks first."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    blocks = may_reset_second_factor(request.user, staff, request.school, today_of(request.school))
    back = reverse("staff_detail", args=[request.school.slug, staff.pk])
    if request.method == "POST" and not blocks:
        reset_second_factor(staff=staff, school=request.school, by=request.user, now=request.now)
        tell = lambda: tell_of_reset(staff=staff, school=request.school, by=request.user, now=request.now)  # noqa: E731
        mail_after(
            request, tell, f"{staff.name} sets up a new second step at the next sign-in. They and those in charge were told by email."
        )
        tell_watchers(request, staff, held_now(staff, request.school))
        return redirect(back)
    context = {
        "question": f"Reset the second step of {staff.name}?", "act_words": "Reset it", "danger": True, "blocks": blocks, "back_url": back,
        "consequences": [
            "Make sure that it is them who asks: see them, or ring the number that the school has.",
            "Their app, passkeys and recovery codes stop working, and they are signed out everywhere.",
            "With their password they sign in once more and set up a new second step. They and everybody else in charge are told by email.",
        ],
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)


@school_view(act="manage_staff")
@require_POST
def staff_invite(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """The invitation once more."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    _invite(request, staff)
    return redirect("staff_detail", request.school.slug, staff.pk)


@school_view(act="switch_duty")
def duty(request: SchoolRequest) -> HttpResponseBase:
    """Which senior managers are on duty: alarms go to them."""
    managers = senior_managers(request.school, today_of(request.school))
    if request.method == "POST":
        role = get_object_or_404(managers, pk=_number(request, "role"))
        services.set_duty(role=role, on_duty=request.POST.get("on_duty") == "yes", by=request.user, now=request.now)
        messages.success(request, f"{role.staff.name} is {'on' if role.on_duty else 'off'} duty.")
        return redirect("duty", request.school.slug)
    return render(request, "people/duty.html", {"managers": managers, "anybody": any(role.on_duty for role in managers)})


def _page(request: SchoolRequest, template: str, form: BaseForm, **more: Any) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.errors else 200)


def _roles_to_give(request: SchoolRequest, staff: Staff | None) -> list[str]:
    """The roles that this person may give to that one: no other is offered."""
    today = today_of(request.school)
    return [role for role, _ in GIVEN_BY_SCHOOLS if not may_give(request.user, request.school, [role], staff, today)]


def _held(request: SchoolRequest, staff: Staff) -> dict[str, Any]:
    """A role that the person holds, named in the address, to change its dates."""
    row: StaffRole | None = roles_in(request.school).filter(staff=staff, role=request.GET.get("role", "")).first()
    if row is None:
        return {}
    return {"role": row.role, "class_name": row.class_name, "starts_on": row.starts_on, "ends_on": row.ends_on}


def last_day_of(request: SchoolRequest, form: LastDayForm) -> Any:
    """The last day that was asked for: of an end at once, yesterday."""
    return services.end_of_yesterday(request.now) if form.cleaned_data["at_once"] else form.cleaned_data["last_day"]


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError as error:
        raise BadRequest(f"No {name}.") from error


def _invite(request: SchoolRequest, staff: Staff) -> None:
    send = lambda: invite(staff=staff, school=request.school, by=request.user, now=request.now)  # noqa: E731
    mail_after(request, send, f"{staff.name} was sent an invitation to {staff.email}.")


def tell_watchers(request: SchoolRequest, staff: Staff, roles: Collection[str], asked_by: Staff | None = None) -> None:
    """The chair and the safeguarding leads hear who comes, goes or signs in anew among them, and the heads of heads."""
    if TOLD_OF & set(roles):
        tell = lambda: tell_of_watched_role(  # noqa: E731
            staff=staff, school=request.school, roles=roles, by=request.user, now=request.now, asked_by=asked_by
        )
        hear = "The chair of governors, the safeguarding leads and the heads"
        if not HEADS & set(roles):
            hear = "The chair of governors and the safeguarding leads"
        mail_after(request, tell, f"{hear} were told by email.")


def mail_after(request: SchoolRequest, send: Any, done: str) -> None:
    """Send after the change is kept: a mail server that is down loses no change, and is said."""
    try:
        send()
    except (SMTPException, OSError):
        messages.warning(request, "The change is kept, but the email could not be sent. Check the mail server, then send it again.")
    else:
        messages.success(request, done)
