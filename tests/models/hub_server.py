"""A small hub on this machine that speaks as much of the hub's API as a download needs."""

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NEWER = "fedcba9876543210fedcba9876543210fedcba98"


@dataclass
class Repo:
    """A model on the hub.

    Attributes:
        files: content by name.
        commits: its commits; the last one is its main branch.
        gated: files are refused.
        failing: files whose download breaks off.
    """

    files: dict[str, bytes]
    commits: tuple[str, ...] = (COMMIT,)
    gated: bool = False
    failing: set[str] = field(default_factory=set)


@dataclass
class Hub:
    """The server's address, what it holds, and the paths of the files that were sent."""

    endpoint: str
    repos: dict[str, Repo]
    asked: list[str] = field(default_factory=list)

    def downloads(self):
        """Names of the files that were sent."""
        return sorted(path.split("/resolve/")[1].split("/", 1)[1] for path in self.asked)


@contextmanager
def serve(repos):
    """Run a hub with `repos`, by id, for as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    hub = Hub(f"http://127.0.0.1:{server.server_port}", repos)
    server.hub = hub
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def _answer(self, body):
        path, hub = unquote(urlsplit(self.path).path), self.server.hub
        if path.startswith("/api/models/"):
            owner, name, *rest = path.removeprefix("/api/models/").split("/")
            self._api(hub.repos.get(f"{owner}/{name}"), f"{owner}/{name}", rest)
        elif "/resolve/" not in path:
            self._send(404, b"")
        else:
            if body:
                hub.asked.append(path)
            owner, name, _, revision, file = path.removeprefix("/").split("/", 4)
            self._file(hub.repos[f"{owner}/{name}"], revision, file, body)

    def _api(self, repo, name, rest):
        if repo is None:
            return self._send(401, b"", {"X-Error-Code": "RepoNotFound"})
        revision = rest[1] if rest else "main"
        commit = repo.commits[-1] if revision == "main" else revision
        if commit not in repo.commits:
            return self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        if rest and rest[0] == "tree":
            listed = [self._entry(file, content) for file, content in repo.files.items()]
            return self._send(200, json.dumps(listed).encode())
        facts = {"id": name, "sha": commit, "siblings": [{"rfilename": file} for file in repo.files]}
        return self._send(200, json.dumps(facts).encode())

    def _entry(self, file, content):
        return {"type": "file", "path": file, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}

    def _file(self, repo, revision, file, body):
        commit = repo.commits[-1] if revision == "main" else revision
        if repo.gated:
            return self._send(403, b"", {"X-Error-Code": "GatedRepo"})
        content = repo.files[file]
        headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": commit}
        if body and file in repo.failing:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return None
        return self._send(200, content if body else b"", headers, len(content))

    def _send(self, status, content, headers=None, length=None):
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)
