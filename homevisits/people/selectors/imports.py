"""A school's imports."""

from django.db.models import QuerySet

from ..importing.faults import to_csv
from ..models import ImportFile, ImportRun, School


def imports_of(school: School) -> QuerySet[ImportRun]:
    """The school's imports, newest first."""
    return ImportRun.objects.filter(school=school).select_related("by").order_by("-started_at", "-pk")


def import_of(school: School, pk: int) -> ImportRun | None:
    """One import of the school."""
    return imports_of(school).filter(pk=pk).first()


def has_files(run: ImportRun) -> bool:
    """Whether its files are still kept."""
    return ImportFile.objects.filter(run=run).exists()


def faulty_files(run: ImportRun) -> list[tuple[int, str, int]]:
    """The files with faulty rows: their place in the run, name, and how many rows."""
    names = list(run.faults.values_list("file", flat=True))
    return [(place, file["name"], names.count(file["name"])) for place, file in enumerate(run.files) if file["name"] in names]


def faults_csv(run: ImportRun, place: int) -> str | None:
    """The faulty rows of one file of the run, to correct and import again; None when there is no such file."""
    if not 0 <= place < len(run.files):
        return None
    file = run.files[place]
    rows = run.faults.filter(file=file["name"]).order_by("line").values_list("line", "says", "row")
    return to_csv(file["header"], rows)
