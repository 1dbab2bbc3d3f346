"""Every address of safeguarding, by subject; all under the school's."""

from django.urls import URLPattern, URLResolver

from . import allegations, incidents

urlpatterns: list[URLPattern | URLResolver] = [*incidents.urlpatterns, *allegations.urlpatterns]
