"""The demo school: 420 made-up pupils with households and contacts, staff of every role, a year of terms.

The plan is pure and seeded: the same seed gives the same school. `write` saves a plan in bulk.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from . import demo_names as names
from .demo_codes import give_second_factors
from .models import Agency, Closure, Contact, Household, Pupil, PupilFlag, Role, School, Staff, StaffRole, Term, Trust
from .upn import check_letter

SLUG = "demo"
# Not a secret: it opens demo schools only, and `write` refuses to use it elsewhere.
PASSWORD = "home-visits-demo"  # noqa: S105
CLASSES = tuple(f"{year}{half}" for year in ("R", "1", "2", "3", "4", "5", "6") for half in "AB")
TERMS_2026 = (
    ("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),
    ("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
    ("Spring 1", date(2027, 1, 4), date(2027, 2, 12)),
    ("Spring 2", date(2027, 2, 22), date(2027, 3, 25)),
    ("Summer 1", date(2027, 4, 12), date(2027, 5, 28)),
    ("Summer 2", date(2027, 6, 7), date(2027, 7, 22)),
)
INSET_2026 = (date(2026, 9, 2), date(2026, 11, 2), date(2027, 1, 4), date(2027, 6, 7), date(2027, 7, 22))
# Roles of one person, name, what stands before @demo.example.
STAFF: tuple[tuple[tuple[Role, ...], str, str], ...] = (
    ((Role.OFFICE_ADMIN,), "Olive Osei", "office"),
    ((Role.ATTENDANCE_OFFICER,), "Arun Nair", "attendance"),
    ((Role.PUPIL_SUPPORT_LEAD,), "Pat Lindqvist", "support"),
    ((Role.HEADTEACHER,), "Helen Hartley", "head"),
    ((Role.DEPUTY_HEADTEACHER,), "Devon Price", "deputy"),
    ((Role.SENIOR_MANAGER,), "Sam Sorensen", "senior"),
    ((Role.DSL,), "Dot Dunmore", "dsl"),
    ((Role.DEPUTY_DSL,), "Dee Mistry", "deputydsl"),
    ((Role.BUSINESS_MANAGER,), "Beth Bryce", "business"),
    ((Role.LINE_MANAGER,), "Lena Lomax", "manager"),
    ((Role.EDUCATION_WELFARE_OFFICER,), "Ewan Woods", "ewo"),
    ((Role.VISITING_STAFF,), "Tess Tanner", "visitor"),
    ((Role.VISITING_STAFF,), "Ted Adeleke", "visitor2"),
    ((Role.VISITING_STAFF,), "Vik Varma", "visitor3"),
    ((Role.TEACHING_ASSISTANT,), "Tara Finch", "assistant"),
    ((Role.GOVERNOR,), "Gwen Govan", "governor"),
    ((Role.CHAIR_OF_GOVERNORS,), "Charles Chaudhry", "chair"),
    ((Role.PRINCIPAL,), "Philippa Prior", "principal"),
)


@dataclass
class ContactPlan:
    """A contact of every pupil of a home."""

    fields: dict[str, str | int | bool]


@dataclass
class PupilPlan:
    """A pupil; `contacts` are the home's."""

    fields: dict[str, str | date]
    flags: list[PupilFlag.Kind] = field(default_factory=list)


@dataclass
class HomePlan:
    """A household: its pupils share the contacts."""

    address: str
    postcode: str
    pupils: list[PupilPlan] = field(default_factory=list)
    contacts: list[ContactPlan] = field(default_factory=list)


def sign_ins() -> list[tuple[str, str, str]]:
    """One demo account a role: (role in words, email, password)."""
    found: dict[Role, str] = {}
    for roles, _, local in STAFF:
        for role in roles:
            found.setdefault(role, f"{local}@demo.example")
    found[Role.CLASS_TEACHER] = "teacher.3a@demo.example"
    found[Role.TRUST_ADMIN] = "trust@demo.example"
    return [(str(role.label), found[role], PASSWORD) for role in Role]


