"""What can be printed for the visits of a day, and what a run has put together."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from homevisits.common.clock import local_day
from homevisits.documents import sheets
from homevisits.documents.models import Document
from homevisits.documents.store import Altered, content_of
from homevisits.people.models import Role, School, Staff

from ..letters.kinds import KINDS, words_of
from ..models import HomeVisit, PrintRun
from ..rules.closing import final_blocks, letter_blocks
from ..rules.leaving import reads_briefing
from ..rules.letters import late_blocks
from ..states import ENDED
from .access import visible
from .letters import offered

BRIEFING = "briefing"
S = HomeVisit.Status


@dataclass(frozen=True)
class Choice:
    """One paper of one visit. `key` names it in a form; `usual`: ticked before anybody has chosen."""

    visit: HomeVisit
    kind: str
    words: str
    usual: bool

    @property
    def key(self) -> str:
        """`17-briefing`."""
        return f"{self.visit.pk}-{self.kind}"


def choices(
    school: School, day: date, person: Staff, roles: Collection[str], now: datetime
) -> list[tuple[HomeVisit, list[str], list[Choice]]]:
    """The visits of a day in the order of the round, by their time at the door, with the papers that this person may print."""
    rows = visible(school, person, roles).exclude(status__in=ENDED).filter(due_at__date=day, drill=False)
    found = []
    for visit in sorted(rows.prefetch_related("visit_pupils__pupil"), key=lambda one: (one.arrive_at or one.due_at, one.pk)):
        papers = _papers(visit, person, roles, now)
        if papers:
            found.append((visit, [str(one.pupil) for one in visit.visit_pupils.all()], papers))
    return found


def _papers(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> list[Choice]:
    papers = []
    if visit.due_back and visit.status in (S.PLANNED, S.APPROVED) and reads_briefing(visit, person, frozenset(roles), now):
        papers.append(Choice(visit, BRIEFING, "Briefing", True))
    waiting = {row.kind: row for row in visit.letters.select_related("document") if not row.sent_at and not row.discarded_at}
    for kind in [*waiting, *(kind for kind in offered(visit) if kind not in waiting)]:
        if kind in KINDS and not letter_blocks(visit, kind, person, now) + late_blocks(visit, kind, now):
            row = waiting.get(kind)
            final = row is not None and bool(final_blocks(row))
            papers.append(Choice(visit, kind, words_of(kind) + ("" if final else ", to be made final"), kind in offered(visit) or final))
    return papers


def prints(school: School, person: Staff, roles: Collection[str]) -> bool:
    """Whether there can be papers for this person: those of a class have none but for a visit on which they go."""
    if set(roles) - {Role.CLASS_TEACHER, Role.TEACHING_ASSISTANT}:
        return True
    return HomeVisit.objects.filter(school=school, members__staff=person).exclude(status__in=ENDED).exists()


def runs_of(school: School, person: Staff, now: datetime) -> list[PrintRun]:
    """The person's own runs of today, the newest first: they hold briefings, and are nobody else's."""
    rows = PrintRun.objects.filter(school=school, by=person).order_by("-pk")[:10]
    return [row for row in rows if local_day(row.asked_at) == local_day(now)]


def run_of(school: School, run_id: int) -> PrintRun | None:
    """One run of a school; the page shows it to whoever asked for it."""
    return PrintRun.objects.filter(school=school, pk=run_id).first()


def together(run: PrintRun) -> bytes:
    """The run's papers as one PDF in the order of the round, the cards after them, four to a sheet. Raises documents.store.Altered."""
    if run.state != PrintRun.State.DONE:
        raise Altered("The papers are still being made.")
    made = {row.pk: row for row in Document.objects.filter(pk__in=[item["document"] for item in run.items if item["document"]])}
    ordered = [made[item["document"]] for item in run.items if item["document"] in made]
    if not ordered:
        raise Altered("None of the papers could be made.")
    cards = [content_of(row) for row in ordered if row.kind in KINDS and KINDS[row.kind].card]
    papers = [content_of(row) for row in ordered if not (row.kind in KINDS and KINDS[row.kind].card)]
    out = io.BytesIO()
    sheets.put_together(papers, cards, out)
    return out.getvalue()
