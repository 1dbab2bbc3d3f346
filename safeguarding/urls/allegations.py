"""Staff matters: allegations and low-level concerns."""

from django.urls import path

from ..views import allegations

urlpatterns = [
    path("s/<slug:school>/staff-matters/", allegations.listed, name="allegation_list"),
    path("s/<slug:school>/staff-matters/write/", allegations.write, name="allegation_write"),
    path("s/<slug:school>/staff-matters/own/", allegations.own, name="allegation_own"),
    path("s/<slug:school>/staff-matters/<uuid:public_id>/", allegations.shown, name="allegation"),
    path("s/<slug:school>/staff-matters/<uuid:public_id>/take-up/", allegations.taken_up, name="allegation_take_up"),
    path("s/<slug:school>/staff-matters/<uuid:public_id>/<slug:kind>/", allegations.add, name="allegation_add"),
]
