"""The appointment with the family, by the staff."""

from django.urls import path

from ..views import appointments

urlpatterns = [
    path("<int:visit_id>/appointment/", appointments.offer_page, name="appointment_offer"),
    path("<int:visit_id>/appointment/<int:appointment_id>/answer/", appointments.office_answer, name="appointment_office"),
    path("<int:visit_id>/appointment/<int:appointment_id>/close/", appointments.close_page, name="appointment_close"),
    path("<int:visit_id>/agreement-call/", appointments.call_page, name="agreement_call"),
]
