"""Referrals, and agencies that are to be made aware."""

from django.urls import path

from ..views import referrals as views

urlpatterns = [
    path("s/<slug:school>/referrals/", views.referral_list, name="referral_list"),
    path("s/<slug:school>/referrals/new/", views.referral_whom, name="referral_whom"),
    path("s/<slug:school>/referrals/new/<int:pupil_id>/", views.referral_open, name="referral_open"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/", views.referral, name="referral"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/send/", views.referral_send, name="referral_send"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/not-sent/", views.referral_not_sent, name="referral_not_sent"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/answer/", views.referral_answer, name="referral_answer"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/close/", views.referral_close, name="referral_close"),
    path("s/<slug:school>/referrals/<uuid:referral_id>/copy/", views.referral_copy, name="referral_copy"),
    path("s/<slug:school>/staff-matters/<uuid:public_id>/lado-referral/", views.lado_open, name="lado_open"),
    path("s/<slug:school>/agencies/<uuid:task_id>/told/", views.agency_task, name="agency_told"),
]
