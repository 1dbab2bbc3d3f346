"""Importing pupils and contacts: choose files, look at columns, look at what would change, load, see what came of it."""

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from homevisits.common.errors import BadInput
from homevisits.common.said import one_line

from ..access import SchoolRequest, school_view
from ..forms_pupils import UploadForm
from ..importing import columns
from ..importing.reading import MAX_BYTES
from ..models import ImportRun
from ..selectors.imports import faults_csv, faulty_files, import_of, imports_of
from ..services import imports as services
from ..services.imports import Upload
from ..tasks import load_import

log = logging.getLogger(__name__)
SHOWN = 200


def _run(request: SchoolRequest, run_id: int) -> ImportRun:
    run = import_of(request.school, run_id)
    if run is None:
        raise Http404("No such import.")
    return run


@school_view(act="import_pupils")
def import_list(request: SchoolRequest) -> HttpResponseBase:
    """Choose files; below, the imports there were."""
    form = UploadForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            files = [Upload(file.name, _content(file)) for file in form.cleaned_data["uploads"]]
            run = services.start_preview(school=request.school, files=files, by=request.user, now=request.now)
        except BadInput as refused:
            form.add_error("uploads", str(refused))
        else:
            return redirect("import_run", request.school.slug, run.pk)
    page = Paginator(imports_of(request.school), 20).get_page(request.GET.get("page"))
    return render(request, "people/import_list.html", {"form": form, "page_obj": page}, status=422 if form.is_bound else 200)


