"""When a text or email to staff does not arrive: the office learns that, not what it was about nor to whom; the person sees it too.

The list of messages leaves out what is quiet (quiet.py), so somebody has to hear of its failures in another way. To name the person
would say that the chair of governors or the safeguarding lead was told something.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homevisits.common.actors import Actor
from homevisits.people.models import Role, School, Staff

from .models import Message, Notice
from .notices import leave, tell

ABOUT = "staff_not_reached"
_OFFICE = (
    "A text or email to somebody of the staff did not arrive. Ask everybody to look at their notices, and to check the number and "
    "address under their own details."
)
_SELF = "A text or email to you did not arrive. Look at your notices, and check your number and address under your own details."
ONCE_IN = timedelta(hours=24)


def tell_unreached(*, school: School, messages: Sequence[Message], by: Actor, now: datetime) -> Notice | None:
    """Tell the office, once a day while nobody has dealt with it, and each person in the product. None when nobody was missed."""
    missed = _of_notices(messages)
    if not missed:
        return None
    lately = Notice.objects.filter(school=school, about=ABOUT, at__gt=now - ONCE_IN)
    people = Staff.objects.filter(pk__in=missed).exclude(notices__notice__in=lately.filter(role="named")).order_by("pk")
    for person in people:
        leave(school=school, people=[person], about=ABOUT, says=_SELF, now=now)
    if lately.filter(role=Role.OFFICE_ADMIN, task=True, done_at=None).exists():
        return None
    return tell(school=school, role=Role.OFFICE_ADMIN, about=ABOUT, says=_OFFICE, task=True, by=by, now=now)


def _of_notices(messages: Sequence[Message]) -> set[int]:
    """The people whom these were to tell: not of this same news, which would go round for ever."""
    parts = [message.purpose.split(":")[-3:] for message in messages if message.template == "staff_notice"]
    told = {(int(notice), int(person)) for notice, _, person in (each for each in parts if len(each) == 3) if notice.isdigit()}
    round_again = set(Notice.objects.filter(pk__in=[notice for notice, _ in told], about=ABOUT).values_list("pk", flat=True))
    return {person for notice, person in told if notice not in round_again}
