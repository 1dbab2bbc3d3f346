"""Addresses that need no account: a family's answer, the secret address of a calendar, a screen on a wall."""

from django.urls import path

from ..views import answering, feed, wall

urlpatterns = [
    path("appointment/<str:link>/", answering.appointment_answer, name="appointment_answer"),
    path("calendar/<str:secret>/visits.ics", feed.visit_calendar, name="visit_calendar"),
    path("wall/", wall.wall_page, name="wall"),
    path("wall/live/", wall.wall_live, name="wall_live"),
    path("wall/<str:wall_token>/", wall.wall_open, name="wall_open"),
]
