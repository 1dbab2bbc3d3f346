"""What concerns give to a chronology: what was written, what the family was told."""

from collections.abc import Iterator

from safeguarding.models import Concern, FamilyTold

from .entry import Entry, Whom, person, words


def concerns(whom: Whom) -> Iterator[Entry]:
    """Each concern in the words of whoever wrote it."""
    rows = Concern.objects.filter(school=whom.school, pupils__in=whom.pupils).distinct()
    for row in rows.select_related("by").prefetch_related("pupils"):
        about, others = whom.about(pupil.pk for pupil in row.pupils.all())
        by, by_id = person(row.by)
        yield Entry(
            "concern", row.pk, "concern", "Concern", row.says, row.seen_at, row.at, by, by_id,
            origin=f"Concern {row.pk}" + (f", from {row.source}" if row.source else ""), about=about, others=others,
        )  # fmt: skip


def family_told(whom: Whom) -> Iterator[Entry]:
    """Whether the family was told of a concern, or why not (PRI-26)."""
    rows = FamilyTold.objects.filter(concern__school=whom.school, concern__pupils__in=whom.pupils).distinct()
    for row in rows.select_related("by").prefetch_related("concern__pupils"):
        about, others = whom.about(pupil.pk for pupil in row.concern.pupils.all())
        by, by_id = person(row.by)
        yield Entry(
            "family_told", row.pk, "concern", "Was the family told of the concern?", words(f"{row.get_told_display()}.", row.why),
            row.at, row.at, by, by_id, origin=f"Concern {row.concern_id}", about=about, others=others,
        )  # fmt: skip
