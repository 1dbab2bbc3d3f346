"""Pages of the staff registers."""

from django.urls import URLPattern, URLResolver, path

from .views import equipment, lone_working, off_visits, own, registers

AT = "s/<slug:school>/staff/registers/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(AT, registers.staff_registers, name="staff_registers"),
    path(f"{AT}checks/", registers.register_checks, name="register_checks"),
    path(f"{AT}checks/enter/", registers.check_enter, name="check_enter"),
    path(f"{AT}checks/<int:check_id>/take-out/", registers.check_remove, name="check_remove"),
    path(f"{AT}training/", registers.register_training, name="register_training"),
    path(f"{AT}training/enter/", registers.training_enter, name="training_enter"),
    path(f"{AT}training/<int:training_id>/take-out/", registers.training_remove, name="training_remove"),
    path(f"{AT}mobiles/", registers.register_mobiles, name="register_mobiles"),
    path(f"{AT}mobiles/<int:staff_id>/", registers.mobile_enter, name="mobile_enter"),
    path(f"{AT}vehicles/", equipment.register_vehicles, name="register_vehicles"),
    path(f"{AT}vehicles/enter/", equipment.vehicle_enter, name="vehicle_enter"),
    path(f"{AT}vehicles/<int:vehicle_id>/", equipment.vehicle_change, name="vehicle_change"),
    path(f"{AT}vehicles/<int:vehicle_id>/retire/", equipment.vehicle_retire, name="vehicle_retire"),
    path(f"{AT}devices/", equipment.register_devices, name="register_devices"),
    path(f"{AT}devices/enter/", equipment.device_enter, name="device_enter"),
    path(f"{AT}devices/<int:device_id>/", equipment.device_change, name="device_change"),
    path(f"{AT}devices/<int:device_id>/retire/", equipment.device_retire, name="device_retire"),
    path(f"{AT}lone-working/", lone_working.register_lone_working, name="register_lone_working"),
    path(f"{AT}lone-working/<int:staff_id>/", lone_working.lone_worker_assess, name="lone_worker_assess"),
    path(f"{AT}lone-working/stale/<int:assessment_id>/", lone_working.lone_worker_stale, name="lone_worker_stale"),
    path(f"{AT}rota/", lone_working.register_rota, name="register_rota"),
    path(f"{AT}unwell/", off_visits.register_unwell, name="register_unwell"),
    path(f"{AT}unwell/enter/", off_visits.unwell_enter, name="unwell_enter"),
    path(f"{AT}unwell/<int:unwell_id>/test/", off_visits.unwell_test, name="unwell_test"),
    path(f"{AT}unwell/<int:unwell_id>/back/", off_visits.unwell_back, name="unwell_back"),
    path(f"{AT}households/", off_visits.register_conflicts, name="register_conflicts"),
    path(f"{AT}households/<int:household_id>/", off_visits.conflict_enter, name="conflict_enter"),
    path(f"{AT}households/end/<int:conflict_id>/", off_visits.conflict_end, name="conflict_end"),
    path(f"{AT}own/car/", own.own_vehicle_page, name="own_vehicle"),
    path(f"{AT}own/unwell/", own.own_unwell, name="own_unwell"),
    path(f"{AT}own/unwell/test/", own.own_test, name="own_test"),
    path(f"{AT}own/unwell/back/", own.own_back, name="own_back"),
    path(f"{AT}own/households/", own.own_conflict, name="own_conflict"),
    path(f"{AT}own/households/<int:household_id>/", own.own_conflict_enter, name="own_conflict_enter"),
    path(f"{AT}own/households/end/", own.own_conflict_end, name="own_conflict_end"),
]
