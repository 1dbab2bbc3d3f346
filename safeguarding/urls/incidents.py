"""Incidents."""

from django.urls import path

from ..views import incidents

urlpatterns = [
    path("s/<slug:school>/incidents/", incidents.incident_list, name="incident_list"),
    path("s/<slug:school>/incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("s/<slug:school>/incidents/<uuid:incident_id>/review/", incidents.review, name="incident_review"),
    path("s/<slug:school>/incidents/<uuid:incident_id>/copy/", incidents.copy, name="incident_copy"),
]
