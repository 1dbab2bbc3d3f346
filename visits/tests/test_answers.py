"""What is written in a visit's form: kept for ever, two writers side by side, late words kept, concerns opened by ticks."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from attendance.tests.racing import at_once
from homevisits.audit.verify import verify
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from safeguarding.models import Concern, FamilyTold
from visits.merging import Value
from visits.models import Answer, AnswerChange, AnswerConflict, FilledForm, HomeVisit
from visits.rules.leaving import pair_of
from visits.selectors.filled import differences, history, revisions_of, values_of
from visits.services.answers import Change, Saved, choose, open_form, save_answers

from .factories import NOW, a_form, a_school, a_visit

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOW = "child_how"


def write(
    form: FilledForm, value: Value, *, by: Staff, code: str = HOW, base: int = 0, now: datetime = NOW, received: datetime | None = None
) -> Saved:
    return save_answers(form=form, changes=[Change(code=code, value=value, base=base)], by=by, now=now, received=received)


@pytest.fixture
def form() -> FilledForm:
    return a_form(a_visit())


@pytest.fixture
def pair(form: FilledForm) -> list[Staff]:
    return pair_of(form.visit)


def test_an_answer_keeps_when_it_was_written_and_when_it_came(form: FilledForm, pair: list[Staff]) -> None:
    saved = write(form, "  Cheerful ", by=pair[0], now=NOW, received=NOW + 40 * MINUTE)
    assert saved == Saved({HOW: 1}, [])
    row = Answer.objects.get()
    assert (row.value, row.by, row.at, row.received_at) == ("Cheerful", pair[0], NOW, NOW + 40 * MINUTE)
    assert verify(form.visit.school_id).sound


def test_the_same_token_twice_is_one(form: FilledForm, pair: list[Staff]) -> None:
    token = uuid4()
    for value in ("Cheerful", "Cheerful"):
        sent = save_answers(form=form, changes=[Change(code=HOW, value=value, base=0)], by=pair[0], now=NOW, token=token)
    write(form, "Tired", by=pair[0], base=1, now=NOW + MINUTE)
    late = save_answers(form=form, changes=[Change(code=HOW, value="Cheerful", base=0)], by=pair[0], now=NOW + 2 * MINUTE, token=token)
    assert (sent.again, late.again) == (True, True)
    assert values_of(form) == {HOW: "Tired"}
    assert AnswerChange.objects.count() == 2
    other = a_form(a_visit(form.visit.school))
    with pytest.raises(BadInput, match="out of date"):
        save_answers(form=other, changes=[], by=pair_of(other.visit)[0], now=NOW, token=token)


def test_two_answers_stand_side_by_side_until_a_person_chooses(form: FilledForm, pair: list[Staff]) -> None:
    ann, ben = pair
    write(form, "Cheerful", by=ann)
    saved = write(form, "Quiet", by=ben, now=NOW + MINUTE, received=NOW + 30 * MINUTE)
    assert saved == Saved({}, [HOW]), "his page does not stand on an answer that it has not shown"
    assert values_of(form) == {HOW: "Cheerful"}, "the standing answer stays"
    (one,) = differences(form, form.version.asks)
    assert one.standing is not None
    assert (one.standing_words, one.standing.by, one.rival_words, one.conflict.rival.by) == ("Cheerful", ann, "Quiet", ben)
    assert Notice.objects.get(about="answers_differ").people.count() == 2
    choose(conflict=one.conflict, value="Quiet", standing=1, by=ann, now=NOW + 40 * MINUTE)
    assert values_of(form) == {HOW: "Quiet"}
    assert not differences(form, form.version.asks)
    assert Notice.objects.get(about="answers_differ").done_by == ann, "nobody is asked to choose any more"
    told = [(row.value, row.by, row.effect) for row, _, _ in history(form, form.version.asks)]
    assert told == [("Quiet", ann, "chosen"), ("Quiet", ben, "differs"), ("Cheerful", ann, "saved")], "all of it stays, newest first"


def test_what_the_other_goes_on_writing_is_one_difference_with_the_last_word(form: FilledForm, pair: list[Staff]) -> None:
    write(form, "Cheerful", by=pair[0])
    for minute, words in enumerate(["Q", "Quiet"], 1):
        write(form, words, by=pair[1], now=NOW + minute * MINUTE)
    assert AnswerConflict.objects.get().rival.value == "Quiet"
    assert Notice.objects.filter(about="answers_differ").count() == 1
    write(form, "Cheerful", by=pair[1], now=NOW + 5 * MINUTE)
    assert AnswerConflict.objects.get().chosen_by == pair[1], "who comes round to the other's answer has settled it"


def test_a_choice_is_made_once_and_on_what_was_seen(form: FilledForm, pair: list[Staff]) -> None:
    write(form, "Cheerful", by=pair[0])
    write(form, "Quiet", by=pair[1])
    row = AnswerConflict.objects.get()
    write(form, "Cheerful, shy at first", by=pair[0], base=1, now=NOW + MINUTE)
    with pytest.raises(Blocked, match="meanwhile"):
        choose(conflict=row, value="Quiet", standing=1, by=pair[0], now=NOW)
    choose(conflict=row, value="Quiet, then cheerful", standing=2, by=pair[0], now=NOW)
    with pytest.raises(Blocked, match="already"):
        choose(conflict=row, value="Quiet", by=pair[1], now=NOW)
    assert values_of(form) == {HOW: "Quiet, then cheerful"}


def test_strangers_wrong_answers_and_unknown_questions_leave_no_trace(form: FilledForm, pair: list[Staff]) -> None:
    stranger = StaffFactory.create(school=form.visit.school, roles=["visiting_staff"])
    with pytest.raises(Blocked):
        write(form, "Cheerful", by=stranger)
    for code, value, base in (("nothing", "x", 0), ("child_alone_talk", "perhaps", 0), ("returns_on", "soon", 0), (HOW, "x", 3)):
        with pytest.raises(BadInput):
            write(form, value, by=pair[0], code=code, base=base)
    assert not AnswerChange.objects.exists()
    assert not Answer.objects.exists()


def test_what_comes_after_the_file_is_closed_is_kept_beside_it(form: FilledForm, pair: list[Staff]) -> None:
    write(form, "Cheerful", by=pair[0])
    HomeVisit.objects.update(status="closed")
    write(form, "Quiet", by=pair[1], now=NOW + MINUTE, received=NOW + timedelta(hours=3))
    assert values_of(form) == {HOW: "Cheerful"}
    assert AnswerConflict.objects.get().rival.effect == "late"


@pytest.mark.clause("PRI-22")
def test_a_tick_opens_a_concern_with_the_words_and_alerts_the_safeguarding_team_once(form: FilledForm, pair: list[Staff]) -> None:
    changes = [
        Change(code="curiosity", value=["marks", "said"], base=0),
        Change(code="curiosity_what", value="A bruise on the arm. “I fell”, he said.", base=0),
    ]
    came = NOW + 25 * MINUTE
    token = uuid4()
    for _ in range(2):
        save_answers(form=form, changes=changes, by=pair[0], now=NOW, received=came, token=token)
    found = list(Concern.objects.order_by("pk"))
    assert len(found) == 2
    assert all("A bruise on the arm" in one.says for one in found)
    assert [(one.seen_at, one.at) for one in found] == [(NOW, came)] * 2
    alert = Notice.objects.get(about="concern")
    assert (alert.role, alert.alarm, alert.at) == ("dsl", True, came)
    assert "bruise" not in alert.says
    write(form, [], by=pair[0], code="curiosity", base=1, now=NOW + MINUTE)
    write(form, ["marks"], by=pair[0], code="curiosity", base=2, now=NOW + 2 * MINUTE)
    assert Concern.objects.count() == 2, "unticking takes nothing back, ticking again opens nothing new"
    write(form, ["none"], by=pair[0], code="curiosity", base=3, now=NOW + 3 * MINUTE)
    assert Notice.objects.filter(about="concern").count() == 1


@pytest.mark.clause("PRI-22")
def test_words_that_come_after_the_tick_and_a_tick_that_differs_are_not_lost(form: FilledForm, pair: list[Staff]) -> None:
    write(form, ["none"], by=pair[0], code="curiosity")
    write(form, ["home"], by=pair[1], code="curiosity", now=NOW + MINUTE)
    assert values_of(form)["curiosity"] == ["none"], "what stands is chosen by a person,"
    assert Concern.objects.get().by == pair[1], "and the safeguarding team knows at once"
    write(form, "No heating, wet walls", by=pair[1], code="curiosity_what", now=NOW + 2 * MINUTE)
    assert [one.says for one in Concern.objects.order_by("pk")][-1] == "No heating, wet walls"
    assert Notice.objects.filter(about="concern").count() == 1


@pytest.mark.clause("PRI-26")
@pytest.mark.parametrize(("told", "why", "alarms"), [("told", "", 0), ("not_told", "He had left", 0), ("unsafe", "He was in the room", 1)])
def test_whether_the_family_was_told_is_kept_and_danger_alerts_at_once(
    form: FilledForm, pair: list[Staff], told: str, why: str, alarms: int
) -> None:
    write(form, ["domestic_abuse"], by=pair[0], code="curiosity")
    code = {"not_told": "family_told_why", "unsafe": "family_told_risk"}.get(told, "curiosity_what")
    for _ in range(2):
        changes = [Change(code="family_told", value=told, base=0), Change(code=code, value=why, base=0)]
        save_answers(form=form, changes=changes, by=pair[0], now=NOW)
    row = FamilyTold.objects.get()
    assert (row.concern.by, row.told, row.why) == (pair[0], told, why)
    assert Notice.objects.filter(about="family_not_told", role="dsl", alarm=True).count() == alarms


def test_a_form_is_opened_once_with_the_questions_of_its_purpose() -> None:
    school = a_school()
    form = a_form(a_visit(school))
    assert open_form(visit=form.visit, by=pair_of(form.visit)[1], now=NOW) == form
    assert form.version.key == "welfare"
    with pytest.raises(Blocked):
        open_form(visit=a_visit(school), by=pair_of(form.visit)[0], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_lose_nothing() -> None:
    form = a_form(a_visit())
    people = [*pair_of(form.visit), *(StaffFactory.create(school=form.visit.school, roles=["office_admin"]) for _ in range(2))]
    said = at_once(*((lambda who=who: write(form, f"As {who.pk} saw it", by=who)) for who in people))
    assert said == ["done"] * 4
    assert revisions_of(form) == {HOW: 1}
    assert AnswerChange.objects.filter(effect="saved").count() == 1
    assert AnswerConflict.objects.filter(chosen_at=None).count() == 3
    assert {row.value for row in AnswerChange.objects.all()} == {f"As {who.pk} saw it" for who in people}


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_sends_the_same_at_once_writes_it_once() -> None:
    visit = a_visit()
    who = pair_of(visit)[0]
    form, token = a_form(visit), uuid4()
    changes = [Change(code="curiosity", value=["marks"], base=0)]
    said = at_once(*([lambda: save_answers(form=form, changes=changes, by=who, now=NOW, token=token)] * 4))
    assert said == ["done"] * 4
    assert (AnswerChange.objects.count(), Concern.objects.count()) == (1, 1)
