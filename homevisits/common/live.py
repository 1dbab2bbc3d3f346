"""Pages that stay live: a poll is answered with 304 unless something changed, and costs one cheap query then."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag


def live_response(request: HttpRequest, render: Callable[[], str | HttpResponse], key: Any) -> HttpResponse:
    """What `render` gives, or 304 when the asker already has the state that `key` stands for.

    `key` is anything whose repr changes when the page would: for example `(school.pk, newest_change, count, minute)`. Put the minute in
    where the page says "in 4 minutes". The person is always part of the tag: two people never share one.
    """
    user = getattr(request, "user", None)
    tag = quote_etag(hashlib.sha256(repr((request.path, getattr(user, "pk", None), key)).encode()).hexdigest()[:32])
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        made = render()
        response = made if isinstance(made, HttpResponse) else HttpResponse(made)
    response["ETag"] = tag
    patch_vary_headers(response, ["Cookie"])
    return response
