"""Pages of pupils, imports and the school calendar."""

from django.urls import URLPattern, URLResolver, path

from .views import imports, pupils

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<slug:school>/pupils/", pupils.pupil_list, name="pupil_list"),
    path("s/<slug:school>/pupils/leavers/", pupils.leaver_list, name="leaver_list"),
    path("s/<slug:school>/pupils/<int:pupil_id>/", pupils.pupil_detail, name="pupil_detail"),
    path("s/<slug:school>/contacts/<int:contact_id>/numbers/", pupils.contact_numbers, name="contact_numbers"),
    path("s/<slug:school>/contacts/<int:contact_id>/restriction/", pupils.contact_restriction, name="contact_restriction"),
    path("s/<slug:school>/imports/", imports.import_list, name="import_list"),
    path("s/<slug:school>/imports/<int:run_id>/", imports.import_run, name="import_run"),
    path("s/<slug:school>/imports/<int:run_id>/columns/", imports.import_columns, name="import_columns"),
    path("s/<slug:school>/imports/<int:run_id>/load/", imports.import_load, name="import_load"),
    path("s/<slug:school>/imports/<int:run_id>/drop/", imports.import_drop, name="import_drop"),
    path("s/<slug:school>/imports/<int:run_id>/progress/", imports.import_progress, name="import_progress"),
    path("s/<slug:school>/imports/<int:run_id>/faults/<int:place>/", imports.import_faults, name="import_faults"),
]
