"""Addresses of the morning: Today, the log, the case, and the acts on them."""

from django.urls import path

from . import views_acts, views_case, views_demo, views_log, views_today

urlpatterns = [
    path("demo-clock/fresh-morning/", views_demo.fresh_morning, name="demo_fresh_morning"),
    path("today/", views_today.today, name="today"),
    path("today/live/", views_today.today_live, name="today_live"),
    path("today/logged/", views_today.logged_today, name="logged_today"),
    path("today/late/", views_today.late_steps, name="late_steps"),
    path("today/away/", views_today.away, name="away"),
    path("log/", views_log.log_page, name="log_page"),
    path("today/pupils/", views_log.find_pupils, name="find_pupils"),
    path("today/pupils/<int:pupil_id>/", views_log.pick_pupil, name="pick_pupil"),
    path("today/suggest/", views_log.suggest_code, name="suggest_code"),
    path("today/log/", views_log.log_absence, name="log_absence"),
    path("today/log/<int:absence_id>/undo/", views_log.undo_absence, name="undo_absence"),
    path("today/arrived/", views_log.arrived, name="arrived"),
    path("today/arrived/<int:arrival_id>/undo/", views_log.undo_arrival, name="undo_arrival"),
    path("today/hold/", views_acts.release_hold, name="release_hold"),
    path("today/by-hand/", views_acts.set_aside, name="set_aside"),
    path("today/by-hand/<int:aside_id>/", views_acts.deal_with_aside, name="deal_with_aside"),
    path("today/replies/<int:reply_id>/", views_acts.answer_reply, name="answer_reply"),
    path("cases/<int:case_id>/", views_case.case, name="case"),
    path("cases/<int:case_id>/live/", views_case.case_live, name="case_live"),
    path("cases/<int:case_id>/correct/", views_case.correct, name="correct"),
    path("cases/<int:case_id>/call/", views_acts.record_call, name="record_call"),
    path("calls/<int:attempt_id>/undo/", views_acts.undo_call, name="undo_call"),
]
