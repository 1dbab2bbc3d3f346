"""What makes the product an app on a tablet: its manifest, its service worker, the page that stands for all others without network."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common import clock
from homevisits.people.access import may, schools_of, today_of
from homevisits.people.models import Staff

# What a page on a tablet may ask for. Scripts also by their plain names: one imports another by that.
SHELL = ("js/**/*.js", "css/*.css", "vendor/*.js", "vendor/*.css", "img/*.svg")


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: name, icons, where it opens."""
    files = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))
    icons = [
        {"src": static(f"img/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in files
    ]
    about = {
        "id": "/tablet/", "name": "Home Visits", "short_name": "Home Visits", "lang": "en-GB", "scope": "/",
        "start_url": reverse("tablet_start"), "display": "standalone", "background_color": "#f2f5f7", "theme_color": "#123650",
        "icons": icons,
    }  # fmt: skip
    response = JsonResponse(about, content_type="application/manifest+json")
    response["Cache-Control"] = "max-age=3600"
    return response


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its parts in one file, after the list of the static files that it keeps. It changes when one of them does."""
    response = HttpResponse(_worker(settings.DEBUG and clock.now().timestamp()), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker(fresh: float) -> str:
    """`fresh` differs with every request in development, where files change under a running server."""
    root = Path(settings.BASE_DIR) / "static"
    names = sorted({file.relative_to(root).as_posix() for pattern in SHELL for file in root.glob(pattern)})
    urls = sorted({static(name) for name in names} | {f"{settings.STATIC_URL}{name}" for name in names if name.startswith("js/")})
    parts = [(root / name).read_text() for name in ("vendor/idb.js", "js/offline/store.js", "js/offline/lock.js", "js/offline/worker.js")]
    version = sha256("\n".join(urls + parts).encode()).hexdigest()[:12]
    about = json.dumps({"files": urls, "version": version, "offline": reverse("offline"), "static": settings.STATIC_URL})
    return "\n".join([f"self.SHELL = {about};", *parts])


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a tablet shows without network; it holds nothing of anybody, its script fills in what the tablet has."""
    return render(request, "home/offline.html")


@require_safe
def tablet_start(request: HttpRequest) -> HttpResponseBase:
    """Where the app opens: My visits of the school that the person was in last, else of the first in which they may visit."""
    staff = request.user
    assert isinstance(staff, Staff)  # the sign-in middleware let nobody else through
    schools = [one for one in schools_of(staff, clock.local_day(clock.now())) if may(staff, one, "see_visits", today_of(one))]
    last = request.session.get("school")
    school = next((one for one in schools if one.slug == last), schools[0] if schools else None)
    return redirect("visit_today", school.slug) if school else redirect("start")
