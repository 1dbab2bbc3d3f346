"""Headers that keep pages about children where they belong: in one tab, of one person, of this site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS = (
    "camera=(), microphone=(), payment=(), usb=(), geolocation=(self), browsing-topics=(), display-capture=(), hid=(), "
    "serial=(), midi=(), idle-detection=()"
)
HEADERS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    # Nothing of another place gets into a page, so no page shares a process of the browser with one.
    "Cross-Origin-Embedder-Policy": "require-corp",
    # What Django's own middleware sets for answers that come from below it, also for those that it gives itself: a strange host's 400.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class PrivacyHeaders:
    """Middleware: no powers that are not used, no other site that takes our pages in.

    The content security policy is django-csp's and stands in the settings; that no copies are left is people.middleware's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and complete the answer's headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
