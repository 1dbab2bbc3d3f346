"""The approver's inbox: every request as a card that reads in ten seconds, and apart from them what is not ready yet."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.matrix import HEADS, LEADERS, SAFEGUARDING
from homevisits.people.models import DutyDay, Pupil, PupilFlag, Role, School, Staff, StaffRole
from homevisits.policy.selectors import find_version_in_force
from homevisits.policy.words import SENIOR_ON_DUTY
from safeguarding.models import HouseholdWarning

from ..models import HomeVisit, VisitApproval, VisitMember, VisitRisk, VisitVersion
from ..purposes import words_of
from ..risk_questions import is_yes
from ..risk_words import found
from ..rules.approval import (
    approval_cautions,
    approver_roles,
    decision_blocks,
    missing_roles,
    named,
    ready_blocks,
    role_words,
    who_approves,
)
from ..rules.risk import carried, current_risk
from ..snapshot import Change, changes_since
from .risk import seen

S = HomeVisit.Status
LOOKS = {"low": "done", "medium": "open", "high": "due"}
# Who approves under one of the five policies.
APPROVERS = LEADERS | SAFEGUARDING | {Role.LINE_MANAGER}
DECIDED = ("approved", "approved_in_part", "sent_back")


@dataclass(frozen=True)
class Child:
    """A pupil of a visit, with what makes the visit more urgent or delicate."""

    pupil: Pupil
    flags: list[str]


@dataclass
class Card:
    """One request as the approver reads it."""

    visit: HomeVisit
    purpose: str
    children: list[Child]
    pair: list[VisitMember]
    risk: VisitRisk | None
    look: str
    because: list[str]
    medical: list[str]
    warnings: list[HouseholdWarning]
    cautions: list[Caution]
    changes: list[Change]
    decided_on: int | None
    given: list[VisitApproval]
    missing: str
    approvers: str
    roles: list[str]
    lacks: list[Block] = field(default_factory=list)
    not_mine: list[Block] = field(default_factory=list)

    @property
    def others(self) -> bool:
        """Whether nothing is left for this person to decide."""
        return bool(self.not_mine)


@dataclass
class Inbox:
    """What waits for this person, what is not ready, and what waits for others."""

    to_decide: list[Card]
    not_ready: list[Card]
    others: list[Card]
    roles: list[str]
    approvers: str


def inbox(school: School, person: Staff, now: datetime) -> Inbox:
    """The planned visits of a school as this person's inbox has them, the earliest first."""
    planned = HomeVisit.objects.filter(school=school, status=S.PLANNED).select_related("policy", "school", "household", "raised_by")
    cards = [card(visit, person, now) for visit in planned.order_by("due_at", "pk")]
    version = find_version_in_force(school, local_day(now))
    roles = approver_roles(school, version.values, person, now) if version else []
    return Inbox(
        [one for one in cards if not one.lacks and not one.others],
        [one for one in cards if one.lacks],
        [one for one in cards if not one.lacks and one.others],
        [role_words(role) for role in roles],
        who_approves(version.values) if version else "",
    )


def card(visit: HomeVisit, person: Staff, now: datetime) -> Card:
    """One visit as a card for this person."""
    values = visit.policy.values
    roles = approver_roles(visit.school, values, person, now)
    given = list(visit.approvals.filter(voided_at__isnull=True).order_by("at", "pk"))
    not_mine = decision_blocks(visit, values, person, now)
    if roles and not not_mine and set(roles) <= {row.role for row in given}:
        not_mine = [Block("You have signed it; it waits for another approval.")]
    risk, missing, decided_on = current_risk(visit), missing_roles(visit), _decided_on(visit)
    reads = bool(roles) or seen(visit, person, now).assessment
    return Card(
        visit=visit, purpose=words_of(visit.purpose, visit.purpose_words), children=_children(visit),
        pair=list(visit.members.select_related("staff").order_by("pk")), risk=risk, look=LOOKS[risk.level] if risk else "resting",
        because=_because(risk) if reads else [], medical=_medical(risk) if roles else [], warnings=carried(visit, now) if roles else [],
        cautions=approval_cautions(visit, now) if reads else [],
        changes=changes_since(visit, decided_on) if decided_on and reads else [], decided_on=decided_on, given=given,
        missing=named(missing, "and" if values.approvals_needed == "all" else "or") if missing else "", approvers=who_approves(values),
        roles=[role for role in roles if role not in {row.role for row in given}], lacks=ready_blocks(visit, now), not_mine=not_mine,
    )  # fmt: skip


