"""The rehearsals on the screen: who plays what, what is kept of it, what is shown."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset
from homevisits.rehearsal import services, shelf, tasks
from homevisits.rehearsal.cast import REHEARSAL
from homevisits.rehearsal.models import RehearsalRun

from .factories import NOW, a_rehearsal, played

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return SchoolFactory.create(slug="primary")


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Hester Head")


@pytest.fixture
def page(client: Client, head: Staff) -> Client:
    client.force_login(head)
    return client


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs for which the worker's bell was rung, in place of a worker."""
    found: list[int] = []
    monkeypatch.setattr(tasks.play, "delay", found.append)
    return found


def ask(page: Client, **given: Any) -> Any:
    """Send the form of one scenario."""
    return page.post("/s/primary/rehearsals/", {"scenario": "the-brake", "choice": "written", "token": str(uuid.uuid4())} | given)


def test_every_shipped_scenario_is_on_the_shelf_with_a_sentence(page: Client) -> None:
    said = page.get("/s/primary/rehearsals/").content.decode()
    ones = shelf.shipped()
    assert len(ones) == len(list(shelf.folder().glob("*.yaml"))) >= 18
    for one in ones:
        assert one.about.endswith("."), one.name
        assert one.group in shelf.GROUPS, one.name
        assert one.title in said.replace("&#x27;", "'")
    assert "Play with our policy" not in said
    assert "no policy in force" in said


