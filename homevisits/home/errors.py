"""Error pages: they say what happened, whether anything was changed, and where to go. None shows what went wrong inside."""

import re
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

_SECRET = re.compile(r"token|passw|credential|secret|code$|^login$|^next$", re.IGNORECASE)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of ours sends."""
    return _page(request, HTTPStatus.BAD_REQUEST)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's roles do not open this page."""
    return _page(request, HTTPStatus.FORBIDDEN)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of."""
    return _page(request, HTTPStatus.NOT_FOUND)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries in a row."""
    return _page(request, HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without a request, a session or a database, any of which may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old: says how what was typed comes back."""
    return _page(request, HTTPStatus.FORBIDDEN, "403_csrf.html", typed=_typed(request))


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person typed, to copy back; nothing when another site sent the form, and never what is secret."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    shown = [(name, value) for name, values in request.POST.lists() for value in values if value.strip() and not _SECRET.search(name)]
    return [(name.replace("_", " ").replace("-", " ").capitalize(), value) for name, value in shown]


def _page(request: HttpRequest, status: HTTPStatus, template: str = "", **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"path": request.path, **more}
    return render(request, template or f"{status.value}.html", context, status=status)
