"""greenswitch's classes on ivrkit's connection: an application written for greenswitch 0.0.19 runs on them unchanged.

Names, handlers and exceptions are greenswitch's; what is underneath is not. Completions are matched by Event-UUID, not
by the application's name; an event is decoded when a handler looks at it; whoever waits is told when the connection
ends; events that wait for a slow handler are bounded (`dropped` counts the rest); what is sent is one command only.

    reader greenlet             connection.events() -> completions, hang-up, disconnect -> handler queue
    handler greenlet            handler queue -> before_handle, the handlers, after_handle
    the application's greenlets send(), playback(block=True), … wait for the reader
"""

from greenswitch.esl import NotConnectedError, OutboundSessionHasGoneAway

from ivrkit.switch.greenswitch.inbound import InboundESL
from ivrkit.switch.greenswitch.protocol import ESLEvent
from ivrkit.switch.greenswitch.server import OutboundESLServer
from ivrkit.switch.greenswitch.session import OutboundSession, ResponseTimeout

__all__ = [
    "ESLEvent",
    "InboundESL",
    "NotConnectedError",
    "OutboundESLServer",
    "OutboundSession",
    "OutboundSessionHasGoneAway",
    "ResponseTimeout",
]
