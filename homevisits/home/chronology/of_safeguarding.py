"""What the safeguarding team keeps of a home and writes by hand: warnings, notes, and the way of the file to the next school."""

from collections.abc import Iterator

from django.urls import reverse

from homevisits.common.clock import instant, local_day
from homevisits.people.models import Transfer
from safeguarding.models import ChronologyNote, HouseholdWarning
from visits.risk_questions import ABOUT

from .entry import Entry, Where, Whom, at_time, on_day, page, person, words


def warnings(whom: Whom) -> Iterator[Entry]:
    """What must be known of the home, and when that ended."""
    rows = HouseholdWarning.objects.filter(household__in=whom.homes).select_related("by", "ended_by")
    at_home = {home: tuple(sorted(pk for pk, pupil in whom.pupils.items() if pupil.household_id == home)) for home in whom.homes}
    for row in rows:
        where: Where = {
            "origin": row.source, "about": at_home[row.household_id],
            "url": reverse("home_warnings", args=[whom.school.slug, row.household_id]),
        }  # fmt: skip
        by, by_id = person(row.by)
        # A warning counts from a day on; it happened when it was written, unless that day is another one.
        since = row.at if row.since == local_day(row.at) else instant(row.since, whom.school.am_closes)
        until = f"Until {on_day(row.expires_on)}." if row.expires_on else ""
        title = f"Warning about the home: {ABOUT.get(row.about, row.about.replace('_', ' ')).lower()}"
        yield Entry("warning", row.pk, "warning", title, words(row.says, until), since, row.at, by, by_id, **where)
        if row.ended_at:
            by, by_id = person(row.ended_by)
            says = "Another takes its place." if row.replaced_by_id else row.says
            title = "Warning about the home ended"
            yield Entry("warning_ended", row.pk, "warning", title, says, row.ended_at, row.ended_at, by, by_id, **where)


def notes(whom: Whom) -> Iterator[Entry]:
    """Calls, meetings and notes that the safeguarding team wrote by hand; what was put right stays beside what took its place."""
    rows = ChronologyNote.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("by", "replaced_by__by", "replaces").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        by, by_id = person(row.by)
        after = getattr(row, "replaced_by", None)
        title = row.get_kind_display() + (f" with {row.with_whom}" if row.with_whom else "")
        gone = f"Superseded on {at_time(after.at)} by {after.by}: {after.because}" if after else ""
        put_right = f"Takes the place of what was recorded on {at_time(row.replaces.at)}: {row.because}" if row.replaces else ""
        yield Entry(
            "note", row.pk, "contact", title, words(row.says, put_right, gone), row.happened_at, row.at, by, by_id,
            origin=f"Note {row.short}", about=about, others=others, superseded=after is not None,
            url=reverse("chronology_note_amend", args=[whom.school.slug, about[0], row.public_id]) if about else "",
        )  # fmt: skip


def transfers(whom: Whom) -> Iterator[Entry]:
    """When the file of a pupil went to the next school, and when somebody there confirmed that it arrived."""
    for row in Transfer.objects.filter(school=whom.school, pupil__in=whom.pupils).select_related("sent_by", "receipt_kept_by"):
        where: Where = {
            "origin": f"Transfer {row.short}",
            "url": page("transfer", whom.school.slug, row.public_id),
            "about": (row.pupil_id,),
        }
        if row.sent_at:
            by, by_id = person(row.sent_by)
            says = words(f"To {row.to_lead}, {row.to_school}.", f"{row.get_way_display()}.", row.sent_words)
            title = "Child protection file sent to the next school"
            yield Entry("transfer", row.pk, "transfer", title, says, row.sent_at, row.sent_at, by, by_id, **where)
        if row.received_on and row.receipt_at:
            by, by_id = person(row.receipt_kept_by)
            same = row.received_on == local_day(row.receipt_at)
            at = row.receipt_at if same else instant(row.received_on, whom.school.am_closes)
            says = words(f"Confirmed by {row.received_by}, {row.to_school}.", row.receipt_words)
            yield Entry("transfer_receipt", row.pk, "transfer", "Receipt of the file", says, at, row.receipt_at, by, by_id, **where)
