"""Requests sent as they stand, over a few connections that stay open: the client costs next to nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from threading import Thread
from typing import BinaryIO

from bench.figures import WrongResultError

CONNECTIONS = 4
PATIENCE = 60  # seconds for one answer


def request(method: str, path: str, *, host: str, body: bytes = b"", headers: Sequence[str] = ()) -> bytes:
    """A request of HTTP/1.1 as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send(port: int, requests: Sequence[bytes], *, status: int) -> float:
    """Sends all requests, CONNECTIONS at a time; answers the seconds of one, by the clock on the wall and over all.

    Any other status than `status`, or none, has no figure.
    """
    todo, wrong = iter(requests), list[str]()  # one iterator: each request is taken once
    threads = [Thread(target=_talk, args=(port, todo, status, wrong)) for _number in range(CONNECTIONS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if wrong:
        raise WrongResultError(f"{len(wrong)} answers of {len(requests)}: {wrong[0]}")
    return took / len(requests)


def _talk(port: int, requests: Iterator[bytes], status: int, wrong: list[str]) -> None:
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as link, link.makefile("rb") as answers:
            for sent in requests:
                link.sendall(sent)
                line = _answer(answers)
                if int(line.split()[1]) != status:
                    wrong.append(line)
    except (OSError, IndexError, ValueError) as error:
        wrong.append(repr(error))


def _answer(answers: BinaryIO) -> str:
    """Reads one answer to its end; its status line."""
    first, length = answers.readline().decode(), 0
    while line := answers.readline().strip():
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
    return first.strip()
