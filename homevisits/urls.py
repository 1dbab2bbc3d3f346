"""Every address of the product. An app's pages are in its own urls.py."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("homevisits.people.urls_signin")),
    path("", include("homevisits.people.urls")),
    path("", include("homevisits.people.urls_pupils")),
    path("", include("homevisits.people.urls_registers")),
    path("", include("homevisits.messaging.urls")),
    path("", include("homevisits.policy.urls")),
    path("", include("attendance.urls")),
    path("", include("visits.urls")),
    path("", include("safeguarding.urls")),
    path("", include("homevisits.home.urls")),
    path("", include("homevisits.rehearsal.urls")),
    path("", include("attendance.api")),
    path("", include("attendance.urls_import")),
    path("admin/", admin.site.urls),
]

handler400 = "homevisits.home.errors.bad_request"
handler403 = "homevisits.home.errors.forbidden"
handler404 = "homevisits.home.errors.not_found"
handler500 = "homevisits.home.errors.server_error"
