"""What a tablet sends of a form by the queue: answers, signatures, handing in; each once, with its real time."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from homevisits.common import clock
from homevisits.messaging.models import Notice
from safeguarding.models import Concern
from visits.models import AnswerChange, ArrivedAct, FilledForm, FormSignature, HomeVisit, QuestionnaireVersion
from visits.rules.leaving import pair_of
from visits.selectors.filled import values_of

from .factories import NOW, a_visit, an_answer, out_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> HomeVisit:
    return out_now(a_visit(), now=NOW - timedelta(minutes=40), raised_at=NOW - timedelta(hours=2))


@pytest.fixture
def tablet(client: Client, visit: HomeVisit) -> Client:
    with clock.frozen(NOW):
        client.force_login(pair_of(visit)[0])
        client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/form/")
    return client


def act(kind: str, minutes_ago: float = 0, **data: Any) -> dict[str, Any]:
    then = NOW - timedelta(minutes=minutes_ago)
    return {"token": str(uuid4()), "kind": kind, "happened_at": then.isoformat(), "data": data}


def send(tablet: Client, visit: HomeVisit, *acts: dict[str, Any]) -> list[dict[str, Any]]:
    body = json.dumps({"sent_at": NOW.isoformat(), "acts": list(acts)})
    with clock.frozen(NOW):
        answer = tablet.post(f"/s/{visit.school.slug}/visits/{visit.pk}/sync/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["acts"]
    return found


def page(section: str, **fields: Any) -> dict[str, Any]:
    """The fields of a section's page, as the tablet sends them."""
    return {"section": section, "version": str(QuestionnaireVersion.objects.get().pk), **fields}


def test_answers_arrive_once_with_their_real_time_and_say_where_the_page_stands_now(tablet: Client, visit: HomeVisit) -> None:
    first = act("answers", 12, **page("seen", child_how="Cheerful", **{"base-child_how": "0"}))
    tick = act("answers", 10, **page("prompts", curiosity="marks", **{"base-curiosity": "0", "shown-curiosity": "1"}))
    answers = send(tablet, visit, first, tick)
    assert [one["state"] for one in answers] == ["done", "done"]
    assert answers[0]["revisions"] == {"child_how": 1}
    assert [one["state"] for one in send(tablet, visit, first, tick)] == ["again", "again"]
    row = AnswerChange.objects.get(code="child_how")
    assert (row.at, row.received_at) == (NOW - timedelta(minutes=12), NOW)
    concern = Concern.objects.get()
    assert (concern.seen_at, concern.at) == (NOW - timedelta(minutes=10), NOW)
    assert Notice.objects.filter(about="concern", role="dsl", alarm=True).count() == 1
    untick = act("answers", 1, **page("prompts", **{"base-curiosity": "1", "shown-curiosity": "1"}))
    send(tablet, visit, untick)
    assert values_of(FilledForm.objects.get())["curiosity"] == []


def test_what_is_half_typed_is_kept_and_is_no_answer(tablet: Client, visit: HomeVisit) -> None:
    (half,) = send(tablet, visit, act("answers", 2, **page("said", returns_on="next w", **{"base-returns_on": "0"})))
    assert (half["state"], half["revisions"]) == ("done", {})
    assert values_of(FilledForm.objects.get()) == {}
    assert AnswerChange.objects.get().value == "next w"
    send(tablet, visit, act("answers", 1, **page("said", returns_on="27/11/2026", **{"base-returns_on": "0"})))
    assert values_of(FilledForm.objects.get()) == {"returns_on": "2026-11-27"}


def test_a_page_that_the_school_does_not_know_is_kept_as_it_came(tablet: Client, visit: HomeVisit) -> None:
    (unknown,) = send(tablet, visit, act("answers", 1, section="nothing", version="1", child_how="Cheerful"))
    assert unknown["state"] == "refused"
    assert ArrivedAct.objects.get().data["child_how"] == ["Cheerful"]


@pytest.mark.clause("ATT-15")
def test_signing_and_handing_in_without_network(tablet: Client, visit: HomeVisit) -> None:
    send(tablet, visit, act("answers", 30, **page("seen", child_how="Cheerful", **{"base-child_how": "0"})))
    strokes = json.dumps({"width": 600, "height": 200, "strokes": [[[1, 2, 0], [3, 4, 5], [6, 7, 8]]]})
    signed = json.dumps({"child_how": "Cheerful"})
    sign = act("sign", 5, role="parent", version=page("seen")["version"], name="Maria Kowal", drawn=strokes, signed=signed, agreed="on")
    for state in ("done", "again"):
        assert [one["state"] for one in send(tablet, visit, sign)] == [state]
    row = FormSignature.objects.get()
    assert (row.name, row.drawn, row.at, row.received_at) == ("Maria Kowal", True, NOW - timedelta(minutes=5), NOW)
    (early,) = send(tablet, visit, act("hand_in", 3))
    assert (early["state"], early["clause"]) == ("refused", "PRI-22")
    form = FilledForm.objects.get()
    prompts = form.version.asks.questions["curiosity"]
    done = act("answers", 2, **page("prompts", curiosity=an_answer(prompts), **{"base-curiosity": "0", "shown-curiosity": "1"}))
    send(tablet, visit, done, act("hand_in", 1))
    form.refresh_from_db()
    assert (form.handed_in_at, form.handed_in_received_at) == (NOW - timedelta(minutes=1), NOW)
