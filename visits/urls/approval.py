"""The approver's inbox and decisions, the permission form, sending a pair at once."""

from django.urls import path

from ..views import approval, break_glass, permission, weekly

urlpatterns = [
    path("approve/", approval.approve_inbox, name="approve_inbox"),
    path("<int:visit_id>/approve/", approval.approve_visit, name="visit_approve"),
    path("<int:visit_id>/return/", approval.return_visit, name="visit_return"),
    path("<int:visit_id>/decline/", approval.decline_visit, name="visit_decline"),
    path("<int:visit_id>/permission/", permission.permission, name="visit_permission"),
    path("<int:visit_id>/permission.pdf", permission.permission_pdf, name="visit_permission_pdf"),
    path("<int:visit_id>/sign-week/", weekly.sign_week, name="visit_sign_week"),
    path("send-now/", break_glass.send_now, name="send_now"),
    path("<int:visit_id>/send-now/", break_glass.send_this_now, name="visit_send_now"),
    path("<int:visit_id>/sending-review/", break_glass.review_sending, name="visit_sending_review"),
]
