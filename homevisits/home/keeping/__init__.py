"""Data protection: what is held about a pupil, how long it is kept, and its way to the next school."""
