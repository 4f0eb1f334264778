"""A web service of a parcel company, as small as can be: `python service.py` serves it until Ctrl-C."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PARCELS = {"123456": '{"day": "2026-11-25", "price": 19.50}'}
LATER: list[dict[str, object]] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parcel = PARCELS.get(self.path.rpartition("/")[2])
        self._answer(200 if parcel else 404, parcel or "{}")

    def do_POST(self) -> None:
        LATER.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(200, "{}")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words: object) -> None:
        """Quiet."""


def server() -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", 8096), Handler)


if __name__ == "__main__":
    server().serve_forever()
