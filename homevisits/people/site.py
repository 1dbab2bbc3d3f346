"""Django's admin, for support: it shows, and changes nothing. Acts go through the product's own pages and services."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect


class SupportSite(admin.AdminSite):
    """The admin, entered by the product's own sign-in: allauth's limits and second factor hold here too."""

    site_header = site_title = "Home Visits: support"
    index_title = "Look, do not touch"

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Send to the product's sign-in."""
        from allauth.account.decorators import secure_admin_login  # needs the apps to be loaded

        entered: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return entered

    def admin_view(  # type: ignore[override]  # the stubs know one kind of view
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        """Every page of it shows records of children: the second factor within ten minutes, as before child protection records."""

        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            from .step_up import gate  # needs the apps to be loaded

            return gate(request) or view(request, *args, **kwargs)

        return super().admin_view(guarded, cacheable)

    def logout(  # type: ignore[override]  # the stubs know only the page that Django would show
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponseBase:
        """Sign out where everybody does: it is recorded there."""
        return redirect("account_logout")

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponseBase:
        """Change a password where everybody does: it is recorded there."""
        return redirect("account_change_password")


class SupportAdminConfig(AdminConfig):
    """django.contrib.admin with our site."""

    default_site = "homevisits.people.site.SupportSite"

    def ready(self) -> None:
        """Collect the apps' admin modules, then drop what other packages registered: their pages write."""
        super().ready()
        for model, shown in list(admin.site._registry.items()):
            if not isinstance(shown, ShowOnly):
                admin.site.unregister(model)


if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Model]
else:
    Rows = admin.ModelAdmin  # it takes no parameter when it runs


class ShowOnly(Rows):
    """Rows to look at. Every admin of the product is one: whatever is not is dropped at start."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False
