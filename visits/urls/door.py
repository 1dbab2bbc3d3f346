"""The tablet at the door, and what was found."""

from django.urls import path

from ..views import door, doorstep

urlpatterns = [
    path("mine/", door.today, name="visit_today"),
    path("<int:visit_id>/tablet/", door.tablet, name="visit_tablet"),
    path("<int:visit_id>/doorstep/", doorstep.doorstep_page, name="visit_doorstep"),
    path("<int:visit_id>/tablet/live/", door.tablet_live, name="visit_tablet_live"),
    path("<int:visit_id>/spoken/", door.spoken_to, name="visit_spoken"),
    path("<int:visit_id>/late/", door.parents_late, name="visit_parents_late"),
    path("<int:visit_id>/length/", door.length_seen, name="visit_length_seen"),
    path("<int:visit_id>/found/", door.outcome_list, name="visit_outcomes"),
    path("<int:visit_id>/found/<int:outcome_id>/reason/", door.reason, name="visit_reason"),
    path("<int:visit_id>/found/<int:outcome_id>/decide/", door.decide, name="visit_outcome_decide"),
    path("<int:visit_id>/found/<slug:kind>/", door.outcome, name="visit_outcome"),
]
