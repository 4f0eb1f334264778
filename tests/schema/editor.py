"""A yaml-language-server, the program behind YAML in VS Code and others, spoken to as an editor does.

It speaks the Language Server Protocol on its standard input and output: JSON-RPC messages behind a Content-Length.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

DEADLINE = 30.0
"Seconds for one answer; the first waits for node."
SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}

Message = dict[str, Any]


def language_server() -> list[str] | None:
    """The command that starts it, where `make tests` put it or on the PATH; None when it is nowhere."""
    ours = Path(sys.prefix, "editor", "node_modules", "yaml-language-server", "bin", "yaml-language-server")
    if (node := shutil.which("node")) and ours.exists():
        return [node, str(ours), "--stdio"]
    elsewhere = shutil.which("yaml-language-server")
    return [elsewhere, "--stdio"] if elsewhere else None


class Editor:
    """An editor with one folder open."""

    def __init__(self, command: list[str], folder: Path, schemas: Mapping[str, Any] | None = None) -> None:
        """`schemas` is the editor's setting `yaml.schemas`: which files have which schema."""
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self._folder = folder
        self._settings = {"yaml": SETTINGS | {"schemas": schemas or {}}}
        self._received: Queue[Message] = Queue()
        self._diagnostics: dict[str, list[Message]] = {}
        self._versions: dict[str, int] = {}
        self._asked = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._ask(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            capabilities={
                "workspace": {"configuration": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                    "hover": {"contentFormat": ["markdown"]},
                },
            },
        )
        self._tell("initialized")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=DEADLINE)

    def problems(self, file: str, text: str) -> list[str]:
        """Open a file, or change it: `line: message` for each thing that is wrong."""
        return [f"{one['range']['start']['line'] + 1}: {one['message']}" for one in self._checked(file, text)]

    def completions(self, file: str, text: str) -> dict[str, str]:
        """What is offered at the `|` in a text, and what it would write there."""
        answer = self._at_cursor("textDocument/completion", file, text)
        return {item["label"]: item["insertText"] for item in answer["items"]}

    def hover(self, file: str, text: str) -> str:
        """What is shown when the mouse is over the word behind the `|`."""
        found = self._at_cursor("textDocument/hover", file, text)
        return str(found["contents"]["value"]) if found else ""

    def _at_cursor(self, method: str, file: str, text: str) -> Any:
        before, after = text.split("|")
        self._checked(file, before + after)
        line, column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
        return self._ask(method, textDocument={"uri": self._uri(file)}, position={"line": line, "character": column})

    def _checked(self, file: str, text: str) -> list[Message]:
        uri = self._uri(file)
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        self._diagnostics.pop(uri, None)
        if version > 1:
            change = [{"text": text}]
            self._tell("textDocument/didChange", textDocument={"uri": uri, "version": version}, contentChanges=change)
        else:
            document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
            self._tell("textDocument/didOpen", textDocument=document)
        while uri not in self._diagnostics:
            self._heed(self._next())
        return self._diagnostics[uri]

    def _uri(self, file: str) -> str:
        return (self._folder / file).as_uri()

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": parameters})
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._heed(message)

    def _heed(self, message: Message) -> None:
        """What the server says or asks by itself."""
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            case "workspace/configuration":
                asked = [item["section"] for item in message["params"]["items"]]
                self._send({"id": message["id"], "result": [self._settings.get(section, {}) for section in asked]})
            case _ if "id" in message:
                self._send({"id": message["id"], "result": None})

    def _next(self) -> Message:
        try:
            return self._received.get(timeout=DEADLINE)
        except Empty:
            raise TimeoutError(f"yaml-language-server said nothing for {DEADLINE} s") from None

    def _tell(self, method: str, **parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        while length := _length(self._process.stdout):
            self._received.put(json.loads(self._process.stdout.read(length)))


def _length(stream: IO[bytes]) -> int:
    """How many bytes the next message has; 0 when there is none."""
    length = 0
    while (line := stream.readline()).strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return length
