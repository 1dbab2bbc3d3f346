"""Addresses of attendance's own lists and decisions. Today and the case combine apps: their addresses are home's."""

from django.urls import path

from .views import lists, registers, sending, weekly, writing_back

urlpatterns = [
    path("s/<slug:school>/contacts/quality/", lists.contact_quality, name="contact_quality"),
    path("s/<slug:school>/mis/", lists.mis_list, name="mis_list"),
    path("s/<slug:school>/mis/write/", writing_back.write, name="write_back"),
    path("s/<slug:school>/mis/written/", writing_back.written, name="write_back_list"),
    path("s/<slug:school>/mis/written/change/", writing_back.change, name="write_back_change"),
    path("s/<slug:school>/mis/written/settings/", writing_back.account, name="write_back_account"),
    path("s/<slug:school>/mis/written/learn/", writing_back.ask, name="write_back_learn"),
    path("s/<slug:school>/registers/", registers.registers, name="registers"),
    path("s/<slug:school>/registers/<int:register_id>/", registers.take, name="take_register"),
    path("s/<slug:school>/today/sheet/", sending.sheet, name="sheet"),
    path("s/<slug:school>/today/close/", sending.close_school_today, name="close_today"),
    path("s/<slug:school>/visits/week/", weekly.weekly_list, name="weekly_list"),
    path("s/<slug:school>/visits/week/<str:week>/", weekly.weekly_list, name="weekly_list_of"),
    path("s/<slug:school>/visits/week/<str:week>/sign/", weekly.sign_weekly_list, name="weekly_list_sign"),
    path("s/<slug:school>/visits/week/<str:week>/list.pdf", weekly.weekly_list_pdf, name="weekly_list_pdf"),
    path("s/<slug:school>/shadow/", sending.shadow, name="shadow"),
    path("s/<slug:school>/shadow/decide/", sending.sending, name="sending"),
]
