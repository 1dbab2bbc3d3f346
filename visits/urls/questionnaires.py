"""The school's questionnaires: what they ask."""

from django.urls import path

from ..views import questionnaires as views

ONE = "questionnaires/<slug:questionnaire>/"

urlpatterns = [
    path("questionnaires/", views.questionnaire_list, name="questionnaire_list"),
    path(ONE, views.editor, name="questionnaire"),
    path(f"{ONE}act/", views.act, name="questionnaire_act"),
    path(f"{ONE}question/<slug:part>/", views.reword_question, name="questionnaire_question"),
    path(f"{ONE}section/<slug:section>/", views.reword_section, name="questionnaire_section"),
    path(f"{ONE}title/", views.title, name="questionnaire_title"),
    path(f"{ONE}add/", views.add, name="questionnaire_add"),
    path(f"{ONE}preview/", views.preview, name="questionnaire_preview"),
    path(f"{ONE}keep/", views.keep, name="questionnaire_keep"),
    path(f"{ONE}discard/", views.discard, name="questionnaire_discard"),
    path(f"{ONE}default/", views.to_default, name="questionnaire_default"),
    path(f"{ONE}versions/", views.versions, name="questionnaire_versions"),
    path("<int:visit_id>/questionnaire.pdf", views.blank_of_visit, name="visit_questionnaire_blank"),
    path(f"{ONE}blank.pdf", views.blank, name="questionnaire_blank"),
]
