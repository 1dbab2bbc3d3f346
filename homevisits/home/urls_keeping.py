"""Addresses of data protection, under `/s/<school>/data-protection/`."""

from django.urls import path

from . import views_keeping as home
from . import views_keeping_access as access
from . import views_keeping_retention as retention
from . import views_keeping_staff as staff
from . import views_keeping_transfer as transfer

urlpatterns = [
    path("", home.data_protection, name="data_protection"),
    path("requests/", access.access_list, name="access_list"),
    path("requests/new/<int:pupil_id>/", access.access_new, name="access_new"),
    path("requests/<uuid:request_id>/", access.access_request, name="access_request"),
    path("requests/<uuid:request_id>/identity/", access.access_identity, name="access_identity"),
    path("requests/<uuid:request_id>/extend/", access.access_extend, name="access_extend"),
    path("requests/<uuid:request_id>/collect/", access.access_collect, name="access_collect"),
    path("requests/<uuid:request_id>/progress/", access.access_progress, name="access_progress"),
    path("requests/<uuid:request_id>/records/<uuid:item_id>/", access.access_item, name="access_item"),
    path("requests/<uuid:request_id>/records/<uuid:item_id>/file/", access.access_file, name="access_file"),
    path("requests/<uuid:request_id>/plain/", access.access_plain, name="access_plain"),
    path("requests/<uuid:request_id>/safeguarding/", access.access_apart, name="access_apart"),
    path("requests/<uuid:request_id>/preview/", access.access_preview, name="access_preview"),
    path("requests/<uuid:request_id>/release/", access.access_release, name="access_release"),
    path("requests/<uuid:request_id>/pack/", access.access_pack, name="access_pack"),
    path("requests/<uuid:request_id>/close/", access.access_close, name="access_close"),
    path("keeping/", retention.retention_queue, name="retention_queue"),
    path("keeping/schedule/", retention.retention_schedule, name="retention_schedule"),
    path("keeping/together/<slug:kind>/", retention.retention_together, name="retention_together"),
    path("keeping/<uuid:review_id>/", retention.retention_review, name="retention_review"),
    path("keeping/<uuid:review_id>/certificate/", retention.retention_certificate, name="retention_certificate"),
    path("holds/new/<int:pupil_id>/", retention.hold_set, name="hold_set"),
    path("holds/<uuid:hold_id>/lift/", retention.hold_lift, name="hold_lift"),
    path("staff-matters/", staff.staff_keeping, name="staff_keeping"),
    path("staff-matters/<uuid:review_id>/", staff.staff_keeping_review, name="staff_keeping_review"),
    path("transfers/", transfer.transfer_list, name="transfer_list"),
    path("transfers/new/<int:pupil_id>/", transfer.transfer_new, name="transfer_new"),
    path("transfers/<uuid:transfer_id>/", transfer.transfer, name="transfer"),
    path("transfers/<uuid:transfer_id>/make/", transfer.transfer_pack_make, name="transfer_pack_make"),
    path("transfers/<uuid:transfer_id>/pack/", transfer.transfer_pack, name="transfer_pack"),
    path("transfers/<uuid:transfer_id>/sent/", transfer.transfer_sent, name="transfer_sent"),
    path("transfers/<uuid:transfer_id>/receipt/", transfer.transfer_receipt, name="transfer_receipt"),
    path("transfers/<uuid:transfer_id>/end/", transfer.transfer_end, name="transfer_end"),
]
