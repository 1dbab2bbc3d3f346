"""Concerns: writing, and the safeguarding team's desk."""

from django.urls import path

from ..views import concern_desk, concern_work, concerns

ROOT = "s/<slug:school>/concerns/"
ONE = f"{ROOT}<uuid:concern_id>/"

urlpatterns = [
    path(ROOT, concern_desk.inbox, name="concern_inbox"),
    path(f"{ROOT}write/", concerns.write, name="concern_write"),
    path(f"{ROOT}find/", concerns.find, name="concern_find"),
    path(f"{ROOT}mine/", concerns.mine, name="concern_mine"),
    path(f"{ROOT}mine/<str:reference>/", concerns.add, name="concern_add"),
    path(f"{ROOT}alert/", concern_desk.alert, name="concern_alert"),
    path(f"{ROOT}cover/", concern_work.cover, name="concern_cover"),
    path(f"{ROOT}cover/<uuid:away_id>/", concern_work.cover_end, name="concern_cover_end"),
    path(ONE, concern_desk.concern, name="concern"),
    path(f"{ONE}take/", concern_work.take_up, name="concern_take"),
    path(f"{ONE}decide/", concern_work.decide, name="concern_decide"),
    path(f"{ONE}action/", concern_work.action, name="concern_action"),
    path(f"{ONE}action/<uuid:action_id>/", concern_work.action_end, name="concern_action_end"),
    path(f"{ONE}amend/", concern_work.amend, name="concern_amend"),
    path(f"{ONE}pupils/", concern_work.pupils, name="concern_pupils"),
    path(f"{ONE}link/", concern_work.link, name="concern_link"),
    path(f"{ONE}close/", concern_work.close, name="concern_close"),
    path(f"{ONE}reopen/", concern_work.reopen, name="concern_reopen"),
    path(f"{ONE}copy/", concern_desk.concern_copy, name="concern_copy"),
    path(f"{ONE}file/<uuid:attachment_id>/", concern_desk.concern_file, name="concern_file"),
]
