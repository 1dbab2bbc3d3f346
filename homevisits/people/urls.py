"""Pages of people: where one lands, one's own account, staff and their roles, the audit."""

from django.urls import URLPattern, URLResolver, path

from .views import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("schools/", start.choose_school, name="choose_school"),
    path("signed-in/", start.signed_in, name="signed_in"),
    path("s/<slug:school>/", start.school_home, name="school_home"),
]
