"""What support may look at: which schools there are and who may sign in. No pupil, no case."""

from django.contrib import admin

from .models import School, Staff, StaffRole, Trust
from .site import ShowOnly


@admin.register(Trust)
class TrustAdmin(ShowOnly):
    """Trusts."""

    list_display = ["name", "slug"]


@admin.register(School)
class SchoolAdmin(ShowOnly):
    """Schools."""

    list_display = ["name", "slug", "trust", "urn", "sending", "is_demo"]


@admin.register(Staff)
class StaffAdmin(ShowOnly):
    """Accounts, without their passwords' hashes."""

    list_display = ["name", "email", "is_active", "is_staff", "last_login"]
    fields = ["name", "email", "mobile", "notify_by", "is_active", "is_staff", "is_superuser", "last_login"]
    search_fields = ["name", "email"]


@admin.register(StaffRole)
class StaffRoleAdmin(ShowOnly):
    """Who holds which role where."""

    list_display = ["staff", "role", "school", "trust", "starts_on", "ends_on"]
    list_filter = ["role"]
