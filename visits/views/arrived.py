"""What every kind of act that a tablet sends has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import QueryDict

from homevisits.common.errors import BadInput
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
        raise BadInput(" ".join(dict.fromkeys(str(error) for errors in form.errors.values() for error in errors)))
    return form.cleaned_data
