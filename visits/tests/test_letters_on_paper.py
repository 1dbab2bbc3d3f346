"""Every letter on paper, from plain and from hostile data: names of 80 letters, names from right to left, seven lines of address."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from homevisits.documents import zones
from homevisits.documents.render import render_pdf
from homevisits.documents.templatetags.papers import isolated
from homevisits.people.models import Contact, School
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory
from visits.letters.address import lines
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
    """The letter's PDF. Each was looked at page by page when its template was written: do so again when it changes."""
    letter.kind = kind
    if kind == "appointment" and letter.contact and not letter.visit.appointments.exists():
        an_appointment(letter.visit, contact=letter.contact, channel="letter")
    return render_pdf(html_of(letter, content_of(letter, NOW) | more))


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("family", ["plain", "hostile"])
def test_every_letter_keeps_the_zones_whatever_the_names(family: str) -> None:
    letter = MADE[family](a_school())
    for kind in (code for code, kind in KINDS.items() if not kind.card):
        pdf = on_paper(letter, kind)
        assert zones.faults(pdf) == [], kind
        assert zones.window_faults(pdf) == [], kind
        said = PdfReader(io.BytesIO(pdf))
        assert said.metadata is not None
        assert (str(said.root_object["/Lang"]), len(said.pages)) == ("en-GB", 1), kind
        assert said.metadata.title


def test_the_card_is_one_page_whatever_the_names() -> None:
    for family in MADE.values():
        assert len(PdfReader(io.BytesIO(on_paper(family(a_school("secondary")), "calling_card"))).pages) == 1


def test_a_family_of_which_nothing_is_known_gets_a_letter_that_says_what_is_missing() -> None:
    letter = bare(a_school())
    for kind in (code for code, kind in KINDS.items() if not kind.card):
        pdf = on_paper(letter, kind)
        assert "The parents and carers of Bo" in words_of(pdf)
        assert zones.faults(pdf) == [
            "The address has 1 line; it needs 3 to 7.",
            "The last line of the address is not a postcode: “The parents and carers of Bo”.",
        ]
        assert "None" not in words_of(pdf)


def test_no_letter_gives_the_reason_or_a_surname_of_a_child() -> None:
    letter = hostile(a_school())
    for kind in KINDS:
        said = words_of(on_paper(letter, kind))
        for secret in ("Bruises", "shouts", "الأنصاري"):
            assert secret not in said, kind


def test_a_name_from_right_to_left_does_not_reorder_the_words_around_it() -> None:
    assert isolated("שרה") == "\u2068שרה\u2069"
    assert isolated("Zoë Łukasz") == "Zoë Łukasz"
    boxes = zones.read(on_paper(hostile(a_school()), "protocol_letter"))[0][2]
    [after] = [box for box in boxes if "did not come to school" in box.words]
    line = " ".join(box.words for box in sorted(boxes, key=lambda box: box.left) if abs(box.top - after.top) < 2)
    assert re.search(r"Exampletonshir.* and .*did not come to school", line), "the English words stand in their order"


def test_an_address_has_at_most_seven_lines_and_the_postcode_last() -> None:
    assert lines("Ms Grace Example", "12 Example Street\nExampleton", "EX1 1AA") == [
        "Ms Grace Example",
        "12 Example Street",
        "Exampleton",
        "EX1 1AA",
    ]
    assert lines("Mo", "1 Example Street, Exampleton ex11aa", "ZZ9 9ZZ") == ["Mo", "1 Example Street, Exampleton", "EX1 1AA"], "their own"
    for name in ("Mo Example", LONG, f"Professor {LONG}"):
        found = lines(name, SEVEN, "EX10 9ZZ")
        assert len(found) <= 7
        assert found[-1] == "EX10 9ZZ"
        said = " ".join(found).replace(",", "")
        assert all(part in said for part in SEVEN.split("\n")), "nothing of it is lost"


OUT = {
    "position: absolute; left: -16mm; top: 120mm": "runs into the margin, 1[01].[0-9] mm on the left",
    "position: absolute; right: -18mm; top: 120mm": "runs into the margin, 1[23].[0-9] mm on the right",
    "position: absolute; left: 85mm; top: 40mm": "“Astray and away” is out of the address block, [0-9.]+ mm on the right",
}


@pytest.mark.parametrize("place", OUT)
def test_what_is_out_of_its_zone_is_named(place: str) -> None:
    letter = plain(a_school())
    letter.kind = "reminder_letter"
    html = html_of(letter, content_of(letter, NOW)).replace("</body>", f'<p style="{place}">Astray and away</p></body>')
    found = " ".join(zones.faults(render_pdf(html)))
    assert re.search(OUT[place], found), found


def test_a_letter_that_is_too_long_or_that_shows_its_words_in_the_window_is_found() -> None:
    letter = plain(a_school())
    letter.kind = "reminder_letter"
    html = html_of(letter, content_of(letter, NOW))
    long = render_pdf(html.replace("</body>", "<p>More.</p>" * 900 + "</body>"))
    assert re.search(r"The letter has \d+ pages; 10 are the most", " ".join(zones.faults(long)))
    assert "larger than 2 MB" in " ".join(zones.faults(render_pdf(html) + b"\0" * 2_000_001))
    shown = render_pdf(html.replace("</body>", '<p style="position: absolute; left: 30mm; top: 59mm">About truancy</p></body>'))
    assert zones.faults(shown) == [], "within what is printed"
    assert zones.window_faults(shown) == ["The window would show “About truancy”."]
    card = on_paper(letter, "calling_card")
    assert "is not A4: 105 x 148 mm" in " ".join(zones.faults(card))
