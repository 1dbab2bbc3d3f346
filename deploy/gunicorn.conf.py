"""How gunicorn serves the pages, here and on a server. WEB_WORKERS and WEB_THREADS size it."""

import os

from homevisits.supervisor import leash

host = os.environ.get("HOST") or "127.0.0.1"
bind = f"{f'[{host}]' if ':' in host else host}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60  # seconds a worker may be silent
graceful_timeout = 8
keepalive = 5
max_requests = 5000  # a worker is replaced after about this many requests
max_requests_jitter = 500
loglevel = "warning"
control_socket_disable = True


def post_fork(server, worker):
    """A worker ends with its master, also when the master is killed."""
    leash.hold(server.pid)
