"""Pages of a chronology, and what leaves the product: with reader and reason on record, in a form that other systems take."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.home.chronology import entries
from homevisits.home.chronology.system import fill_school, read
from homevisits.home.chronology.taken import as_csv, entry_text
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil
from homevisits.people.tests.factories import HouseholdFactory, PupilFactory, StaffFactory
from safeguarding.models import ChronologyExport, ChronologyNote, Referral, SystemEntry
from safeguarding.services.concern_decisions import decide
from safeguarding.services.incidents import open_incident, review_incident
from safeguarding.services.referrals import send_referral
from safeguarding.services.system_entries import mark_entries
from safeguarding.tests.factories import a_concern, taken
from safeguarding.tests.referral_factories import SENT, a_referral_in
from safeguarding.tests.staff_matters import an_allegation
from visits.services.outcomes import record_outcome
from visits.tests.factories import NOW, a_school, a_visit, at_the_door

from .chronologies import a_note, much_to_tell

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CPOMS = "alternative-provision"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Alexandra Maximiliana vanx"
ARABIC = "محمد عبد الرحمن"
Enter = Callable[[Pupil], Client]


@pytest.fixture
def enter() -> Enter:
    """A browser in which the safeguarding lead of a pupil's school is signed in."""

    def go(pupil: Pupil) -> Client:
        client = Client()
        client.force_login(StaffFactory.create(school=pupil.school, roles=["dsl"], name="Kim Lead"))
        return client

    return go


def a_pupil(preset: str = "primary-procedures", **fields: object) -> Pupil:
    return PupilFactory.create(school=a_school(preset), **fields)


def at(pupil: Pupil, rest: str = "") -> str:
    return f"/s/{pupil.school.slug}/pupils/{pupil.pk}/chronology/{rest}"


def take(client: Client, pupil: Pupil, form: str, **more: object) -> HttpResponse:
    with clock.frozen(NOW):
        return client.post(at(pupil, "export/"), {"form": form, "reason": "Strategy meeting", **more})  # type: ignore[return-value]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def said_of_figures(pdf: bytes) -> list[str]:
    """What a PDF says of its drawings to whoever does not see them."""
    found = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            found.extend([str(node["/Alt"])] if "/Alt" in node else [])
            walk(node.get("/K"))

    walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    return found


# Reading


@pytest.mark.clause("PRI-38")
def test_opening_it_is_on_the_trail_with_the_reader(enter: Enter) -> None:
    pupil = a_pupil()
    a_note(pupil)
    answer = enter(pupil).get(at(pupil))
    assert "They will ring back" in answer.content.decode()
    event = AuditEvent.objects.get(act="safeguarding.chronology.read")
    assert (event.by_name, event.object_id, event.detail["entries"]) == ("Kim Lead", str(pupil.pk), 1)


def test_only_the_safeguarding_team_sees_that_there_is_one(enter: Enter) -> None:
    pupil = a_pupil()
    a_note(pupil)
    page = f"/s/{pupil.school.slug}/pupils/{pupil.pk}/"
    assert "hronology" in enter(pupil).get(page).content.decode()
    for role in ("headteacher", "office_admin", "senior_manager"):
        client = Client()
        client.force_login(StaffFactory.create(school=pupil.school, roles=[role]))
        assert "hronology" not in client.get(page).content.decode()
        assert client.get(at(pupil)).status_code == 403


def test_the_page_costs_no_more_queries_with_many_entries(enter: Enter) -> None:
    pupil = a_pupil()
    client, dsl = enter(pupil), StaffFactory.create(school=pupil.school, roles=["dsl"])
    much_to_tell(pupil, by=dsl)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(pupil)).status_code == 200
        return len(asked)

    few = queries()
    rows = [ChronologyNote(school=pupil.school, kind="call", says="x", happened_at=NOW, at=NOW, by=dsl, token=uuid4()) for _ in range(200)]
    through = ChronologyNote.pupils.through
    through.objects.bulk_create(through(chronologynote_id=row.pk, pupil_id=pupil.pk) for row in ChronologyNote.objects.bulk_create(rows))
    assert queries() <= few


