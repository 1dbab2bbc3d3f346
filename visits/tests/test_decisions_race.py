"""Fifty people approve and decline one visit at once: exactly one decision, exactly one audit row (R15)."""

import pytest

from attendance.tests.racing import Racer, race
from homevisits.audit.models import AuditEvent
from homevisits.audit.verify import verify
from homevisits.messaging.models import Notice
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.tests.factories import NOW, a_school, a_visit, assessed

# A process takes its share of the decisions, half approving, half declining, each in a thread of its own, all let go at once.
DECIDE = """
from threading import Barrier, Thread
from django.db import connection
from homevisits.common.errors import Blocked
from homevisits.people.models import Staff
from visits.models import HomeVisit
from visits.services.approval import approve, decline
visit_id, version, now = int(arguments[0]), int(arguments[1]), datetime.fromisoformat(arguments[2])
people = [int(pk) for pk in arguments[3].split(",")]
barrier, said = Barrier(len(people)), []

def decide(pk):
    try:
        visit, by = HomeVisit.objects.get(pk=visit_id), Staff.objects.get(pk=pk)
        barrier.wait()
        read = {"version": version, "status": "planned"}
        approve(visit=visit, by=by, now=now, **read) if pk % 2 else decline(visit=visit, reason="No", by=by, now=now, **read)
        said.append("decided")
    except Blocked:
        said.append("refused")
    except Exception as error:
        said.append(repr(error))
    finally:
        connection.close()

threads = [Thread(target=decide, args=(pk,)) for pk in people]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(" ".join(said))
"""


def fifty_at_once() -> None:
    school = a_school()
    visit = assessed(a_visit(school))
    people = [StaffFactory.create(school=school, roles=["senior_manager"]).pk for _ in range(50)]
    audited = AuditEvent.objects.count()
    shares = [people[n::5] for n in range(5)]
    said = " ".join(race([Racer(DECIDE, visit.pk, visit.version, NOW.isoformat(), ",".join(map(str, share))) for share in shares])).split()
    assert sorted(said) == ["decided", *["refused"] * 49], said
    visit.refresh_from_db()
    assert visit.status in (HomeVisit.Status.APPROVED, HomeVisit.Status.DECLINED)
    (event,) = AuditEvent.objects.order_by("pk")[audited:]
    assert event.act in ("visits.visit.approved", "visits.visit.declined")
    assert visit.events.filter(what__in=("approved", "declined")).count() == 1
    assert visit.approvals.count() == (visit.status == HomeVisit.Status.APPROVED)
    assert Notice.objects.filter(about="visit_decided").count() == 1
    assert verify(school.pk).sound


@pytest.mark.django_db(transaction=True)
def test_fifty_decisions_at_once_are_one() -> None:
    fifty_at_once()


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_decisions_at_once_are_one_on_postgresql() -> None:
    fifty_at_once()
