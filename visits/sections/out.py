"""The part of a visit's page about the way: check-ins in one tap, the time due back, the alarm, the police, the contact's checks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..forms.out import CheckForm, CheckInForm, HeardForm
from ..models import CheckIn, HomeVisit
from ..rules.alarm import deals_with_alarms, goes, on_alarm_list
from ..rules.check_ins import says_blocks, to_come
from ..selectors.board import make_row, shown
from ..selectors.told import told_of_departure

TAPS = {
    "departed": "We leave now", "arriving": "We are about to arrive", "arrived": "We have arrived", "inside": "We are inside",
    "left_property": "We have left the property", "returned": "We are back",
}  # fmt: skip
FOR_THEM = {
    "departed": "They have left", "arriving": "They are about to arrive", "arrived": "They have arrived", "inside": "They are inside",
    "left_property": "They have left the property", "returned": "They are back",
}  # fmt: skip


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What the part shows to this person; nothing before anybody has left."""
    if visit.departed_at is None:
        return None
    full = shown(HomeVisit.objects.filter(pk=visit.pk)).get()
    mine = goes(full, person)
    # What one person's partner has checked in is still to come for that person.
    said = {one.point for one in full.check_ins.all() if not mine or person.pk in (one.by_id, one.for_staff_id) or one.point == "departed"}
    out = visit.returned_at is None
    taps = [(point, (TAPS if mine else FOR_THEM)[point]) for point in to_come(full, said)] if out else []
    may_say = out and not says_blocks(visit, person, now)
    listed = on_alarm_list(full, person, roles)
    return {
        "row": make_row(full, now, loud_only=mine),
        "check_ins": sorted(full.check_ins.all(), key=lambda one: (one.at, one.pk)),
        "delays": list(visit.delays.select_related("by").order_by("at")),
        "taps": taps[:2] if may_say else [],
        "others": [(point, words) for point, words in (TAPS if mine else FOR_THEM).items() if point not in ("departed", "inside")]
        if may_say
        else [],
        "form": CheckInForm(auto_id=False),
        "heard_form": HeardForm(auto_id=False),
        "mine": mine,
        "may_say": may_say,
        "may_heard": out and deals_with_alarms(full, person, roles),
        "deals": deals_with_alarms(full, person, roles),
        "word": visit.safe_word if visit.safe_word and (mine or listed) else "",
        "told": told_of_departure(visit),
        "checks": list(visit.wellbeing_checks.select_related("done_by").order_by("due_at")),
        "check_form": CheckForm(auto_id="agree_%s") if out and visit.base_contact_id and not mine else None,
        "points": dict(CheckIn.Point.choices),
    }