def test_a_note_is_written_on_its_page_about_a_sister_too(enter: Enter) -> None:
    home = HouseholdFactory.create(school=a_school())
    pupil, sister = (PupilFactory.create(school=home.school, household=home) for _ in range(2))
    client, typed = enter(pupil), {"day_0": "24", "day_1": "11", "day_2": "2026", "time": "9:15", "token": str(uuid4())}
    with clock.frozen(NOW):
        wrong = client.post(at(pupil, "note/"), {**typed, "kind": "call", "says": ""})
        assert "There is a problem" in wrong.content.decode()
        sent = {**typed, "kind": "call", "says": "They come on Thursday", "also": [str(sister.pk)]}
        answers = [client.post(at(pupil, "note/"), sent) for _ in range(2)]
    row = ChronologyNote.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (set(row.pupils.all()), row.happened_at) == ({pupil, sister}, NOW - timedelta(minutes=45))
    right = {**typed, "kind": "call", "says": "They come on Friday", "because": "Misheard", "token": str(uuid4())}
    with clock.frozen(NOW):
        assert client.post(at(pupil, f"note/{row.public_id}/"), right).status_code == 302
        shown = client.get(at(pupil)).content.decode()
    assert ("They come on Thursday" in shown, "They come on Friday" in shown, "Superseded" in shown) == (True, True, True)


# Taking it out


@pytest.mark.parametrize("form", ["pdf", "zip", "text"])
def test_taking_it_out_asks_for_a_reason_and_is_on_record_with_the_reader(enter: Enter, form: str) -> None:
    pupil = a_pupil()
    a_note(pupil)
    client = enter(pupil)
    for reason in ("", "  x  "):
        assert "There is a problem" in take(client, pupil, form, reason=reason).content.decode()
    assert not ChronologyExport.objects.exists()
    answer = take(client, pupil, form)
    row, event = ChronologyExport.objects.get(), AuditEvent.objects.get(act="safeguarding.chronology.exported")
    assert (row.form, row.reason, row.by.name, row.entries, row.at) == (form, "Strategy meeting", "Kim Lead", 1, NOW)
    assert (event.by_name, event.detail["reason"], event.detail["sha256"]) == ("Kim Lead", "Strategy meeting", row.sha256)
    if form != "text":
        assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    with pytest.raises(DatabaseError), transaction.atomic():
        ChronologyExport.objects.update(reason="Something else")


def test_the_pdf_says_who_took_it_out_for_what_and_fetches_nothing(enter: Enter) -> None:
    pupil = a_pupil(first_name=ARABIC, last_name=LONG)
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    much_to_tell(pupil, by=dsl)
    says = '<img src="http://127.0.0.1:1/x"><script>alert(1)</script> <link rel=stylesheet href=file:///etc/passwd>'
    a_note(pupil, says=says, with_whom="<b>Bold</b>")
    pdf = take(enter(pupil), pupil, "pdf").content
    text = text_of(pdf)
    assert "Confidential. Taken out by Kim Lead, Tuesday 24 November 2026, 10:00" in text
    assert "Strategy meeting" in text
    assert "recorded Thursday 19 November 2026, 10:00" in text
    assert "<script>alert(1)</script>" in text, "words, and nothing that runs or is fetched"
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"], "tagged"  # type: ignore[index]
    assert any("entries from 28 Sep 2026" in words for words in said_of_figures(pdf)), "the drawing in words"
    assert LONG.split()[-1] in text


