"""One pupil of the demo school about whom there is a lot to know: seven weeks of it, by the services that the pages use."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from attendance.models import Mark
from homevisits.common.clock import instant
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.notices import end_alarms
from homevisits.messaging.outbox import cancel
from homevisits.people.models import Pupil, Role, School, Staff
from safeguarding.models import Concern, Referral
from safeguarding.services.chronology import Said, supersede_note, write_note
from safeguarding.services.concern_decisions import add_action, decide, end_action
from safeguarding.services.concern_work import take_up
from safeguarding.services.concerns import raise_concern
from safeguarding.services.referrals import Sending, acknowledge_referral, send_referral
from visits.models import VisitOutcome
from visits.services.after_outcomes import decide_on_outcome
from visits.services.reports import hand_in, save_draft

from .demo_visits import nobody_answered

# Monday to Wednesday of the first of the seven weeks: away, and nobody knows why.
AWAY = (date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7))
SOCIAL_CARE = ("Ms Adeyemi", "Children’s social care, duty team")


def tell_a_story(*, school: School, now: datetime) -> Pupil | None:
    """Concerns, decisions, a visit at which nobody answered, referrals and calls about one pupil and their brother or sister.

    Only where the demo's own people are there. Nothing of it is told or sent today: `now` is the demo's present.
    """
    people = {
        person.email.partition("@")[0]: person for person in Staff.objects.filter(email__endswith="@demo.example", roles__school=school)
    }
    child = _child(school)
    if child is None or not {"dsl", "deputydsl", "assistant", "office"} <= people.keys():
        return None
    lead, deputy, writer = people["dsl"], people["deputydsl"], people["assistant"]
    family = list(Pupil.objects.filter(household=child.household_id).order_by("pk"))
    Mark.objects.filter(pupil=child, day__in=AWAY).update(code="O", minutes_late=None)
    concern = _first_concern(school, child, writer, lead)
    _visit(school, child, lead, people["office"])
    _referral(school, concern, family, deputy)
    _calls(school, family, lead)
    _quiet(school, now)
    return child


def _child(school: School) -> Pupil | None:
    """A child in need with a brother or sister here, of those whom the day's own visits leave alone."""
    found = Pupil.objects.filter(school=school, flags__kind__in=("child_in_need", "child_protection_plan", "missing_before"))
    found = found.filter(visit_pupils=None, cases=None).order_by("pk")
    with_family = [child for child in found if Pupil.objects.filter(household=child.household_id).count() > 1]
    return with_family[0] if with_family else found.first()


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return instant(date(2026, month, day), time(hour, minute))


def _first_concern(school: School, child: Pupil, writer: Staff, lead: Staff) -> Concern:
    """What a teaching assistant saw in October, and what the lead made of it."""
    written = _at(10, 8, 11, 20)
    concern = raise_concern(
        school=school, pupil_ids=[child.pk], says="Ate two breakfasts at the club and asked for bread to take home.",
        words="“There is nothing in the cupboard.”", place="Breakfast club", seen_at=_at(10, 8, 8, 25), told=True,
        family=("not_told", "Nobody could be reached by telephone."), by=writer, now=written,
    )  # fmt: skip
    take_up(concern=concern, by=lead, now=written + timedelta(minutes=9))
    decide(concern=concern, kind="monitor", because="First concern of its kind. The class teacher watches meals for two weeks.", by=lead,
           now=written + timedelta(minutes=40))  # fmt: skip
    action = add_action(concern=concern, says="Speak with the mother about food and school meals", owner=lead, due_on=date(2026, 10, 15),
                        by=lead, now=written + timedelta(minutes=45))  # fmt: skip
    end_action(action=action, says="Spoken with her at the gate. She applies for free meals.", by=lead, now=_at(10, 14, 15, 35))
    return concern


