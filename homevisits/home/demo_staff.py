"""What the demo school's staff have done themselves: read the policy, confirmed the code of conduct."""

from datetime import datetime

from homevisits.common import clock
from homevisits.people.models import School
from homevisits.people.selectors.staff import staff_here
from homevisits.people.services.qualifications import confirm_conduct
from homevisits.policy.models import PolicyVersion
from homevisits.policy.services import confirm_read


def read_and_confirm(*, school: School, version: PolicyVersion, now: datetime) -> None:
    """Let everybody who might visit have read a version and confirmed the code of conduct under it, each for themselves."""
    for person in staff_here(school, clock.local_day(now)):
        confirm_read(version=version, by=person.staff, now=now)
        confirm_conduct(school=school, version_id=version.pk, by=person.staff, now=now)
