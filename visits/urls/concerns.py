"""Concerns that are written on a visit, or without network."""

from django.urls import path

from ..views import concerns

urlpatterns = [
    path("concerns/sync/", concerns.concern_sync, name="concern_sync"),
    path("<int:visit_id>/concern/", concerns.visit_concern, name="visit_concern"),
]
