"""Questions about the morning: each takes the school, so that no other school's row can get out."""
