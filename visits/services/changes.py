"""What follows when the plan or the risk of a visit changes: a new version, approvals void, and those told whom the policy names."""

from collections.abc import Mapping
from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.common.errors import Block
from homevisits.messaging.notices import tell

from ..models import HomeVisit, VisitApproval
from ..rules.common import clause
from ..snapshot import keep_version, lines, plan_lines
from .appointment_changes import follow_plan
from .common import link_to, note, pupils_of, visit_words

Status = HomeVisit.Status


def plan_changed(visit: HomeVisit, *, says: str, by: Actor, now: datetime) -> None:
    """Keep the new version; an approved visit waits for approval again (ATT-13), and the change is told (ATT-36).

    Call it under the visit's lock, in the transaction of the change, when everything is saved.
    """
    was_approved = visit.status == Status.APPROVED
    void_approvals(visit, now)
    keep_version(visit, by=by, now=now)
    follow_plan(visit=visit, by=by, now=now)
    if not was_approved:
        return
    visit.status = Status.PLANNED
    visit.save(update_fields=["status"])
    note(visit, "approval_void", by=by, now=now, says=says)
    values = visit.policy.values
    for role in values.changes_told_to:
        tell(
            school=visit.school, role=role, about="visit_changed",
            says=f"{visit_words(visit, now)}: the approved visit was changed: {says}",
            pupils=pupils_of(visit), link=link_to(visit.school, visit), clause=clause(values, "changes_told_to") or "", by=by, now=now,
        )  # fmt: skip


def what_changed(visit: HomeVisit, before: Mapping[str, str]) -> str:
    """What reads differently from the lines before, as a sentence for those who are told."""
    changed = [
        f"{words}: {before.get(words) or 'none'}, now {after or 'none'}"
        for words, after in lines(visit).items()
        if before.get(words, "") != after
    ]
    return "; ".join(changed) if before and changed else "it was planned again"


def replanned_blocks(visit: HomeVisit, version: int | None) -> list[Block]:
    """That the plan is not the one that was read, and what reads differently now; a new assessment of the risk alone is none (R15)."""
    newer = visit.versions.filter(number__gt=version).select_related("by").order_by("number") if version is not None else ()
    last = list(newer)[-1:]
    if version is None or not last:
        return []
    then = visit.versions.filter(number=version).first()
    about = plan_lines(visit)
    changed = [(words, then.plan.get(words, "") if then else "", reads) for words, reads in about.items()]
    said = [f"{words}: {f'{was}, now ' if was else ''}{reads or 'none'}" for words, was, reads in changed if was != reads]
    if not said:
        return []
    says = f"The plan was changed after you opened this page, last by {last[0].by or 'the system'}. {'; '.join(said)}."
    return [Block(f"{says} Nothing of yours is planned yet. What you filled in is kept: compare it, then plan again.")]


def void_approvals(visit: HomeVisit, now: datetime) -> None:
    """What was approved has changed: earlier approvals no longer hold, and stay on record."""
    VisitApproval.objects.filter(visit=visit, voided_at__isnull=True).update(voided_at=now)
