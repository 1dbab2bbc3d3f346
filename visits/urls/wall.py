"""Screens on a wall: keeping them. What they show has no school in its address and needs no account (public.py)."""

from django.urls import path

from ..views import wall

urlpatterns = [
    path("displays/", wall.display_list, name="display_list"),
    path("displays/<int:display_id>/off/", wall.display_off, name="display_off"),
]
