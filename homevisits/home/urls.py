"""Addresses of the pages that combine apps."""

from django.urls import include, path

from . import status, styleguide, views, views_app, views_file, views_policy, views_registers, views_trail, views_trust, views_uploads

urlpatterns = [
    path("policy/<slug:school>/", views_policy.school_policy, name="policy_public"),
    path("policy/<slug:school>/policy.pdf", views_policy.school_policy_pdf, name="policy_public_pdf"),
    path("policy/trust/<slug:trust>/", views_policy.trust_policy, name="policy_public_trust"),
    path("policy/trust/<slug:trust>/policy.pdf", views_policy.trust_policy_pdf, name="policy_public_trust_pdf"),
    path("s/<slug:school>/", include("homevisits.home.urls_morning")),
    path("s/<slug:school>/staff/registers/who-may-visit/", views_registers.who_may_visit, name="who_may_visit"),
    path("s/<slug:school>/staff/registers/policy/", views_registers.register_policy, name="register_policy"),
    path("s/<slug:school>/staff/registers/own/", views_registers.own_register, name="own_register"),
    path("s/<slug:school>/staff/registers/own/conduct/", views_registers.own_conduct, name="own_conduct"),
    path("s/<slug:school>/pupils/<int:pupil_id>/file/", views_file.pupil_file, name="pupil_file"),
    path("s/<slug:school>/pupils/<int:pupil_id>/file/<int:document_id>/", views_file.pupil_document, name="pupil_document"),
    path("s/<slug:school>/", include("homevisits.home.urls_chronology")),
    path("s/<slug:school>/data-protection/", include("homevisits.home.urls_keeping")),
    path("s/<slug:school>/uploads/", views_uploads.upload_list, name="upload_list"),
    path("s/<slug:school>/uploads/mark/", views_uploads.upload_mark, name="upload_mark"),
    path("s/<slug:school>/uploads/folder/", views_uploads.upload_folder, name="upload_folder"),
    path("s/<slug:school>/uploads/zip/", views_uploads.upload_zip, name="upload_zip"),
    path("s/<slug:school>/uploads/<int:drop_id>/", views_uploads.upload_drop, name="upload_drop"),
    path("s/<slug:school>/audit/", views_trail.audit_log, name="audit_log"),
    path("s/<slug:school>/audit/take-out/", views_trail.audit_take_out, name="audit_take_out"),
    path("t/<slug:trust>/", views_trust.trust_home, name="trust_home"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("manifest.webmanifest", views_app.manifest, name="manifest"),
    path("sw.js", views_app.service_worker, name="service_worker"),
    path("offline/", views_app.offline, name="offline"),
    path("tablet/", views_app.tablet_start, name="tablet_start"),
    path("health/", views.health, name="health"),
    path("heartbeat/", status.heartbeat, name="heartbeat"),
    path("s/<slug:school>/status/", status.status, name="engine_status"),
]
