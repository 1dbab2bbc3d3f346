"""The week's list of visits on paper, kept as it was printed."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.documents.store import About, paper
from homevisits.people.models import Staff

from ..weekly import TEMPLATE, Week, week_html


def kept_week(*, week: Week, by: Staff, now: datetime) -> bytes:
    """The list as PDF, kept with its visits' pupils (ATT-31). Raises documents.render.PdfUnavailable where PDFs cannot be made."""
    html = week_html(week, now)
    pupils = {row.pupil.pk for entry in week.entries for row in entry.rows}
    data = {"week": week.monday.isoformat(), "visits": [entry.line.visit.pk for entry in week.entries]}
    title = f"Visits of the week from {week.monday.day} {week.monday:%B %Y}"
    made, content = paper(
        school=week.school, kind="weekly_list", title=title, template=TEMPLATE, html=html,
        data=data, about=About("week", week.monday.toordinal(), pupils, "see_weekly_list"), by=by, now=now,
    )  # fmt: skip
    with transaction.atomic():
        record("attendance.weekly_list.printed", by=by, now=now, school_id=week.school.pk, object_type="document", object_id=made.pk)
    return content
