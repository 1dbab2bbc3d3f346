"""A tablet for tests: it sends what was said to it by its own clock, like the queue in the browser."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.people.models import Staff
from visits.models import HomeVisit


@dataclass
class Tablet:
    """One person's tablet; its clock is `wrong` by so much."""

    visit: HomeVisit
    person: Staff
    wrong: timedelta = timedelta(0)
    queue: list[dict[str, Any]] = field(default_factory=list)

    def say(self, at: datetime, kind: str, /, **data: object) -> str:
        """Say something without network at the real instant `at`; answers with its token."""
        token = str(uuid.uuid4())
        self.queue.append({"token": token, "kind": kind, "happened_at": (at + self.wrong).isoformat(), "data": data})
        return token

    def send(self, at: datetime, acts: Sequence[Mapping[str, Any]] | None = None, client: Client | None = None) -> Any:
        """Send the queue, or these acts, at the real instant `at`; answers with what each became."""
        client = client or Client()
        with time_machine.travel(at, tick=False):
            client.force_login(self.person)
            body = {"sent_at": (at + self.wrong).isoformat(), "acts": self.queue if acts is None else list(acts)}
            answer = client.post(address(self.visit), json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()["acts"]


def address(visit: HomeVisit) -> str:
    """Where tablets send."""
    return reverse("visit_sync", args=[visit.school.slug, visit.pk])


def states(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of each."""
    return [str(one["state"]) for one in answers]
