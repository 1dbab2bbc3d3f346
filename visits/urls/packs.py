"""A visit taken along on a tablet."""

from django.urls import path

from ..views import packs

urlpatterns = [
    path("<int:visit_id>/pack/", packs.take, name="visit_pack"),
    path("<int:visit_id>/pack/<int:pack_id>/back/", packs.back, name="visit_pack_back"),
]
