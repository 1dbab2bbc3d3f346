"""Addresses of the policy: the same pages for a school and for a trust."""

from django.urls import URLPattern, path

from .views import drafting, overview, signing, versions
from .views.desk import Page

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("", "home", overview.home),
    ("read/", "read", overview.read),
    ("readers/", "readers", overview.readers),
    ("start/", "start", drafting.start),
    ("review/", "review", signing.review),
    ("history/", "history", versions.history),
    ("versions/<int:version_id>/", "version", versions.version),
    ("draft/", "draft", drafting.draft),
    ("draft/on-the-policy/", "details", drafting.details),
    ("draft/references/", "references", drafting.references),
    ("draft/discard/", "discard", drafting.discard),
    ("draft/sign/<slug:role>/", "sign", signing.sign),
    ("draft/settings/<slug:group>/", "edit", drafting.edit),
)

urlpatterns: list[URLPattern] = [
    *(path(f"s/<slug:school>/policy/{tail}", each.school, name=f"policy_{name}") for tail, name, each in PAGES),
    *(path(f"t/<slug:trust>/policy/{tail}", each.trust, name=f"trust_policy_{name}") for tail, name, each in PAGES),
]
