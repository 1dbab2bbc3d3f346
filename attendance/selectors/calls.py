"""The call list: the households to ring now, with whom to ring first, what came of it so far, and whom never to ring."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from homevisits.people.models import Contact, NumberFault, School

from ..models import ContactAttempt

FIRST = 8


@dataclass(frozen=True)
class Line:
    """One number of somebody: what is wrong with it, and whether it is the one to ring now."""

    number: str
    wrong: str
    is_next: bool


@dataclass(frozen=True)
class Reach:
    """Somebody to ring, once for all the children of the household who have them."""

    contact: Any
    outcome: str
    tried_at: datetime | None
    faults: dict[str, str]  # what is wrong with a number: the outcome of the call that found it
    tried: str = ""  # the number that was rung last today

    @property
    def dead(self) -> frozenset[str]:
        """The numbers that reach nobody of this family: wrong ones and dead ones."""
        return frozenset(self.faults)

    @property
    def lines(self) -> list[Line]:
        """The numbers as they are offered: each can be chosen, or says why not."""
        kinds = ContactAttempt.Outcome
        return [
            Line(number, str(kinds(self.faults[number]).label).lower() if number in self.faults else "", number == self.next_number)
            for number in self.contact.numbers
        ]

    @property
    def next_number(self) -> str:
        """The number to ring now: one that was not the last to be tried."""
        return next((number for number in self.usable if number != self.tried), (self.usable or [""])[0])

    @property
    def words(self) -> str:
        """What came of the last call today."""
        return str(ContactAttempt.Outcome(self.outcome).label) if self.outcome else ""

    @property
    def usable(self) -> list[str]:
        """The numbers that may be rung, E.164."""
        return [number for number in self.contact.numbers if number not in self.dead]


@dataclass
class Household:
    """One household on the call list."""

    household_id: int
    at: datetime | None = None
    cases: list[Any] = field(default_factory=list)
    reach: list[Reach] = field(default_factory=list)
    never: list[Contact] = field(default_factory=list)

    @property
    def able(self) -> int:
        """How many people can be rung."""
        return sum(bool(one.usable) for one in self.reach)

    @property
    def next(self) -> Reach | None:
        """Whom to ring now: the first who can be rung and has not been tried today, else the one tried longest ago."""
        able = [one for one in self.reach if one.usable]
        untried = [one for one in able if not one.outcome]
        return untried[0] if untried else min(able, key=lambda one: one.tried_at or one.contact.pk, default=None)


def attempt_of(school: School, attempt_id: int) -> ContactAttempt | None:
    """One call of the school."""
    return ContactAttempt.objects.filter(school=school, pk=attempt_id).select_related("contact").first()


def contacts_of(school: School, day: date, pupil_ids: Collection[int]) -> QuerySet[Contact, Any]:
    """Contacts of these pupils in the order of their priority, with the last call of the day and their dead numbers."""
    tried = ContactAttempt.objects.filter(household=OuterRef("pupil__household"), day=day, undone_at=None).filter(
        Q(contact=OuterRef("pk")) | Q(number=OuterRef("mobile")) | (Q(number=OuterRef("landline")))
    )
    tried = tried.order_by("-at", "-pk")
    faults = NumberFault.objects.filter(school=school, cleared_at=None)
    contacts = Contact.objects.filter(pupil__school=school, pupil__in=list(pupil_ids), gone=False)
    return contacts.annotate(
        household_id=F("pupil__household"),
        last_outcome=Subquery(tried.values("outcome")[:1]),
        last_at=Subquery(tried.values("at")[:1]),
        last_number=Subquery(tried.values("number")[:1]),
        mobile_fault=Subquery(faults.filter(number=OuterRef("mobile")).values("kind")[:1]),
        landline_fault=Subquery(faults.filter(number=OuterRef("landline")).values("kind")[:1]),
    ).order_by("priority", "pk")


def call_list(school: School, day: date, cases: Sequence[Any], most: int | None = None) -> list[Household]:
    """The households to ring, from cases of `open_cases`: each with its open cases and its people, in one query.

    At most `most` households, in the order of their cases' urgency.
    """
    homes: dict[int, Household] = {}
    for case in cases:
        if case.call_due_at and (case.household_id in homes or most is None or len(homes) < most):
            homes.setdefault(case.household_id, Household(case.household_id, case.call_due_at)).cases.append(case)
    pupils = [case.pupil_id for home in homes.values() for case in home.cases]
    for contact in contacts_of(school, day, pupils) if pupils else ():
        add_contact(homes[contact.household_id], contact)
    return list(homes.values())


def add_contact(home: Household, contact: Any) -> None:
    """Put somebody into a household's list: once a number, and apart when they must never be rung."""
    if contact.restricted:
        if not any(str(one) == str(contact) for one in home.never):
            home.never.append(contact)
        return
    if any(one.contact.numbers == contact.numbers and str(one.contact) == str(contact) for one in home.reach):
        return
    found = {contact.mobile: contact.mobile_fault, contact.landline: contact.landline_fault}
    faults = {number: kind for number, kind in found.items() if number and kind}
    home.reach.append(Reach(contact, contact.last_outcome or "", contact.last_at, faults, contact.last_number or ""))
