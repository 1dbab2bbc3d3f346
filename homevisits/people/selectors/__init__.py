"""Reading a school's people. Every function takes the school: rows are reached through it."""

from .pupils import contacts_of, on_roll, proposed_leavers, pupil_of, pupils_listed, search_pupils, siblings_of

__all__ = ["contacts_of", "on_roll", "proposed_leavers", "pupil_of", "pupils_listed", "search_pupils", "siblings_of"]
