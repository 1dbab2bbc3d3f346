"""Servers on this machine that speak another's protocol, for tests of a whole way out and back: what each of them shares."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """One request. What the other side keeps, and how it is to behave, is the `store` that `running` gives it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    store: Any

    def sent(self) -> bytes:
        """What was sent with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: Any, **headers: str) -> None:
        """Answer with JSON, and with the headers that the store asks for, if it does."""
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in {**getattr(self.store, "headers", {}), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def hang_up(self) -> None:
        """Close without an answer."""
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Threads that end with the test."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the game."""


@contextmanager
def running(handler: type[Handler], store: Any) -> Iterator[str]:
    """Run a server on a free port; its address, without a slash at the end."""
    server = Server(("127.0.0.1", 0), type("Bound", (handler,), {"store": store}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
