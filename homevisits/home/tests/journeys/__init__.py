"""Visits in real browsers: every policy from the request to the closed file, and everything that stops one on its way."""
