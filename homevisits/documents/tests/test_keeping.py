"""Documents that were kept: drafts that can be made again, final ones that nothing changes, and how each went."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput
from homevisits.documents import store
from homevisits.documents.models import Document, DocumentWay
from homevisits.documents.selectors import documents_about, documents_of_pupil, find_document
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TEMPLATE = "400.html"  # any template: its source is hashed


@pytest.fixture
def school() -> School:
    made: School = SchoolFactory.create()
    return made


@pytest.fixture
def olive(school: School) -> Staff:
    made: Staff = StaffFactory.create(school=school, roles=["office_admin"])
    return made


def a_draft(school: School, by: Staff, content: bytes = b"%PDF- one", **more: Any) -> Document:
    given: dict[str, Any] = {"state": "draft", "data": {"to": "Ada"}, "title": "A letter", "kind": "letter", **more}
    return store.keep(school=school, template=TEMPLATE, content=content, by=by, now=NOW, **given)


def test_a_draft_is_made_again_until_it_is_final(school: School, olive: Staff, django_capture_on_commit_callbacks: Any) -> None:
    row = a_draft(school, olive)
    old = store.path_of(row.sha256)
    with django_capture_on_commit_callbacks(execute=True):
        row = store.make_again(document=row, data={"to": "Bo"}, content=b"%PDF- two", by=olive, now=NOW)
    assert (row.state, row.data, store.content_of(row)) == ("draft", {"to": "Bo"}, b"%PDF- two")
    assert not old.exists(), "what a draft said before is not left lying about"
    row = store.make_again(document=row, data=row.data, content=b"%PDF- three", title="The letter", final=True, by=olive, now=NOW)
    assert (row.state, row.title, row.size, row.template_hash) == ("final", "The letter", 11, store.template_hash(TEMPLATE))
    with pytest.raises(BadInput, match="does not change"):
        store.make_again(document=row, data={}, content=b"%PDF- four", by=olive, now=NOW)
    acts = AuditEvent.objects.filter(object_type="document").order_by("place").values_list("act", flat=True)
    assert list(acts) == ["document_made", "document_made", "document_final"]


def test_the_database_refuses_to_change_a_final_one_or_how_it_went(school: School, olive: Staff) -> None:
    final, draft = a_draft(school, olive, state="final"), a_draft(school, olive)
    way = store.record_way(document=final, way="posted", to="Mrs Example", by=olive, now=NOW)
    assert Document.objects.filter(pk=draft.pk).update(title="Another") == 1
    for change in (
        lambda: Document.objects.filter(pk=final.pk).update(title="Another"),
        lambda: Document.objects.filter(pk=final.pk).update(state="draft"),
        lambda: final.save(),
        lambda: DocumentWay.objects.filter(pk=way.pk).update(to="Somebody else"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_how_a_document_went_is_recorded_once_for_each_token_and_never_for_a_draft(school: School, olive: Staff) -> None:
    draft, token = a_draft(school, olive), uuid4()
    with pytest.raises(BadInput, match="draft does not go"):
        store.record_way(document=draft, way="handed_over", by=olive, now=NOW)
    store.record_way(document=draft, way="printed", by=olive, now=NOW)
    final = a_draft(school, olive, state="final")
    with pytest.raises(BadInput, match="still to come"):
        store.record_way(document=final, way="posted", happened_at=NOW + timedelta(minutes=1), by=olive, now=NOW)
    with pytest.raises(BadInput, match="not a way"):
        store.record_way(document=final, way="by_pigeon", by=olive, now=NOW)
    for _ in range(2):
        store.record_way(document=final, way="door", to="Nobody in", happened_at=NOW - timedelta(hours=1), token=token, by=olive, now=NOW)
    row = final.ways.get()
    assert (row.way, row.to, row.happened_at, row.recorded_at, row.by) == ("door", "Nobody in", NOW - timedelta(hours=1), NOW, olive)


def test_a_page_is_kept_once_for_each_wording_and_made_again_when_its_file_is_altered(school: School, olive: Staff) -> None:
    pytest.importorskip("weasyprint")

    def printed(words: str) -> tuple[Document, bytes]:
        html = f'<html lang="en-GB"><title>A sheet</title><body>{words}</body></html>'
        given = {"kind": "sheet", "title": "A sheet", "template": TEMPLATE, "data": {"visit": 1}, "html": html}
        return store.paper(school=school, about=store.About("visit", 1), by=olive, now=NOW, **given)  # type: ignore[arg-type]

    first, content = printed("one")
    assert printed("one") == (first, content)
    second, _ = printed("two")
    store.path_of(first.sha256).write_bytes(b"%PDF- of somebody else")
    with pytest.raises(store.Altered):
        store.content_of(first)
    store.path_of(first.sha256).unlink()
    third, again = printed("one")
    assert third.pk not in (first.pk, second.pk)
    assert again.startswith(b"%PDF-")
    assert list(documents_about(school, "visit", 1)) == [third, second, first]


def test_a_pupils_documents_are_opened_by_those_whose_act_it_is(school: School, olive: Staff) -> None:
    pupil = PupilFactory.create(school=school)
    letter = a_draft(school, olive, about=store.About("visit", 7, [pupil.pk]))
    briefing = a_draft(school, olive, about=store.About("visit", 7, [pupil.pk], "see_incidents"))
    assert list(documents_of_pupil(pupil, ["office_admin"])) == [letter]
    assert list(documents_of_pupil(pupil, ["dsl"])) == [briefing, letter]
    assert find_document(school, briefing.pk, ["office_admin"]) is None
    assert find_document(school, briefing.pk, ["dsl"]) == briefing
    assert find_document(SchoolFactory.create(), briefing.pk, ["dsl"]) is None