def plan(*, seed: int = 2026, classes: tuple[str, ...] = CLASSES, size: int = 30, offset: int = 0) -> list[HomePlan]:
    """The homes of a school with `size` pupils a class. `offset` keeps UPNs and numbers of several schools apart."""
    rng = random.Random(seed)
    seats = [name for name in classes for _ in range(size)]
    rng.shuffle(seats)
    mobiles = iter(rng.sample(range(900), 900))
    landlines = iter(rng.sample(range(1000), 1000))
    homes: list[HomePlan] = []
    serial = offset
    while seats:
        home = HomePlan(_address(rng), rng.choice(names.POSTCODES))
        surname = rng.choice(names.LAST)
        for _ in range(rng.choices((1, 2, 3), (70, 24, 6))[0]):
            if seats:
                serial += 1
                home.pupils.append(_pupil(rng, surname, seats.pop(), serial))
        home.contacts = list(_contacts(rng, surname, mobiles, landlines))
        homes.append(home)
    _flag(rng, homes)
    return homes


def _address(rng: random.Random) -> str:
    return f"{rng.randint(1, 180)} {rng.choice(names.STREETS)} {rng.choice(names.KINDS)}\nCroydon"


def _pupil(rng: random.Random, surname: str, class_name: str, serial: int) -> PupilPlan:
    year = class_name[:-1]
    born = date(2022 - (0 if year == "R" else int(year)), 8, 31) - timedelta(days=rng.randint(0, 360))
    rest = f"306{2099:04}{(born.year + 4) % 100:02}{serial % 1000:03}"
    return PupilPlan(
        {
            "first_name": rng.choice(names.FIRST),
            "last_name": surname,
            "date_of_birth": born,
            "sex": rng.choice("MF"),
            "year_group": year,
            "class_name": class_name,
            "sen": rng.choices(("", "K", "E"), (78, 18, 4))[0],
            "mis_id": str(5000 + serial),
            "upn": check_letter(rest) + rest,
        }
    )


def _contacts(rng: random.Random, surname: str, mobiles: Iterator[int], landlines: Iterator[int]) -> Iterator[ContactPlan]:
    """One to four people: parents first, sometimes both in the first place."""
    relations = ("Mother", "Father", "Grandmother", "Aunt")[: rng.choices((1, 2, 3, 4), (12, 52, 28, 8))[0]]
    both_first = rng.random() < 0.3
    language = rng.choice(names.LANGUAGES) if rng.random() < 0.14 else ""
    for place, relation in enumerate(relations, start=1):
        parent = relation in ("Mother", "Father")
        reach = rng.choices(("both", "mobile", "landline", "none"), (25, 68, 5, 2))[0]
        restricted = relation == "Father" and rng.random() < 0.03
        yield ContactPlan(
            {
                "title": rng.choice(("Mr", "Dr", "") if relation == "Father" else ("Ms", "Mrs", "Dr", "")),
                "name": f"{rng.choice(names.FIRST)} {surname if rng.random() < 0.75 else rng.choice(names.LAST)}",
                "relationship": relation,
                "priority": 1 if both_first and place == 2 else place,
                "parental_responsibility": parent and rng.random() < 0.95,
                "restricted": restricted,
                "restriction_note": "Court order" if restricted else "",
                "mobile": f"+447700900{next(mobiles, 0):03}" if reach in ("both", "mobile") else "",
                "landline": f"+442079460{next(landlines, 0):03}" if reach in ("both", "landline") else "",
                "email": f"contact{rng.randint(1, 99999)}@families.example" if rng.random() < 0.6 else "",
                "language": language,
                "access_needs": rng.choice(names.ACCESS_NEEDS) if rng.random() < 0.03 else "",
                "address": _address(rng) if not parent or rng.random() < 0.12 else "",
            }
        )


def _flag(rng: random.Random, homes: list[HomePlan]) -> None:
    """Flags for about one pupil in fourteen, as in a real school."""
    pupils = [pupil for home in homes for pupil in home.pupils]
    shares = {
        PupilFlag.Kind.CHILD_PROTECTION_PLAN: 0.01,
        PupilFlag.Kind.CHILD_IN_NEED: 0.033,
        PupilFlag.Kind.LOOKED_AFTER: 0.02,
        PupilFlag.Kind.MISSING_BEFORE: 0.012,
    }
    for kind, share in shares.items():
        for pupil in rng.sample(pupils, max(1, round(share * len(pupils)))):
            pupil.flags.append(kind)


