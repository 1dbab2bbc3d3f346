"""Pages of people: where one lands, one's own account, staff and their roles."""

from django.urls import URLPattern, URLResolver, path

from .views import account, guarded_roles, school, staff, start, tablets

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("schools/", start.choose_school, name="choose_school"),
    path("signed-in/", start.signed_in, name="signed_in"),
    path("account/", account.own_account, name="own_account"),
    path("account/sessions/", account.own_sessions, name="own_sessions"),
    path("s/<slug:school>/", start.school_home, name="school_home"),
    path("s/<slug:school>/details/", school.school_details, name="school_details"),
    path("s/<slug:school>/staff/", staff.staff_list, name="staff_list"),
    path("s/<slug:school>/staff/add/", staff.staff_add, name="staff_add"),
    path("s/<slug:school>/staff/duty/", staff.duty, name="duty"),
    path("s/<slug:school>/staff/guarded/", guarded_roles.guarded_roles, name="guarded_roles"),
    path("s/<slug:school>/staff/guarded/<int:guarded_id>/end/", guarded_roles.guarded_role_end, name="guarded_role_end"),
    path("s/<slug:school>/staff/guarded/asked/<int:asked_id>/", guarded_roles.guarded_decide, name="guarded_decide"),
    path("s/<slug:school>/staff/guarded/account/<int:staff_id>/", guarded_roles.guarded_account, name="guarded_account"),
    path("s/<slug:school>/staff/<int:staff_id>/", staff.staff_detail, name="staff_detail"),
    path("s/<slug:school>/staff/<int:staff_id>/change/", staff.staff_change, name="staff_change"),
    path("s/<slug:school>/staff/<int:staff_id>/invite/", staff.staff_invite, name="staff_invite"),
    path("s/<slug:school>/staff/<int:staff_id>/leave/", staff.staff_leave, name="staff_leave"),
    path("s/<slug:school>/staff/<int:staff_id>/sign-out/", staff.staff_sessions_end, name="staff_sessions_end"),
    path("s/<slug:school>/staff/<int:staff_id>/second-step/", staff.second_factor_reset, name="second_factor_reset"),
    path("s/<slug:school>/staff/<int:staff_id>/role/", staff.role_give, name="role_give"),
    path("s/<slug:school>/staff/roles/<int:role_id>/end/", staff.role_end, name="role_end"),
    path("tablet/keys/", tablets.tablet_keys, name="tablet_keys"),
    path("s/<slug:school>/tablets/", tablets.tablet_list, name="tablet_list"),
    path("s/<slug:school>/tablets/<int:tablet_id>/out/", tablets.tablet_revoke, name="tablet_revoke"),
    path("s/<slug:school>/tablets/<int:tablet_id>/in/", tablets.tablet_admit, name="tablet_admit"),
]
