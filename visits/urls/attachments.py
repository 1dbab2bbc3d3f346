"""Photographs and papers of a visit."""

from django.urls import path

from ..views import attachments

urlpatterns = [
    path("<int:visit_id>/attach/", attachments.attach, name="visit_attach"),
    path("<int:visit_id>/attached/<uuid:attachment_id>/", attachments.attachment, name="visit_attachment"),
    path("<int:visit_id>/attached/<uuid:attachment_id>/file/", attachments.attachment_file, name="visit_attachment_file"),
    path("<int:visit_id>/attached/<uuid:attachment_id>/withdraw/", attachments.attachment_withdraw, name="visit_attachment_withdraw"),
]
