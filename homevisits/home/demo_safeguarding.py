"""What the safeguarding pages of the demo school have to show: an incident to be reviewed, a referral to be sent and one that waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homevisits.common import clock
from homevisits.people.access import staff_with_role
from homevisits.people.models import Pupil, Role, School, Staff
from safeguarding.models import Incident, Referral
from safeguarding.services.agencies import ask_to_tell_agencies
from safeguarding.services.incident_telling import tell_in_school
from safeguarding.services.incidents import open_incident
from safeguarding.services.referrals import Sending, open_referral, send_referral
from visits.models import HomeVisit

REPEAT = 30  # minutes


def begin_safeguarding(*, school: School, pupils: Sequence[Pupil], now: datetime) -> None:
    """An incident of yesterday's visit and two referrals, as they stand at `now`; only where nothing of that kind is there yet."""
    lead = staff_with_role(school, Role.DSL, clock.local_day(now)).first()
    begun = Referral.objects.filter(school=school, why__gt="", closed_at=None, not_sent_at=None).exists()
    if lead is None or len(pupils) < 2 or begun:
        return
    yesterday = now - timedelta(days=1)
    _incident(school, yesterday, now)
    first, second = pupils[:2]
    waiting = open_referral(
        school=school, kind=Referral.Kind.SOCIAL_CARE, pupil_ids=[first.pk], repeat_minutes=REPEAT, clause="MAT-12", by=lead,
        why="Seen alone at the park twice in a week, each time after dark.", now=yesterday,
    )  # fmt: skip
    send_referral(
        referral=waiting, by=lead, now=yesterday + timedelta(minutes=20),
        sending=Sending(
            text=f"{first} was seen alone at the park on Thursday and on Monday after dark. We have spoken with the mother.", way="phone",
            to_name="The duty social worker", to_organisation="Example Council", to_contact="01632 960555", reference="EC 2107",
        ),
    )  # fmt: skip
    open_referral(
        school=school, kind=Referral.Kind.EDUCATION_WELFARE_OFFICER, pupil_ids=[second.pk], repeat_minutes=REPEAT, clause="PRI-40", by=lead,
        why="Nobody answered the door on two visits.", now=now - timedelta(minutes=10),
    )  # fmt: skip
    ask_to_tell_agencies(school=school, pupil_ids=[first.pk, second.pk], by=lead, now=now)
    tell_in_school(school, now)  # as it would have been told since yesterday: else the watcher's first look finds it forgotten


def _incident(school: School, happened: datetime, now: datetime) -> None:
    visit = HomeVisit.objects.filter(school=school, departed_at__lt=now).order_by("departed_at").first()
    member = visit.members.select_related("staff").order_by("pk").first() if visit else None
    if visit is None or member is None:
        return
    by: Staff = member.staff
    open_incident(
        school=school, kind=Incident.Kind.ANIMALS, visit_id=visit.pk, by=by, now=happened + timedelta(minutes=35), happened_at=happened,
        pupil_ids=[one.pupil_id for one in visit.visit_pupils.all()],
        note="The dog came into the hall when we knocked and barked at us. The father held it by the collar and shut it in the kitchen.",
        details={"animal": "A large brown dog", "asked_away": "yes", "hurt": "no"},
    )  # fmt: skip
