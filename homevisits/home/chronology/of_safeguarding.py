"""What safeguarding gives to a chronology beside concerns: incidents, referrals, agencies told, warnings, notes."""

from collections.abc import Iterator

from django.urls import reverse

from homevisits.common.clock import instant, local_day
from homevisits.common.said import wall
from homevisits.people.models import Agency
from safeguarding.models import AgencyTask, ChronologyNote, HouseholdWarning, Incident, Referral
from visits.risk_questions import ABOUT

from .entry import Entry, Where, Whom, at_time, on_day, page, person, words

ABOUT_STAFF = "lado"


def incidents(whom: Whom) -> Iterator[Entry]:
    """Each incident as it was recorded, and what followed from it."""
    rows = Incident.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("by", "reviewed_by").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        where: Where = {
            "origin": f"Incident {row.pk}", "url": reverse("incident", args=[whom.school.slug, row.pk]), "about": about, "others": others,
        }  # fmt: skip
        by, by_id = person(row.by)
        title = f"Incident on a home visit: {row.get_kind_display().lower()}"
        yield Entry("incident", row.pk, "incident", title, _incident_words(row), row.happened_at, row.at, by, by_id, **where)
        if row.reviewed_at:
            by, by_id = person(row.reviewed_by)
            yield Entry(
                "incident_review", row.pk, "incident", "Incident reviewed", row.review, row.reviewed_at, row.reviewed_at, by, by_id, **where
            )


def _incident_words(row: Incident) -> str:
    police = f"Police called {wall(row.police_called_at)}" if row.police_called_at else ""
    police += f", reference {row.police_reference}" if police and row.police_reference else ""
    safe = f"Staff reached a safe place {wall(row.safe_place_at)}." if row.safe_place_at else ""
    why_not = f"Police not called: {row.police_not_called_because}" if row.police_not_called_because else ""
    return words(row.note or "Nothing is written yet of what happened.", safe, f"{police}." if police else "", why_not)


def referrals(whom: Whom) -> Iterator[Entry]:
    """Each referral: that it was to be made, and when it was sent. What is about staff stays with who deals with that."""
    rows = Referral.objects.filter(school=whom.school, pupils__in=whom.pupils).exclude(kind=ABOUT_STAFF).distinct()
    for row in rows.select_related("opened_by", "sent_by").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        to = row.get_kind_display()
        url = page("referral", whom.school.slug, row.pk)
        where: Where = {"origin": f"Referral {row.pk}", "url": url, "about": about, "others": others}
        by, by_id = person(row.opened_by)
        says = "" if row.sent_at else "Not marked as sent yet."
        yield Entry("referral", row.pk, "referral", f"To be referred: {to}", says, row.opened_at, row.opened_at, by, by_id, **where)
        if row.sent_at:
            by, by_id = person(row.sent_by)
            yield Entry("referral_sent", row.pk, "referral", f"Referral sent: {to}", "", row.sent_at, row.sent_at, by, by_id, **where)


def agencies(whom: Whom) -> Iterator[Entry]:
    """Each other agency of the family that was told, or is still to be (PRI-41)."""
    rows = AgencyTask.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("told_by").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        by, by_id = person(row.told_by)
        at, name = row.told_at or row.opened_at, Agency(name=row.agency).words
        title, says = (f"Told: {name}", "") if row.told_at else (f"To be told: {name}", "Nobody has marked it as told yet.")
        where: Where = {"origin": "Agencies of the family", "about": about, "others": others}
        yield Entry("agency", row.pk, "referral", title, says, at, at, by, by_id, **where)


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
            "note", row.pk, "contact", title, words(row.says, put_right, gone), row.happened_at, row.at, by, by_id, origin=f"Note {row.pk}",
            url=reverse("chronology_note_amend", args=[whom.school.slug, about[0], row.pk]) if about else "", about=about, others=others,
            superseded=after is not None,
        )  # fmt: skip
