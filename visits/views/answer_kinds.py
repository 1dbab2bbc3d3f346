"""What a tablet sends of the form of a visit: answers, signatures, handing in; each with the form and the service of its page."""

from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from homevisits.common.errors import BadInput

from ..forms.filled import HandInForm, SignForm, every_change
from ..models import FilledForm, FormSignature
from ..prompt_answers import CURIOSITY, ticked
from ..selectors import filled
from ..services import answers, signing
from ..services.arrivals import Done
from .arrived import Arrived, Kind, clean

Role = FormSignature.Role


def _form(act: Arrived, version: str) -> FilledForm:
    """The form of the visit, opened with the questions that the page had shown."""
    shown = filled.version_by(act.visit, int(version)) if version.isdigit() and len(version) < 12 else None
    return answers.open_form(visit=act.visit, version=shown, by=act.by, now=act.now, received=act.received)


def _page(act: Arrived, name: str) -> str:
    return reverse(name, args=[act.visit.school.slug, act.visit.pk])


def _answers(act: Arrived) -> Done:
    """Answers of one section, one or all of them, as its page would post them."""
    row = _form(act, act.data.get("version", ""))
    section = row.version.asks.section(act.data.get("section", ""))
    if section is None:
        raise BadInput("This page is older than the form. Open it afresh.")
    saved = answers.save_answers(
        form=row, changes=every_change(section, act.data), token=UUID(act.data.get("token", "")), half_typed=True, by=act.by, now=act.now,
        received=act.received,
    )  # fmt: skip
    return Done("Saved.", more={"revisions": saved.revisions, "conflicts": saved.conflicts})


def _sign(act: Arrived) -> Done:
    role = act.data.get("role", "")
    given = clean(SignForm(act.data, role=role, by_name=act.by.name))
    row = signing.sign_form(
        form=_form(act, act.data.get("version", "")), role=role, name=given["name"], drawn=given["drawn"], signed=given["signed"],
        token=given["token"], by=act.by, now=act.now, received=act.received,
    )  # fmt: skip
    return Done(f"Signed by {row.name}.", _page(act, "visit_form" if role == Role.PARENT else "visit_form_check"))


def _hand_in(act: Arrived) -> Done:
    given = clean(HandInForm(act.data, missing=True, unsigned=True))
    signing.hand_in_form(form=_form(act, ""), by=act.by, now=act.now, received=act.received, **given)
    return Done("The form is handed in.", _page(act, "visit_form"))


def _tells_safeguarding(data: QueryDict) -> bool:
    """Whether something is ticked that the safeguarding team must hear of, even where it cannot be written down."""
    return ticked(data.getlist(CURIOSITY))


ANSWER_KINDS: dict[str, Kind] = {
    "answers": Kind(_answers, safeguarding=_tells_safeguarding),
    "sign": Kind(_sign),
    "hand_in": Kind(_hand_in),
}
