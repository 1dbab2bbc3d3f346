"""The papers of a visit that are printed as they stand: kept with the hash of what they said, who printed them and when."""

from dataclasses import dataclass
from datetime import datetime

from homevisits.documents.models import Document
from homevisits.documents.store import About, paper
from homevisits.people.models import Staff

from ..models import HomeVisit
from .common import pupils_of


@dataclass(frozen=True)
class Paper:
    """One kind: its words, its template, and who opens it later in a pupil's file (people.matrix)."""

    words: str
    template: str
    act: str = "see_pupils"


# What holds warnings about a home stays with the safeguarding team, all that was found there with heads too: more people read the
# pupil's file than the visit. Who goes and who approves makes the paper anew from the visit.
PAPERS = {
    "permission": Paper("Permission form", "visits/permission_pdf.html"),
    "risk_assessment": Paper("Risk assessment", "visits/risk_pdf.html", "keep_home_warnings"),
    "briefing": Paper("Briefing", "visits/briefing_pdf.html", "keep_home_warnings"),
    "file_copy": Paper("Home visit form, copy for the file", "visits/form_pdf.html", "see_incidents"),
    "officer_copy": Paper("Home visit form, copy for the attendance officer", "visits/form_pdf.html", "see_incidents"),
}


def kept_paper(*, visit: HomeVisit, kind: str, html: str, by: Staff, now: datetime) -> bytes:
    """The bytes of `keep_paper`."""
    return keep_paper(visit=visit, kind=kind, html=html, by=by, now=now)[1]


def keep_paper(*, visit: HomeVisit, kind: str, html: str, by: Staff, now: datetime) -> tuple[Document, bytes]:
    """The PDF of a page of the visit; what says exactly the same is kept once. Raises documents.render.PdfUnavailable."""
    one, data = PAPERS[kind], {"visit": visit.pk, "version": visit.version}
    about = About("visit", visit.pk, pupils_of(visit), one.act)
    return paper(school=visit.school, kind=kind, title=one.words, template=one.template, html=html, data=data, about=about, by=by, now=now)
