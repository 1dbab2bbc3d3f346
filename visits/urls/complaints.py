"""Complaints about visits."""

from django.urls import path

from ..views import complaints

urlpatterns = [
    path("complaints/", complaints.listed, name="complaint_list"),
    path("complaints/record/", complaints.record_at_desk, name="complaint_record"),
    path("complaints/<uuid:complaint_id>/", complaints.shown, name="complaint"),
    path("complaints/<uuid:complaint_id>/<slug:what>/", complaints.act, name="complaint_act"),
    path("<int:visit_id>/complaint/", complaints.record_of_visit, name="visit_complaint"),
]
