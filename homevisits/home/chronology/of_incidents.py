"""What incidents, referrals and other agencies give to a chronology."""

from collections.abc import Iterator

from homevisits.common.clock import local_day
from homevisits.common.said import wall
from homevisits.people.models import Agency
from safeguarding.incident_questions import answered
from safeguarding.models import AgencyTask, Incident, Referral, ReferralSent
from safeguarding.selectors.incidents import amends, as_recorded, change_words

from .entry import Entry, Where, Whom, on_day, page, person, words

# A referral to the officer for allegations against staff stays with who deals with staff: no sign of it stands on a child's chronology.
ABOUT_STAFF = "lado"


def incidents(whom: Whom) -> Iterator[Entry]:
    """Each incident as it was recorded, who added or amended what, and what followed (ALT-18); physical intervention too (ALT-33)."""
    rows = Incident.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("by", "reviewed_by").prefetch_related("pupils", "changes__by"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        where: Where = {
            "origin": f"Incident {row.short}", "url": page("incident", whom.school.slug, row.public_id), "about": about, "others": others,
        }  # fmt: skip
        by, by_id = person(row.by)
        title = f"Incident on a home visit: {row.get_kind_display().lower()}"
        changes = sorted(row.changes.all(), key=lambda one: (one.at, one.pk))
        says, amended = _incident_words(as_recorded(row, changes)), any(amends(one) for one in changes)
        yield Entry("incident", row.pk, "incident", title, says, row.happened_at, row.at, by, by_id, superseded=amended, **where)
        for one in changes:
            by, by_id = person(one.by)
            title = "Incident, as amended" if amends(one) else "Incident, added to"
            yield Entry("incident_change", one.pk, "incident", title, words(*change_words(row, one)), one.at, one.at, by, by_id, **where)
        if row.reviewed_at:
            by, by_id = person(row.reviewed_by)
            yield Entry(
                "incident_review", row.pk, "incident", "Incident reviewed", row.review, row.reviewed_at, row.reviewed_at, by, by_id, **where
            )


def _incident_words(row: Incident) -> str:
    police = f"Police called {wall(row.police_called_at)}" if row.police_called_at else ""
    police += f", reference {row.police_reference}" if police and row.police_reference else ""
    other = f"999 rung for an ambulance or the fire brigade {wall(row.ambulance_called_at)}" if row.ambulance_called_at else ""
    other += f", reference {row.ambulance_reference}" if other and row.ambulance_reference else ""
    said = [(asked.words, answer) for asked, answer in answered(row.kind, row.details) if answer]
    return words(
        row.note or ("" if said else "Nothing is written yet of what happened."),
        *(f"{question} {answer}" for question, answer in said),
        f"Staff reached a safe place {wall(row.safe_place_at)}." if row.safe_place_at else "",
        f"{police}." if police else "",
        f"{other}." if other else "",
        f"Police not called: {row.police_not_called_because}" if row.police_not_called_because else "",
    )


def referrals(whom: Whom) -> Iterator[Entry]:
    """Each referral: that it was to be made, what was sent to whom, what was answered, what came of it, or why it was not made."""
    rows = Referral.objects.filter(school=whom.school, pupils__in=whom.pupils).exclude(kind=ABOUT_STAFF).distinct()
    rows = rows.select_related("opened_by", "sent_by", "acknowledged_by", "closed_by", "not_sent_by", "sending")
    for row in rows.prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        url = page("referral", whom.school.slug, row.public_id)
        where: Where = {
            "origin": f"Referral of {on_day(local_day(row.opened_at))}", "url": url, "about": about, "others": others,
            "name": row.public_id.hex,
        }  # fmt: skip
        by, by_id = person(row.opened_by)
        waits = "" if row.sent_at or row.not_sent_at else "Not marked as sent yet."
        title = f"To be referred: {row.to_whom}"
        yield Entry("referral", row.pk, "referral", title, words(row.why, waits), row.opened_at, row.opened_at, by, by_id, **where)
        yield from _steps(row, where)


def _steps(row: Referral, where: Where) -> Iterator[Entry]:
    """What became of one referral."""
    if row.sent_at:
        sending: ReferralSent | None = getattr(row, "sending", None)
        by, by_id = person(row.sent_by)
        at, written = (sending.sent_at, sending.at) if sending else (row.sent_at, row.sent_at)
        yield Entry("referral_sent", row.pk, "referral", f"Referral sent: {row.to_whom}", _sent(sending), at, written, by, by_id, **where)
    if row.acknowledged_at:
        by, by_id = person(row.acknowledged_by)
        says = words(
            f"By {row.acknowledged_from}." if row.acknowledged_from else "", f"Reference {row.reference}." if row.reference else ""
        )
        at, title = row.acknowledged_at, f"Referral acknowledged: {row.to_whom}"
        yield Entry("referral_answer", row.pk, "referral", title, says, at, at, by, by_id, **where)
    if row.closed_at:
        by, by_id = person(row.closed_by)
        title = f"What came of the referral: {row.to_whom}"
        yield Entry("referral_closed", row.pk, "referral", title, row.outcome, row.closed_at, row.closed_at, by, by_id, **where)
    if row.not_sent_at:
        by, by_id = person(row.not_sent_by)
        at, title = row.not_sent_at, f"Decided not to refer: {row.to_whom}"
        yield Entry("referral_not_sent", row.pk, "decision", title, row.not_sent_because, at, at, by, by_id, **where)


def _sent(row: ReferralSent | None) -> str:
    """To whom, which way, in which words."""
    if row is None:
        return ""
    return words(
        f"To {row.to_name}, {row.to_organisation}. {row.get_way_display()}{f': {row.to_contact}' if row.to_contact else ''}.", row.text
    )


def agencies(whom: Whom) -> Iterator[Entry]:
    """Each other agency of the family that was told, or is still to be (PRI-41)."""
    rows = AgencyTask.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("told_by").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        by, by_id = person(row.told_by)
        name, where = Agency(name=row.agency).words, Where(origin="Agencies of the family", about=about, others=others)
        if row.told_at is None:
            says, at = "Nobody has marked it as told yet.", row.opened_at
            yield Entry("agency", row.pk, "referral", f"To be told: {name}", says, at, at, by, by_id, **where)
            continue
        says = words(f"Spoken with {row.spoke_with}." if row.spoke_with else "", row.told_note)
        written = row.recorded_at or row.told_at
        yield Entry("agency", row.pk, "referral", f"Told: {name}", says, row.told_at, written, by, by_id, **where)
