# mypy: disable-error-code="no-untyped-call,attr-defined"
"""Rows for tests. `SchoolFactory.create(...)` saves one; every name is made up and every number is Ofcom's for drama."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import factory
from django.db.models import Model
from factory.django import DjangoModelFactory

from homevisits.people.models import Contact, Household, Pupil, Role, School, Staff, StaffRole, Trust

M = TypeVar("M", bound=Model)
PASSWORD = "correct horse battery staple"


class Made(DjangoModelFactory[M], Generic[M]):
    """A factory whose rows have a type."""

    class Meta:
        abstract = True

    @classmethod
    def create(cls, **given: Any) -> M:
        """A saved row."""
        return super().create(**given)


class TrustFactory(Made[Trust]):
    """A trust without schools."""

    class Meta:
        model = Trust

    name = factory.Sequence(lambda n: f"Example Trust {n}")
    slug = factory.Sequence(lambda n: f"trust-{n}")


class SchoolFactory(Made[School]):
    """A school alone, live, whose registers close at 9:00 and 13:15; without terms, so every weekday is a school day."""

    class Meta:
        model = School

    name = factory.Sequence(lambda n: f"Example Primary {n}")
    slug = factory.Sequence(lambda n: f"school-{n}")
    authority_code = "306"
    phone = "+442079460000"
    email = factory.LazyAttribute(lambda school: f"office@{school.slug}.example")
    sending = School.Sending.LIVE
    created_at = datetime(2026, 8, 1, 12, tzinfo=UTC)


class HouseholdFactory(Made[Household]):
    """A household; give it the school of its pupils."""

    class Meta:
        model = Household

    school = factory.SubFactory(SchoolFactory)
    address = factory.Sequence(lambda n: f"{n + 1} Example Road")
    postcode = "CR0 4XG"


class PupilFactory(Made[Pupil]):
    """A pupil on roll of class 3A. Give `school`, or `household` for a sibling; contacts are made apart."""

    class Meta:
        model = Pupil

    school = factory.SubFactory(SchoolFactory)
    household = factory.SubFactory(HouseholdFactory, school=factory.SelfAttribute("..school"))
    mis_id = factory.Sequence(lambda n: str(1000 + n))
    first_name = factory.Sequence(lambda n: f"Pupil{n}")
    last_name = "Example"
    date_of_birth = date(2018, 11, 3)
    year_group = "3"
    class_name = "3A"

    @classmethod
    def create(cls, **given: Any) -> Pupil:
        """A saved pupil; the school follows from the household when only that is given."""
        if "household" in given:
            given.setdefault("school", given["household"].school)
        return super().create(**given)


class ContactFactory(Made[Contact]):
    """A first contact with a mobile of its own."""

    class Meta:
        model = Contact

    pupil = factory.SubFactory(PupilFactory)
    name = factory.Sequence(lambda n: f"Contact{n} Example")
    relationship = "Mother"
    priority = 1
    parental_responsibility = True
    mobile = factory.Sequence(lambda n: f"+447700900{n % 1000:03}")


class StaffFactory(Made[Staff]):
    """A member of staff. `StaffFactory.create(school=school, roles=["office_admin"])` gives the roles; the password is PASSWORD."""

    class Meta:
        model = Staff

    name = factory.Sequence(lambda n: f"Staff{n} Example")
    email = factory.Sequence(lambda n: f"staff{n}@school.example")

    @classmethod
    def create(
        cls,
        school: School | None = None,
        roles: Iterable[Role | str] = (),
        trust: Trust | None = None,
        class_name: str = "",
        on_duty: bool = True,
        password: str = PASSWORD,
        **given: Any,
    ) -> Staff:
        """A saved person who holds `roles` in `school`, or in every school of `trust`."""
        staff = super().create(**given)
        staff.set_password(password)
        staff.save(update_fields=["password"])
        StaffRole.objects.bulk_create(
            StaffRole(staff=staff, school=school, trust=trust, role=role, class_name=class_name, on_duty=on_duty) for role in roles
        )
        return staff
