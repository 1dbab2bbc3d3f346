"""Signing the list of a week's visits, and a visit that came to it later (ATT-32)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import Block, refuse_if
from homevisits.people.models import School, Staff

from ..models import HomeVisit, WeeklyList, WeeklyListVisit
from ..rules.weekly import CLAUSE, sign_blocks, sign_visit_blocks, signing_role, week_of
from ..selectors.weekly import to_sign
from .common import locked, note


def sign_list(*, school: School, week: date, by: Staff, now: datetime, seen: Mapping[int, int] | None = None) -> WeeklyList:
    """Sign the list of the week that begins on that Monday, with every visit that is planned for it and not signed yet.

    `seen` is what stood on the page, {visit: version}: raises Blocked when the list is another one by now (R15), for anybody but a
    headteacher, and when it is signed already and nothing came to it.
    """
    with transaction.atomic():
        row = _locked_list(school, week)
        refuse_if(sign_blocks(school, by, now))
        visits = [locked(visit) for visit in to_sign(school, week, now)]
        refuse_if(_changed(visits, seen) or _nothing(row, visits))
        role, later = signing_role(school, by, now), row.signed_at is not None
        if not later:
            row.signed_at, row.signed_by, row.name, row.role = now, by, by.name, role
            row.save(update_fields=["signed_at", "signed_by", "name", "role"])
        for visit in visits:
            _sign(row, visit, by, role, later, now)
        detail = {"week": week, "visits": [visit.pk for visit in visits]}
        record("visits.weekly_list.signed", by=by, now=now, school_id=school.pk, object_type="WeeklyList", object_id=row.pk, detail=detail)
    return row


def sign_visit(*, visit: HomeVisit, by: Staff, now: datetime, version: int | None = None) -> WeeklyListVisit:
    """Sign a visit that was added after the list was signed. Raises Blocked when it may not be, or was changed since it was read."""
    with transaction.atomic():
        visit = locked(visit)
        row = _locked_list(visit.school, week_of(visit, now))
        refuse_if(sign_visit_blocks(visit, by, now) + _changed([visit], None if version is None else {visit.pk: version}))
        signed = _sign(row, visit, by, signing_role(visit.school, by, now), True, now)
    return signed


def _locked_list(school: School, week: date) -> WeeklyList:
    WeeklyList.objects.bulk_create([WeeklyList(school=school, week=week)], ignore_conflicts=True)
    return WeeklyList.objects.select_for_update().get(school=school, week=week)


def _changed(visits: list[HomeVisit], seen: Mapping[int, int] | None) -> list[Block]:
    if seen is None or dict(seen) == {visit.pk: visit.version for visit in visits}:
        return []
    return [Block("The list changed while you read it. Nothing was signed: look at it again and sign then.", CLAUSE)]


def _nothing(row: WeeklyList, visits: list[HomeVisit]) -> list[Block]:
    return [Block("The list is signed already, and nothing came to it.", CLAUSE)] if row.signed_at and not visits else []


def _sign(row: WeeklyList, visit: HomeVisit, by: Staff, role: str, later: bool, now: datetime) -> WeeklyListVisit:
    signed = WeeklyListVisit.objects.create(
        weekly_list=row, visit=visit, added_later=later, version=visit.version, at=now, by=by, name=by.name, role=role
    )
    note(visit, "weekly_signed", by=by, now=now, version=visit.version, later=later)
    return signed
