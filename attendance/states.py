"""What may follow what in the life of a case, and of the rung that it stands at. docs/states draws both."""

from .models import UnexplainedAbsence
from .models.cases import Rung

S = UnexplainedAbsence.Status

TRANSITIONS: dict[str, frozenset[str]] = {
    S.OPEN: frozenset({S.CLOSED}),
    # A reason or an arrival that is taken back.
    S.CLOSED: frozenset({S.OPEN}),
}
FIRST = frozenset({S.OPEN})

# The rung that is due next; the empty one stands for none left: the day has ended. Another day's register starts again.
RUNGS: dict[str, frozenset[str]] = {
    Rung.FIRST_TEXT: frozenset({Rung.CALL}),
    Rung.CALL: frozenset({Rung.WELFARE_VISIT, Rung.FIRST_TEXT}),
    Rung.WELFARE_VISIT: frozenset({Rung.DAY_END, Rung.FIRST_TEXT}),
    Rung.DAY_END: frozenset({"", Rung.FIRST_TEXT}),
    "": frozenset({Rung.FIRST_TEXT}),
}
