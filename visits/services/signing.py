"""Signatures under a form, and handing it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import Staff

from ..models import FilledForm, FormSignature
from ..questionnaires.values import clean_values
from ..rules.filled import answer_blocks, form_blocks
from ..selectors.filled import values_of
from ..signed import digest, signable
from ..strokes import Drawn
from .answer_notices import SETTLING, say_nobody_teaches, tell_class
from .answers import lock_form
from .common import note

Role = FormSignature.Role


def sign_form(
    *,
    form: FilledForm,
    role: str,
    name: str,
    drawn: Drawn,
    signed: Mapping[str, Any],
    token: UUID,
    by: Staff,
    now: datetime,
    received: datetime | None = None,
) -> FormSignature:
    """Put a signature under the answers that stood before whoever signed. The same `token` twice is one.

    `drawn` is empty where the name was typed in its place, and the record says so. `signed`: {question: answer} as the page showed
    them; its hash is kept, so a later change of an answer shows. A member of staff signs in their own name. Raises Blocked for
    somebody else's visit or a form that is handed in, BadInput without a name or for answers that cannot be.
    """
    received = received or now
    with transaction.atomic():
        form = lock_form(form)
        if known := FormSignature.objects.filter(token=token).first():
            if known.form_id != form.pk:
                raise BadInput("This page is out of date. Open it afresh and sign again.")
            return known
        refuse_if(answer_blocks(form.visit, by, now))
        name = by.name if role == Role.STAFF else " ".join(name.split())
        if role not in Role.values or not name:
            raise BadInput("Enter the name of whoever signs.")
        asked = form.version.asks
        answers = signable(asked, clean_values(asked, signed), role)
        if not answers:
            raise BadInput("Nothing is answered yet: there is nothing to sign.")
        row = FormSignature.objects.create(
            form=form, role=role, name=name[:150], drawn=bool(drawn), strokes=drawn, signed=answers, sha256=digest(asked, answers),
            token=token, at=now, received_at=received, by=by,
        )  # fmt: skip
        note(form.visit, "form_signed", by=by, now=now, says=f"{row.name} ({row.get_role_display().lower()})", sha256=row.sha256)
    return row


def hand_in_form(
    *, form: FilledForm, by: Staff, now: datetime, received: datetime | None = None, open_because: str = "", unsigned_because: str = ""
) -> FilledForm:
    """Hand the form in: from then on its answers stand, its PDF is filed, and the class teacher is told (PRI-21, PRI-27).

    `open_because`: why answers are missing, for a visit that ended early; `unsigned_because`: why the parent did not sign (ATT-15).
    Handed in already, nothing changes. Raises Blocked with everything that is missing.
    """
    received = received or now
    with transaction.atomic():
        form = lock_form(form)
        if form.handed_in_at:
            return form
        refuse_if(answer_blocks(form.visit, by, now))
        if form.visit.departed_at is None:
            raise Blocked([Block("Nobody has gone yet: the form is handed in after the conversation.")])
        refuse_if(form_blocks(form, form.version.asks, values_of(form), reason=open_because, unsigned=unsigned_because))
        form.handed_in_at, form.handed_in_by, form.handed_in_received_at = now, by, received
        form.open_because, form.unsigned_because = open_because.strip(), unsigned_because.strip()
        form.save()
        note(form.visit, "form_handed_in", by=by, now=now, says=form.open_because)
        if form.visit.purpose in SETTLING and not tell_class(form, by=by, now=received):
            say_nobody_teaches(form, by=by, now=received)
    return form