def write(*, by: Actor, now: datetime) -> School:
    """Save the demo trust: the demo school and two tiny ones, with terms and staff. Call it once: the slugs are unique."""
    with transaction.atomic():
        trust = Trust.objects.create(name="Rowan Learning Trust", slug="rowan")
        school = _school(trust, "Demo Primary School", SLUG, now)
        password = make_password(PASSWORD)
        _write_homes(school, plan())
        _write_staff(school, STAFF, "demo.example", password, CLASSES)
        for number, (name, slug) in enumerate((("Larch Infant School", "larch"), ("Heron Junior School", "heron")), start=1):
            small = _school(trust, name, slug, now)
            _write_homes(small, plan(seed=number, classes=("1A", "2A"), size=12, offset=500 + 100 * number))
            _write_staff(small, STAFF[:4] + STAFF[6:7], f"{slug}.example", password, ("1A", "2A"))
        chief = Staff.objects.create(email="trust@demo.example", name="Tom Trustman", password=password)
        StaffRole.objects.create(staff=chief, trust=trust, role=Role.TRUST_ADMIN)
        give_second_factors()
        audit.record("people.demo.loaded", by=by, now=now, school_id=school.pk, object_type="school", object_id=school.pk)
    return school


def _school(trust: Trust, name: str, slug: str, now: datetime) -> School:
    """A demo school in live mode: its texts go to the on-screen transport, whatever else is set up."""
    school = School.objects.create(
        name=name, slug=slug, trust=trust, authority_code="306", phone="+442079460001", email=f"office@{slug}.example",
        address="1 Schoolhouse Lane\nCroydon", postcode="CR0 1AA", sending=School.Sending.LIVE, is_demo=True, created_at=now,
    )  # fmt: skip
    Term.objects.bulk_create(Term(school=school, name=name, starts_on=first, ends_on=last) for name, first, last in TERMS_2026)
    Closure.objects.bulk_create(Closure(school=school, day=day, kind=Closure.Kind.INSET, entered_at=now) for day in INSET_2026)
    return school


def _write_homes(school: School, homes: list[HomePlan]) -> None:
    households = Household.objects.bulk_create(Household(school=school, address=home.address, postcode=home.postcode) for home in homes)
    pairs = [(home, household, pupil) for home, household in zip(homes, households, strict=True) for pupil in home.pupils]
    pupils = Pupil.objects.bulk_create(Pupil(school=school, household=household, **pupil.fields) for _, household, pupil in pairs)
    contacts, flags, agencies = [], [], []
    for (home, _, made), pupil in zip(pairs, pupils, strict=True):
        contacts += [Contact(pupil=pupil, **contact.fields) for contact in home.contacts]
        flags += [PupilFlag(pupil=pupil, kind=kind, source="Social care") for kind in made.flags]
        if made.flags:
            agencies.append(Agency(pupil=pupil, name="social_care", worker="Duty team", phone="+441632960100"))
    Contact.objects.bulk_create(contacts)
    PupilFlag.objects.bulk_create(flags)
    Agency.objects.bulk_create(agencies)


def _write_staff(
    school: School, people: tuple[tuple[tuple[Role, ...], str, str], ...], domain: str, password: str, classes: tuple[str, ...]
) -> None:
    """Everybody in `people`, and a class teacher for each class, all with the demo password."""
    rng = random.Random(school.slug)
    everyone = [(roles, name, local, "") for roles, name, local in people]
    everyone += [
        ((Role.CLASS_TEACHER,), f"{rng.choice(names.FIRST)} {rng.choice(names.LAST)}", f"teacher.{group.lower()}", group)
        for group in classes
    ]
    staff = Staff.objects.bulk_create(
        Staff(email=f"{local}@{domain}", name=name, password=password, mobile=f"+447700900{900 + number:03}")
        for number, (_, name, local, _) in enumerate(everyone)
    )
    StaffRole.objects.bulk_create(
        StaffRole(staff=person, school=school, role=role, class_name=group)
        for person, (roles, _, _, group) in zip(staff, everyone, strict=True)
        for role in roles
    )
