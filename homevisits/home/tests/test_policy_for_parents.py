"""The policy for everybody: its page and its PDF, without signing in; and the reminders of its review."""

import re
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from homevisits.common.actors import SystemJob
from homevisits.documents.models import Document
from homevisits.documents.tests.without import without_pango
from homevisits.home.policy_document import policy_page
from homevisits.home.policy_reminders import remind
from homevisits.messaging.models import Notice
from homevisits.people.models import School, Staff, Trust
from homevisits.people.tests.factories import SchoolFactory, StaffFactory, TrustFactory
from homevisits.policy import services
from homevisits.policy.models import PolicyVersion

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
SETUP = SystemJob("set-up")


@pytest.fixture
def school() -> School:
    return SchoolFactory.create(name="Oak Primary", slug="oak")


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Hedda Head")


@pytest.fixture
def _media(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "MEDIA_ROOT", tmp_path)


@pytest.fixture
def _pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"Pango is missing: {error}")


def signed(school: School, head: Staff, preset: str, **changes: object) -> PolicyVersion:
    """A version that everybody has signed."""
    draft = services.draft_version(school=school, preset=preset, by=head, now=NOW)
    services.change_settings(version=draft, changes=changes, by=head, now=NOW)
    for role in ("headteacher", "chair_of_governors", "trust_board"):
        if role in {*draft.values.policy_signed_by, "headteacher"}:
            draft = services.sign(version=draft, role=role, name="Cora Chair", signed_on=date(2026, 8, 31), by=head, now=NOW)
    return draft


def words_of(pdf: bytes) -> str:
    """The letters of a PDF, by the mapping that each of its fonts carries, without spaces."""
    streams = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            streams.append(zlib.decompress(stream))
        except zlib.error:
            streams.append(stream)
    return b"\n".join([pdf, *streams]).decode("latin-1")


def shown(client: Client, address: str) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("ATT-02")
def test_parents_read_the_policy_in_force_without_signing_in(client: Client, school: School, head: Staff) -> None:
    signed(school, head, "attendance-officer", first_text_at="09:20", call_at="09:50")
    page = shown(client, reverse("policy_public", args=["oak"]))
    for words in ("Please tell us by 8:45", "9:20", "9:50", "11:30", "by appointment, and when a parent or carer is at home"):
        assert words in page
    assert "9:15" not in page
    assert reverse("policy_public_pdf", args=["oak"]) in page


@pytest.mark.clause("ATT-04")
def test_the_dates_agreed_signed_and_due_stand_on_the_page(client: Client, school: School, head: Staff) -> None:
    signed(school, head, "attendance-officer")
    page = shown(client, reverse("policy_public", args=["oak"]))
    for words in (
        "Agreed</dt><dd>1 September 2026",
        "Review due</dt><dd>1 September 2027",
        "Hedda Head, 1 September 2026",
        "Cora Chair, 31 August 2026",
    ):
        assert words in page


def test_a_draft_is_not_shown_to_parents(client: Client, school: School, head: Staff) -> None:
    draft = services.draft_version(school=school, preset="secondary", by=head, now=NOW)
    services.change_setting(version=draft, setting="call_at", value="09:55", by=head, now=NOW)
    page = shown(client, reverse("policy_public", args=["oak"]))
    assert "no policy on home visits in force here yet" in page
    assert "9:55" not in page


@pytest.mark.clause("ATT-03")
def test_law_and_sister_policies_stand_on_the_page_and_a_school_can_edit_them(client: Client, school: School, head: Staff) -> None:
    signed(school, head, "attendance-officer")
    page = shown(client, reverse("policy_public", args=["oak"]))
    for words in ("Education Act 1996", "Health and Safety at Work etc. Act 1974", "Positive handling", "Private car transport"):
        assert words in page
    assert 'href="https://www.legislation.gov.uk/ukpga/1996/56/contents"' in page
    assert "Keeping children safe in education</a>, 2020. Replaced by the edition of September 2026" in page

    draft = services.draft_version(school=school, by=head, now=NOW)
    client.force_login(head)
    with time_machine.travel(NOW, tick=False):
        client.post(
            reverse("policy_references", args=["oak"]),
            {"law": "Children Act 1989 | 1989 | https://www.legislation.gov.uk/ukpga/1989/41", "policies": "First aid\nTrips"},
        )
    for role in ("headteacher", "chair_of_governors"):
        services.sign(version=draft, role=role, name="Cora Chair", signed_on=date(2026, 9, 1), by=head, now=NOW)
    client.logout()
    page = shown(client, reverse("policy_public", args=["oak"]))
    assert "Children Act 1989" in page
    assert "Trips" in page
    assert "Positive handling" not in page


