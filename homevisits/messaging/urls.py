"""The pages of messages and notices, under the school, and the provider's callbacks."""

from django.urls import path

from .views import callbacks, notices, outbox, restored, settings

urlpatterns = [
    path("callbacks/notify/receipts/", callbacks.receipt, name="notify_receipt"),
    path("callbacks/notify/texts/", callbacks.text, name="notify_text"),
    path("s/<slug:school>/messages/", outbox.message_list, name="message_list"),
    path("s/<slug:school>/messages/<int:message_id>/again/", outbox.message_again, name="message_again"),
    path("s/<slug:school>/messages/account/", settings.message_account, name="message_account"),
    path("s/<slug:school>/messages/account/token/", settings.message_token, name="message_token"),
    path("s/<slug:school>/messages/account/test/", settings.message_test, name="message_test"),
    path("s/<slug:school>/messages/restored/", restored.message_restored, name="message_restored"),
    path("s/<slug:school>/messages/restored/ask/", restored.message_restored_ask, name="message_restored_ask"),
    path("s/<slug:school>/messages/wording/", settings.wording_list, name="wording_list"),
    path("s/<slug:school>/messages/wording/preview/", settings.wording_preview, name="wording_preview"),
    path("s/<slug:school>/messages/wording/<slug:name>/", settings.wording_edit, name="wording_edit"),
    path("s/<slug:school>/messages/wording/<slug:name>/drop/", settings.wording_drop, name="wording_drop"),
    path("s/<slug:school>/notices/", notices.notice_list, name="notice_list"),
    path("s/<slug:school>/notices/count/", notices.notice_count, name="notice_count"),
    path("s/<slug:school>/notices/seen/", notices.notices_seen, name="notices_seen"),
    path("s/<slug:school>/notices/<uuid:notice_id>/seen/", notices.notice_seen, name="notice_seen"),
    path("s/<slug:school>/notices/<uuid:notice_id>/done/", notices.notice_done, name="notice_done"),
]