def _content(file: Any) -> bytes:
    if file.size > MAX_BYTES:
        raise BadInput(f"{file.name} is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return bytes(file.read())


@school_view(act="import_pupils")
def import_run(request: SchoolRequest, run_id: int) -> HttpResponse:
    """One import: what it would change, how far it is, or what came of it."""
    run = _run(request, run_id)
    context: dict[str, Any] = {"run": run, "faulty": faulty_files(run), "faults": run.faults.order_by("pk")[:SHOWN]}
    if run.status == ImportRun.Status.PREVIEWED:
        missing = [f"{name}: {says}" for name, mapping in run.options["columns"].items() for says in columns.missing(mapping)]
        plan = services.plan_of(run, now=request.now)
        context |= {
            "plan": plan,
            "missing": missing,
            "new": plan.new[:SHOWN],
            "changed": [(entry, _words(entry)) for entry in plan.changed[:SHOWN]],
            "counts": plan.counts(),
        }
        return render(request, "people/import_preview.html", context)
    return render(request, "people/import_result.html", context | {"counts": run.counts})


LABELS = {name: label for name, (label, _) in columns.PUPIL_FIELDS.items()} | {
    f"contact.{name}": label for name, (label, _) in columns.CONTACT_FIELDS.items()
}


def _words(entry: Any) -> list[str]:
    """A changed pupil's changes, one line each."""
    lines = [f"{LABELS.get(name, name)}: {_said(old)} → {_said(new)}" for name, (old, new) in entry.fields.items()]
    if entry.back:
        lines.append("Back on roll")
    if entry.home_changed and entry.home is not None:
        lines.append(f"Address: {one_line(entry.home.address, entry.home.postcode)}")
    lines += [f"Flag added: {kind.replace('_', ' ')}" for kind in entry.flags_added]
    for contact in entry.contacts:
        if contact.held is None:
            lines.append(f"New contact: {contact.name}")
        for name, (old, new) in contact.fields.items():
            if name == "gone":
                lines.append(f"{contact.name}: {'no longer in the export' if new else 'back in the export'}")
            else:
                lines.append(f"{contact.name}, {LABELS.get(f'contact.{name}', name).lower()}: {_said(old)} → {_said(new)}")
    return lines


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in ("", None) else "nothing"


@school_view(act="import_pupils")
def import_columns(request: SchoolRequest, run_id: int) -> HttpResponseBase:
    """Which column is which, guessed and to be put right; saved for the next file of the kind."""
    run = _run(request, run_id)
    if run.status != ImportRun.Status.PREVIEWED:
        return redirect("import_run", request.school.slug, run.pk)
    errors: list[str] = []
    chosen: Mapping[str, Mapping[str, str]] = run.options["columns"]
    if request.method == "POST":
        chosen, errors = _chosen(request, run)
        if not errors:
            try:
                services.choose_columns(run=run, chosen=chosen, whole=bool(request.POST.get("whole")), by=request.user, now=request.now)
            except BadInput as refused:
                errors = [str(refused)]
            else:
                return redirect("import_run", request.school.slug, run.pk)
    slots = max([int(slot[7:] or 0) for mapping in chosen.values() for slot in columns.contact_slots(mapping)] + [0])
    files = [_column_rows(place, file, chosen.get(file["name"], {})) for place, file in enumerate(run.files)]
    context = {"run": run, "tables": files, "choices": columns.choices(max(slots, 4)), "errors": errors, "has_errors": bool(errors)}
    return render(request, "people/import_columns.html", context, status=422 if errors else 200)


def _column_rows(place: int, file: dict[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    fields = {column: field for field, column in mapping.items()}
    rows = [
        {"name": f"column-{place}-{number}", "column": column, "field": fields.get(column, "")}
        for number, column in enumerate(file["header"])
    ]
    return {"name": file["name"], "rows": rows}


def _chosen(request: HttpRequest, run: ImportRun) -> tuple[dict[str, dict[str, str]], list[str]]:
    """What was chosen for each file, and the fields that were chosen twice."""
    known = {choice.field for choice in columns.choices(30)}
    chosen: dict[str, dict[str, str]] = {}
    errors = []
    for place, file in enumerate(run.files):
        mapping: dict[str, str] = {}
        for number, column in enumerate(file["header"]):
            field = request.POST.get(f"column-{place}-{number}", "")
            if field in mapping:
                errors.append(f"{file['name']}: “{mapping[field]}” and “{column}” are chosen for the same thing.")
            elif field in known:
                mapping[field] = column
        chosen[file["name"]] = mapping
    return chosen, errors


@school_view(act="import_pupils")
@require_POST
def import_load(request: SchoolRequest, run_id: int) -> HttpResponseBase:
    """Load it, with the changes that were ticked."""
    run = _run(request, run_id)
    try:
        services.confirm(run=run, ticked=request.POST.getlist("tick"), by=request.user, now=request.now)
    except BadInput as refused:
        messages.error(request, str(refused))
        return redirect("import_run", request.school.slug, run.pk)
    try:
        load_import.delay(run.pk)
    except (OperationalError, OSError):
        # The minute's knock finds the row: a lost door bell costs a minute.
        log.warning("The broker did not take the knock for import %s.", run.pk)
    return redirect("import_run", request.school.slug, run.pk)


@school_view(act="import_pupils")
@require_POST
def import_drop(request: SchoolRequest, run_id: int) -> HttpResponseBase:
    """Drop it: nothing was changed."""
    run = _run(request, run_id)
    try:
        services.drop(run=run, by=request.user, now=request.now)
    except BadInput as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The import is dropped. Nothing was changed.")
    return redirect("import_list", request.school.slug)


@school_view(act="import_pupils")
def import_progress(request: SchoolRequest, run_id: int) -> HttpResponse:
    """The live part of the page while it loads."""
    return render(request, "people/import_progress.html", {"run": _run(request, run_id)})


@school_view(act="import_pupils")
def import_faults(request: SchoolRequest, run_id: int, place: int) -> HttpResponse:
    """The faulty rows of one file as CSV, to correct and import again."""
    run = _run(request, run_id)
    text = faults_csv(run, place)
    if text is None:
        raise Http404("No such file.")
    # The mark tells spreadsheet programs that it is UTF-8.
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="to-correct-{run.pk}-{place + 1}.csv"'
    return answer
