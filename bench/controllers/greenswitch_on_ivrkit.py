"""The greenswitch application, unchanged, on the server with greenswitch's names that ivrkit ships."""

from __future__ import annotations

from bench.controllers.greenswitch_original import Application, serve
from ivrkit.switch.greenswitch import OutboundESLServer

if __name__ == "__main__":
    serve(OutboundESLServer, Application)
