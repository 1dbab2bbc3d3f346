"""Every address of visits, a file a subject; all under the school's."""

from django.urls import include, path

from . import (
    appointments,
    approval,
    attachments,
    closing,
    complaints,
    concerns,
    departure,
    door,
    feed,
    filled,
    letters,
    out,
    packs,
    planning,
    printing,
    public,
    questionnaires,
    risk,
    visit,
    wall,
)

PARTS = (
    visit,
    planning,
    risk,
    appointments,
    departure,
    feed,
    closing,
    letters,
    printing,
    approval,
    out,
    door,
    packs,
    attachments,
    concerns,
    questionnaires,
    filled,
    wall,
    complaints,
)

urlpatterns = [path("s/<slug:school>/visits/", include(part)) for part in PARTS] + public.urlpatterns
