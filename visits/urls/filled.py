"""The form of a visit, filled at the home."""

from django.urls import path

from ..views import agreements, filled, signing

urlpatterns = [
    path("for-class/", filled.class_list, name="visit_class_list"),
    path("<int:visit_id>/form/", filled.tasks, name="visit_form"),
    path("<int:visit_id>/form/section/<slug:section>/", filled.section, name="visit_form_section"),
    path("<int:visit_id>/form/check/", signing.check, name="visit_form_check"),
    path("<int:visit_id>/form/sign/<slug:role>/", signing.sign, name="visit_form_sign"),
    path("<int:visit_id>/form/differences/", filled.differences, name="visit_form_differences"),
    path("<int:visit_id>/form/differences/<int:difference_id>/", filled.choose, name="visit_form_choose"),
    path("<int:visit_id>/form/history/", filled.history, name="visit_form_history"),
    path("<int:visit_id>/agreements/", agreements.agree, name="visit_agree"),
    path("<int:visit_id>/agreements/<int:agreement_id>/", agreements.end, name="visit_agreement_end"),
    path("<int:visit_id>/form/for-class/", filled.for_class, name="visit_form_for_class"),
]
