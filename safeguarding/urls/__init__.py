"""Every address of safeguarding, by subject; all under the school's."""

from django.urls import URLPattern, URLResolver

from . import allegations, concerns, incidents, referrals

urlpatterns: list[URLPattern | URLResolver] = [
    *concerns.urlpatterns, *incidents.urlpatterns, *referrals.urlpatterns, *allegations.urlpatterns,
]  # fmt: skip