def test_a_tap_twice_plays_once(page: Client, school: School, rung: list[int]) -> None:
    token = str(uuid.uuid4())
    first, second = ask(page, token=token), ask(page, token=token)
    run = RehearsalRun.objects.get(school=school)
    assert first["Location"] == second["Location"] == reverse("rehearsal_run", args=["primary", run.pk])
    assert set(rung) == {run.pk}
    assert AuditEvent.objects.filter(chain=school.pk, act="rehearsal.asked").count() == 1
    ask(page)
    assert RehearsalRun.objects.filter(school=school).count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scenario": "../settings"}, "Choose a rehearsal of the list."),
        ({"choice": "theirs"}, "Choose a rehearsal of the list."),
        ({"choice": "ours"}, "no policy in force to rehearse with"),
        ({"token": "1"}, "This page is out of date."),
    ],
)
def test_what_cannot_be_played_says_so_and_changes_nothing(page: Client, rung: list[int], given: dict[str, str], says: str) -> None:
    answer = ask(page, **given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert (RehearsalRun.objects.count(), rung) == (0, [])


def test_a_school_has_three_under_way_at_most(page: Client, rung: list[int]) -> None:
    for _ in range(services.AT_ONCE):
        assert ask(page).status_code == 302
    assert "3 rehearsals of your school are under way" in ask(page).content.decode()


def test_a_scenario_is_played_in_a_process_of_its_own_and_touches_nothing(school: School, head: Staff) -> None:
    run = a_rehearsal(school, by=head, scenario="known-before")
    before = (School.objects.count(), Pupil.objects.count(), Staff.objects.count())
    assert tasks.play(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    assert [entry["what"] for entry in run.log] == ["case_opened", "case_closed"]
    assert run.result["names"]["pupils"]["b"] == "Bob Two"
    assert [name for name, _ in run.result["rungs"]] == ["Register", "First text", "Call", "Welfare visit", "End of day"]
    assert (School.objects.count(), Pupil.objects.count(), Staff.objects.count()) == before
    assert list(AuditEvent.objects.filter(chain=school.pk).values_list("act", flat=True)) == ["rehearsal.begun", "rehearsal.done"]
    assert not tasks.play(run.pk), "a second knock plays nothing"


def test_our_policy_takes_the_place_of_the_scenarios(school: School, head: Staff) -> None:
    adopt_preset(school=school, preset="primary-procedures", changes={"first_text_at": "09:20"}, by=REHEARSAL, now=NOW)
    run = services.ask(school=school, scenario="parent-unaware", choice="ours", token=uuid.uuid4(), by=head, now=NOW)
    assert tasks.play(run.pk)
    run.refresh_from_db()
    texts = [entry for entry in run.log if entry["what"] == "text_sent"]
    assert texts[0]["at"][11:16] == "09:20"
    assert run.result["policy"] == "primary-procedures"


def test_a_scenario_that_cannot_be_played_says_why(page: Client, school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "broken.yaml").write_text(
        "title: Broken\npolicy: secondary\ndate: 2026-11-24\nevents: [{at: '09:00', do: fly}]\nregister: {closes: '09:00'}\n"
    )
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path)
    run = a_rehearsal(school, scenario="broken", title="Broken")
    assert not tasks.play(run.pk)
    said = page.get(f"/s/primary/rehearsals/{run.pk}/").content.decode()
    assert "It could not be played." in said
    assert "“fly” is not known" in said
    assert "Play it again" in said


def test_a_scenario_that_is_gone_says_so(school: School) -> None:
    run = a_rehearsal(school, scenario="gone")
    assert not tasks.play(run.pk)
    run.refresh_from_db()
    assert (run.status, "no longer" in run.error) == ("failed", True)


def test_waiting_is_shown_and_works_without_script(page: Client, school: School) -> None:
    run = a_rehearsal(school, asked_at=clock.now())
    said = page.get(f"/s/primary/rehearsals/{run.pk}/").content.decode()
    assert "Waiting to start" in said
    assert "Look again" in said
    RehearsalRun.objects.update(asked_at=clock.now() - timedelta(minutes=3))
    assert "It does not move." in page.get(f"/s/primary/rehearsals/{run.pk}/progress/").content.decode()


def test_the_day_is_drawn_and_told_in_plain_sentences(page: Client, school: School) -> None:
    run = played(school, "the-brake")
    said = page.get(f"/s/primary/rehearsals/{run.pk}/").content.decode()
    assert "<svg" in said
    for lane in ("Cases", "Texts", "Calls", "People told", "Visits", "Alarms", "Refused"):
        assert f">{lane}</text>" in said, lane
    for sentence in (
        "The texts about 4 pupils are held: too many to be true.",
        "Olive Office rang Al One about Ann One: no answer.",
        "Olive Office looked and released the texts about 3 pupils.",
        "Refused: Tess Teach wanted to release the texts.",
    ):
        assert sentence in said, sentence
    assert "the first-day-absence text goes out" in said, "a refusal's clause stands there in words"
    for code in ("first_text_at", "call_due", "a1", "olive"):
        assert f">{code}<" not in said


def test_what_came_late_is_marked(page: Client, school: School) -> None:
    run = played(school, "engine-out")
    said = page.get(f"/s/primary/rehearsals/{run.pk}/").content.decode()
    assert "55 minutes late" in said
    assert ">10:10 late</text>" in said


def test_one_kind_at_a_time(page: Client, school: School) -> None:
    run = played(school, "the-brake")
    said = page.get(f"/s/primary/rehearsals/{run.pk}/?show=calls").content.decode()
    table = said[said.index("<tbody>") :]
    assert "rang Al One" in table
    assert "First text to" not in table
    assert page.get(f"/s/primary/rehearsals/{run.pk}/?show=nonsense").status_code == 200


def test_a_day_without_school_is_drawn_too(page: Client, school: School) -> None:
    run = played(school, "no-school")
    assert "nobody is looked for" in page.get(f"/s/primary/rehearsals/{run.pk}/").content.decode()


def test_two_policies_are_laid_side_by_side(page: Client, school: School) -> None:
    run = played(school, "parent-unaware")
    assert page.get(f"/s/primary/rehearsals/{run.pk}/compare/").status_code == 302, "there is nothing to compare with yet"
    played(school, "parent-unaware", "09:25")
    said = page.get(f"/s/primary/rehearsals/{run.pk}/compare/").content.decode()
    assert said.count("<figure") == 2
    differs = said[said.index("What differs") :]
    assert "09:15" in differs
    assert "09:25" in differs
    assert "A welfare visit to" not in differs, "what is the same does not stand among the differences"


def test_another_schools_rehearsal_does_not_exist(page: Client) -> None:
    theirs = a_rehearsal(SchoolFactory.create())
    for tail in ("", "progress/", "compare/"):
        assert page.get(f"/s/primary/rehearsals/{theirs.pk}/{tail}").status_code == 404
    assert str(theirs.title) not in page.get("/s/primary/rehearsals/").content.decode().split("Played so far")[1]


def test_a_teacher_does_not_rehearse(client: Client, school: School) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["class_teacher"]))
    assert client.get("/s/primary/rehearsals/").status_code == 403
