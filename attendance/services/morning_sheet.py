"""The sheet by email, shortly before the register closes, so that the morning goes on by hand if every machine dies."""

import logging
from datetime import datetime, time, timedelta

from django.core.mail import EmailMessage
from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.documents.render import PdfUnavailable
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people.access import holders
from homevisits.people.models import Role, School, Staff
from homevisits.people.school_calendar import school_day_status

from ..selectors.sheet import build_sheet
from ..sheets import sheet_pdf

log = logging.getLogger(__name__)
SHEETS = SystemJob("the morning's sheet")
BEFORE = timedelta(minutes=5)
ABOUT = "morning_sheet"


def send_sheets(real: datetime) -> int:
    """Send the sheet of every school whose register closes within five minutes and whose sheet has not gone. How many schools."""
    sent = 0
    for school in School.objects.filter(is_demo=False):
        now = school.at(real)
        closes = instant(local_day(now), school.am_closes)
        if closes - BEFORE <= now < closes and school_day_status(school, local_day(now))[0]:
            sent += send_sheet(school=school, now=now)
    return sent


def send_sheet(*, school: School, now: datetime) -> int:
    """Send today's sheet to the office admins who chose email, once a day. 1 when it went, 0 when it had gone or nobody wants it."""
    day = local_day(now)
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if Notice.objects.filter(school=school, about=ABOUT, at__gte=instant(day, time(0))).exists():
            return 0
        office = [staff for staff in holders(school, Role.OFFICE_ADMIN, day) if staff.notify_by == Staff.NotifyBy.EMAIL]
        if not office:
            return 0
        # Written before the sending: a crash in between loses one sheet, which is on the page too, and never sends it twice.
        tell(school=school, role=Role.OFFICE_ADMIN, about=ABOUT, says="The sheet to work by hand has been emailed to the office.",
             link=f"/s/{school.slug}/today/sheet/", people=[], by=SHEETS, now=now)  # fmt: skip
        record("attendance.sheet.sent", by=SHEETS, now=now, school_id=school.pk, detail={"to": [staff.pk for staff in office]})
    try:
        pdf = sheet_pdf(build_sheet(school, day, whole=True), now)
    except PdfUnavailable:
        log.exception("The sheet of school %s cannot be made", school.pk)
        return 0
    for staff in office:
        says = "The sheet for this morning is attached. Keep it safe: it names children."
        mail = EmailMessage(f"Sheet for {day:%-d %B}", says, to=[staff.email])
        mail.attach(f"sheet-{day}.pdf", pdf, "application/pdf")
        mail.send()
    return 1
