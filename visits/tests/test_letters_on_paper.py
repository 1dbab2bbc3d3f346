"""Every letter on paper, from plain and from hostile data: names of 80 letters, names from right to left, seven lines of address."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from homevisits.documents import zones
from homevisits.documents.render import render_pdf
from homevisits.people.models import Contact, School
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory
from visits.letters.content import content_of, html_of
from visits.letters.kinds import KINDS
from visits.models import HomeVisit, VisitLetter
from visits.tests.factories import NOW, a_school, a_visit, an_appointment, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_pango")]
LONG = "Wilhelmina-Alexandrina Theodora Featherstonehaugh-Cholmondeley of Exampletonshire"[:80]
SEVEN = "Flat 14\nThe Old Maltings\nRear entrance by the yard\n221 Upper Example Street\nLower Exampleton\nExampletonshire\nEngland"
REASON = "Bruises on the arms, and the father shouts"


@pytest.fixture
def _pango() -> None:
    """Skip where PDFs cannot be made."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"Pango is missing: {error}")


def plain(school: School) -> VisitLetter:
    """A family with everything as usual."""
    home = HouseholdFactory.create(school=school, address="12 Example Street\nExampleton", postcode="EX1 1AA")
    pupil = PupilFactory.create(school=school, household=home, first_name="Ada", last_name="Example")
    return addressed(a_visit(school, pupil=pupil), ContactFactory.create(pupil=pupil, title="Ms", name="Grace Example"))


def hostile(school: School) -> VisitLetter:
    """As hard to lay out as any: a school, staff, a parent and children with long names, or names from right to left."""
    School.objects.filter(pk=school.pk).update(
        name="The Federation of " + LONG + " Academy", address=SEVEN, postcode="EX10 9ZZ", phone="+441632960000",
        email="a.very.long.address.of.the.office@the-federation-of-exampletonshire.sch.example", welfare_officer=LONG,
        welfare_officer_phone="+441632960001", welfare_officer_email="welfare@the-federation-of-exampletonshire.example", colour="#ffdd00",
    )  # fmt: skip
    school.refresh_from_db()
    home = HouseholdFactory.create(school=school, address=SEVEN, postcode="EX10 9ZZ")
    names = [(LONG, "X"), ("محمد عبد الرحمن", "الأنصاري"), ("שרה בת־אברהם", "Z")]
    pupils = [PupilFactory.create(school=school, household=home, first_name=first, last_name=last) for first, last in names]
    visit = a_visit(school, pupil=pupils[0], pair=[ready(school, name=LONG), ready(school, name="שרה בת־אברהם")])
    for pupil in pupils[1:]:
        visit.visit_pupils.create(pupil=pupil)
    HomeVisit.objects.filter(pk=visit.pk).update(reason=REASON)
    visit.refresh_from_db()
    return addressed(visit, ContactFactory.create(pupil=pupils[0], title="Professor", name=LONG))


def bare(school: School) -> VisitLetter:
    """Everything that may be empty is: no telephone, no address of the school, no contact to write to."""
    School.objects.filter(pk=school.pk).update(phone="", email="", address="", postcode="")
    school.refresh_from_db()
    home = HouseholdFactory.create(school=school, address="", postcode="")
    return addressed(a_visit(school, pupil=PupilFactory.create(school=school, household=home, first_name="Bo")), None)


def addressed(visit: HomeVisit, to: Contact | None) -> VisitLetter:
    return VisitLetter(pk=417, visit=visit, drafted_at=NOW, contact=to)


MADE = {"plain": plain, "hostile": hostile, "bare": bare}


def on_paper(letter: VisitLetter, kind: str, **more: Any) -> bytes:
    """The letter's PDF. Looked at page by page when it was written; LOOK_AT names a folder to do so again."""
    letter.kind = kind
    pdf = render_pdf(html_of(letter, content_of(letter, NOW) | more))
    return pdf


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("kind", [code for code, kind in KINDS.items() if not kind.card])
def test_every_letter_keeps_the_zones_whatever_the_names(kind: str) -> None:
    for family in (plain, hostile):
        letter = family(a_school())
        if kind == "appointment":
            an_appointment(letter.visit, contact=letter.contact, channel="letter")
        pdf = on_paper(letter, kind)
        assert zones.faults(pdf) == [], family.__name__
        assert zones.window_faults(pdf) == [], family.__name__