def _children(visit: HomeVisit) -> list[Child]:
    pupils = [row.pupil for row in visit.visit_pupils.select_related("pupil").prefetch_related("pupil__flags").order_by("pk")]
    words = dict(PupilFlag.Kind.choices)
    return [Child(pupil, [str(words.get(flag.kind, flag.kind)) for flag in pupil.flags.all()]) for pupil in pupils]


def _because(risk: VisitRisk | None) -> list[str]:
    """Why the risk is what it is, and what is done about it."""
    if risk is None:
        return []
    said = [str(one) for one in risk.because]
    for question, what, measure in found(risk):
        said.append(". ".join(filter(None, [f"{question}: {what or 'yes'}", f"Done about it: {measure}" if measure else ""])))
    return said + ([f"New risk: {risk.new_risk}"] if risk.new_risk else [])


def _medical(risk: VisitRisk | None) -> list[str]:
    """What staff said about their health, and what is done about it: read by those who approve, nowhere else (ATT-81)."""
    answers = [answer for answer in (risk.medical if risk else {}).values() if isinstance(answer, dict) and is_yes(answer.get("answer"))]
    return [". ".join(filter(None, (str(answer.get(key) or "").strip(" .") for key in ("says", "action")))) or "Yes" for answer in answers]


def _decided_on(visit: HomeVisit) -> int | None:
    """The version that somebody last approved or sent back; None for a visit that nobody has decided about."""
    signed = visit.approvals.order_by("-at", "-pk").values_list("at", "version").first()
    last = visit.events.filter(what__in=DECIDED).order_by("-pk").first()
    if last is None:
        return None
    if signed and signed[0] >= last.at:
        return int(signed[1])
    kept = VisitVersion.objects.filter(visit=visit, at__lte=last.at).order_by("-number").first()
    return kept.number if kept else None


def approves_today(school: School, person: Staff, roles: Collection[str], now: datetime) -> bool:
    """Whether this person approves visits today: a cheaper question than the roles in which they do, for the header.

    It costs nothing for the office, whose pages are the busiest; a school that lets another role approve has the inbox among its visits.
    """
    if APPROVERS.isdisjoint(roles):
        return False
    version = find_version_in_force(school, local_day(now))
    if version is None:
        return False
    approvers = set(version.values.approvers)
    if approvers & set(roles) or (approvers & HEADS and HEADS & set(roles)):
        return True
    if SENIOR_ON_DUTY not in approvers or LEADERS.isdisjoint(roles):
        return False
    row = DutyDay.objects.filter(school=school, day=local_day(now)).first()
    if row is not None:
        return person.pk in (row.staff_id, row.deputy_id)
    marked = StaffRole.objects.filter(staff=person, role=Role.SENIOR_MANAGER, on_duty=True)
    return Role.SENIOR_MANAGER in roles and marked.filter(Q(school=school) | Q(trust=school.trust_id)).exists()


def waiting(school: School, person: Staff) -> int:
    """How many assessed visits wait for this person's decision."""
    planned = HomeVisit.objects.filter(school=school, status=S.PLANNED, risks__replaced_at__isnull=True, risks__isnull=False)
    signed = VisitApproval.objects.filter(staff=person, voided_at__isnull=True)
    return planned.exclude(members__staff=person).exclude(pk__in=signed.values("visit")).distinct().count()
