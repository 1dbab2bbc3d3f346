"""Which acts of safeguarding a reader of the trail may learn of: the same roles as the pages of these records.

What no line names is for the safeguarding team alone, so that a new record is closed until somebody opens it.
"""

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from homevisits.audit.hidden import NOTHING, Reader
from homevisits.documents.models import Attachment
from homevisits.people.matrix import HEADS, SAFEGUARDING, roles_for
from homevisits.people.models import School

from .models import Referral
from .rules.referrals import ABOUT_STAFF

# By the beginning of an act, without "safeguarding."; and the kinds of object of these acts.
SHOWN_TO: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "incident": (roles_for("see_incidents"), ("Incident",)),
    "referral": (HEADS | SAFEGUARDING, ("Referral",)),  # that and when; the trail holds no content
    "agency": (HEADS | SAFEGUARDING, ("AgencyTask",)),
    "warning": (roles_for("keep_home_warnings"), ("HouseholdWarning",)),
    "complaint": (roles_for("keep_complaints"), ("Complaint",)),
    # Which of them, a rule of its own says by the subject.
    "allegation": (HEADS, ("Allegation",)),
    "low_level": (HEADS, ("LowLevelConcern",)),
}
# Kinds of object of the safeguarding team alone, whatever app acts on them.
CLOSED = ("Concern", "FamilyTold", "Amendment", "Decision", "Action", "ChronologyNote", "Chronology", "BodyMap")
# Notices, and acts of a tablet, that would say that there is one.
ABOUT = ("concern", "concern_waiting", "family_not_told", "to_enter_elsewhere")

# Notices that nobody finds a sign of in a trail: whoever reads it may be whom they are about.
OF_STAFF = ("staff_matter", "complaint")


def about_staff(school: School, referral_id: object) -> bool:
    """Whether the referral with this number in its address is one about staff: a page of it stands in the closed chain (ATT-55)."""
    return Referral.objects.filter(school=school, public_id=str(referral_id), kind=ABOUT_STAFF).exists()


def of_safeguarding(reader: Reader) -> Q:
    """The events of safeguarding that this reader must not learn of."""
    closed = [begins for begins, (roles, _) in SHOWN_TO.items() if roles.isdisjoint(reader.roles)]
    objects = [kind for begins in closed for kind in SHOWN_TO[begins][1]]
    hidden = NOTHING | Q(detail__about__in=OF_STAFF)
    # Pages of such a referral that were opened before they stood in the closed chain.
    staffs = Referral.objects.filter(school=reader.school_id, kind=ABOUT_STAFF).values_list("public_id", flat=True)
    hidden |= Q(object_type__startswith="referral", object_id__in=[str(number) for number in staffs])
    for begins in closed:
        hidden |= Q(act__startswith=f"safeguarding.{begins}")
    if SAFEGUARDING.isdisjoint(reader.roles):
        named = NOTHING
        for begins in SHOWN_TO:
            named |= Q(act__startswith=f"safeguarding.{begins}")
        hidden |= Q(act__startswith="safeguarding.") & ~named
        hidden |= Q(act__startswith="home.watch.safeguarding")  # that something waits for the team
        hidden |= Q(detail__about__in=ABOUT) | Q(detail__kind__in=ABOUT)
        objects += CLOSED
        # A file is shown where it belongs to something else: one of a concern, or one that has gone, is not.
        others = Attachment.objects.exclude(about_type="concern").annotate(text=Cast("pk", CharField())).values("text")
        hidden |= Q(object_type="attachment") & ~Q(object_id__in=others)
    return hidden | Q(object_type__in=objects)