@pytest.mark.clause("MAT-05")
def test_a_trusts_page_shows_the_five_facts_of_its_document_control(client: Client) -> None:
    trust: Trust = TrustFactory.create(name="Rowan Trust", slug="rowan")
    admin = StaffFactory.create(trust=trust, roles=["trust_admin"])
    draft = services.draft_version(trust=trust, preset="academy-trust", by=admin, now=NOW)
    services.set_details(version=draft, published="www.rowan.example", next_review_on=date(2027, 9, 1), by=admin, now=NOW)
    assert "no policy on home visits in force" in shown(client, reverse("policy_public_trust", args=["rowan"]))
    services.sign(version=draft, role="trust_board", name="Board of Rowan", signed_on=date(2026, 8, 20), by=admin, now=NOW)
    page = shown(client, reverse("policy_public_trust", args=["rowan"]))
    for words in (
        "Agreed</dt><dd>1 September 2026",
        "Review due</dt><dd>1 September 2027",
        "Authorised by</dt><dd>Trust Board",
        "Published on</dt><dd>www.rowan.example; ",
        "Owner</dt><dd>Chief executive officer",
        "Board of Rowan, 20 August 2026",
    ):
        assert words in page
    school = SchoolFactory.create(trust=trust, slug="larch")
    assert "by the policy of Rowan Trust" in shown(client, reverse("policy_public", args=[school.slug]))


@pytest.mark.usefixtures("_pango", "_media")
@pytest.mark.clause("ATT-02", "ATT-03", "ATT-04")
def test_the_pdf_says_what_the_page_says_and_is_kept_once(client: Client, school: School, head: Staff) -> None:
    version = signed(school, head, "attendance-officer")
    with time_machine.travel(NOW, tick=False):
        first = client.get(reverse("policy_public_pdf", args=["oak"]))
        second = client.get(reverse("policy_public_pdf", args=["oak"]))
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    kept = Document.objects.get()
    assert (kept.school, kept.kind, kept.data["number"]) == (school, "policy", version.number)
    # The words of the paper come from the same page object as the screen's; links stand in the PDF as they are.
    assert "https://www.legislation.gov.uk/ukpga/1996/56/contents" in words_of(first.content)
    page = policy_page(school, version)
    assert ("Agreed", "1 September 2026") in page.control
    assert ("Headteacher", "Hedda Head, 1 September 2026") in page.signatures


def test_where_pdfs_cannot_be_made_the_page_says_so(
    client: Client, school: School, head: Staff, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signed(school, head, "secondary")
    without_pango(monkeypatch, tmp_path)
    assert "The PDF cannot be made just now" in shown(client, reverse("policy_public_pdf", args=["oak"]))
    client.force_login(head)
    assert "Pango library is missing" in shown(client, reverse("policy_public_pdf", args=["oak"]))


@pytest.mark.clause("PRI-42", "SEC-11")
def test_the_lead_person_is_reminded_ahead_of_the_review_and_once_when_it_is_overdue(school: School, head: Staff) -> None:
    StaffFactory.create(school=school, roles=["deputy_headteacher"], name="Dana Deputy")
    version = signed(school, head, "secondary")
    draft = services.review(
        version=version, reviewed_by="Deputy", reviewed_on=date(2026, 9, 1), next_review_on=date(2027, 1, 31), by=head, now=NOW
    )
    services.sign(version=draft, role="headteacher", by=head, now=NOW)
    due = datetime(2027, 1, 31, 9, tzinfo=UTC)
    assert remind(due - timedelta(days=31)) == 0
    assert [remind(due - timedelta(days=30)), remind(due - timedelta(days=29)), remind(due)] == [1, 0, 0]
    assert [remind(due + timedelta(days=1)), remind(due + timedelta(days=2))] == [1, 0]
    notices = list(Notice.objects.filter(about="policy_review").order_by("pk"))
    assert [(one.role, one.clause) for one in notices] == [("deputy_headteacher", "SEC-11")] * 2
    assert "is due on 31 January 2027" in notices[0].says
    assert "was due on 31 January 2027" in notices[1].says


def test_a_school_adopted_at_set_up_says_that_nobody_has_signed(client: Client, school: School) -> None:
    services.adopt_preset(school=school, preset="secondary", by=SETUP, now=NOW)
    assert "Adopted at set-up, not signed yet" in shown(client, reverse("policy_public", args=["oak"]))
