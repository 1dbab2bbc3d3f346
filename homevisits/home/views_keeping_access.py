"""A request for what is held about a pupil: taken in, collected, looked through, released."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.documents.handing import hand_out
from homevisits.documents.render import PdfUnavailable
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import AccessItem, AccessRequest
from homevisits.people.selectors.pupils import pupil_of

from .keeping import selectors
from .keeping.asking import done, posted, refused_by, there
from .keeping.forms import AskedForm, ExtendForm, IdentityForm, ItemForm, ReasonForm, ReleaseForm
from .keeping.held import KINDS, NOT_SEARCHED
from .keeping.others import ABOUT
from .keeping.pack import file_bytes
from .keeping.redact import pieces
from .keeping.services import access, release
from .keeping.services.in_the_clear import in_the_clear
from .tasks import collect_held

State = AccessRequest.State


def _found(request: SchoolRequest, request_id: UUID) -> AccessRequest:
    return there(selectors.request_of(request.school, request_id))


@school_view(act="subject_access")
@require_safe
def access_list(request: SchoolRequest) -> HttpResponse:
    """The school's requests, those to be answered first."""
    rows = list(selectors.requests_of(request.school)[:200])
    return render(request, "home/keeping/access_list.html", {"rows": rows, "today": local_day(request.now)})


