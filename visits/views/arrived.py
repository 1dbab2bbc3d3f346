"""What every kind of act that a tablet sends has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import QueryDict

from homevisits.common.errors import BadInput
from homevisits.common.forms import DJANGO_REQUIRED, required_sentence
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..services.arrivals import Done


@dataclass(frozen=True)
class Arrived:
    """An act as its handler gets it. `now` is the real time, `received` when it came in."""

    visit: HomeVisit
    data: QueryDict
    by: Staff
    now: datetime
    received: datetime


@dataclass(frozen=True)
class Kind:
    """One kind: who does it, and what matters where it is refused (see `arrivals.Said`). Its words are in `said.ARRIVED`."""

    do: Callable[[Arrived], Done]
    urgent: bool = False
    guards: Callable[[QueryDict], bool] = lambda data: False
    safeguarding: Callable[[QueryDict], bool] = lambda data: False


def clean(form: Form) -> dict[str, Any]:
    """What the form makes of it. Raises BadInput with its sentences."""
    if not form.is_valid():
        says = [_sentence(form, name, str(error)) for name, errors in form.errors.items() for error in errors]
        raise BadInput(" ".join(f"{one.rstrip('.')}." for one in dict.fromkeys(says)))
    return form.cleaned_data


def _sentence(form: Form, name: str, says: str) -> str:
    """An error in a sentence of ours, which names the field: here it does not stand beside it."""
    field = form.fields.get(name)
    return required_sentence(field, str(field.label or name)) if field is not None and says == DJANGO_REQUIRED else says