def test_what_was_left_out_is_said_on_it(enter: Enter) -> None:
    pupil = a_pupil()
    a_note(pupil)
    words = take(enter(pupil), pupil, "text", kinds=["incident"], siblings="on").content.decode()
    assert "Only: incident." in words
    assert "With brothers and sisters." in words
    assert "They will ring back" not in words


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_of_the_table_is_taken_for_a_formula(bad: str) -> None:
    pupil = a_pupil(first_name=bad)
    a_note(pupil, says=f"{bad}x", with_whom=bad)
    table = as_csv([(pupil, entry) for entry in entries(pupil)], {pupil.pk: str(pupil)}).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_the_zip_has_a_list_of_what_is_in_it(enter: Enter) -> None:
    pupil = a_pupil(upn="B801200005001")
    a_note(pupil)
    archive = zipfile.ZipFile(io.BytesIO(take(enter(pupil), pupil, "zip").content))
    name = "chronology-B801200005001-2026-11-24"
    assert set(archive.namelist()) == {f"{name}.pdf", f"{name}.csv", f"{name}.txt", "manifest.csv", "manifest.json"}
    for line in json.loads(archive.read("manifest.json"))["files"]:
        content = archive.read(line["file"])
        assert (line["upn"], line["sha256"], line["size"]) == (pupil.upn, hashlib.sha256(content).hexdigest(), len(content))


# The school's own safeguarding system


@pytest.mark.clause("ALT-18", "ALT-16")
def test_incidents_and_visits_that_were_unsafe_wait_for_the_safeguarding_system_until_they_are_entered(enter: Enter) -> None:
    pupil = a_pupil(CPOMS)
    school = pupil.school
    visit = at_the_door(a_visit(school, pupil=pupil, purpose="partnership"))
    member = visit.members.select_related("staff").order_by("pk")[0]
    record_outcome(visit=visit, kind="unsafe", note_text="He raised a stick.", by=member.staff, now=NOW)
    assert fill_school(school, NOW) == 2
    assert fill_school(school, NOW) == 0, "once"
    rows = {row.source: row for row in SystemEntry.objects.filter(pupil=pupil)}
    assert (set(rows), {row.system for row in rows.values()}) == ({"outcome", "incident"}, {"CPOMS"})
    task = Notice.objects.get(school=school, about="to_enter_elsewhere")
    assert (task.role, task.pupils.count(), str(pupil) in task.says) == ("dsl", 0, False)
    client, base = enter(pupil), f"/s/{school.slug}/safeguarding/system/"
    with clock.frozen(NOW):
        assert "Entries for CPOMS" in client.get(base).content.decode()
        page = client.get(f"{base}{rows['incident'].public_id}/").content.decode()
        assert ("He raised a stick." in page, "Tuesday 24 November 2026, 10:00" in page) == (True, True)
        sent = {"entry": [row.pk for row in rows.values()], "state": "entered", "reference": "CPOMS 4711", "reason": ""}
        assert client.post(f"{base}mark/", sent).status_code == 302
    rows["incident"].refresh_from_db()
    entered = rows["incident"]
    assert (entered.state, entered.reference, entered.changed_at) == ("entered", "CPOMS 4711", NOW)
    assert entered.changed_by is not None
    assert entered.changed_by.name == "Kim Lead"
    fill_school(school, NOW)
    task.refresh_from_db()
    assert task.done_at, "nothing waits any more"


@pytest.mark.clause("ALT-18")
def test_what_waits_can_be_taken_as_a_zip_with_a_reason(enter: Enter) -> None:
    pupil = a_pupil(CPOMS)
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    open_incident(school=pupil.school, kind="threat", pupil_ids=[pupil.pk], note="He shouted.", by=dsl, now=NOW)
    a_note(pupil, says="=HYPERLINK(1)")
    fill_school(pupil.school, NOW)
    client, address = enter(pupil), f"/s/{pupil.school.slug}/safeguarding/system/zip/"
    assert "There is a problem" in client.post(address, {"reason": ""}).content.decode()
    archive = zipfile.ZipFile(io.BytesIO(client.post(address, {"reason": "To attach in CPOMS"}).content))
    texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")]
    assert (len(texts), sum("He shouted." in text for text in texts)) == (2, 1)
    assert b"'=HYPERLINK(1)" in archive.read("entries.csv")
    row = ChronologyExport.objects.get()
    assert (row.form, row.entries, row.reason) == ("entries", 2, "To attach in CPOMS")
    assert SystemEntry.objects.filter(state="to_enter").count() == 2, "they wait until somebody marks them"


