"""The websocket protocol on bytes alone: however the stream is cut, the same messages come out of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.infra import frames
from facilitator.infra.frames import Broken, CloseCode, Control, Opcode, Parser
from tests.realtime.raw import client_frame

MOST_BYTES = 1000

payloads = st.binary(max_size=300)
texts = st.text(max_size=100).map(lambda text: (text, [client_frame(text.encode())]))
binaries = payloads.map(lambda payload: (payload, [client_frame(payload, 2)]))
controls = st.tuples(st.sampled_from((8, 9, 10)), st.binary(max_size=125)).map(
    lambda made: (Control(Opcode(made[0]), made[1]), [client_frame(made[1], made[0])])
)


@st.composite
def in_pieces(draw: st.DrawFn) -> tuple[object, list[bytes]]:
    """A message in several frames, cut anywhere, even within a letter."""
    text = draw(st.text(min_size=1, max_size=60))
    whole = text.encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), min_size=1, max_size=4)))
    edges = list(zip([0, *cuts], [*cuts, len(whole)], strict=True))
    sent = [
        client_frame(whole[start:end], 1 if n == 0 else 0, final=n == len(edges) - 1)
        for n, (start, end) in enumerate(edges)
    ]
    return text, sent


traffic = st.lists(st.one_of(texts, binaries, controls, in_pieces()), max_size=8)
nonsense = st.one_of(st.just(b""), st.binary(max_size=40), st.just(client_frame(b"x", masked=False)))


def parsed(chunks: list[bytes]) -> tuple[list[object], CloseCode | None]:
    """What came out, and what it broke on."""
    parser = Parser(MOST_BYTES)
    found: list[object] = []
    try:
        for chunk in chunks:
            parser.feed(chunk)
            while (item := parser.next()) is not None:
                found.append(item)
    except Broken as broken:
        return found, broken.code
    return found, None


@given(traffic, st.data())
def test_any_cut_of_any_stream_gives_the_same_messages(
    sent: list[tuple[object, list[bytes]]], data: st.DataObject
) -> None:
    stream = b"".join(part for _, parts in sent for part in parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parsed(chunks) == ([item for item, _ in sent], None)


@given(traffic, nonsense, st.data())
def test_a_stream_that_breaks_does_so_at_the_same_place_however_it_is_cut(
    sent: list[tuple[object, list[bytes]]], end: bytes, data: st.DataObject
) -> None:
    stream = b"".join(part for _, parts in sent for part in parts) + end
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parsed(chunks) == parsed([stream[n : n + 1] for n in range(len(stream))])


@given(st.integers(1, 8), st.binary(min_size=1, max_size=50))
def test_a_control_frame_may_come_between_the_pieces_of_a_message(ping_after: int, payload: bytes) -> None:
    whole = "ångström".encode()
    pieces = [client_frame(whole[:ping_after], final=False), client_frame(whole[ping_after:], 0)]
    stream = pieces[0] + client_frame(payload, Opcode.PING) + pieces[1]
    assert parsed([stream]) == ([Control(Opcode.PING, payload), "ångström"], None)


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (client_frame(b"x", masked=False), CloseCode.PROTOCOL_ERROR),
        *((client_frame(b"x", reserved=bit), CloseCode.PROTOCOL_ERROR) for bit in (0x10, 0x20, 0x40)),
        *((client_frame(b"x", opcode), CloseCode.PROTOCOL_ERROR) for opcode in (3, 7, 11, 15)),
        (client_frame(b"x", Opcode.PING, final=False), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"x" * 126, Opcode.PING), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"x", Opcode.CONTINUATION), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"x", final=False) + client_frame(b"y"), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"x" * (MOST_BYTES + 1)), CloseCode.TOO_BIG),
        (client_frame(b"x" * (MOST_BYTES + 1))[:4], CloseCode.TOO_BIG),
        (client_frame(b"x" * 600, final=False) + client_frame(b"y" * 401, 0), CloseCode.TOO_BIG),
        (client_frame(b"\xff\xfe"), CloseCode.INVALID_TEXT),
        (client_frame(b"\xc3", final=False) + client_frame(b"(", 0), CloseCode.INVALID_TEXT),
    ],
    ids=lambda value: value.name if isinstance(value, CloseCode) else "frames",  # masks are random, names are not
)
def test_what_the_protocol_forbids_ends_with_its_code(stream: bytes, code: CloseCode) -> None:
    assert parsed([stream]) == ([], code)


def test_a_message_of_exactly_the_most_bytes_passes() -> None:
    whole = "x" * MOST_BYTES
    assert parsed([client_frame(whole.encode())]) == ([whole], None)
    in_two = client_frame(whole[:600].encode(), final=False) + client_frame(whole[600:].encode(), 0)
    assert parsed([in_two]) == ([whole], None)


@given(st.binary(max_size=70_000), st.binary(min_size=4, max_size=4))
def test_masking_is_the_bytewise_xor_of_the_protocol(payload: bytes, mask: bytes) -> None:
    masked = frames.unmask(mask, payload)
    assert masked[:9] == bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload[:9]))
    assert frames.unmask(mask, masked) == payload


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_frame_of_ours_says_its_length_as_the_protocol_wants(length: int) -> None:
    made = frames.frame(b"x" * length)
    head = {0: 2, 125: 2, 126: 4, 65_535: 4, 65_536: 10}[length]
    assert made[0] == 0x81
    assert made[head:] == b"x" * length
    said = made[1] if head == 2 else int.from_bytes(made[2:head], "big")
    assert said == length


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (b"", CloseCode.NORMAL),
        (b"\x03\xe8bye", CloseCode.NORMAL),
        (b"\x0b\xb8", CloseCode.NORMAL),
        (b"\x03", CloseCode.PROTOCOL_ERROR),
        (b"\x03\xed", CloseCode.PROTOCOL_ERROR),
        (b"\x00\x01", CloseCode.PROTOCOL_ERROR),
        (b"\x03\xe8\xff", CloseCode.INVALID_TEXT),
    ],
)
def test_a_farewell_is_answered_as_it_deserves(payload: bytes, answer: CloseCode) -> None:
    assert frames.answer_to_close(payload) is answer


def test_the_handshake_answers_the_key_as_in_the_example_of_the_protocol() -> None:
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in frames.switching(
        "dGhlIHNhbXBsZSBub25jZQ=="
    )


@pytest.mark.parametrize("key", ["", "short", "dGhlIHNhbXBsZSBub25jZ!==", "x" * 24 + "ü", "A" * 24])
def test_what_is_no_key_is_told_from_one(key: str) -> None:
    assert frames.is_key("dGhlIHNhbXBsZSBub25jZQ==")
    assert not frames.is_key(key)
