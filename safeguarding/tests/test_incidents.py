"""Incidents: what is asked by their kind, what follows from force, who is told, what is kept of what is said anew."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from safeguarding.climbing import next_incident_telling
from safeguarding.forms.incidents import IncidentForm
from safeguarding.incident_questions import QUESTIONS, asked_of
from safeguarding.models import Concern, Incident, IncidentChange
from safeguarding.rules.incidents import review_blocks
from safeguarding.selectors.incidents import account, as_recorded, lines
from safeguarding.services.incident_telling import tell_again
from safeguarding.services.incidents import add_to_incident, open_incident, review_incident

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FORCE = {
    "led": "He ran at his sister with a fork.", "parents": "The mother had gone to the kitchen.", "prevented": "A wound in her face.",
    "nothing_else": "I had called his name twice.", "force": "One hand on each forearm, standing.", "long": "About ten seconds",
    "who": "Tess Teach", "saw": "Ted Aide", "injured": "no", "distressed": "no",
}  # fmt: skip


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def by(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["visiting_staff"])


def force(school: School, by: Staff, **answers: str) -> Incident:
    return open_incident(
        school=school, kind="physical_intervention", pupil_ids=[PupilFactory.create(school=school).pk], note="I held his arms.",
        happened_at=NOW - timedelta(hours=1), details={**FORCE, **answers}, by=by, now=NOW,
    )  # fmt: skip


@pytest.mark.clause("ATT-53", "ALT-33")
def test_physical_intervention_asks_what_led_to_it_what_it_prevented_and_why_nothing_else_would_do() -> None:
    words = {one.code: one for one in asked_of("physical_intervention")}
    asked = {"led", "parents", "prevented", "nothing_else", "force", "long", "who", "saw", "injured", "distressed"}
    assert asked <= words.keys()
    assert {words[code].clause for code in ("led", "parents")} == {"ALT-33"}
    assert {words[code].clause for code in asked - {"led", "parents"}} == {"ATT-53"}
    form = IncidentForm({"kind": "physical_intervention", "note": "I held his arms.", "token": "8f7c2f6e-0000-4000-8000-000000000001"})
    assert not form.is_valid()
    assert {name.partition("-")[2] for name in form.errors} == asked


@pytest.mark.clause("ATT-53", "ALT-33")
def test_it_is_not_reviewed_before_every_question_is_answered_and_its_two_times_are_kept(school: School, by: Staff) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    incident = open_incident(school=school, kind="physical_intervention", note="I held his arms.", happened_at=NOW, by=by, now=NOW)
    owed = {block.says for block in review_blocks(incident) if block.clause in ("ATT-53", "ALT-33")}
    assert len(owed) == len(FORCE)
    add_to_incident(incident=incident, details=FORCE, support_offered=True, by=by, now=NOW + timedelta(hours=2))
    review_incident(incident=incident, review="Trained again.", policy_to_amend=False, by=head, now=NOW + timedelta(hours=3))
    incident.refresh_from_db()
    assert (incident.happened_at, incident.at, incident.details) == (NOW, NOW, FORCE)
    assert Notice.objects.get(about="incident").done_by == head, "it no longer stands first"
    assert incident.next_action_at is None, "nor is it told again"


@pytest.mark.clause("ATT-53")
@pytest.mark.parametrize(("code", "how"), [("injured", "injured_how"), ("distressed", "distressed_how")])
def test_a_child_hurt_or_distressed_by_force_is_a_concern_and_goes_to_the_headteacher(
    school: School, by: Staff, code: str, how: str
) -> None:
    StaffFactory.create(school=school, roles=["dsl"])
    incident = force(school, by, **{code: "yes", how: "He cried for ten minutes."})
    concern = Concern.objects.get()
    assert incident.concern_id == concern.pk
    assert list(concern.pupils.all()) == list(incident.pupils.all())
    assert concern.seen_at == incident.happened_at
    for words in ("I held his arms.", "He cried for ten minutes.", FORCE["prevented"]):
        assert words in concern.says
    told = {notice.role: notice for notice in Notice.objects.all()}
    assert told["headteacher"].about == "incident"
    assert told["headteacher"].clause == "ATT-53"
    assert told["dsl"].about == "concern"
    assert not any("cried" in notice.says for notice in told.values())


def test_force_without_harm_opens_no_concern_and_harm_that_is_said_later_opens_one_once(school: School, by: Staff) -> None:
    incident = force(school, by)
    assert not Concern.objects.exists()
    for _ in range(2):
        add_to_incident(incident=incident, details={"injured": "yes", "injured_how": "A bruise."}, by=by, now=NOW)
    assert Concern.objects.count() == 1


def test_every_kind_but_the_one_whose_outcome_tells_by_itself_is_told_to_the_headteacher(school: School, by: Staff) -> None:
    for kind in Incident.Kind:
        open_incident(school=school, kind=kind, note="x", by=by, now=NOW)
    assert Notice.objects.filter(about="incident", role="headteacher").count() == len(Incident.Kind) - 1


def test_a_question_that_a_yes_opens_counts_with_that_yes_only() -> None:
    given = {"kind": "violence", "note": "x", "police": "not_called", "token": "8f7c2f6e-0000-4000-8000-000000000002"}
    no = IncidentForm(given | {"violence-hurt": "no", "violence-hurt_how": "left over", "threat-who": "of another kind"})
    yes = IncidentForm(given | {"violence-hurt": "yes", "violence-hurt_how": "Ted, his hand"})
    assert no.is_valid()
    assert yes.is_valid()
    assert no.details == {"hurt": "no"}
    assert yes.details == {"hurt": "yes", "hurt_how": "Ted, his hand"}


def test_what_came_without_network_is_never_turned_away_for_what_is_missing() -> None:
    for kind in QUESTIONS:
        given = {"kind": kind, "note": "x", "token": "8f7c2f6e-0000-4000-8000-000000000003"}
        assert IncidentForm(given, whole=False).is_valid(), kind


def test_what_is_said_anew_stands_beside_what_was_said_and_the_database_keeps_it(school: School, by: Staff) -> None:
    incident = open_incident(school=school, kind="animals", note="A dog bit.", by=by, now=NOW)
    add_to_incident(incident=incident, note="A dog bit Ted.", details={"animal": "A dog"}, by=by, now=NOW)
    add_to_incident(incident=incident, note="A dog bit Ted.", by=by, now=NOW)
    change = IncidentChange.objects.get()
    assert change.before == {"note": "A dog bit.", "animal": ""}
    assert change.after == {"note": "A dog bit Ted.", "animal": "A dog"}
    with pytest.raises(DatabaseError), transaction.atomic():
        IncidentChange.objects.update(before={})


@pytest.mark.once
def test_the_words_of_the_witness_stay_the_witness_s_and_what_is_amended_says_by_whom(school: School, by: Staff, client: Client) -> None:
    incident = open_incident(school=school, kind="animals", note="A dog bit.", details={"animal": "A dog"}, by=by, now=NOW)
    head = StaffFactory.create(school=school, roles=["headteacher"], name="Hetty Head")
    address = reverse("incident", args=[school.slug, incident.public_id])
    client.force_login(head)
    assert "A dog bit." not in client.get(address).content.decode().split("<form")[-1], "the witness's words are in no field"
    for sent in ({"added": "The vet knows it.", "asked-animal": "A dog"}, {"note": "A cat scratched.", "asked-animal": "A cat"}):
        for _ in range(2):
            assert client.post(address, sent).status_code == 302
    said = account(incident := Incident.objects.get())
    assert said.now is not None
    assert (said.now.text, said.now.by, [(one.text, one.by) for one in said.before]) == ("A cat scratched.", head, [("A dog bit.", by)])
    assert [(one.text, one.by) for one in said.added] == [("The vet knows it.", head)]
    assert next(line.since for line in lines(incident) if line.value == "A cat").startswith("as amended by Hetty Head on ")
    page = " ".join(client.get(address).content.decode().split())
    paper = client.post(f"{address}copy/", {"reason": "For the court"}).content
    printed = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages).split())
    for shown in (page, printed):
        assert "As amended by" in shown
        assert f"As first written by {by}" in shown.replace("\u2068", "").replace("\u2069", "")
        assert shown.index("A cat scratched.") < shown.index("A dog bit.")
    first = as_recorded(incident, incident.changes.all())
    assert (first.note, first.details["animal"], incident.note) == ("A dog bit.", "A dog", "A cat scratched.")


def test_a_call_for_an_ambulance_keeps_its_time_and_reference(school: School, by: Staff) -> None:
    kept = open_incident(
        school=school, kind="child_injury", note="x", ambulance_called_at=NOW, ambulance_reference="A 7", by=by, now=NOW
    )  # fmt: skip
    assert (kept.ambulance_called_at, kept.ambulance_reference, kept.police_called_at) == (NOW, "A 7", None)
    with pytest.raises(BadInput):
        open_incident(school=school, kind="other", ambulance_called_at=NOW + timedelta(minutes=1), by=by, now=NOW)
    with pytest.raises(Blocked):
        review_incident(incident=kept, review="x", policy_to_amend=False, by=by, now=NOW)


@pytest.mark.once
def test_the_page_and_the_copy_show_everything_to_those_who_review_and_the_copy_says_what_for(
    school: School, by: Staff, client: Client
) -> None:
    incident = force(school, by, injured="yes", injured_how="A bruise on the wrist.")
    address = f"/s/{school.slug}/incidents/{incident.public_id}/"
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    page = client.get(address).content.decode()
    for words in (*FORCE.values(), "A bruise on the wrist."):
        assert words in page or words in ("no", "yes"), words
    assert f"concerns/{incident.concern_id}" not in page
    refused = client.post(f"{address}copy/", {"reason": ""})
    assert refused.status_code == 422
    paper = client.post(f"{address}copy/", {"reason": "For the police, reference 12"})
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    copied = AuditEvent.objects.get(act="safeguarding.incident.copied")
    assert copied.detail["reason"] == "For the police, reference 12"
    assert AuditEvent.objects.filter(act="safeguarding.incident.read").count() == 1
    client.force_login(by)
    assert client.get(address).status_code == 403
    assert client.post(f"{address}copy/", {"reason": "x"}).status_code == 403


@pytest.mark.clause("MAT-20")
def test_what_nobody_has_reviewed_is_told_again_by_day_without_a_word_of_it(school: School) -> None:
    by, head, dot = (StaffFactory.create(school=school, roles=[role]) for role in ("visiting_staff", "headteacher", "dsl"))
    at = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    open_incident(school=school, kind="animals", note="A dog bit CANARY.", by=by, now=at)
    told = Notice.objects.filter(about="incident_waiting")
    steps: tuple[tuple[int, int, set[Staff]], ...] = ((119, 0, set()), (120, 1, {head}), (20 * 60, 1, {head}), (26 * 60, 3, {head, dot}))
    for minutes, number, who in steps:
        tell_again(at + timedelta(minutes=minutes))
        assert (told.count(), {to.staff for notice in told.all() for to in notice.people.all()}) == (number, who), minutes
    assert not any("CANARY" in notice.says or "animal" in notice.says.lower() for notice in told.all())
    assert told.filter(done_at=None).count() == 2, "each telling takes the place of the one before"
    assert next_incident_telling(0, at.replace(hour=20)) == at.replace(day=25, hour=7, minute=0), "nobody is woken"
