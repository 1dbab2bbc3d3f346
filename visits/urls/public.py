"""Addresses that need no account: a family's answer, and the secret address of a calendar."""

from django.urls import path

from ..views import answering, feed

urlpatterns = [
    path("appointment/<str:link>/", answering.appointment_answer, name="appointment_answer"),
    path("calendar/<str:secret>/visits.ics", feed.visit_calendar, name="visit_calendar"),
]
