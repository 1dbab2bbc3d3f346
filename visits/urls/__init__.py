"""Every address of visits, a file a subject; all under the school's."""

from django.urls import include, path

from . import closing, visit

PARTS = (visit, closing)

urlpatterns = [path("s/<slug:school>/visits/", include(part)) for part in PARTS]
