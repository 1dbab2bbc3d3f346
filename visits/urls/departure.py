"""Before leaving: briefing, checklist, what is taken."""

from django.urls import path

from ..views import departure

urlpatterns = [
    path("<int:visit_id>/briefing/", departure.briefing_page, name="visit_briefing"),
    path("<int:visit_id>/briefing/briefing.pdf", departure.briefing_pdf, name="visit_briefing_pdf"),
    path("<int:visit_id>/briefing/read/", departure.briefing_read, name="visit_briefing_read"),
    path("<int:visit_id>/leaving/", departure.leaving_page, name="visit_leaving"),
    path("<int:visit_id>/leaving/kit/", departure.kit_page, name="visit_kit"),
    path("<int:visit_id>/leaving/unwell/", departure.unwell_page, name="visit_unwell"),
]
