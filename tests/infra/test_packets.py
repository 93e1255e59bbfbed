"""What is taken past Socket.IO's own parser means the same to both; whatever else is left to that one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from socketio.packet import EVENT, Packet

from facilitator.infra import packets

START = packets.start_of_events("/room")

numbers = st.one_of(st.just(""), st.integers(0, 10**99).map(str))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def as_socketio_reads(packet: str) -> tuple[str, str, object] | None:
    """The same three, when it is an event of /room with one argument."""
    try:
        read = Packet(encoded_packet=packet[1:])
    except (ValueError, RecursionError):
        return None
    if (read.packet_type, read.namespace) != (EVENT, "/room") or not isinstance(read.data, list):
        return None
    if len(read.data) != 2 or not isinstance(read.data[0], str):
        return None
    return "" if read.id is None else str(read.id), *read.data


@given(numbers, st.text(max_size=10), values)
def test_a_plain_event_is_read_as_socketio_reads_it(number: str, name: str, argument: object) -> None:
    packet = f"{START}{number}{packets.encode((name, argument)).decode()}"
    found = packets.parse_event(packet, START)
    assert found == (number, name, argument)
    assert found == as_socketio_reads(packet)


@given(st.text(alphabet='0123456789-+_ ²٣[]{}",:.eE\\ucommand/ro\t', max_size=40))
def test_whatever_follows_the_start_is_read_as_socketio_reads_it_or_left_to_that(rest: str) -> None:
    found = packets.parse_event(START + rest, START)
    assert found is None or found == as_socketio_reads(START + rest)


@pytest.mark.parametrize(
    "rest",
    [
        *(
            '7["command"]',
            '7["command",{},{}]',
            "7[5,{}]",
            "7[]",
            '7{"a":[1]}',
            '7["command",{}',
            '7["command",{}] x',
            "",
        ),
        *(
            '07["command",{}]',
            '-7["command",{}]',
            '٣["command",{}]',
            "9" * 101 + '["command",{}]',
            '7 ["command",{}]',
        ),
        *('7["command",NaN]', '7["command","\\ud800"]', '7["command",' + "[" * 5000 + "]" * 5000 + "]"),
    ],
    ids=[
        *(
            "no argument",
            "two arguments",
            "name is no text",
            "empty",
            "no list",
            "cut short",
            "something behind",
            "nothing",
        ),
        *(
            "leading nought",
            "below nought",
            "other digits",
            "101 digits",
            "a space",
            "no number",
            "half a letter",
            "deep",
        ),
    ],
)
def test_what_is_not_plainly_right_is_left_to_socketio(rest: str) -> None:
    assert packets.parse_event(START + rest, START) is None


@given(numbers.filter(bool), values)
def test_socketio_reads_what_we_write(number: str, argument: object) -> None:
    answered = Packet(
        encoded_packet=packets.answer(packets.start_of_answers("/room"), number, argument).decode()[1:]
    )
    told = Packet(encoded_packet=packets.event("/room", "view", argument).decode()[1:])
    assert (str(answered.id), answered.namespace, answered.data) == (number, "/room", [argument])
    assert (told.id, told.namespace, told.data) == (None, "/room", ["view", argument])
