"""The end of a visit: report, what is owed first, feedback, letters, incidents, and the chase of what is not handed in."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.tests.factories import StaffFactory
from safeguarding.models import Incident
from safeguarding.rules.incidents import review_blocks
from safeguarding.services.incidents import add_to_incident, open_incident, review_incident
from visits.models import HomeVisit, VisitOutcome, VisitOutcomePupil, VisitReport
from visits.rules.closing import closing_blocks, letter_blocks
from visits.selectors.reports import review, said_at_the_door
from visits.services import letters, reports
from visits.services.common import draft_letter, pupils_of

from .factories import NOW, a_school, a_visit, form_handed_in

pytestmark = pytest.mark.django_db
S = HomeVisit.Status
BACK = NOW + timedelta(minutes=50)


def made(preset: str = "primary-procedures", purpose: str = "welfare", kind: str = "completed", note: str = "") -> HomeVisit:
    """A visit that was made: everybody is back, what was found is said."""
    visit = a_visit(a_school(preset), purpose=purpose)
    HomeVisit.objects.filter(pk=visit.pk).update(status=S.DONE, departed_at=NOW, returned_at=BACK)
    visit.refresh_from_db()
    person = visit.members.all()[0].staff
    outcome = VisitOutcome.objects.create(visit=visit, kind=kind, note=note, at=BACK, by=person)
    VisitOutcomePupil.objects.bulk_create([VisitOutcomePupil(outcome=outcome, pupil_id=pupil) for pupil in pupils_of(visit)])
    return visit


def write(visit: HomeVisit, *, text: str = "All well.", evaluation: str = "", entered: bool | None = True, **answers: str) -> None:
    person = visit.members.all()[0].staff
    reports.save_draft(
        visit=visit, text=text, evaluation=evaluation, entered=entered, child_present=True, answers=answers, by=person, now=BACK
    )


@pytest.mark.clause("MAT-20")
@pytest.mark.parametrize("preset", ["primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"])
def test_no_visit_closes_without_its_report(preset: str) -> None:
    visit = made(preset)
    person = visit.members.all()[0].staff
    with pytest.raises(Blocked) as why:
        reports.hand_in(visit=visit, by=person, now=BACK)
    assert [block.clause for block in why.value.blocks] == ["ATT-40" if preset == "attendance-officer" else "MAT-20"]
    write(visit, evaluation="Reached.", notes_said="yes", family_met="Mother", needs="Quiet mornings")
    reports.hand_in(visit=visit, by=person, now=BACK)
    visit.refresh_from_db()
    assert (visit.status, visit.closed_at) == (S.CLOSED, BACK)
    with pytest.raises(Blocked):
        write(visit, text="Changed afterwards")


@pytest.mark.clause("ATT-40")
def test_the_officers_visit_does_not_close_without_its_evaluation() -> None:
    visit = made("attendance-officer", "attendance")
    person = visit.members.all()[0].staff
    write(visit)
    with pytest.raises(Blocked, match="evaluation"):
        reports.hand_in(visit=visit, by=person, now=BACK)
    assert HomeVisit.objects.get().status == S.DONE
    write(visit, evaluation="Agreed on mornings.")
    reports.hand_in(visit=visit, by=person, now=BACK)
    assert HomeVisit.objects.get().status == S.CLOSED


@pytest.mark.clause("MAT-17", "MAT-08")
def test_the_trusts_report_says_what_the_parents_were_told_and_whom_was_met(client: Client) -> None:
    visit = made("academy-trust")
    write(visit)
    with pytest.raises(Blocked) as why:
        reports.hand_in(visit=visit, by=visit.members.all()[0].staff, now=BACK)
    assert [block.clause for block in why.value.blocks] == ["MAT-17", "MAT-08", "MAT-08"]
    said = {"key_member": "Mx Kind, tutor", "family_met": "Mother and an aunt", "needs": "Quiet mornings; he sleeps badly"}
    write(visit, notes_said="yes", **said)  # type: ignore[arg-type]  # answers by their code
    reports.hand_in(visit=visit, by=visit.members.all()[0].staff, now=BACK)
    client.force_login(StaffFactory.create(school=visit.school, roles=["principal"]))
    page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/report/").content.decode()
    for words in ("Key member of staff who supports the child", "needs, and what the parents shared", *said.values()):
        assert words in page, words


@pytest.mark.clause("PRI-21", "ALT-30")
@pytest.mark.parametrize(
    ("preset", "purpose", "clause"),
    [
        ("primary-procedures", "induction", "PRI-21"),
        ("primary-procedures", "in_year", "PRI-21"),
        ("alternative-provision", "tutoring", "ALT-30"),
    ],
)
def test_some_visits_do_not_close_without_what_was_asked_at_the_home(preset: str, purpose: str, clause: str) -> None:
    visit = made(preset, purpose)
    person = visit.members.all()[0].staff
    write(visit)
    with pytest.raises(Blocked) as why:
        reports.hand_in(visit=visit, by=person, now=BACK)
    assert [block.clause for block in why.value.blocks] == [clause]
    form_handed_in(visit, now=BACK)
    reports.hand_in(visit=visit, by=person, now=BACK)
    assert HomeVisit.objects.get(pk=visit.pk).status == S.CLOSED


@pytest.mark.parametrize("kind", ["no_answer", "family_declined", "parents_absent"])
def test_where_nobody_was_met_there_is_no_questionnaire_to_fill_in(kind: str) -> None:
    assert not [block for block in closing_blocks(made(purpose="induction", kind=kind), BACK) if block.clause == "PRI-21"]


@pytest.mark.clause("PRI-05")
@pytest.mark.parametrize("present", [True, False])
def test_whether_the_child_was_there_is_kept_and_a_no_keeps_nothing_from_closing(present: bool) -> None:
    visit = made(purpose="in_year")
    person = visit.members.all()[0].staff
    form_handed_in(visit, now=BACK)
    reports.save_draft(visit=visit, text="Welcomed", evaluation="", entered=True, child_present=present, answers={}, by=person, now=BACK)
    reports.hand_in(visit=visit, by=person, now=BACK)
    visit.refresh_from_db()
    assert (visit.status, VisitReport.objects.get(visit=visit).child_present) == (S.CLOSED, present)


@pytest.mark.clause("PRI-37")
def test_a_welfare_visit_asks_whether_the_parents_were_reminded_unless_nobody_was_met() -> None:
    met = made(purpose="absent_child_check", kind="child_seen")
    write(met)
    with pytest.raises(Blocked, match="reminded"):
        reports.hand_in(visit=met, by=met.members.all()[0].staff, now=BACK)
    nobody = made(purpose="absent_child_check", kind="no_answer")
    write(nobody, entered=False)
    reports.hand_in(visit=nobody, by=nobody.members.all()[0].staff, now=BACK)


@pytest.mark.clause("MAT-17", "PRI-37")
def test_the_report_begins_with_what_was_said_at_the_door(client: Client) -> None:
    visit = made("academy-trust", purpose="absent_child_check", kind="child_seen")
    by = visit.members.all()[0].staff
    assert said_at_the_door(visit) == {"child_present": "yes"}
    VisitOutcome.objects.update(details={"reminded": "done"})
    visit.spoken_to.create(name="Mo Example", parental_responsibility=True, told_notes=True, told_sharing=True, at=NOW, by=by)
    visit.check_ins.create(point="inside", at=NOW, by=by, adult_present=True)
    shown = said_at_the_door(visit)
    assert (shown["answer_reminded"], shown["answer_notes_said"], shown["entered"]) == ("done", "yes", "yes")
    assert shown["answer_family_met"] == "Mo Example"
    write(visit, reminded="not_appropriate", entered=False)
    client.force_login(by)
    fields = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/report/").context["form"].initial
    assert (fields["answer_reminded"], fields["entered"], fields["answer_notes_said"]) == ("not_appropriate", "no", "yes"), (
        "the draft first"
    )


def test_what_is_still_owed_stands_in_the_way() -> None:
    visit = made(kind="unsafe")
    HomeVisit.objects.update(returned_at=None)
    draft_letter(visit, "letter_through_door", NOW)
    VisitOutcomePupil.objects.all().delete()
    visit.refresh_from_db()
    says = " ".join(block.says for block in closing_blocks(visit, BACK))
    assert "Not everybody is back" in says
    assert "what was found" in says
    assert "letter through door was left" in says
    assert "reason for ending" in says


@pytest.mark.clause("PRI-39")
def test_a_letter_is_sent_or_discarded_with_a_reason() -> None:
    visit = made()
    by = StaffFactory.create(school=visit.school, roles=["pupil_support_lead"])
    draft_letter(visit, "protocol_letter", NOW)
    with pytest.raises(BadInput):
        letters.discard_letter(visit=visit, kind="protocol_letter", reason=" ", by=by, now=NOW)
    letters.discard_letter(visit=visit, kind="protocol_letter", reason="It was reported to the class teacher", by=by, now=NOW)
    with pytest.raises(Blocked):
        letters.mark_letter_sent(visit=visit, kind="protocol_letter", by=by, now=NOW)


@pytest.mark.clause("PRI-39")
def test_the_protocol_letter_is_the_designated_persons_and_the_rest_the_offices() -> None:
    visit = made()
    roles = {"lead": "pupil_support_lead", "office": "office_admin", "teacher": "visiting_staff"}
    people = {name: StaffFactory.create(school=visit.school, roles=[role]) for name, role in roles.items()}
    people["went"] = visit.members.all()[0].staff
    for kind in ("protocol_letter", "letter_through_door", "appointment"):
        draft_letter(visit, kind, NOW)

    def may(kind: str) -> list[str]:
        return [name for name, by in people.items() if not letter_blocks(visit, kind, by, NOW)]

    assert may("protocol_letter") == ["lead"]
    assert may("letter_through_door") == ["lead", "office", "went"]
    assert may("appointment") == ["lead", "office"]
    with pytest.raises(Blocked) as why:
        letters.mark_letter_sent(visit=visit, kind="protocol_letter", by=people["office"], now=NOW)
    assert [block.clause for block in why.value.blocks] == ["PRI-39"]
    with pytest.raises(Blocked):
        letters.discard_letter(visit=visit, kind="protocol_letter", reason="Reported", by=people["office"], now=NOW)
    people["lead"].roles.all().delete()
    assert may("protocol_letter") == ["office"], "where nobody holds the role the office does not let it lie"
    letters.mark_letter_sent(visit=visit, kind="protocol_letter", by=people["office"], now=NOW)


def test_who_was_asked_for_a_report_before_nine_is_not_asked_again_at_nine() -> None:
    visit = made()
    nine = instant(local_day(BACK) + timedelta(days=1), time(9))
    HomeVisit.objects.filter(pk=visit.pk).update(returned_at=nine - timedelta(hours=2, minutes=5))
    for minutes in (-5, 0, 60):
        reports.chase_reports(nine + timedelta(minutes=minutes))
    assert Notice.objects.filter(about="report_owed").count() == 1


@pytest.mark.clause("MAT-13")
def test_a_report_that_is_owed_is_asked_for_after_two_hours_and_each_school_day_until_it_is_in() -> None:
    visit = made("academy-trust")

    def asked(minutes: int) -> list[str]:
        reports.chase_reports(BACK + timedelta(minutes=minutes))
        return list(Notice.objects.filter(about="report_owed").order_by("pk").values_list("role", flat=True))

    assert asked(119) == []
    assert asked(120) == ["pair"]
    assert asked(600) == ["pair"]
    assert asked(24 * 60) == ["pair", "pair", "office_admin"]
    assert asked(25 * 60) == ["pair", "pair", "office_admin"]
    write(visit, notes_said="yes", family_met="Mother", needs="None")
    reports.hand_in(visit=visit, by=visit.members.all()[0].staff, now=BACK + timedelta(days=1))
    assert len(asked(48 * 60)) == 3
    assert str(visit.visit_pupils.get().pupil) in Notice.objects.filter(about="report_owed")[0].says
    assert Notice.objects.get(about="report_in").role == "dsl"


@pytest.mark.clause("MAT-26")
@pytest.mark.clause("MAT-34")
@pytest.mark.clause("MAT-35")
@pytest.mark.clause("ATT-60")
def test_an_incident_closes_only_with_what_the_policies_ask_for() -> None:
    visit = made()
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    for kind, wanted in (("threat", ["MAT-20", "MAT-26", "ALT-22", "MAT-34"]), ("staff_injury", ["MAT-20", "MAT-34", "MAT-35"])):
        incident = open_incident(school=visit.school, kind=kind, visit_id=visit.pk, by=head, now=NOW)
        with pytest.raises(Blocked) as why:
            review_incident(incident=incident, review="Two go next time.", policy_to_amend=True, by=head, now=NOW)
        assert [block.clause for block in why.value.blocks] == wanted
        add_to_incident(
            incident=incident, note="Shouting", safe_place_at=NOW, support_offered=False, injury_report="17/2026",
            police_not_called_because="He calmed down at once", by=head, now=BACK,
        )  # fmt: skip
        review_incident(incident=incident, review="Two go next time.", policy_to_amend=True, by=head, now=BACK)
        with pytest.raises(BadInput):
            add_to_incident(incident=incident, note="Other words", by=head, now=BACK)
    assert Notice.objects.filter(about="policy_to_amend").count() == 2
    assert Notice.objects.filter(about="incident", role="headteacher").count() == 2


@pytest.mark.clause("ALT-22")
@pytest.mark.parametrize("kind", ["threat", "violence"])
def test_a_threat_asks_for_the_police_before_it_is_recorded_and_does_not_close_without_an_answer(client: Client, kind: str) -> None:
    visit = made("alternative-provision")
    client.force_login(visit.members.all()[0].staff)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/incident/"
    form = {"kind": kind, "note": "He raised a stick", "token": str(uuid4())}
    page = client.post(address, form)
    assert "In danger ring 999 now" in page.content.decode()
    assert not Incident.objects.exists()
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    said = {"safe_place_at": NOW, "support_offered": True}
    for police, owed in (("not_called", ["ALT-22"]), ("called", [])):
        client.post(address, {**form, "token": str(uuid4()), "police": police, "police_reference": "CAD 12"})
        incident = Incident.objects.latest("pk")
        add_to_incident(incident=incident, by=head, now=BACK, **said)  # type: ignore[arg-type]  # two of what can be added
        incident.refresh_from_db()
        assert [block.clause for block in review_blocks(incident)] == owed
    assert incident.police_called_at is not None
    assert incident.police_reference == "CAD 12"


@pytest.mark.clause("MAT-20")
def test_an_incident_keeps_when_it_happened_and_when_it_was_recorded() -> None:
    visit = made()
    by = visit.members.all()[0].staff
    kept = open_incident(school=visit.school, kind="animals", note="A dog", happened_at=NOW, visit_id=visit.pk, by=by, now=BACK)
    assert (kept.happened_at, kept.at) == (NOW, BACK)
    with pytest.raises(BadInput):
        open_incident(school=visit.school, kind="animals", happened_at=BACK + timedelta(minutes=1), by=by, now=BACK)


@pytest.mark.clause("ATT-60")
@pytest.mark.clause("MAT-06")
@pytest.mark.clause("ALT-40")
@pytest.mark.clause("ATT-30")
def test_the_review_counts_visits_how_they_ended_reasons_and_what_was_said() -> None:
    visit = made("attendance-officer", "attendance")
    person = visit.members.all()[0].staff
    reports.save_draft(
        visit=visit, text="Met", evaluation="Reached", entered=False, child_present=None,
        answers={"reasons": [{"reason": "transport", "support": "A bus pass"}]}, by=person, now=BACK,
    )  # fmt: skip
    reports.hand_in(visit=visit, by=person, now=BACK)
    reports.give_feedback(visit=visit, felt_safe=False, text="Dark street", by=person, now=BACK)
    with pytest.raises(BadInput):
        reports.give_feedback(visit=visit, felt_safe=True, text="", by=StaffFactory.create(school=visit.school), now=BACK)
    open_incident(school=visit.school, kind="threat", note="x", visit_id=visit.pk, by=person, now=NOW)
    found = review(visit.school, NOW.date(), NOW.date())
    assert (found.made, found.entered, found.at_the_door, found.unsafe_feedback) == (1, 0, 1, 1)
    assert found.reasons == [("Travel to school", 1)]
    assert VisitReport.objects.get(visit=visit).answers["reasons"] == [{"reason": "transport", "support": "A bus pass"}]
    assert found.outcomes == [("Completed", 1)]
    assert found.incidents == [("Threat", 1)]
    assert [one.text for one in found.feedback] == ["Dark street"]


def test_the_report_by_its_page(client: Client) -> None:
    visit = made()
    client.force_login(visit.members.all()[0].staff)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/"
    page = client.post(address + "report/", {"text": "Seen and well.", "entered": "yes", "child_present": "yes", "draft": "1"}, follow=True)
    assert "Saved as a draft" in page.content.decode()
    page = client.post(address + "report/", {"text": "", "entered": "", "hand_in": "1"})
    assert "still to be written" in page.content.decode()
    page = client.post(address + "report/", {"text": "Seen and well.", "entered": "yes", "hand_in": "1"}, follow=True)
    assert "the visit is closed" in page.content.decode()
    assert "Seen and well." in client.get(address + "report/").content.decode()
    assert VisitReport.objects.get().handed_in_by_id


def test_incidents_by_their_pages(client: Client) -> None:
    visit = made()
    address = f"/s/{visit.school.slug}/"
    client.force_login(visit.members.all()[0].staff)
    form = client.get(address + f"visits/{visit.pk}/incident/")
    token = form.context["form"]["token"].value()
    for _ in range(2):
        client.post(address + f"visits/{visit.pk}/incident/", {"kind": "threat", "note": "Shouted", "police": "called", "token": token})
    incident = Incident.objects.get()
    assert client.get(address + "incidents/").status_code == 403
    client.force_login(StaffFactory.create(school=visit.school, roles=["headteacher"]))
    assert "Threat" in client.get(address + "incidents/").content.decode()
    here = address + f"incidents/{incident.public_id}/"
    assert "It cannot be closed yet" in client.post(here + "review/", {"review": "x", "policy_to_amend": "no"}).content.decode()
    client.post(here, {"note": "Shouted", "safe_place_at": "10:40", "police_called_at": "10:41", "support_offered": "yes"})
    client.post(here + "review/", {"review": "Two go", "policy_to_amend": "no"})
    incident.refresh_from_db()
    assert incident.reviewed_at is not None
    assert "Two go" in client.get(here).content.decode()
