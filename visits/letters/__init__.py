"""The letters of a visit: which there are, what each says, and whom it reaches."""
