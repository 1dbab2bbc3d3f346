"""A school morning with nothing played: the supervisor, web, worker, sender and beat run, and an office admin sits at a real browser.

Only the demo school's clock is set to just before each step of the ladder; the policy's times are those of the demo's policy.
"""

import os
import re
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from homevisits.people.demo import PASSWORD
from homevisits.testing.served import Served, free_port, poll
from homevisits.tests.a_morning import Absent, code_shown, made_in, set_clock

SPEED = 8  # a minute of the school's in 7.5 s; a sweep every 10 s is then never late by the policy's 120 s
STEP = 120.0  # seconds to wait for what a knock or two bring: a loaded machine takes its time
OPEN = "SELECT COUNT(*) FROM attendance_unexplainedabsence WHERE status = 'open'"
KNOCK = "SELECT at FROM messaging_heartbeat WHERE part = 'knock'"
STEPS = "SELECT rung, COUNT(*), COUNT(DISTINCT case_id) FROM attendance_ladderstep GROUP BY rung ORDER BY rung"
HANDED = (
    "SELECT COUNT(*), COUNT(DISTINCT e.message_id) FROM messaging_deliveryevent e JOIN messaging_message m ON m.id = e.message_id "
    "WHERE e.status = 'accepted' AND m.template <> 'staff_notice'"
)
TEXTS = "SELECT template, \"to\", status, attempts FROM messaging_message WHERE template <> 'staff_notice' ORDER BY id"


# It serves a database file of its own whatever the suite runs on: once is enough.
pytestmark = pytest.mark.needs_sqlite


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Absent]]:
    """The demo school at five to nine, made once; each test takes a copy."""
    folder = tmp_path_factory.mktemp("made")
    return folder, made_in(folder)


@pytest.fixture
def folder(made: tuple[Path, list[Absent]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[0], tmp_path / "var"))


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[[], Served]]:
    started: list[Served] = []

    def start() -> Served:
        started.append(Served(folder, free_port()))
        started[-1].wait(started[-1].is_up, "web, worker, sender and beat run")
        return started[-1]

    yield start
    for served in started:
        served.end()


