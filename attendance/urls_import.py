"""The page that imports marks, beside people's imports."""

from django.urls import URLPattern, URLResolver, path

from . import views_import

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<slug:school>/imports/marks/", views_import.import_marks, name="import_marks"),
]
