"""Which policy is in force, for whom."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from homevisits.common import clock
from homevisits.common.errors import Block, Blocked
from homevisits.people.models import School, Staff, Trust

from .models import PolicyRead, PolicyVersion


class NoPolicy(Blocked):
    """A school that has no policy in force: nothing can run."""

    def __init__(self, school: School) -> None:
        super().__init__([Block(f"{school.name} has no policy in force. Choose one under Policy.", "PRI-03")])


def version_in_force(school: School, day: date) -> PolicyVersion:
    """The version that holds in a school on a day: its own, else its trust's; the trust's first where that binds its schools.

    Of several, the one that took effect last. Raises NoPolicy when there is none.
    """
    version = find_version_in_force(school, day)
    if version is None:
        raise NoPolicy(school)
    return version


def find_version_in_force(school: School, day: date) -> PolicyVersion | None:
    """As `version_in_force`, but None when there is none."""
    own = _in_force(PolicyVersion.objects.filter(school=school), day)
    if school.trust_id is None:
        return own
    trusts = _in_force(PolicyVersion.objects.filter(trust=school.trust_id), day)
    if trusts and (own is None or trusts.binds_schools):
        return trusts
    return own


def trust_version_in_force(trust: Trust, day: date) -> PolicyVersion | None:
    """The trust's own version that holds on a day (MAT-04)."""
    return _in_force(PolicyVersion.objects.filter(trust=trust), day)


def versions_of(owner: School | Trust) -> QuerySet[PolicyVersion]:
    """All versions of a school or a trust itself, newest first."""
    return owner.policy_versions.order_by("-prepared_at", "-pk")


def versions_for_school(school: School) -> QuerySet[PolicyVersion]:
    """The versions that people of a school may look at: the school's, and its trust's agreed ones."""
    found = PolicyVersion.objects.filter(school=school)
    if school.trust_id is not None:
        found |= PolicyVersion.objects.filter(trust=school.trust_id, status=PolicyVersion.Status.AGREED)
    return found.order_by("-prepared_at", "-pk")


def draft_of(owner: School | Trust) -> PolicyVersion | None:
    """The draft being worked on, if there is one."""
    return owner.policy_versions.filter(status=PolicyVersion.Status.DRAFT).first()


def has_read(staff: Staff, version: PolicyVersion) -> bool:
    """Whether a member of staff has confirmed to have read this version (ATT-02)."""
    return PolicyRead.objects.filter(staff=staff, version=version).exists()


def staff_who_have_read(version: PolicyVersion, staff: Iterable[Staff]) -> frozenset[int]:
    """Of `staff`, the numbers of those who have confirmed this version."""
    return frozenset(PolicyRead.objects.filter(version=version, staff__in=staff).values_list("staff_id", flat=True))


def _in_force(versions: QuerySet[PolicyVersion], day: date) -> PolicyVersion | None:
    agreed = versions.filter(status=PolicyVersion.Status.AGREED, effective_from__lte=day)
    return agreed.order_by("-effective_from", "-agreed_on", "-pk").first()


def trust_by_slug(slug: str) -> Trust | None:
    """One trust by what its address calls it."""
    return Trust.objects.filter(slug=slug).first()


def school_by_slug(slug: str) -> School | None:
    """One school by what its address calls it, for the page that everybody may read."""
    return School.objects.select_related("trust").filter(slug=slug).first()


def trust_now(trust: Trust, real: datetime) -> datetime:
    """What `real` is for a trust: a demo trust lives by its schools' own clock."""
    school = trust.schools.filter(is_demo=True).order_by("pk").first()
    return school.at(real) if school else real


def in_force_for(owner: School | Trust, real: datetime) -> PolicyVersion | None:
    """What holds for a school or a trust at the real instant `real`, by its own clock."""
    if isinstance(owner, School):
        return find_version_in_force(owner, clock.local_day(owner.at(real)))
    return trust_version_in_force(owner, clock.local_day(trust_now(owner, real)))
