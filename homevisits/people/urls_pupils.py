"""Pages of pupils, imports, the school calendar, the demo clock and tokens."""

from django.urls import URLPattern, URLResolver, path

from .views import calendar, imports, pupils, running

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<slug:school>/pupils/", pupils.pupil_list, name="pupil_list"),
    path("s/<slug:school>/pupils/leavers/", pupils.leaver_list, name="leaver_list"),
    path("s/<slug:school>/pupils/<int:pupil_id>/", pupils.pupil_detail, name="pupil_detail"),
    path("s/<slug:school>/pupils/<int:pupil_id>/needs/", pupils.pupil_needs, name="pupil_needs"),
    path("s/<slug:school>/households/<int:household_id>/notes/", pupils.household_notes, name="household_notes"),
    path("s/<slug:school>/contacts/<int:contact_id>/numbers/", pupils.contact_numbers, name="contact_numbers"),
    path("s/<slug:school>/numbers/<int:fault_id>/works/", pupils.number_works, name="number_works"),
    path("s/<slug:school>/contacts/<int:contact_id>/restriction/", pupils.contact_restriction, name="contact_restriction"),
    path("s/<slug:school>/imports/", imports.import_list, name="import_list"),
    path("s/<slug:school>/imports/<int:run_id>/", imports.import_run, name="import_run"),
    path("s/<slug:school>/imports/<int:run_id>/columns/", imports.import_columns, name="import_columns"),
    path("s/<slug:school>/imports/<int:run_id>/load/", imports.import_load, name="import_load"),
    path("s/<slug:school>/imports/<int:run_id>/drop/", imports.import_drop, name="import_drop"),
    path("s/<slug:school>/imports/<int:run_id>/progress/", imports.import_progress, name="import_progress"),
    path("s/<slug:school>/imports/<int:run_id>/faults/<int:place>/", imports.import_faults, name="import_faults"),
    path("s/<slug:school>/calendar/", calendar.school_calendar, name="school_calendar"),
    path("s/<slug:school>/calendar/terms/add/", calendar.term_add, name="term_add"),
    path("s/<slug:school>/calendar/terms/<int:term_id>/", calendar.term_change, name="term_change"),
    path("s/<slug:school>/calendar/terms/<int:term_id>/remove/", calendar.term_remove, name="term_remove"),
    path("s/<slug:school>/calendar/closures/add/", calendar.closure_add, name="closure_add"),
    path("s/<slug:school>/calendar/closures/<int:closure_id>/remove/", calendar.closure_remove, name="closure_remove"),
    path("s/<slug:school>/demo-clock/", running.demo_clock, name="demo_clock"),
    path("s/<slug:school>/tokens/", running.token_list, name="token_list"),
    path("s/<slug:school>/tokens/<int:token_id>/revoke/", running.token_revoke, name="token_revoke"),
]
