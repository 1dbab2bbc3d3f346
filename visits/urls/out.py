"""A visit under way: check-ins, delays, help, alarms, the police, the responsible contact's checks."""

from django.urls import path

from ..views import alarm, board, drills, out, sync

urlpatterns = [
    path("board/", board.board_page, name="visit_board"),
    path("drills/", drills.drill_list, name="drill_list"),
    path("schedule/", drills.day_schedule, name="day_schedule"),
    path("board/live/", board.board_live, name="visit_board_live"),
    path("<int:visit_id>/check-in/", out.check_in, name="visit_check_in"),
    path("<int:visit_id>/delay/", out.delay, name="visit_delay"),
    path("<int:visit_id>/end-at-home/", out.end_at_home, name="visit_end_at_home"),
    path("<int:visit_id>/sync/", sync.sync, name="visit_sync"),
    path("<int:visit_id>/arrived/<int:arrived_id>/", sync.dealt_with, name="visit_arrived_seen"),
    path("<int:visit_id>/help/", out.call_for_help, name="visit_help"),
    path("<int:visit_id>/alarm/", alarm.alarm_page, name="visit_alarm"),
    path("<int:visit_id>/alarm/take/", out.take_alarm, name="visit_take_alarm"),
    path("<int:visit_id>/alarm/over/", out.alarm_over, name="visit_alarm_over"),
    path("<int:visit_id>/call-heard/", out.safe_word, name="visit_safe_word"),
    path("<int:visit_id>/police/", alarm.police, name="visit_police"),
    path("<int:visit_id>/well/", alarm.well, name="visit_well"),
    path("<int:visit_id>/well/agree/", alarm.agree, name="visit_well_agree"),
]
