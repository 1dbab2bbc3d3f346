"""Concerns, chronology, incidents and referrals come here."""
