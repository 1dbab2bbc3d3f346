"""Risk: the assessment of a visit, the safeguarding team, the school's own assessment, the infection annex, warnings about homes."""

from django.urls import path

from ..views import annex, high_risk, home_warnings, risk, school_assessment

urlpatterns = [
    path("<int:visit_id>/risk/", risk.assess, name="visit_risk"),
    path("<int:visit_id>/risk/versions/", risk.history, name="visit_risk_history"),
    path("<int:visit_id>/risk.pdf", risk.pdf, name="visit_risk_pdf"),
    path("<int:visit_id>/risk/read/", risk.read, name="visit_risk_read"),
    path("<int:visit_id>/high-risk/", high_risk.decide, name="high_risk_decide"),
    path("<int:visit_id>/meeting/", high_risk.met, name="visit_meeting"),
    path("<int:visit_id>/other-contact/", high_risk.other_contact, name="visit_other_contact"),
    path("<int:visit_id>/infection/", annex.asked, name="annex_asked"),
    path("<int:visit_id>/infection/leave/", annex.leave, name="annex_leave"),
    path("high-risk/", high_risk.inbox, name="high_risk_list"),
    path("school-assessment/", school_assessment.shown, name="school_assessment"),
    path("school-assessment/amend/", school_assessment.amend, name="school_assessment_amend"),
    path("infection/", annex.shown, name="annex"),
    path("infection/change/", annex.change, name="annex_change"),
    path("infection/end/", annex.end, name="annex_end"),
    path("infection/isolation/<int:isolation_id>/end/", annex.isolation_end, name="isolation_end"),
    path("homes/warnings/", home_warnings.listed, name="home_warning_list"),
    path("homes/warnings/<uuid:warning_id>/look/", home_warnings.look, name="home_warning_look"),
    path("homes/<int:household_id>/warnings/", home_warnings.shown, name="home_warnings"),
    path("homes/warnings/<uuid:warning_id>/end/", home_warnings.end, name="home_warning_end"),
]
