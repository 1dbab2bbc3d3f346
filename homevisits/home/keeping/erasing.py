"""Erasing rows so that it can be shown what went: every row is hashed before it goes, and counted by kind."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from homevisits.documents.models import Attachment, Document
from homevisits.documents.services import attachments
from homevisits.documents.store import path_of
from homevisits.people.models import AccessItem, LegalHold, Pupil, RetentionReview

CHUNK = 500
GONE = "Erased"  # where a column may not be empty


class Counted:
    """One act of erasing: what went by kind, and the hash over all that went."""

    def __init__(self) -> None:
        self.gone: Counter[str] = Counter()
        self.files: set[str] = set()
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Over every row that went, as it was, in the order in which they went."""
        return self._hash.hexdigest()

    def delete(self, rows: QuerySet[Any]) -> None:
        """Delete rows; what hangs on them goes with them, counted and hashed too where it is deleted first."""
        ids = self._note(rows)
        rows.model._default_manager.filter(pk__in=ids).delete()

    def blank(self, rows: QuerySet[Any], **values: Any) -> None:
        """Put these values in the place of what rows say."""
        ids = self._note(rows)
        rows.model._default_manager.filter(pk__in=ids).update(**values)

    def delete_documents(self, rows: QuerySet[Document]) -> None:
        """Delete documents, with their bytes once nobody else names them."""
        self.files.update(rows.values_list("sha256", flat=True))
        self.delete(rows)

    def delete_attachments(self, rows: QuerySet[Attachment]) -> None:
        """Delete attachments, with their bytes once nobody else names them."""
        self.files.update(rows.values_list("sha256", flat=True))
        self.delete(rows)

    def forget_files(self) -> None:
        """Take the bytes away that no row names any more: after the transaction."""
        for digest in self.files:
            if not named(digest):
                for place in (path_of(digest), *(attachments.path_of(digest, scan) for scan in Attachment.Scan.values)):
                    place.unlink(missing_ok=True)

    def _note(self, rows: QuerySet[Any]) -> list[Any]:
        """Hash and count rows; their numbers."""
        ids = []
        for row in rows.order_by("pk").values().iterator(chunk_size=CHUNK):
            said = json.dumps([rows.model._meta.label, row], sort_keys=True, cls=DjangoJSONEncoder)
            self._hash.update(said.encode())
            ids.append(row[rows.model._meta.pk.attname])
        if ids:
            self.gone[rows.model._meta.label] += len(ids)
        return ids


class Erasing(Counted):
    """One act of erasing records of a pupil; what stays because another child shares it is counted too."""

    def __init__(self, pupil: Pupil, kind: str) -> None:
        super().__init__()
        self.pupil, self.kind = pupil, kind
        self.left: Counter[str] = Counter()

    def own(self, rows: QuerySet[Any], pupils: str) -> QuerySet[Any]:
        """Of these rows those that are no other child's any more; the others are counted as left.

        `pupils`: the way from a row to its pupils. Another child no longer needs it once its own records of the kind were erased and
        nobody holds them.
        """
        kept = Pupil.objects.exclude(pk=self.pupil.pk).exclude(pk__in=self._released())
        shared = rows.filter(pk__in=rows.model._default_manager.filter(**{f"{pupils}__in": kept}).values("pk"))
        number = shared.count()
        if number:
            self.left[rows.model._meta.label] += number
        return rows.exclude(pk__in=list(shared.values_list("pk", flat=True)))

    def _released(self) -> set[int]:
        """Other children whose records of this kind were erased, and that nobody holds."""
        decided = RetentionReview.objects.filter(kind=self.kind, decision__in=("anonymise", "delete"))
        held = LegalHold.objects.filter(lifted_at=None).values("pupil")
        return set(decided.exclude(pupil__in=held).values_list("pupil", flat=True))


def named(digest: str) -> bool:
    """Whether any row still names a file."""
    models: Iterable[type[Model]] = (Document, Attachment)
    return AccessItem.objects.filter(file=digest).exists() or any(model._default_manager.filter(sha256=digest).exists() for model in models)
