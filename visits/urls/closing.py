"""The end of a visit."""

from django.urls import path

from ..views import closing, incidents, review

urlpatterns = [
    path("review/", review.visit_review, name="visit_review"),
    path("<int:visit_id>/report/", closing.report, name="visit_report"),
    path("<int:visit_id>/feedback/", closing.feedback, name="visit_feedback"),
    path("<int:visit_id>/incident/", incidents.incident, name="visit_incident"),
]
