"""Addresses of chronologies and of what is to be entered in the school's own safeguarding system."""

from django.urls import path

from . import views_chronology, views_system

urlpatterns = [
    path("pupils/<int:pupil_id>/chronology/", views_chronology.chronology, name="chronology"),
    path("pupils/<int:pupil_id>/chronology/note/", views_chronology.note, name="chronology_note"),
    path("pupils/<int:pupil_id>/chronology/note/<uuid:note_id>/", views_chronology.put_right, name="chronology_note_amend"),
    path("pupils/<int:pupil_id>/chronology/export/", views_chronology.take_out, name="chronology_export"),
    path("safeguarding/system/", views_system.system_entries, name="system_entries"),
    path("safeguarding/system/mark/", views_system.system_mark, name="system_mark"),
    path("safeguarding/system/zip/", views_system.system_zip, name="system_zip"),
    path("safeguarding/system/<uuid:entry_id>/", views_system.system_entry, name="system_entry"),
]
