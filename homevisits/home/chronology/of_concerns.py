"""What concerns give to a chronology: what was written and amended, what the family was told, decisions, actions, and how each ended."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from homevisits.common.said import wall
from safeguarding.models import Concern, ConcernAction, ConcernAmendment, ConcernDecision, ConcernEvent, FamilyTold
from safeguarding.selectors.concern_files import file_line, files_of
from safeguarding.selectors.marks import Marked, counted_at, mark_words, marks_of

from .entry import Entry, Where, Whom, on_day, page, person, words

# What of a concern's history stands nowhere else.
HISTORY = {"pupils": "Whom the concern is about was changed", "closed": "Concern closed", "reopened": "Concern opened again"}


def concerns(whom: Whom) -> Iterator[Entry]:
    """Each concern in the words of whoever wrote it; amended, those words stay, and the amendment is an entry of its own."""
    beside = ("marks", "amendments__by", "amendments__marks_added", "amendments__marks_gone")
    rows = list(_concerns(whom).prefetch_related(*beside))
    files = _files(rows)
    for row in rows:
        by, by_id = person(row.by)
        amended = sorted(row.amendments.all(), key=lambda one: (one.at, one.pk))
        marks = marks_of(row, amended)
        says = words(_written(row), *_marks(counted_at(marks, None)), *files[row.pk])
        yield Entry(
            "concern", row.pk, "concern", "Concern", says, row.seen_at, row.written_at or row.at, by, by_id,
            superseded=bool(amended), **_of(whom, row),
        )  # fmt: skip
        yield from _amendments(whom, row, amended, marks, files[row.pk])


def _files(rows: Sequence[Concern]) -> Mapping[int, list[str]]:
    """What was added to each concern, in a line each; what was withdrawn is left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for file in files_of([row.pk for row in rows]).filter(withdrawn_at=None) if rows else ():
        found[file.about_id].append(f"Attached: {file_line(file).words}")
    return found


def _amendments(
    whom: Whom, row: Concern, amended: Sequence[ConcernAmendment], marks: Sequence[Marked], files: Sequence[str]
) -> Iterator[Entry]:
    for one in amended:
        by, by_id = person(one.by)
        gone = [f"Mark withdrawn: {mark_words(each.mark)}" for each in marks if each.gone == one]
        says = words(
            one.says, f"In the child’s words: {one.words}" if one.words else "", f"Where: {one.place}" if one.place else "",
            *_marks(counted_at(marks, one)), *gone, *(files if one is amended[-1] else ()), f"Amended: {one.because}",
        )  # fmt: skip
        yield Entry(
            "amendment", one.pk, "concern", "Concern, as amended", says, one.seen_at, one.at, by, by_id, superseded=one is not amended[-1],
            **_of(whom, row),
        )  # fmt: skip


def _written(row: Concern) -> str:
    """What was written, in lines."""
    rung = f"999 was rung {wall(row.emergency_at)}" if row.emergency_at else ""
    rung += f", reference {row.emergency_reference}" if rung and row.emergency_reference else ""
    return words(
        row.says,
        f"In the child’s words: {row.words}" if row.words else "",
        f"Where: {row.place}" if row.place else "",
        f"Also about: {row.others}" if row.others else "",
        f"Others who were told: {row.told_others}" if row.told_others else "",
        "The writer thought that somebody was in danger there and then." if row.danger else "",
        f"{rung}." if rung else "",
    )


def _marks(marks: Sequence[Marked]) -> list[str]:
    """Marks of the body map in words."""
    return [f"Mark on the body: {mark_words(one.mark)}" for one in marks]


def family_told(whom: Whom) -> Iterator[Entry]:
    """Whether the family was told of a concern, or why not (PRI-26)."""
    rows = FamilyTold.objects.filter(concern__in=_concerns(whom)).select_related("by", "concern").prefetch_related("concern__pupils")
    for row in rows:
        by, by_id = person(row.by)
        says = words(f"{row.get_told_display()}.", row.why)
        title = "Was the family told of the concern?"
        yield Entry("family_told", row.pk, "concern", title, says, row.at, row.at, by, by_id, **_of(whom, row.concern))


def decisions(whom: Whom) -> Iterator[Entry]:
    """What the safeguarding team decided and why, also not to refer (MAT-12)."""
    rows = ConcernDecision.objects.filter(concern__in=_concerns(whom)).select_related("by", "concern").prefetch_related("concern__pupils")
    for row in rows:
        by, by_id = person(row.by)
        rung = f"999 was rung {wall(row.emergency_at)} {row.emergency_reference}".strip() if row.emergency_at else ""
        says = words(row.because, f"Consent: {row.consent}" if row.consent else "", rung)
        title = f"Decision: {row.get_kind_display().lower()}"
        yield Entry("concern_decision", row.pk, "decision", title, says, row.at, row.at, by, by_id, **_of(whom, row.concern))


def actions(whom: Whom) -> Iterator[Entry]:
    """What was to be done by whom until when, and what was done."""
    rows = ConcernAction.objects.filter(concern__in=_concerns(whom)).select_related("by", "owner", "done_by", "concern")
    for row in rows.prefetch_related("concern__pupils"):
        about = _of(whom, row.concern)
        by, by_id = person(row.by)
        title = f"Action for {row.owner}, by {on_day(row.due_on)}"
        yield Entry("action", row.pk, "decision", title, row.says, row.at, row.at, by, by_id, **about)
        if row.done_at:
            by, by_id = person(row.done_by)
            says = words(row.says, row.done_says)
            yield Entry("action_done", row.pk, "decision", "Action done", says, row.done_at, row.done_at, by, by_id, **about)


def history(whom: Whom) -> Iterator[Entry]:
    """What else became of a concern: about whom it is, closed, opened again."""
    rows = ConcernEvent.objects.filter(concern__in=_concerns(whom), what__in=HISTORY).select_related("by", "concern")
    for row in rows.prefetch_related("concern__pupils"):
        by, by_id = person(row.by)
        title = HISTORY[row.what]
        yield Entry("concern_event", row.pk, "decision", title, row.says, row.at, row.at, by, by_id, **_of(whom, row.concern))


def _concerns(whom: Whom) -> QuerySet[Concern]:
    found = Concern.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    return found.select_related("by").prefetch_related("pupils")


def _of(whom: Whom, row: Concern) -> Where:
    """Where an entry of a concern stands, and whom it concerns."""
    about, others = whom.about(pupil.pk for pupil in row.pupils.all())
    origin = f"Concern {row.reference or row.short}" + (f", from {row.source}" if row.source else "")
    return {"origin": origin, "url": page("concern", whom.school.slug, row.public_id), "about": about, "others": others}