@school_view(act="subject_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_new(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """Take a request in."""
    pupil = there(pupil_of(request.school, pupil_id))
    form = AskedForm(request.POST or None, initial={"received_on": local_day(request.now)})
    made: list[AccessRequest] = []

    def take() -> None:
        made.append(access.open_request(school=request.school, pupil=pupil, by=request.user, now=request.now, **form.cleaned_data))

    if posted(request, form, take):
        return done(
            request, "The request is taken in. Make sure who asks before anything is collected.", "access_request", made[0].public_id
        )
    context = {
        "form": form, "pupil": pupil, "heading": f"A request for what is held about {pupil}", "submit_words": "Take it in",
        "back_url": reverse("data_protection", args=[request.school.slug]), "back_words": "Data protection",
    }  # fmt: skip
    return render(request, "home/keeping/form.html", context)


@school_view(act="subject_access")
@require_safe
def access_request(request: SchoolRequest, request_id: UUID) -> HttpResponse:
    """A request with its steps, and its records kind by kind."""
    row = _found(request, request_id)
    team = selectors.in_team(request.school_roles)
    groups = selectors.groups_of(row, request.school_roles) if row.state in (State.REVIEW, State.RELEASED) else []
    context = {
        "row": row, "groups": groups, "team": team, "today": local_day(request.now), "not_searched": NOT_SEARCHED,
        "identity": IdentityForm(initial={"on": local_day(request.now)}) if row.identity_on is None else None, "total": len(KINDS),
        "waiting": sum(group.waiting for group in groups), "records": sum(len(group.items) for group in groups),
        "plain": access.plain_items(row, apart=team).count() if row.state == State.REVIEW else 0,
        "blocks": release.release_blocks(row) if team and row.state == State.REVIEW else [], "open": row.state in access.OPEN,
    }  # fmt: skip
    return render(request, "home/keeping/access_request.html", context)


@school_view(act="subject_access")
@require_POST
def access_identity(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """Record how it was made sure who asks."""
    row, form = _found(request, request_id), IdentityForm(request.POST)
    if posted(request, form, lambda: access.check_identity(request=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "Recorded.", "access_request", row.public_id)
    back = reverse("access_request", args=[request.school.slug, row.public_id])
    return render(
        request, "home/keeping/form.html", {"form": form, "heading": "Make sure who asks", "back_url": back, "back_words": "The request"}
    )


@school_view(act="subject_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_extend(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """Two more months."""
    row, form = _found(request, request_id), ExtendForm(request.POST or None)
    if posted(request, form, lambda: access.extend(request=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "It is extended. Write to whoever asks, with the reason.", "access_request", row.public_id)
    return _form(request, row, form, "Extend by two months", "Extend it")


@school_view(act="subject_access")
@require_POST
def access_collect(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """Have everything collected."""
    row = _found(request, request_id)
    says = refused_by(lambda: access.start_collecting(request=row, by=request.user, now=request.now))
    if says:
        messages.error(request, says)
        return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))
    collect_held.delay(row.pk)
    return done(request, "It is being collected.", "access_request", row.public_id)


@school_view(act="subject_access")
@require_safe
def access_progress(request: SchoolRequest, request_id: UUID) -> HttpResponse:
    """How far the collecting is."""
    return render(request, "home/keeping/_progress.html", {"row": _found(request, request_id), "total": len(KINDS)})


def _item(request: SchoolRequest, request_id: UUID, item_id: UUID) -> AccessItem:
    row = _found(request, request_id)
    item = there(selectors.items_of(row, request.school_roles).filter(public_id=item_id).first())
    item.request = row
    return item


@school_view(act="subject_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_item(request: SchoolRequest, request_id: UUID, item_id: UUID) -> HttpResponseBase:
    """One record: what it says, who else may be in it, what is given of it."""
    item = _item(request, request_id, item_id)
    form = ItemForm(request.POST or None, item=item) if item.request.state == State.REVIEW else None

    def decide() -> None:
        assert form
        access.decide_item(item=item, by=request.user, now=request.now, **form.given())

    if posted(request, form, decide):
        following = selectors.next_item(item.request, request.school_roles, item.pk)
        if following is not None and "onward" in request.POST:
            return done(request, "Recorded. The next record.", "access_item", item.request.public_id, following.public_id)
        return done(request, "Recorded.", "access_request", item.request.public_id)
    access.item_read(item=item, by=request.user, now=request.now)
    marked = _marked(item, form)
    said = [(pieces(label, marked), pieces(text, marked)) for label, text in item.facts]
    back = reverse("access_request", args=[request.school.slug, item.request.public_id])
    context = {
        "item": item,
        "form": form,
        "said": said,
        "title": pieces(item.title, marked),
        "back_url": back,
        "kind": KINDS[item.kind].words,
        "about": [name for kind, name in item.others if kind == ABOUT],
        "proposed": any(kind != ABOUT for kind, _ in item.others),
    }
    return render(request, "home/keeping/access_item.html", context)


def _marked(item: AccessItem, form: ItemForm | None) -> list[str]:
    """The words that the page shows as marked: what was ticked or typed, what was decided, or what is suggested."""
    if form is None:
        return list(item.blacked)
    if form.is_bound:
        data: Any = form.data
        return [*data.getlist("ticked"), *data.get("more", "").splitlines()]
    return [*form.initial["ticked"], *form.initial["more"].splitlines()]


@school_view(act="subject_access")
@require_safe
def access_file(request: SchoolRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """The file of a record, to look at before it is given."""
    item = _item(request, request_id, item_id)
    if not item.file:
        raise Http404("No file.")
    try:
        return hand_out(file_bytes(item.file), item.holds, f"record-{item.public_id}.{item.holds}")
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")


@school_view(act="subject_access")
@require_POST
def access_plain(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """Give the records in which nobody else was found."""
    row = _found(request, request_id)
    team, given = selectors.in_team(request.school_roles), []
    says = refused_by(lambda: given.append(access.give_plain(request=row, apart=team, by=request.user, now=request.now)))
    if says:
        messages.error(request, says)
    else:
        messages.success(request, f"Given as they are: {given[0]}.")
    return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))


@school_view(act="subject_access")
@require_POST
def access_apart(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """The safeguarding team says that its part is finished."""
    row = _found(request, request_id)
    says = _ONLY_TEAM
    if selectors.in_team(request.school_roles):
        says = refused_by(lambda: access.finish_apart(request=row, by=request.user, now=request.now))
    (messages.error if says else messages.success)(request, says or "The part of the safeguarding team is finished.")
    return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))


_ONLY_TEAM = "The designated safeguarding lead does this: the pack may hold what only the safeguarding team may read."


def _team(request: SchoolRequest, row: AccessRequest) -> HttpResponseBase | None:
    """The answer to somebody who is not of the team, the same whatever the pack holds; None for the team."""
    if selectors.in_team(request.school_roles):
        return None
    messages.error(request, _ONLY_TEAM)
    return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))


@school_view(act="subject_access")
@require_safe
def access_preview(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """The first PDF as it would be released, marked as a draft; `part` names another."""
    row = _found(request, request_id)
    if (sent := _team(request, row)) is not None:
        return sent
    part = request.GET.get("part", "1")
    try:
        made = release.preview(row)
    except PdfUnavailable as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))
    one = made[min(int(part), len(made)) - 1] if part.isdigit() and int(part) else made[0]
    return hand_out(one.content, "pdf", f"draft-{one.name}")


@school_view(act="subject_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_release(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """Make the pack and say to whom it goes. It cannot be taken back."""
    row = _found(request, request_id)
    if (sent := _team(request, row)) is not None:
        return sent
    given = release.given_of(row)
    clear = in_the_clear(given)
    form = ReleaseForm(request.POST or None, clear=bool(clear), initial={"sent_to": row.asked_by})
    if posted(request, form, lambda: release.release(request=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The pack is made and kept. Save it and hand it over.", "access_request", row.public_id)
    context = {
        "row": row, "clear": clear,
        "form": form, "question": f"Release the pack about {row.pupil}?", "blocks": release.release_blocks(row), "danger": True,
        "act_words": "Make the pack", "back_url": reverse("access_request", args=[request.school.slug, row.public_id]),
        "consequences": [
            f"Records given: {len(given)}, of them with words blacked out: {sum(bool(item.blacked) for item in given)}.",
            f"Records withheld: {row.items.filter(decision='withhold').count()}.",
            "What is blacked out is gone from the PDF and from the copy for programs.",
            "It cannot be changed afterwards; the pack is kept as it was given.",
        ],
    }  # fmt: skip
    return render(request, "home/keeping/confirm.html", context)


@school_view(act="subject_access")
@require_safe
def access_pack(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """The pack as it was released."""
    row = _found(request, request_id)
    if (sent := _team(request, row)) is not None:
        return sent
    if not row.sha256:
        messages.error(request, "There is no pack yet.")
        return HttpResponseRedirect(reverse("access_request", args=[request.school.slug, row.public_id]))
    try:
        content = release.pack_read(request=row, by=request.user, now=request.now)
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")
    return hand_out(content, "zip", f"what-is-held-{row.short}.zip")


@school_view(act="subject_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_close(request: SchoolRequest, request_id: UUID) -> HttpResponseBase:
    """End a request without a pack."""
    row, form = _found(request, request_id), ReasonForm(request.POST or None)
    if posted(request, form, lambda: access.close(request=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The request is closed; what was collected for it is gone.", "access_request", row.public_id)
    return _form(request, row, form, "Close without a pack", "Close it")


def _form(request: SchoolRequest, row: AccessRequest, form: Any, heading: str, words: str) -> HttpResponse:
    back = reverse("access_request", args=[request.school.slug, row.public_id])
    context = {"form": form, "heading": heading, "submit_words": words, "back_url": back, "back_words": "The request", "pupil": row.pupil}
    return render(request, "home/keeping/form.html", context)
