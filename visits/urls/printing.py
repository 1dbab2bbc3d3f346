"""Printing the papers of a day."""

from django.urls import path

from ..views import printing

urlpatterns = [
    path("print/", printing.print_day, name="print_day"),
    path("print/<int:run_id>/", printing.print_progress_page, name="print_run"),
    path("print/<int:run_id>/progress/", printing.print_progress, name="print_run_progress"),
    path("print/<int:run_id>/papers.pdf", printing.print_pdf, name="print_run_pdf"),
]
