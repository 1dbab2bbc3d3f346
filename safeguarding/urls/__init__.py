"""Every address of safeguarding, by subject; all under the school's."""

from django.urls import URLPattern, URLResolver

from . import allegations, incidents, referrals

urlpatterns: list[URLPattern | URLResolver] = [*incidents.urlpatterns, *referrals.urlpatterns, *allegations.urlpatterns]