@dataclass
class Office:
    """The office admin at her desk: Today in one tab, never reloaded; the clock and the like in another."""

    served: Served
    today: Any
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today.context.on("page", self.listen)
        self.listen(self.today)

    def listen(self, page: Any) -> None:
        """Keep what the browser complains of: errors in the console, which tell of the content security policy too, and broken answers."""
        page.on(
            "console", lambda said: self.complaints.append(f"{said.text} {said.location}") if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", lambda got: self.complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)

    def at(self, path: str) -> str:
        return f"{self.served.url}/s/demo/{path}"

    def sign_in(self) -> None:
        self.today.goto(self.served.url)
        self.today.get_by_label("Email").fill("office@demo.example")
        self.today.get_by_label("Password").fill(PASSWORD)
        self.today.get_by_role("button", name="Sign in", exact=True).click()
        self.today.get_by_label("Code").fill(code_shown(self.served.folder))
        self.today.get_by_role("button", name="Sign in", exact=True).click()
        self.today.wait_for_url(re.compile("/s/demo/"))

    def set_clock(self, shows: str, speed: int) -> None:
        """On the clock's own page, in another tab."""
        tab = self.today.context.new_page()
        tab.goto(self.at("demo-clock/"))
        tab.get_by_label("Time", exact=True).fill(shows)
        tab.get_by_label("How many times as fast").fill(str(speed))
        tab.get_by_role("button", name="Set the clock").click()
        tab.get_by_text("The clock of Demo Primary School is set.").wait_for()
        tab.close()

    def row(self, pupil: Absent) -> Any:
        """The pupil's line among the open cases."""
        return self.today.locator("#cases tr", has_text=pupil.name)

    def home(self, pupil: Absent) -> Any:
        """The pupil's household on the call list."""
        return self.today.locator("#calls form", has_text=pupil.name)


def soon(locator: Any, *words: str) -> None:
    """Wait until the page shows the words there, without a reload."""
    from playwright.sync_api import expect

    for word in words:
        expect(locator).to_contain_text(word, timeout=STEP * 1000)


def log_by_keys(page: Any, pupil: Absent, reason: str) -> None:
    """The absence log without a mouse: some letters of the name, Enter picks, the reason, Enter logs."""
    page.keyboard.press("Alt+l")
    # At once: the answer to half a name could come between the arrow and Enter, and mark another child.
    page.keyboard.insert_text(pupil.name.split()[-1])
    page.locator("#found").get_by_role("option", name=re.compile(pupil.name.split()[0])).wait_for()
    while pupil.name.split()[0] not in page.locator('#found [aria-selected="true"]').inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(f'#picked input[name="pupil"][value="{pupil.pk}"]').wait_for()
    page.locator("[data-log-reason]:focus").wait_for()
    page.keyboard.type(reason)
    page.keyboard.press("Enter")


@pytest.mark.needs_chromium
@pytest.mark.clause("PRI-30", "PRI-31", "PRI-32", "PRI-33", "PRI-34", "PRI-35")
def test_a_morning_from_the_register_to_the_door(
    made: tuple[Path, list[Absent]], folder: Path, serve: Callable[[], Served], page: Any, pictures: Callable[[Any, str], object]
) -> None:
    from playwright.sync_api import expect

    absent = made[1]
    ada, known, *others = absent
    set_clock(folder, "09:05", 1)
    office = Office(serve(), page)
    served = office.served

    office.sign_in()
    page.goto(office.at("today/"))
    page.evaluate("document.documentElement.dataset.first = 'yes'")  # gone after a reload
    soon(office.row(ada), "Text 9:15")
    pictures(page, "morning-1-before-the-text")

    log_by_keys(page, known, "tummy bug")
    soon(page.locator("#logged"), known.name, "tummy bug")
    reasons = "SELECT pupil_id, channel, code, reason FROM attendance_absencemessage"
    assert served.rows(reasons) == [(known.pk, "voicemail", "I", "tummy bug")]
    page.locator("[data-log-search]:focus").wait_for()  # ready for the next who rings
    expect(page.locator("[data-log-search]")).to_have_value("")

    office.set_clock("9:14", SPEED)
    soon(page.locator("#cases"), f"Open cases {len(absent) - 1}")
    expect(office.row(known)).to_have_count(0)
    soon(page.locator("#morning"), f"{len(absent) - 1} sent")
    soon(office.row(ada), "Call 9:45")
    pictures(page, "morning-2-texts-sent")
    first = {("first_day_absence", number, "accepted", 1) for one in (ada, *others) for number in one.numbers}
    assert sorted(served.rows(TEXTS)) == sorted(first)

    office.set_clock("9:44", SPEED)
    soon(office.home(ada), *ada.first)
    expect(page.locator("#calls form")).to_have_count(len(absent) - 1)
    pictures(page, "morning-3-calls-to-make")
    office.home(ada).get_by_role("button", name="No answer").click()
    soon(page.locator("#said"), "Recorded: ", "no answer")
    soon(page.locator("#morning .sent div", has_text="Second texts"), "1 sent")
    soon(office.home(ada), "no answer")
    pictures(page, "morning-4-nobody-answers")
    second = {("first_day_absence_escalation", number, "accepted", 1) for number in ada.numbers}
    assert sorted(served.rows(TEXTS)) == sorted(first | second)

    office.set_clock("11:29", SPEED)
    soon(office.row(ada), "Visit needed")
    pictures(page, "morning-5-visit-needed")
    raised = "SELECT household_id, purpose, status, announced FROM visits_homevisit"
    assert sorted(served.rows(raised)) == sorted((one.household, "absent_child_check", "raised", 0) for one in (ada, *others))
    untried = served.rows(
        "SELECT c.name FROM visits_visituntried u JOIN people_contact c ON c.id = u.contact_id "
        "JOIN visits_homevisit v ON v.id = u.visit_id WHERE v.household_id = ?",
        ada.household,
    )
    assert {name for (name,) in untried} == set(ada.others)

    assert sorted(served.rows(TEXTS)) == sorted(first | second), "nobody else was texted"
    assert page.evaluate("document.documentElement.dataset.first") == "yes", "Today was never loaded again"
    office.row(ada).get_by_role("link", name=ada.name).click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    pictures(page, "morning-6-the-case")
    assert office.complaints == []


def writing(served: Served) -> bool:
    """Whether somebody is in the middle of a transaction that writes."""
    with closing(sqlite3.connect(served.folder / "homevisits.sqlite3", timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        database.execute("ROLLBACK")
    return False


def in_a_tick(served: Served) -> None:
    """Wait until a knock has been heard and what it brings is being written."""
    heard = served.rows(KNOCK)
    poll(lambda: served.rows(KNOCK) != heard, "a knock", every=0.002, more=served.said)
    poll(lambda: writing(served), "somebody writes", every=0.0005, more=served.said)


def kill_in_a_tick(served: Served, *kinds: str) -> None:
    """kill -9 of these while they work."""
    victims = {pid for kind in kinds for pid in served.wait(partial(served.children, kind), f"{kind} runs")}
    in_a_tick(served)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    served.wait(lambda: not served.children().intersection(victims), "they are gone")


def test_kills_while_the_morning_runs_lose_and_double_nothing(
    made: tuple[Path, list[Absent]], folder: Path, serve: Callable[[], Served]
) -> None:
    cases, texted = len(made[1]), {("first_day_absence", number, "accepted", 1) for one in made[1] for number in one.numbers}
    set_clock(folder, "09:05", 1)
    served = serve()
    served.wait(lambda: served.rows(OPEN) == [(cases,)], "the cases are open")
    set_clock(folder, "09:15", 1)
    kill_in_a_tick(served, "engine", "beat")
    kill_in_a_tick(served, "engine", "beat", "pulse")
    served.wait(lambda: sorted(served.rows(TEXTS)) == sorted(texted), "every family was texted")
    assert "worker ended (signal SIGKILL)" in served.said()

    set_clock(folder, "09:45", 1)
    in_a_tick(served)
    served.process.kill()
    served.process.wait()
    served.wait(lambda: not served.children(), "nothing outlives a killed supervisor")
    again = serve()
    again.wait(lambda: again.rows("SELECT COUNT(*) FROM attendance_calldue") == [(cases,)], "all are on the call list")
    assert again.rows(STEPS) == [("call_at", cases, cases), ("first_text_at", cases, cases)], "each step once a case"
    assert sorted(again.rows(TEXTS)) == sorted(texted), "nothing went a second time"
    assert again.rows(HANDED) == [(len(texted), len(texted))], "each was handed over once"
    assert again.rows("SELECT COUNT(*) FROM attendance_setaside") == [(0,)]