def test_a_later_review_waits_too_and_one_that_is_not_needed_says_why() -> None:
    pupil = a_pupil(CPOMS)
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    row = open_incident(school=pupil.school, kind="animals", pupil_ids=[pupil.pk], note="A dog.", by=dsl, now=NOW)
    fill_school(pupil.school, NOW)
    type(row).objects.filter(pk=row.pk).update(support_offered=True)
    row.refresh_from_db()
    review_incident(incident=row, review="The dog stays out.", policy_to_amend=False, by=dsl, now=NOW)
    assert fill_school(pupil.school, NOW) == 1
    ids = SystemEntry.objects.values_list("pk", flat=True)
    with pytest.raises(Exception, match="Say why"):
        mark_entries(school=pupil.school, entry_ids=ids, state="not_needed", by=dsl, now=NOW)
    assert mark_entries(school=pupil.school, entry_ids=ids, state="not_needed", reason="Entered by hand", by=dsl, now=NOW) == 2


def test_a_school_that_keeps_the_record_here_has_nothing_to_enter(enter: Enter) -> None:
    pupil = a_pupil("secondary")
    a_note(pupil)
    assert fill_school(pupil.school, NOW) == 0
    assert not Notice.objects.filter(about="to_enter_elsewhere").exists()
    page = enter(pupil).get(f"/s/{pupil.school.slug}/safeguarding/system/").content.decode()
    assert "nothing new comes here" in page


@pytest.mark.clause("ALT-33", "ALT-34")
def test_physical_intervention_concerns_and_referrals_wait_there_too_with_both_their_times() -> None:
    pupil = a_pupil(CPOMS)
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    details = {"led": "He ran at his brother.", "parents": "The mother was on the stairs.", "injured": "no"}
    open_incident(
        school=pupil.school, kind="physical_intervention", pupil_ids=[pupil.pk], happened_at=NOW - timedelta(hours=2), details=details,
        by=dsl, now=NOW,
    )  # fmt: skip
    concern = taken(a_concern(pupil.school, pupils=[pupil]), dsl)
    decide(concern=concern, kind="social_care", because="Not the first time.", by=dsl, now=NOW)
    send_referral(referral=Referral.objects.get(), sending=SENT, by=dsl, now=NOW)
    fill_school(pupil.school, NOW)
    rows, names = read(list(SystemEntry.objects.filter(pupil=pupil)))
    texts = {row.source: entry_text(entry, names, pupil.pk) for row, entry in rows}
    assert set(texts) == {"incident", "concern", "concern_decision", "referral", "referral_sent"}
    assert texts["incident"].startswith("Tuesday 24 November 2026, 8:00")
    assert "Recorded Tuesday 24 November 2026, 10:00" in texts["incident"]
    assert "Why did the parents not act? The mother was on the stairs." in texts["incident"]
    assert SENT.text in texts["referral_sent"]


def test_a_referral_about_staff_is_on_no_chronology_and_on_no_list() -> None:
    """One to the officer for allegations may name the child; it stays with who deals with staff."""
    pupil = a_pupil(CPOMS)
    a_referral_in(pupil.school, "lado", pupil=pupil, allegation=an_allegation(pupil.school))
    assert entries(pupil) == []
    fill_school(pupil.school, NOW)
    assert not SystemEntry.objects.exists()


def test_what_the_page_showed_is_what_is_offered_to_take_out(enter: Enter) -> None:
    pupil = a_pupil()
    asked = "?kind=incident&from_day_0=1&from_day_1=11&from_day_2=2026&siblings=on"
    form = enter(pupil).get(at(pupil, "export/") + asked).context["form"]
    assert form.initial == {"kinds": ["incident"], "from_day": date(2026, 11, 1), "siblings": True}
