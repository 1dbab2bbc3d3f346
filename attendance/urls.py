"""Addresses of attendance's own lists and decisions. Today and the case combine apps: their addresses are home's."""

from django.urls import path

from .views import lists, registers, sending

urlpatterns = [
    path("s/<slug:school>/contacts/quality/", lists.contact_quality, name="contact_quality"),
    path("s/<slug:school>/mis/", lists.mis_list, name="mis_list"),
    path("s/<slug:school>/registers/", registers.registers, name="registers"),
    path("s/<slug:school>/registers/<int:register_id>/", registers.take, name="take_register"),
    path("s/<slug:school>/today/sheet/", sending.sheet, name="sheet"),
    path("s/<slug:school>/today/close/", sending.close_school_today, name="close_today"),
    path("s/<slug:school>/shadow/", sending.shadow, name="shadow"),
    path("s/<slug:school>/shadow/decide/", sending.sending, name="sending"),
]
