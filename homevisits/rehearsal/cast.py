"""The school of a scenario as rows: made anew for each playing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.common.phone import e164, takes_texts
from homevisits.people.models import (
    Agency,
    Closure,
    Contact,
    Household,
    Pupil,
    PupilFlag,
    Role,
    School,
    Staff,
    StaffCheck,
    StaffRole,
    StaffTraining,
)
from homevisits.people.services.lone_working import assess_lone_worker
from homevisits.people.words import CODE_OF_CONDUCT
from homevisits.policy.models import PolicyRead, PolicyVersion
from homevisits.policy.services import adopt_preset

from .scenario import ContactPart, PupilPart, Scenario, StaffPart

REHEARSAL = SystemJob("the rehearsal")


@dataclass
class Cast:
    """Everybody who plays, found by their ref, and the refs found by row."""

    school: School
    policy: PolicyVersion
    staff: dict[str, Staff] = field(default_factory=dict)
    pupils: dict[str, Pupil] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    as_given: dict[str, str] = field(default_factory=dict)  # E.164 -> the digits of the scenario

    def person(self, ref: object) -> Staff:
        """The member of staff of that ref. Raises BadInput for nobody."""
        if str(ref) not in self.staff:
            raise BadInput(f"“{ref}” is no member of staff of the scenario.")
        return self.staff[str(ref)]

    def pupil(self, ref: object) -> Pupil:
        """The pupil of that ref. Raises BadInput for nobody."""
        if str(ref) not in self.pupils:
            raise BadInput(f"“{ref}” is no pupil of the scenario.")
        return self.pupils[str(ref)]

    def contact(self, ref: object) -> Contact:
        """The contact of that ref. Raises BadInput for nobody."""
        if str(ref) not in self.contacts:
            raise BadInput(f"“{ref}” is no contact of the scenario.")
        return self.contacts[str(ref)]

    def head(self) -> Staff:
        """Whoever is the headteacher: of those who play, else one who only signs what the policy wants a headteacher to sign."""
        found = StaffRole.objects.filter(school=self.school, role__in=(Role.HEADTEACHER, Role.PRINCIPAL)).order_by("pk").first()
        if found is not None:
            return found.staff
        head = Staff.objects.create(email="headteacher@rehearsal.example", name="The headteacher")
        StaffRole.objects.create(staff=head, school=self.school, role=Role.HEADTEACHER)
        return head

    def __post_init__(self) -> None:
        self._refs: dict[tuple[type, int], str] = {}

    def remember(self, ref: str, row: Staff | Pupil | Contact) -> None:
        """Keep a row under its ref."""
        self._refs[(type(row), row.pk)] = ref
        if isinstance(row, Staff):
            self.staff[ref] = row
        elif isinstance(row, Pupil):
            self.pupils[ref] = row
        else:
            self.contacts[ref] = row

    def ref(self, kind: type, number: int | None) -> str | None:
        """The ref of a row, None for a row that nobody plays."""
        return self._refs.get((kind, number)) if number is not None else None


def make_cast(scenario: Scenario, now: datetime) -> Cast:
    """Write the scenario's school, policy, staff and pupils. Raises BadInput for a preset, setting or number that cannot be."""
    school = School.objects.create(
        name=scenario.school_name, slug="rehearsal", phone="+441632960000", am_closes=scenario.register.closes, roll_declared=scenario.roll,
        sending=School.Sending.LIVE, created_at=now,
    )  # fmt: skip
    for day in scenario.closed_on:
        Closure.objects.get_or_create(school=school, day=day, defaults={"kind": Closure.Kind.CLOSED, "reason": "", "entered_at": now})
    policy = adopt_preset(school=school, preset=scenario.policy, changes=dict(scenario.settings), by=REHEARSAL, now=now)
    cast = Cast(school, policy)
    somebody_said = any(part.on_duty for part in scenario.staff if Role.SENIOR_MANAGER in part.roles)
    for part in scenario.staff:
        _add_staff(cast, part, somebody_said)
    households: dict[str, Household] = {}
    for pupil in scenario.pupils:
        if pupil.household not in households:
            # No child's name is in the address: it would be in what the family is sent.
            households[pupil.household] = Household.objects.create(school=school, address=f"{len(households) + 1} Rehearsal Road")
        _add_pupil(cast, pupil, households[pupil.household])
    return cast


def _add_staff(cast: Cast, part: StaffPart, somebody_said: bool) -> None:
    staff = Staff.objects.create(email=f"{part.ref}@rehearsal.example", name=part.name, mobile=_number(part.mobile, part.ref))
    on_duty = part.on_duty if part.on_duty is not None else not somebody_said
    StaffRole.objects.bulk_create(
        [StaffRole(staff=staff, school=cast.school, role=role, on_duty=on_duty) for role in dict.fromkeys(part.roles)]
    )
    _ready(cast, staff, part)
    cast.remember(part.ref, staff)


def _ready(cast: Cast, staff: Staff, part: StaffPart) -> None:
    """Checked and trained as the policy asks, unless the scenario says otherwise; whoever is not trained lacks the reading too."""
    values, today = cast.policy.values, cast.policy.prepared_at.date()
    if part.checked:
        levels = {"enhanced_dbs", "barred_list", *values.required_checks}
        StaffCheck.objects.bulk_create([StaffCheck(staff=staff, level=level, checked_on=today) for level in sorted(levels)])
    if part.trained:
        names = sorted(set(values.required_training) - {"policy_read"})
        StaffTraining.objects.bulk_create(
            [
                StaffTraining(staff=staff, name=name, done_on=today, for_version=cast.policy.pk if name == CODE_OF_CONDUCT else 0)
                for name in names
            ]
        )
        PolicyRead.objects.create(version=cast.policy, staff=staff, at=cast.policy.prepared_at)
        review = today + timedelta(days=365)
        assess_lone_worker(
            school=cast.school, staff=staff, hazards="As assessed", measures="As assessed", review_on=review, by=REHEARSAL,
            now=cast.policy.prepared_at,
        )  # fmt: skip


def _add_pupil(cast: Cast, part: PupilPart, household: Household) -> None:
    first, _, last = part.name.partition(" ")
    pupil = Pupil.objects.create(school=cast.school, household=household, first_name=first, last_name=last or first)
    PupilFlag.objects.bulk_create([PupilFlag(pupil=pupil, kind=kind) for kind in dict.fromkeys(part.flags)])
    Agency.objects.bulk_create([Agency(pupil=pupil, name=name) for name in dict.fromkeys(part.agencies)])
    cast.remember(part.ref, pupil)
    for contact in part.contacts:
        _add_contact(cast, contact, pupil)


def _add_contact(cast: Cast, part: ContactPart, pupil: Pupil) -> None:
    number = _number(part.phone, part.ref)
    cast.as_given.setdefault(number, part.phone)
    contact = Contact.objects.create(
        pupil=pupil, name=part.name, priority=part.priority, parental_responsibility=part.parental_responsibility,
        restricted=part.restricted,
        **{"mobile" if takes_texts(number) else "landline": number},
    )  # fmt: skip
    cast.remember(part.ref, contact)


def _number(given: str, ref: str) -> str:
    try:
        return e164(given)
    except ValueError as error:
        raise BadInput(f"The number of {ref}: {error}") from error
