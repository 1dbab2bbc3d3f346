"""The home visit form: one record, of which the parents, the file and the attendance officer each have a copy (MAT-31)."""

from django.template.loader import render_to_string

from .letters.kinds import PARENT_COPY
from .models import HomeVisit
from .purposes import words_of
from .questionnaire_paper import answered
from .rules.filled import without_prompts
from .selectors.filled import form_of, signatures, unsigned_words, values_of
from .selectors.letters import ways_of
from .selectors.reports import answers_of, report_of

COPIES = {"file": "Copy for the file", "officer": "Copy for the attendance officer"}


def form_html(visit: HomeVisit, whose: str) -> str:
    """The whole form for the school, with how the parents' copy went. KeyError for a copy that there is not; the parents' is a letter.

    It says what is recorded and not when it was looked at: looked at again it is the same paper, kept once.
    """
    report, form = report_of(visit), form_of(visit)
    parents = visit.letters.filter(kind=PARENT_COPY).select_related("document", "sent_by").first()
    context = {
        "visit": visit, "school": visit.school, "copy": COPIES[whose], "report": report,
        "purpose": words_of(visit.purpose, visit.purpose_words),
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")],
        "members": [one.staff for one in visit.members.select_related("staff").order_by("pk")],
        "outcomes": list(visit.outcomes.select_related("by").order_by("at", "pk")),
        "spoken": list(visit.spoken_to.order_by("at", "pk")),
        "answers": answers_of(visit, report) if report else [],
        "sections": answered(without_prompts(form.version.asks), values_of(form), parents_copy=False) if form else [],
        "form_row": form, "signed": signatures(form), "unsigned_words": unsigned_words(form),
        "agreements": list(visit.agreements.select_related("owner").order_by("due_on", "pk")),
        "parents": parents, "ways": ways_of(parents.document) if parents else [],
    }  # fmt: skip
    return render_to_string("visits/form_pdf.html", context)
