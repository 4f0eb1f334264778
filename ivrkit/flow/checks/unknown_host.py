"""A request goes to a host that the configuration does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.addresses import Origin, Url, origins
from ivrkit.prompts.problems import nearest

CHECK = "unknown-host"


def unknown_host(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.world is None:
        return
    allowed = [origin for host in sorted(flow.world.hosts) for origin in origins(host)]
    for name, node in flow.nodes.items():
        for path, url in walk(node, Url):
            if url.origin not in allowed:
                near = _near(url.origin, allowed) or "; add it to hosts: in ivrkit.yaml"
                yield flow.error(name, path, f"no request may go to {quoted(str(url.origin))}{near}", CHECK)


def _near(origin: Origin, allowed: list[Origin]) -> str:
    """The address that was probably meant, by its host: every address begins alike."""
    host = nearest(origin.host, [one.host for one in allowed])
    return next((f'; did you mean "{one}"?' for one in allowed if one.host == host), "")
