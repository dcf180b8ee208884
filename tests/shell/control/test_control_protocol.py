"""The lines of the control socket, without a socket."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.shell.control import protocol
from vaultkit.shell.control.protocol import METHODS, Code, Fault, Lines, Reply, Request, check_params, parse
from vaultkit.text import Message

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
#: Objects that come near to a message.
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0") | JSON,
        "id": JSON,
        "method": st.sampled_from(sorted(METHODS)) | JSON,
        "params": JSON,
        "result": JSON,
        "error": JSON,
    },
)


def line(**said):
    return json.dumps({"jsonrpc": "2.0"} | said).encode()


@given(st.binary(max_size=200) | NEARLY.map(lambda said: json.dumps(said).encode()))
def test_any_line_is_a_message_or_a_fault(data):
    try:
        said = parse(data)
        if isinstance(said, Request):
            check_params(said)
    except Fault as fault:
        said = parse(protocol.failure(fault.id, fault))
    assert isinstance(said, Request | Reply)


@given(st.lists(st.binary(max_size=8).map(lambda data: data.replace(b"\n", b""))), st.integers(1, 9))
def test_lines_are_the_same_however_they_arrive(lines, step):
    data = b"".join(each + b"\n" for each in lines)
    cut = Lines(8)
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    assert [found for piece in pieces for found in cut.feed(piece)] == lines
    assert not cut.is_within


def test_a_line_that_is_too_long_is_never_held():
    cut = Lines(8)
    assert list(cut.feed(b"12345678\n")) == [b"12345678"]
    with pytest.raises(Fault) as raised:
        list(cut.feed(b"1234\n123456789"))
    assert raised.value.code == Code.TOO_LONG
    assert list(cut.feed(b"1234")) == list(cut.feed(b"5678")) == []
    with pytest.raises(Fault):
        list(cut.feed(b"9"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET / HTTP/1.1", Code.NO_JSON),
        (b"\xff\xfe", Code.NO_JSON),
        (b"[" * 100_000, Code.NO_JSON),
        (b'{"a":' * 100_000, Code.NO_JSON),
        (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"status"}', Code.NO_JSON),
        (b'{"jsonrpc":"2.0","id":1e999,"method":"status"}', Code.NO_JSON),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"status"}', Code.NO_JSON),
        (b"[]", Code.INVALID_REQUEST),
        (b'[{"jsonrpc":"2.0","id":1,"method":"status"}]', Code.INVALID_REQUEST),
        (b"3", Code.INVALID_REQUEST),
        (b"{}", Code.INVALID_REQUEST),
        (line(jsonrpc="1.0", id=1, method="status"), Code.INVALID_REQUEST),
        (line(id=1), Code.INVALID_REQUEST),
        (line(id=1, method=7), Code.INVALID_REQUEST),
        (line(id=None, method="status"), Code.INVALID_REQUEST),
        (line(id=True, method="status"), Code.INVALID_REQUEST),
        (line(id=[], method="status"), Code.INVALID_REQUEST),
        (line(id="x" * 5000, method="status"), Code.INVALID_REQUEST),
        (line(id="\ud800", method="status"), Code.INVALID_REQUEST),
        (line(id=10**400, method="status"), Code.INVALID_REQUEST),
        (line(id=1, method="status", params=[1]), Code.INVALID_PARAMS),
        (line(id=1, method="status", params=None), Code.INVALID_PARAMS),
        (line(id=1, method="nothing"), Code.UNKNOWN_METHOD),
        (line(id=1, method="query"), Code.INVALID_PARAMS),
        (line(id=1, method="query", params={"query": 3}), Code.INVALID_PARAMS),
        (line(id=1, method="query", params={"query": "LIST\0"}), Code.INVALID_PARAMS),
        (line(id=1, method="query", params={"query": "\udc80"}), Code.INVALID_PARAMS),
        (line(id=1, method="query", params={"query": "LIST", "dryRun": True}), Code.INVALID_PARAMS),
        (line(id=1, method="diagnostics", params={"paths": "a.md"}), Code.INVALID_PARAMS),
        (line(id=1, method="diagnostics", params={"paths": [1]}), Code.INVALID_PARAMS),
        (
            line(id=1, method="hello", params={"protocol": True, "version": "", "vault": ""}),
            Code.INVALID_PARAMS,
        ),
        (
            line(id=1, method="hello", params={"protocol": 1.0, "version": "", "vault": ""}),
            Code.INVALID_PARAMS,
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Code) else value[:60].decode("latin-1"),
)
def test_a_wrong_line_has_the_code_of_its_fault(data, code):
    with pytest.raises(Fault) as raised:
        check_params(parse(data))
    assert raised.value.code == code


def test_a_fault_travels_with_its_words_in_both_languages():
    sent = Fault(Code.FAILED, Message("raté", "failed"), {"exitCode": 3})
    got = parse(protocol.failure(7, sent))
    assert isinstance(got, Reply)
    assert (got.id, got.fault.code, got.fault.message, got.fault.data["exitCode"]) == (
        7, Code.FAILED, Message("raté", "failed"), 3,
    )  # fmt: skip


def test_a_path_that_is_no_utf8_can_be_sent():
    got = parse(protocol.result(1, {"path": "é\udcff.md"}))
    assert got.result == {"path": "é\udcff.md"}


def test_the_docstring_names_every_method_and_notice():
    for name in (*METHODS, *protocol.Notice):
        assert f"`{name}`" in protocol.__doc__
