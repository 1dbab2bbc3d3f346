"""The letters of a visit."""

from django.urls import path

from ..views import closing, form_copies, letters

urlpatterns = [
    path("<int:visit_id>/form-copy/<slug:whose>.pdf", form_copies.form_copy, name="visit_form_copy"),
    path("<int:visit_id>/letters/<slug:kind>/", letters.letter, name="visit_letter"),
    path("<int:visit_id>/letters/<slug:kind>/letter.pdf", letters.letter_pdf, name="visit_letter_pdf"),
    path("<int:visit_id>/letters/<slug:kind>/print/", letters.letter_print, name="visit_letter_print"),
    path("<int:visit_id>/letters/<slug:kind>/sent/", letters.letter_sent, name="visit_letter_sent"),
    path("<int:visit_id>/letters/<slug:kind>/discard/", closing.letter_discard, name="visit_letter_discard"),
]
