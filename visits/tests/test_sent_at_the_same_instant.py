"""The same acts sent twice at the same instant, and both of a pair at once: each is recorded once, and nobody meets an error."""

import pytest

from attendance.tests.racing import at_once
from homevisits.audit.verify import verify
from visits.services.arrivals import Said, take
from visits.tests.factories import a_visit, out_now
from visits.tests.test_said_without_network import at, pair_of
from visits.views.sync_kinds import do

from .tablets import Tablet

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_acts_sent_twice_at_once_are_recorded_once() -> None:
    visit = out_now(a_visit(purpose="attendance"))
    tess, ted = pair_of(visit)
    tablets = {one: Tablet(visit, one) for one in (tess, ted)}
    for minute, (one, tablet) in enumerate(tablets.items(), start=2):
        tablet.say(at(minute), "check_in", point="arrived")
        tablet.say(at(minute + 1), "delay", minutes="5")
        tablet.say(at(minute + 2), "help")
        tablet.say(at(minute + 3), "check_in", point="inside", adult_present="false")
        assert one == tablet.person

    def sends(tablet: Tablet) -> object:
        acts = [
            Said(act["token"], act["kind"], {name: [value] for name, value in act["data"].items()}, at(9), act["kind"] == "help")
            for act in tablet.queue
        ]
        return take(visit=visit, acts=acts, do=do, by=tablet.person, now=at(40))

    race = [lambda tablet=tablet: sends(tablet) for tablet in tablets.values() for _ in range(2)]
    assert at_once(*race) == ["done"] * 4
    visit.refresh_from_db()
    assert (visit.check_ins.count(), visit.delays.count(), visit.alarms.count(), visit.arrived_acts.count()) == (2, 2, 2, 8)
    assert visit.due_back == at(70)
    assert visit.arrived_acts.filter(state="refused").count() == 2
    assert verify(visit.school_id).sound
