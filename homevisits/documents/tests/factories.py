"""Documents for tests, each kept as the store keeps them."""

from datetime import UTC, datetime
from typing import Any

from homevisits.common.actors import Actor, SystemJob
from homevisits.documents.models import Document
from homevisits.documents.services.dropping import make_zip
from homevisits.documents.services.queue import fill_queue
from homevisits.documents.store import About, keep
from homevisits.people.models import Pupil, School
from homevisits.people.tests.factories import PupilFactory

from .hostile import pdf

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def a_document(
    pupils: list[Pupil], *, title: str = "Letter to the family", kind: str = "letter", state: str = "final", act: str = "see_pupils",
    about: tuple[str, int | None] = ("", None), content: bytes = b"", by: Actor | None = None, now: datetime = NOW,
) -> Document:  # fmt: skip
    """A document about these pupils; its words are blank."""
    belongs = About(about[0], about[1], [pupil.pk for pupil in pupils], act)
    return keep(
        school=pupils[0].school, kind=kind, title=title, template="messages/appointment.txt", data={"title": title},
        content=content or pdf(), state=state, about=belongs, by=by or SystemJob("test"), now=now,
    )  # fmt: skip


def a_document_in(school: School) -> dict[str, Any]:
    """A pupil with a document, as the parts of an address."""
    pupil = PupilFactory.create(school=school)
    return {"pupil_id": pupil.pk, "document_id": a_document([pupil]).pk}


def a_drop_in(school: School) -> dict[str, Any]:
    """A ZIP for the information system, as the part of an address."""
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    return {"drop_id": make_zip(school=school, by=SystemJob("test"), now=NOW).pk}