def _visit(school: School, child: Pupil, lead: Staff, office: Staff) -> None:
    """A welfare visit in November at which nobody answered, decided on, reported and closed."""
    began = _at(11, 12, 10, 30)
    visit = nobody_answered(child, began, "A light went off upstairs while we knocked. Post on the mat.")
    if visit is None:
        return
    outcome = VisitOutcome.objects.get(visit=visit)
    reason = "The aunt answered at 11:05 and has both children with her; seen there by the deputy at 12:10."
    decide_on_outcome(outcome=outcome, decision="none", reason=reason, by=lead, now=began + timedelta(hours=2))
    sending = Sending(
        "Nobody answered on a welfare visit; the children were seen at their aunt’s.", "email", "Ewan Woods", "Education welfare"
    )
    for referral in Referral.objects.filter(school=school, visit_id=visit.pk, sent_at=None):
        send_referral(referral=referral, sending=sending, by=lead, now=began + timedelta(hours=2, minutes=10))
        acknowledge_referral(referral=referral, from_whom="Ewan Woods", by=lead, now=began + timedelta(hours=4))
    member = visit.members.select_related("staff").order_by("pk")[0].staff
    written = began + timedelta(hours=3)
    save_draft(
        visit=visit, text="We knocked three times and waited ten minutes. We left the letter and rang the aunt.", evaluation="",
        entered=False, child_present=False, answers={}, by=member, now=written,
    )  # fmt: skip
    hand_in(visit=visit, by=member, now=written + timedelta(minutes=5))


def _referral(school: School, first: Concern, family: list[Pupil], deputy: Staff) -> None:
    """The second concern, which goes to social care."""
    written = _at(11, 17, 9, 50)
    concern = raise_concern(
        school=school, pupil_ids=[each.pk for each in family], says="Both came in yesterday’s clothes, the younger one without a coat.",
        words="“We slept at Auntie’s because he was shouting.”", place="Classroom", seen_at=_at(11, 17, 9, 5), told=True, by=deputy,
        now=written,
    )  # fmt: skip
    take_up(concern=concern, by=deputy, now=written)
    made = decide(concern=concern, kind="social_care", because="A pattern since October, and now a child who is afraid at home.", by=deputy,
                  consent="The mother agreed by telephone at 10:15.", now=written + timedelta(minutes=35))  # fmt: skip
    for referral in Referral.objects.filter(school=school, pk=made.referral_id or 0):
        words = "Hunger in October, nobody home on 12 November, today a child’s own words about shouting at night."
        send_referral(referral=referral, sending=Sending(words, "portal", *SOCIAL_CARE), by=deputy, now=written + timedelta(minutes=70))
        acknowledge_referral(referral=referral, from_whom=SOCIAL_CARE[0], reference="RF 20931", by=deputy, now=_at(11, 18, 9, 15))


def _calls(school: School, family: list[Pupil], lead: Staff) -> None:
    """What the lead wrote down by hand, and put right."""
    who = ", ".join(SOCIAL_CARE)
    said = Said(
        "call", "Strategy meeting on Wednesday 25 November, by video. We bring the attendance and this chronology.", _at(11, 19, 14), who
    )
    row = write_note(school=school, pupils=family, said=said, token=uuid4(), by=lead, now=_at(11, 19, 14, 20))
    right = Said("call", "Strategy meeting on Thursday 26 November at 14:00, by video. We bring the attendance and this chronology.",
                 _at(11, 19, 14), who)  # fmt: skip
    supersede_note(note=row, said=right, because="The day was heard wrongly; their email says Thursday.", token=uuid4(), by=lead,
                   now=_at(11, 20, 8, 40))  # fmt: skip


def _quiet(school: School, now: datetime) -> None:
    """What these weeks told people is dealt with, and nothing of it goes out this morning."""
    end_alarms(list(Notice.objects.filter(school=school, at__lt=now - timedelta(days=3), done_at=None)), by=_lead(school), now=now)
    waiting = Message.objects.filter(school=school, created_at__lt=now - timedelta(days=3), status=Message.Status.WAITING)
    cancel(message_ids=list(waiting.values_list("pk", flat=True)), now=now, why="Weeks ago in the demo's story")


def _lead(school: School) -> Staff:
    return Staff.objects.filter(roles__school=school, roles__role=Role.DSL).order_by("pk")[0]
