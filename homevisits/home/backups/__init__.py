"""Backups of database and documents in one archive, and restoring them so that nothing is sent twice (R14)."""
