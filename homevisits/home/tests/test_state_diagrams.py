"""The diagrams are fresh, the tables whole, and the services take no way that is not in them."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connection

from attendance import states as of_cases
from attendance.services.absences import log_absence, undo_absence
from attendance.services.holds import release_hold
from attendance.tests.mornings import Morning
from homevisits.home.state_diagrams import Drawing, drawings, markdown
from homevisits.messaging import states as of_messages
from homevisits.messaging.models import DeliveryEvent, Message
from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport

ALL = pytest.mark.parametrize("drawing", drawings(), ids=lambda drawing: drawing.name)


@ALL
def test_the_diagram_is_fresh(drawing: Drawing) -> None:
    page = settings.BASE_DIR / "docs" / "states" / f"{drawing.name}.md"
    assert page.read_text() == markdown(drawing), "run manage.py state_diagrams"


@ALL
def test_the_table_names_every_status_and_each_can_be_reached(drawing: Drawing) -> None:
    assert set(drawing.table) == set(drawing.words)
    reached, edge = set(drawing.first), set(drawing.first)
    while edge := {after for status in edge for after in drawing.table[status]} - reached:
        reached |= edge
    assert reached == set(drawing.table)


class Scripted(Transport):
    """Answers as it is told, the last answer again and again."""

    name = "scripted"

    def __init__(self, *answers: Kind, found: Found = Found.NO) -> None:
        self.answers, self.found = list(answers), found

    def send(self, message: Outgoing) -> Outcome:
        """The next answer."""
        return Outcome(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    def find(self, message: Outgoing) -> LookedUp:
        """As told."""
        return LookedUp(self.found)


@pytest.fixture
def ways() -> Iterator[set[tuple[str, str]]]:
    """Every change of a message's status, noted by a trigger of the database, whichever code makes it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE status_ways (was text, became text)")
            cursor.execute(
                "CREATE FUNCTION note_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " INSERT INTO status_ways VALUES (OLD.status, NEW.status); RETURN NEW; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER way AFTER UPDATE ON messaging_message FOR EACH ROW"
                " WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION note_way()"
            )
        else:
            cursor.execute("CREATE TEMP TABLE status_ways (was text, became text)")
            cursor.execute(
                "CREATE TEMP TRIGGER way AFTER UPDATE ON messaging_message WHEN OLD.status <> NEW.status"
                " BEGIN INSERT INTO status_ways VALUES (OLD.status, NEW.status); END"
            )
    gone: set[tuple[str, str]] = set()
    yield gone
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT was, became FROM status_ways")
        gone |= {(was, became) for was, became in cursor.fetchall()}
        cursor.execute("DROP TRIGGER way ON messaging_message" if connection.vendor == "postgresql" else "DROP TRIGGER way")
        cursor.execute("DROP TABLE status_ways")
    assert gone
    assert {(was, became) for was, became in gone if became not in of_messages.TRANSITIONS[was]} == set()


def live(missing: int, *answers: Kind, found: Found = Found.NO, until: str = "12:40") -> Morning:
    morning = Morning(missing=missing, present=9)
    morning.take_register()
    transport = Scripted(*answers, found=found)
    morning.run("09:10", until, every=30, transport_for=lambda school: transport)
    return morning


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "found", "ends"),
    [
        ([Kind.ACCEPTED], Found.NO, "accepted"),
        ([Kind.BUSY, Kind.BUSY, Kind.ACCEPTED], Found.NO, "accepted"),
        ([Kind.UNSURE, Kind.ACCEPTED], Found.NO, "accepted"),
        ([Kind.UNSURE], Found.YES, "accepted"),
        ([Kind.UNSURE], Found.NO_ANSWER, "failed"),
        ([Kind.REFUSED], Found.NO, "failed"),
        ([Kind.BUSY], Found.NO, "failed"),
        ([Kind.NOT_STARTED], Found.NO, "missed"),
    ],
)
def test_a_message_goes_only_ways_of_the_table(ways: set[tuple[str, str]], answers: list[Kind], found: Found, ends: str) -> None:
    live(1, *answers, found=found)
    assert Message.objects.get(template="first_day_absence").status == ends


@pytest.mark.django_db
def test_the_brake_and_a_reason_that_comes_and_goes_are_ways_of_the_table(ways: set[tuple[str, str]]) -> None:
    morning = Morning(missing=20, present=9)
    olive = morning.staff["office_admin"]
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    assert set(Message.objects.filter(template="first_day_absence").values_list("status", flat=True)) == {"held"}
    message = log_absence(school=morning.school, pupils=[morning.missing[0]], channel="gate", code="I", by=olive, now=morning.at("09:21"))[
        0
    ]
    release_hold(school=morning.school, by=olive, now=morning.at("09:22"))
    undo_absence(school=morning.school, message=message, because="", by=olive, now=morning.at("09:23"))
    case = morning.case()
    assert (case.status, case.next_rung) == ("open", "call_at")
    morning.run("09:23", "09:24")
    assert set(Message.objects.filter(template="first_day_absence").values_list("status", flat=True)) == {"accepted"}
    assert DeliveryEvent.objects.filter(status="cancelled").count() == 1


@pytest.mark.django_db
def test_a_case_climbs_the_rungs_in_the_order_of_the_table() -> None:
    morning = Morning(missing=1, present=9)
    morning.take_register()
    seen = []
    for wall in ("09:00", "09:15", "09:45", "11:30", "15:30"):
        morning.knock(wall)
        seen.append(morning.case().next_rung)
    assert seen == ["first_text_at", "call_at", "welfare_visit_at", "school_day_ends", ""]
    assert all(after in of_cases.RUNGS[before] for before, after in pairwise(seen))
