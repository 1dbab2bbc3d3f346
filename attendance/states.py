"""What may follow what in the life of a case, of the rung that it stands at, and of a code that is written back. docs/states draws them."""

from .models import UnexplainedAbsence, WriteBack
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

W = WriteBack.State
# A suggested code on its way into the information system.
WRITE_BACK: dict[str, frozenset[str]] = {
    W.WAITING: frozenset({W.SENDING, W.CANCELLED}),
    # Claimed. What nobody recorded is asked about.
    W.SENDING: frozenset({W.WRITTEN, W.RETRYING, W.UNKNOWN, W.FAILED, W.CANCELLED}),
    W.RETRYING: frozenset({W.SENDING, W.CANCELLED, W.FAILED}),
    # Only a look-up says what became of it; never a blind second writing over what somebody entered since.
    W.UNKNOWN: frozenset({W.WRITTEN, W.RETRYING, W.UNKNOWN, W.FAILED}),
    W.WRITTEN: frozenset(),
    # A person tries again, or enters it.
    W.FAILED: frozenset({W.WAITING, W.CANCELLED}),
    W.CANCELLED: frozenset(),
}
WRITE_BACK_FIRST = frozenset({W.WAITING})
