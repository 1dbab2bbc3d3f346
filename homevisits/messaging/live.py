"""Answers to polls: 304 while nothing changed. Messaging may not import from `home`, which stands above it."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag


def answer_live(request: HttpRequest, make: Callable[[], HttpResponse], key: object) -> HttpResponse:
    """What `make` gives, or 304 when the asker has the state that `key` stands for. Two people never share a tag."""
    said = repr((request.get_full_path(), getattr(request.user, "pk", None), key))
    tag = quote_etag(hashlib.sha256(said.encode()).hexdigest()[:32])
    response = HttpResponseNotModified() if tag in parse_etags(request.headers.get("If-None-Match", "")) else make()
    response["ETag"] = tag
    patch_vary_headers(response, ["Cookie"])
    return response
