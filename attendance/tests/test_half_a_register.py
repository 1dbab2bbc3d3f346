"""A register that says too little takes nobody's class: a child whom nobody looked for must not pass as present."""

from datetime import timedelta

import pytest

from attendance.models import Register, UnexplainedAbsence
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from homevisits.common.errors import BadInput
from homevisits.messaging.models import Notice

from .mornings import BY, Morning

pytestmark = pytest.mark.django_db


def sent(morning: Morning, codes: str) -> list[Register]:
    """A connector sends the marks of the first pupils of the class, one letter each."""
    marks = {pupil.pk: MarkGiven(code) for pupil, code in zip(morning.pupils, codes, strict=False)}
    return take_register(
        school=morning.school,
        day=morning.day,
        session="AM",
        marks=marks,
        class_names=None,
        source="connector",
        by=BY,
        now=morning.at("08:55"),
    )


def test_a_mark_or_two_do_not_take_a_class() -> None:
    morning = Morning(missing=1, present=5)
    assert sent(morning, "N/") == []
    morning.run("09:00", "09:16", every=60)
    assert not UnexplainedAbsence.objects.exists()
    assert Notice.objects.filter(about="register_not_taken", role="office_admin").count() == 1


def test_most_marks_take_it_and_later_ones_complete_it() -> None:
    morning = Morning(missing=1, present=5)
    assert [register.class_name for register in sent(morning, "N//")] == ["3A"]
    morning.run("09:00", "09:15", every=60)
    assert UnexplainedAbsence.objects.count() == 1


def test_a_day_to_come_has_no_register() -> None:
    morning = Morning(missing=1)
    morning.day += timedelta(days=1)
    with pytest.raises(BadInput, match="is to come"):
        take_register(
            school=morning.school, day=morning.day, session="AM", marks={}, class_names=None, source="test", by=BY,
            now=morning.at("08:55") - timedelta(days=1),
        )  # fmt: skip
    assert not Register.objects.exists()
