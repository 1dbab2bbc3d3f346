"""Headers that keep pages about children where they belong: in one tab, of one person, of this site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS = "camera=(), microphone=(), payment=(), usb=(), geolocation=(self), browsing-topics=()"


class PrivacyHeaders:
    """Middleware: no powers that are not used, no other site that takes our pages in.

    The content security policy is django-csp's and stands in the settings; that no copies are left is people.middleware's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and complete the answer's headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
