"""Addresses of the pages that combine apps."""

from django.urls import path

from . import styleguide, views

urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("health/", views.health, name="health"),
]
