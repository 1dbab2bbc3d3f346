"""The log says what went wrong and nothing about a person."""

import logging
import sys

from homevisits.common.logs import Plain


def test_values_of_a_refused_row_stay_out_of_the_log() -> None:
    told = "duplicate key value violates a constraint\nDETAIL:  Key (phone)=(+447700900001) already exists."
    try:
        raise ValueError(told)
    except ValueError:
        record = logging.LogRecord("home", logging.ERROR, __file__, 1, "Failed", (), sys.exc_info())
    said = Plain("%(message)s").format(record)
    assert "7700900001" not in said
    assert "duplicate key value" in said
