"""What is held of the pupil, the home and the people to ring."""

from collections.abc import Iterator

from homevisits.people.models import (
    AccessRequest,
    Agency,
    Contact,
    Household,
    HouseholdConflict,
    LegalHold,
    NumberFault,
    Pupil,
    PupilFlag,
    RetentionReview,
    Transfer,
)

from .facts import day_of, facts
from .registry import Found, found, held


@held("pupil", "The pupil’s record", Pupil, PupilFlag)
def pupil_record(pupil: Pupil) -> Iterator[Found]:
    """The row itself, and what makes an absence more urgent."""
    yield found(pupil, "The pupil’s record", pupil.started_on, facts(pupil, {"household"}))
    for flag in pupil.flags.all():
        yield found(flag, f"Flag: {flag.get_kind_display()}", flag.since, facts(flag, {"pupil"}))


@held("home", "The home", Household, HouseholdConflict)
def home(pupil: Pupil) -> Iterator[Found]:
    """The home, and which staff may not go there."""
    yield found(pupil.household, "The home", None, facts(pupil.household))
    for row in HouseholdConflict.objects.filter(household=pupil.household_id).order_by("pk"):
        yield found(row, "A member of staff who does not visit this home", None, facts(row, {"household"}))


@held("contacts", "Contacts and agencies", Contact, Agency, NumberFault)
def contacts(pupil: Pupil) -> Iterator[Found]:
    """Whom to ring, one record each, with numbers that turned out wrong; other agencies of the family."""
    numbers = set()
    for row in pupil.contacts.order_by("priority", "pk"):
        numbers.update(row.numbers)
        yield found(row, f"Contact: {row}", None, facts(row, {"pupil"}))
    for agency in pupil.agencies.order_by("pk"):
        yield found(agency, f"Agency: {agency.words}", None, facts(agency, {"pupil"}))
    for fault in NumberFault.objects.filter(school=pupil.school_id, number__in=numbers).order_by("pk"):
        yield found(fault, "A number that did not work", day_of(fault.found_at), facts(fault))


@held("keeping", "Data protection", AccessRequest, LegalHold, RetentionReview)
def keeping(pupil: Pupil) -> Iterator[Found]:
    """Earlier requests, holds and decisions about keeping; what was decided of the child protection file stays with it."""
    for ask in pupil.access_requests.exclude(state=AccessRequest.State.COLLECTING).order_by("pk"):
        if ask.closed_at or ask.released_at:
            yield found(ask, "An earlier request for what is held", ask.received_on, facts(ask, {"pupil", "collected"}))
    for hold in pupil.legal_holds.order_by("pk"):
        yield found(hold, "A hold on erasing", day_of(hold.set_at), facts(hold, {"pupil"}))
    for review in pupil.retention_reviews.exclude(decision="").order_by("pk"):
        title = "A decision on how long records are kept"
        yield found(review, title, day_of(review.decided_at), facts(review, {"pupil"}), apart=review.kind == "child_protection")


@held("transfers", "The file’s way to another school", Transfer)
def transfers(pupil: Pupil) -> Iterator[Found]:
    """To which school the child protection file went, and who confirmed it."""
    for row in pupil.transfers.order_by("pk"):
        yield found(row, f"The child protection file to {row.to_school}", day_of(row.opened_at), facts(row, {"pupil"}), apart=True)
