from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ProtocolError
from ivrkit.esl import Frame, FrameParser
from ivrkit.esl.frames import MAX_BLOCK

DATA = Path(__file__).parent.parent / "data"
STREAM = (DATA / "stream-plain.esl").read_bytes()
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
SHORT = OK + b"Content-Length: 5\nContent-Type: api/response\n\ntrue\n" + STREAM[:4000]


def frames_of(*pieces: bytes) -> list[Frame]:
    parser = FrameParser()
    return [frame for piece in pieces for frame in parser.feed(piece)]


def test_a_recorded_stream_is_cut_into_its_150_events() -> None:
    frames = frames_of(STREAM)
    assert len(frames) == 150
    assert {frame.content_type for frame in frames} == {"text/event-plain"}
    assert sum(len(frame.block) + 2 + len(frame.body) for frame in frames) == len(STREAM)


@given(st.lists(st.integers(0, len(SHORT)), max_size=20))
def test_frames_are_the_same_however_the_bytes_were_split(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(SHORT)]
    pieces = [SHORT[a:b] for a, b in pairwise(edges)]
    assert frames_of(*pieces) == frames_of(SHORT)


def test_frames_are_the_same_one_byte_at_a_time() -> None:
    assert frames_of(*(SHORT[at : at + 1] for at in range(len(SHORT)))) == frames_of(SHORT)


def test_a_large_body_in_small_pieces_is_one_frame() -> None:
    body = b"x" * 3_000_000
    stream = b"Content-Type: api/response\nContent-Length: 3000000\n\n" + body
    (frame,) = frames_of(*(stream[at : at + 1000] for at in range(0, len(stream), 1000)))
    assert frame.body == body


def test_a_frame_without_content_length_has_no_body() -> None:
    assert frames_of(OK + OK) == [Frame("command/reply", OK[:-2], b"")] * 2


def test_headers_of_a_frame_are_as_they_were_sent() -> None:
    (frame,) = frames_of(b"Content-Type: command/reply\nReply-Text: 100%25 of: it\nReply-Text: second\nX:\n\n")
    assert frame.headers == {"Content-Type": "command/reply", "Reply-Text": "100%25 of: it", "X": ""}
    assert frame.get("Reply-Text") == "100%25 of: it"
    assert frame.get("Missing") is None


BAD = {
    "without Content-Type": b"Content-Length: 3\n\nabc",
    "empty block": b"\n\n",
    "negative length": b"Content-Type: a\nContent-Length: -1\n\n",
    "huge length": b"Content-Type: a\nContent-Length: 16777217\n\n",
    "endless length": b"Content-Type: a\nContent-Length: " + b"9" * 9000 + b"\n\n",
    "signed length": b"Content-Type: a\nContent-Length: +5\n\nhello",
    "length in words": b"Content-Type: a\nContent-Length: five\n\nhello",
    "length in other digits": "Content-Type: a\nContent-Length: ٥\n\nhello".encode(),
    "empty length": b"Content-Type: a\nContent-Length: \n\nhello",
    "two lengths": b"Content-Type: a\nContent-Length: 1\nContent-Length: 1\n\nx",
    "no colon": b"Content-Type: a\nhello\n\n",
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\n\n",
    "bad UTF-8": b"Content-Type: a\nX: \xff\n\n",
    "bad UTF-8 in the name": b"Content-Type: a\n\xff: x\n\n",
    "block without end": b"x" * (MAX_BLOCK + 1),
}


@pytest.mark.parametrize("stream", BAD.values(), ids=BAD.keys())
def test_what_is_no_frame_ends_in_one_clear_line(stream: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        frames_of(stream)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("stream", BAD.values(), ids=BAD.keys())
def test_frames_before_the_fault_are_not_lost(stream: bytes) -> None:
    parser = FrameParser()
    assert len(parser.feed(OK + stream)) == 1
    assert parser.fault is not None
    with pytest.raises(ProtocolError):
        parser.feed(OK)


def test_a_header_block_that_never_ends_is_refused_in_small_pieces_too() -> None:
    parser = FrameParser()
    with pytest.raises(ProtocolError, match="header block of more than"):
        for _ in range(MAX_BLOCK // 50_000 + 2):
            parser.feed(b"y" * 50_000)


def test_the_parser_knows_whether_a_frame_was_cut() -> None:
    parser = FrameParser()
    parser.feed(OK)
    assert not parser.inside_frame
    parser.feed(OK[:5])
    assert parser.inside_frame


@given(st.binary(max_size=300))
def test_any_bytes_give_frames_or_a_protocol_error(noise: bytes) -> None:
    parser = FrameParser()
    try:
        for _ in range(3):
            parser.feed(noise)
    except ProtocolError:
        assert parser.fault is not None
