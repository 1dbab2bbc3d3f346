"""Forms of visits, a file a subject."""
