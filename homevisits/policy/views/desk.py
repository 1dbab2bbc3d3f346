"""What every policy page knows: whose policy it is, who asks, on which day, and where the other pages are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Role, School, Staff, Trust

from .. import permissions, selectors
from ..models import PolicyVersion


@dataclass(frozen=True)
class Desk:
    """One owner's policy, seen by one person. `now` is the owner's time."""

    owner: School | Trust
    user: Staff
    now: datetime

    @property
    def today(self) -> date:
        """The owner's calendar day."""
        return clock.local_day(self.now)

    @property
    def school(self) -> School | None:
        """The school, None at a trust's desk."""
        return self.owner if isinstance(self.owner, School) else None

    @property
    def trust(self) -> Trust | None:
        """The trust, None at a school's desk."""
        return self.owner if isinstance(self.owner, Trust) else None

    @property
    def whose(self) -> dict[str, Any]:
        """Whose policy a service acts on."""
        return {"school": self.school, "trust": self.trust}

    @cached_property
    def in_force(self) -> PolicyVersion | None:
        """The version that holds today: for a school, maybe its trust's."""
        if isinstance(self.owner, School):
            return selectors.find_version_in_force(self.owner, self.today)
        return selectors.trust_version_in_force(self.owner, self.today)

    @cached_property
    def draft(self) -> PolicyVersion | None:
        """The draft being worked on."""
        return selectors.draft_of(self.owner)

    @cached_property
    def may_edit(self) -> bool:
        """Whether the person may change the draft."""
        return permissions.may(self.user, self.owner, permissions.EDIT, self.today)

    @cached_property
    def public_url(self) -> str:
        """The page that everybody may read."""
        return reverse("policy_public", args=[self.owner.slug]) if self.school else reverse("policy_public_trust", args=[self.owner.slug])

    @cached_property
    def trust_url(self) -> str:
        """The trust's own desk, for whoever runs the trust; empty for everybody else."""
        trust = self.school.trust if self.school else None
        if trust is None or Role.TRUST_ADMIN not in permissions.roles_for_owner(self.user, trust, self.today):
            return ""
        return reverse("trust_policy_home", args=[trust.slug])

    def url(self, page: str, **parts: Any) -> str:
        """The address of another page of this desk: `url("draft")`."""
        if self.school:
            return reverse(f"policy_{page}", kwargs={"school": self.owner.slug, **parts})
        return reverse(f"trust_policy_{page}", kwargs={"trust": self.owner.slug, **parts})

    @cached_property
    def urls(self) -> dict[str, str]:
        """The addresses without parts, for templates."""
        return {page: self.url(page) for page in PLAIN_PAGES}


PLAIN_PAGES = ("home", "read", "readers", "start", "draft", "details", "references", "discard", "history", "review")
View = Callable[..., HttpResponseBase]


class Page:
    """One view as two: for the address of a school, and of a trust."""

    def __init__(self, view: View, act: str) -> None:
        def at_school(request: SchoolRequest, /, **parts: Any) -> HttpResponseBase:
            return view(request, Desk(request.school, request.user, request.now), **parts)

        self.school: View = school_view(act=act)(at_school)
        self.trust: View = trust_view(view)


def page(act: str) -> Callable[[View], Page]:
    """A page that an act of the matrix opens in a school; at a trust its administrators."""
    return lambda view: Page(view, act)


def trust_view(view: View) -> View:
    """Guard a page of a trust: whoever is no administrator of it gets 404, as if it did not exist."""

    def guarded(request: HttpRequest, trust: str, **parts: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, Staff):
            return redirect_to_login(request.get_full_path())
        found = selectors.trust_by_slug(trust)
        if found is None:
            raise Http404("No such trust.")
        now = selectors.trust_now(found, clock.now())
        if Role.TRUST_ADMIN not in permissions.roles_for_owner(user, found, clock.local_day(now)):
            raise Http404("No such trust.")
        return view(request, Desk(found, user, now), **parts)

    guarded.allowed_roles = frozenset({Role.TRUST_ADMIN})  # type: ignore[attr-defined]
    return guarded


def show(request: HttpRequest, desk: Desk, template: str, status: int = 200, **context: Any) -> HttpResponseBase:
    """A page of this desk."""
    return render(request, f"policy/{template}.html", {"desk": desk, "urls": desk.urls, **context}, status=status)
