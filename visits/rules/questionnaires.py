"""Who makes a school's questionnaires."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import may
from homevisits.people.models import School, Staff

ACT = "edit_questionnaires"


def edit_blocks(school: School, by: Staff, now: datetime) -> list[Block]:
    """Why this person does not change what the school's questionnaires ask."""
    if may(by, school, ACT, local_day(now)):
        return []
    return [Block("The headteacher, the safeguarding team and the office change the questionnaires.", "PRI-21")]
