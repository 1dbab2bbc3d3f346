"""Pupils and their contacts, for the office."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.audit import services as audit
from homevisits.common import phone
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm

from ..access import SchoolRequest, school_view, today_of
from ..forms_pupils import LeaverForm, NumbersForm, RestrictionForm
from ..forms_registers import HouseholdForm, NeedsForm
from ..matrix import allows
from ..models import Contact, Pupil
from ..selectors.pupils import (
    classes_of,
    contact_of,
    contacts_of,
    fault_of,
    faults_of,
    household_of,
    proposed_leavers,
    pupil_of,
    pupils_listed,
    same_person,
    search_pupils,
    siblings_of,
)
from ..services import pupils as services

A_PAGE = 60


@school_view(act="see_pupils")
def pupil_list(request: SchoolRequest) -> HttpResponse:
    """All pupils by class, or those whose name begins with what was typed."""
    text, group = request.GET.get("q", "").strip(), request.GET.get("class", "")
    status = Pupil.Status.LEFT if request.GET.get("show") == "left" else ""
    school = request.school
    context = {
        "q": text,
        "group": group,
        "left": bool(status),
        "classes": classes_of(school),
        "leavers": proposed_leavers(school).count(),
    }
    if text:
        return render(request, "people/pupil_list.html", context | {"pupils": search_pupils(school, text, limit=A_PAGE)})
    page = Paginator(pupils_listed(school, class_name=group, status=status), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/pupil_list.html", context | {"page_obj": page, "pupils": page.object_list})


@school_view(act="see_pupils")
def pupil_detail(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """One pupil: contacts in the order in which they are rung, flags, agencies, siblings. Reading it is recorded."""
    pupil = pupil_of(request.school, pupil_id)
    if pupil is None:
        raise Http404("No such pupil.")
    with transaction.atomic():
        audit.record(
            "people.pupil.read", by=request.user, now=request.now, school_id=request.school.pk, object_type="pupil", object_id=pupil.pk
        )
    contacts = contacts_of(pupil)
    return render(
        request,
        "people/pupil_detail.html",
        {
            "pupil": pupil,
            "contacts": [contact for contact in contacts if not contact.gone],
            "gone": [contact for contact in contacts if contact.gone],
            "siblings": siblings_of(pupil),
            "flags": pupil.flags.all(),
            "agencies": pupil.agencies.all(),
            "day": local_day(request.now),
        },
    )


def _contact(request: SchoolRequest, contact_id: int) -> Contact:
    contact = contact_of(request.school, contact_id)
    if contact is None:
        raise Http404("No such contact.")
    return contact


@school_view(act="edit_pupils")
def contact_numbers(request: SchoolRequest, contact_id: int) -> HttpResponseBase:
    """Correct somebody's numbers."""
    contact = _contact(request, contact_id)
    form = NumbersForm(request.POST if request.method == "POST" else None, initial={"mobile": contact.mobile, "landline": contact.landline})
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_numbers(contact=contact, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"The numbers of {contact.name} are put right. Correct them in the information system too.")
            return redirect("pupil_detail", request.school.slug, contact.pupil_id)
    return _contact_page(request, "people/contact_numbers.html", contact, form)


@school_view(act="edit_pupils")
@require_POST
def number_works(request: SchoolRequest, fault_id: int) -> HttpResponseBase:
    """A number that was reported wrong or dead works after all; goes back to the pupil's record whose page was open."""
    fault = fault_of(request.school, fault_id)
    if fault is None:
        raise Http404("No such number.")
    if services.lift_fault(fault=fault, by=request.user, now=request.now):
        messages.success(request, f"{phone.shown(fault.number)} works after all: texts and calls go to it again.")
    else:
        messages.info(request, f"{phone.shown(fault.number)} was put right before.")
    pupil = request.POST.get("pupil", "")
    if pupil.isdigit() and pupil_of(request.school, int(pupil)):
        return redirect("pupil_detail", request.school.slug, int(pupil))
    return redirect("pupil_list", request.school.slug)


