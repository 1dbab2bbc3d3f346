"""What safeguarding keeps is found by nobody whom it is not for, and no page tells by a count that it is there (reliability.md, R18)."""

import re
from typing import Any

import pytest
from celery import Task

from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Role

from . import secrets
from .crawl import Answer, crawl, sample, whole
from .routes import Route
from .secrets import READERS, SOUGHT, closed_models, leaks, left_lying, raise_with_canary, write_canaries
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite]
OTHERS = [role for role in Role if role not in SAFEGUARDING]
SEARCHES = "?" + "&".join(f"{name}={SOUGHT}" for name in ("q", "text", "search", "name", "child", "words", "find"))
# Where a sign would show first; asked in every run.
TELLING = {"audit_log", "notice_list", "notice_count", "today", "school_home", "pupil_detail", "pupil_list", "visit", "visit_list",
           "engine_status", "message_list", "pupil_file", "staff_detail", "own_account", "signed_in"}  # fmt: skip
# What is another one at each asking: tokens of forms, random names.
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{64}|nonce-[\w-]+|[A-Za-z0-9_:-]{40,}")


def some(one_in: int) -> list[Route]:
    """A sample, with the pages on which a sign would show first."""
    return [route for route in pages() if route.name in TELLING or route in sample([route], one_in)]


def test_it_is_said_who_may_read_each_record_of_safeguarding() -> None:
    missing = sorted({model.__name__ for model in closed_models()} - set(READERS))
    assert not missing, f"Say in homevisits/tests/closed/secrets.py who may read {missing}"


def _found(world: World, role: Role, routes: list[Route], query: str = "") -> list[str]:
    answers = crawl(world, routes, staff=world.people[role], query=query)
    return [f"{answer.address} tells {role} of {sorted(found)}" for answer in answers if (found := leaks(whole(answer), role))]


def _sow(world: World) -> None:
    raise_with_canary(world)
    assert write_canaries() > 15


@pytest.mark.parametrize("role", [Role.HEADTEACHER, Role.OFFICE_ADMIN])
def test_nobody_else_reads_it(world: World, role: Role, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """The office's person is the subject of the allegation. What is logged and printed by all of it is read too."""
    _sow(world)
    assert _found(world, role, some(25)) == []
    assert secrets.CANARY not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.prove
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_reads_it_anywhere(world: World, role: Role, caplog: pytest.LogCaptureFixture) -> None:
    _sow(world)
    found = _found(world, role, pages()) + _found(world, role, pages(), SEARCHES)
    print(f"R18, {role}: {2 * len(pages())} answers, {len(found)} with words that are not for them")
    assert found == []
    assert secrets.CANARY not in caplog.text


@pytest.mark.prove
def test_the_safeguarding_team_reads_it(world: World) -> None:
    """The crawl that finds nothing as others finds it as those whom it is for: it can fail."""
    _sow(world)
    seen = "".join(whole(answer) for answer in crawl(world, pages(), staff=world.people[Role.DSL]))
    assert {"Concern", "ConcernMark", "FamilyTold", "ChronologyNote", "Incident"} <= set(secrets.FOUND.findall(seen))
    assert "Allegation" not in secrets.FOUND.findall(seen)


def test_no_word_of_it_lies_anywhere_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the outbox, nor in notices, the audit trail, sessions, email, nor in what tasks were told by the broker."""
    told: list[str] = []
    ask = Task.apply_async

    def heard(self: Any, *given: Any, **more: Any) -> Any:
        told.append(str((given, more)))
        return ask(self, *given, **more)

    monkeypatch.setattr(Task, "apply_async", heard)
    raise_with_canary(world)
    assert not [each for each in told if secrets.CANARY in each]
    crawl(world, some(20), staff=world.people[Role.DSL])
    assert left_lying() == []
    world.people[Role.DSL].name = secrets.words_of("Concern")
    world.people[Role.DSL].save()
    assert left_lying() == ["table people_staff"]


@pytest.mark.prove
def test_the_file_of_a_concern_is_found_by_its_team_alone(world: World) -> None:
    """Its name stands on no page of anybody else, and asking for it by its address answers as if it were not there."""
    _sow(world)
    route = next(route for route in pages() if route.name == "concern_file")
    for role in OTHERS:
        (answer,) = crawl(world, [route], staff=world.people[role])
        assert answer.status in (403, 404), role
    (answer,) = crawl(world, [route], staff=world.people[Role.DSL])
    assert answer.status == 200
    assert "no-store" in answer.headers["Cache-Control"]


def _shapes(answers: list[Answer]) -> dict[str, tuple[int, str]]:
    return {answer.address: (answer.status, CHANGING.sub("", answer.text)) for answer in answers}


def _changed(world: World, role: Role, routes: list[Route]) -> list[str]:
    """The pages that are not the same for this role once there are a concern, an allegation and a note."""
    from django.db import transaction

    with transaction.atomic():
        before = _shapes(crawl(world, routes, staff=world.people[role]))
        transaction.set_rollback(True)
    with transaction.atomic():
        raise_with_canary(world)
        after = _shapes(crawl(world, routes, staff=world.people[role]))
        transaction.set_rollback(True)
    return [address for address in before if before[address] != after[address]]


@pytest.mark.parametrize("role", [Role.SENIOR_MANAGER])
def test_no_page_changes_by_what_others_may_not_know(world: World, role: Role) -> None:
    assert _changed(world, role, some(25)) == []


@pytest.mark.prove
@pytest.mark.parametrize("role", [role for role in OTHERS if role not in READERS["Allegation"]])
def test_no_page_at_all_changes_by_it(world: World, role: Role) -> None:
    changed = _changed(world, role, pages())
    print(f"R18, {role}: {len(pages())} pages before and after, {len(changed)} changed")
    assert changed == []
