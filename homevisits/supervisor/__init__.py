"""Web, worker and beat as the children of one process, for a demo, a small school or a developer. A server has systemd for it."""
