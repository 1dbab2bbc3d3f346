"""In each of the five policies every rule that stops an act stops it in the browser: the sentence, the clause, and nothing changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from homevisits.audit.models import AuditEvent
from homevisits.policy.clauses import clause
from homevisits.policy.presets import PRESETS
from homevisits.testing.browser import TABLET
from visits.models import (
    HomeVisit,
)

from . import before, underway  # noqa: F401
from .browsers import Browser
from .scene import ACTS, Scene
from .stopped import OWN_NOT_STOPPED, PREFIX, STOPPED, named_in_rules, not_stopped

KEPT = [model for label in ("visits", "safeguarding", "messaging", "audit") for model in apps.get_app_config(label).get_models()]


def counted(scene: Scene, keeps: tuple[str, ...]) -> dict[str, Any]:
    """How many rows there are of everything that an act on a visit writes, and how the visits stand.

    That the visit goes along on the tablet, and that the tablet gets its key, is no act on it: pages do that by themselves.
    """
    apart = (*keeps, "visits.VisitPack", "audit.AuditEvent", "audit.AuditChain")
    rows: dict[str, Any] = {model._meta.label: model._default_manager.count() for model in KEPT if model._meta.label not in apart}
    if "audit.AuditEvent" not in keeps:
        rows["trail"] = AuditEvent.objects.exclude(act__startswith="people.tablet.").exclude(act__startswith="visits.pack.").count()
    stands = HomeVisit.objects.filter(school=scene.school).order_by("pk").values_list("pk", "status", "version", "departed_at", "due_back")
    return rows | {"visits": list(stands)}


def stopped(scene: Scene, name: str) -> str:
    """Try it: what is wrong with how it was stopped, empty when nothing is."""
    from playwright.sync_api import expect

    wanted = STOPPED[name][scene.preset]
    attempt = ACTS[name](scene)
    with attempt.wrong:
        before = counted(scene, attempt.keeps)
        attempt.press(attempt.page)
        line = attempt.page.page.locator("main .blocks li", has_text=attempt.says).filter(has_text=re.compile(wanted)).first
        expect(line).to_contain_text(attempt.says)
        line.locator("details.clause summary", has_text=wanted).click()
        expect(line.locator("blockquote", has_text=clause(wanted).says[:60])).to_be_visible()
        after = counted(scene, attempt.keeps)
        changed = {what: (before[what], after[what]) for what in after if before[what] != after[what]}
        return f"{name}: this was changed: {changed}" if changed else ""


@pytest.mark.parametrize("preset", PRESETS)
def test_no_clause_of_the_rules_is_left_out(preset: str) -> None:
    assert set(ACTS) == set(STOPPED)
    named, stops = named_in_rules(preset), {clauses[preset] for clauses in STOPPED.values() if preset in clauses}
    assert named - stops - not_stopped(preset) == set()
    assert stops & {one for one in OWN_NOT_STOPPED if one.startswith(PREFIX[preset])} == set()
    assert stops | not_stopped(preset) >= {one for one in named if one.startswith(PREFIX[preset])}


@pytest.mark.once
@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_rule_stops_its_act_and_names_its_clause(preset: str, browser_for: Callable[[dict[str, int]], Browser]) -> None:
    scene = Scene(preset, browser_for(TABLET))
    wrong = []
    for name in (name for name, clauses in STOPPED.items() if preset in clauses):
        try:
            wrong.append(stopped(scene, name))
        except Exception as why:
            wrong.append(f"{name}: {str(why)[:900]}")
    assert not any(wrong), "\n\n".join(filter(None, wrong))
