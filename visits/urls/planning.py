"""Asking for a visit, planning it, and what ends it before anybody goes."""

from django.urls import path

from ..views import planning, requests, timetable

urlpatterns = [
    path("ask/", requests.ask, name="visit_ask"),
    path("in-year/", requests.in_year, name="in_year_due"),
    path("<int:visit_id>/plan/", planning.plan, name="visit_plan"),
    path("<int:visit_id>/repeat/", timetable.repeat, name="visit_repeat"),
    path("<int:visit_id>/say-no/", planning.say_no, name="visit_say_no"),
    path("<int:visit_id>/withdraw/", requests.withdraw, name="visit_withdraw"),
    path("<int:visit_id>/refused/", requests.refused, name="visit_refused"),
    path("<int:visit_id>/items/<int:item_id>/", requests.item, name="visit_item"),
]