@school_view(act="edit_pupils")
def contact_restriction(request: SchoolRequest, contact_id: int) -> HttpResponseBase:
    """Restrict somebody, or lift the restriction, with the reason."""
    contact = _contact(request, contact_id)
    form = RestrictionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = services.lift_restriction if contact.restricted else services.restrict
        try:
            act(contact=contact, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as refused:
            form.add_error("reason", str(refused))
        else:
            words = "is restricted: never texted, called or visited" if contact.restricted else "may be contacted again"
            messages.success(request, f"{contact.name} {words}.")
            return redirect("pupil_detail", request.school.slug, contact.pupil_id)
    return _contact_page(request, "people/contact_restriction.html", contact, form)


def _contact_page(request: SchoolRequest, template: str, contact: Contact, form: BaseForm) -> HttpResponse:
    others = [row.pupil for row in same_person(contact) if row.pk != contact.pk]
    faults = faults_of(contact.pupil.school, contact.numbers).values()
    status = 422 if form.is_bound else 200
    return render(request, template, {"contact": contact, "form": form, "others": others, "faults": faults}, status=status)


@school_view(act="edit_pupils")
def leaver_list(request: SchoolRequest) -> HttpResponseBase:
    """Pupils who were missing from the last export: left, or still on roll?"""
    form = LeaverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        pupil = pupil_of(request.school, form.cleaned_data["pupil"])
        if pupil is None:
            raise Http404("No such pupil.")
        left = form.cleaned_data["decision"] == "left"
        yesterday = today_of(request.school) - timedelta(days=1)
        try:
            services.decide_leaver(pupil=pupil, left=left, left_on=yesterday if left else None, by=request.user, now=request.now)
        except BadInput as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{pupil} {'has left' if left else 'stays on roll'}.")
        return redirect("leaver_list", request.school.slug)
    may_import = allows("import_pupils", request.school_roles)
    return render(request, "people/leaver_list.html", {"pupils": proposed_leavers(request.school), "may_import": may_import})


@school_view(act="edit_pupils")
def pupil_needs(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """What whoever visits or teaches a pupil has to know: medical, behaviour, SEND."""
    pupil = pupil_of(request.school, pupil_id)
    if pupil is None:
        raise Http404("No such pupil.")
    form = NeedsForm(request.POST if request.method == "POST" else None, initial={name: getattr(pupil, name) for name in services.NEEDS})
    if request.method == "POST" and form.is_valid():
        services.save_needs(pupil=pupil, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, f"The needs of {pupil} are kept.")
        return redirect("pupil_detail", request.school.slug, pupil.pk)
    context = {"form": form, "heading": f"Needs of {pupil}", "back_url": reverse("pupil_detail", args=[request.school.slug, pupil.pk])}
    return render(request, "people/register_form.html", context, status=422 if form.errors else 200)


@school_view(act="edit_pupils")
def household_notes(request: SchoolRequest, household_id: int) -> HttpResponseBase:
    """What whoever visits a household has to know; goes back to the pupil whose page was open."""
    home = household_of(request.school, household_id)
    if home is None:
        raise Http404("No such household.")
    asked = request.GET.get("pupil", "")
    pupil = next((each for each in home.pupils.all() if str(each.pk) == asked), home.pupils.first())
    slug = request.school.slug
    back = reverse("pupil_detail", args=[slug, pupil.pk]) if pupil else reverse("pupil_list", args=[slug])
    form = HouseholdForm(request.POST if request.method == "POST" else None, initial={name: getattr(home, name) for name in services.HOME})
    if request.method == "POST" and form.is_valid():
        services.save_household_notes(household=home, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, "The notes on the household are kept, for every child of it.")
        return redirect(back)
    children = ", ".join(str(each) for each in home.pupils.all())
    context = {"form": form, "heading": f"Household of {children}" if children else "Household", "back_url": back}
    return render(request, "people/register_form.html", context, status=422 if form.errors else 200)
