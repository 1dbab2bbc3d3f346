"""Addresses of the pages that combine apps."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.health, name="health"),
]
