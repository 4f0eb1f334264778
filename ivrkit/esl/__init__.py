"""The event-socket codec: bytes <-> frames <-> events and commands, in both directions, without I/O.

controller                                         FreeSWITCH, or the embedded switch
commands.sendmsg_execute(…)  -> bytes ->           server.CommandParser.feed
FrameParser.feed, parse_event  <- bytes <-         server.encode_event_plain, encode_reply, …
"""

from ivrkit.esl.events import EslEvent, parse_event
from ivrkit.esl.frames import Frame, FrameParser
from ivrkit.esl.inert import inert, uninert

__all__ = ["EslEvent", "Frame", "FrameParser", "inert", "parse_event", "uninert"]
