"""The list of visits, and a visit's own page."""

from django.urls import path

from ..views import visit

urlpatterns = [
    path("", visit.visit_list, name="visit_list"),
    path("<int:visit_id>/", visit.visit_page, name="visit"),
    path("<int:visit_id>/live/", visit.visit_live, name="visit_live"),
]
