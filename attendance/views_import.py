"""Marks, or a session's register, from a file on the screen."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm, DayField
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.importing.reading import MAX_BYTES, read_table

from .importing import MarksLoaded, is_marks, load_marks, load_register


class MarksForm(BaseForm):
    """A file of marks or a register; the session where a register's file does not say it."""

    upload = forms.FileField(
        label="File",
        help_text="CSV with a column for the pupil’s number and one for the mark; with columns for date and session if it is of many days",
        widget=forms.ClearableFileInput(attrs={"class": "govuk-file-upload", "accept": ".csv,.txt,text/csv,text/plain"}),
    )
    day = DayField(label="Day of the register", required=False, help_text="Only if neither the file nor its name says it")
    session = forms.ChoiceField(label="Session", required=False, choices=[("", "As the file says"), ("AM", "Morning"), ("PM", "Afternoon")])


@school_view(act="import_pupils")
def import_marks(request: SchoolRequest) -> HttpResponseBase:
    """Look at what a file would bring, or load it. A register opens cases for marks N once it has closed."""
    posted = request.method == "POST"
    form = MarksForm(request.POST if posted else None, request.FILES if posted else None)
    seen: MarksLoaded | None = None
    if posted and form.is_valid():
        only_look = "look" in request.POST
        try:
            seen = _load(request, form.cleaned_data, only_look)
        except BadInput as refused:
            form.add_error("upload", str(refused))
        else:
            if not only_look:
                messages.success(request, _words(seen, local_day(request.now)))
                return redirect("import_run", request.school.slug, seen.run_id)
    context = {"form": form, "seen": seen, "back_url": reverse("import_list", args=[request.school.slug])}
    return render(request, "attendance/import_marks.html", context, status=422 if form.errors else 200)


def _load(request: SchoolRequest, said: dict[str, Any], only_look: bool) -> MarksLoaded:
    file = said["upload"]
    if file.size > MAX_BYTES:
        raise BadInput(f"{file.name} is larger than {MAX_BYTES // 1024 // 1024} MB.")
    data = file.read()
    if is_marks(read_table(file.name, data)):
        return load_marks(school=request.school, name=file.name, data=data, by=request.user, now=request.now, dry_run=only_look)
    return load_register(
        school=request.school, name=file.name, data=data, day=said["day"], session=said["session"] or None, by=request.user,
        now=request.now, dry_run=only_look,
    )  # fmt: skip


def _words(loaded: MarksLoaded, today: date) -> str:
    if loaded.day:
        half = "morning" if loaded.session == "AM" else "afternoon"
        if loaded.day < today:
            says = f"The marks of the {half} of {loaded.day:%-d %B} are kept, {loaded.unexplained} of them without a reason."
            return f"{says} That day is over: no case is opened and nobody is texted."
        return f"The register of the {half} of {loaded.day:%-d %B} is taken: {loaded.unexplained} without a reason."
    return f"{loaded.kept.new} marks are new, {loaded.kept.changed} changed, {loaded.kept.unchanged} unchanged."
