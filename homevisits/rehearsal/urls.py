"""Addresses of the rehearsals."""

from django.urls import path

from . import views

urlpatterns = [
    path("s/<slug:school>/rehearsals/", views.rehearsal_list, name="rehearsal_list"),
    path("s/<slug:school>/rehearsals/<int:rehearsal_id>/", views.rehearsal_run, name="rehearsal_run"),
    path("s/<slug:school>/rehearsals/<int:rehearsal_id>/progress/", views.rehearsal_progress, name="rehearsal_progress"),
    path("s/<slug:school>/rehearsals/<int:rehearsal_id>/compare/", views.rehearsal_compare, name="rehearsal_compare"),
]
