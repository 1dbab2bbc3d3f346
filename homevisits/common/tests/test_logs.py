"""The log says what went wrong and nothing about a person."""

import logging
import logging.config
import sys

import pytest
from django.core.exceptions import PermissionDenied

from homevisits.common.logs import Plain, config, refusal_in_a_line


def test_values_of_a_refused_row_stay_out_of_the_log() -> None:
    told = "duplicate key value violates a constraint\nDETAIL:  Key (phone)=(+447700900001) already exists."
    try:
        raise ValueError(told)
    except ValueError:
        record = logging.LogRecord("home", logging.ERROR, __file__, 1, "Failed", (), sys.exc_info())
    said = Plain("%(message)s").format(record)
    assert "7700900001" not in said
    assert "duplicate key value" in said


@pytest.mark.parametrize(("raised", "lines"), [(PermissionDenied(), False), (KeyError("a fault"), True)])
def test_a_refusal_is_one_line_and_a_fault_keeps_where_it_was(raised: Exception, lines: bool) -> None:
    try:
        raise raised
    except (PermissionDenied, KeyError):
        record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Forbidden: /admin/", (), sys.exc_info())
    assert refusal_in_a_line(record)
    assert ("Traceback" in Plain("%(message)s").format(record)) == lines


def test_every_line_passes_it() -> None:
    made = logging.config.DictConfigurator(config("info"))
    made.configure_filter(made.config["filters"]["refusals"])
    assert config("info")["handlers"] == {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]},
    }
