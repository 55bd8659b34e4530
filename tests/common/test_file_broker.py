"""The embedded broker never hands out half a message."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import filesystem

from common import file_broker

MANY = 400


def _channel(transport: Any, folder: Path) -> Any:
    folder.mkdir(exist_ok=True)
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("filesystem://localhost", transport=transport, transport_options=options).channel()


def _write(transport: Any, folder: Path, count: int) -> None:
    channel = _channel(transport, folder)
    for number in range(count):
        channel._put("jobs", {"number": number, "padding": "x" * 20_000})


def _drain(transport: Any, folder: Path) -> list[int]:
    """Reads until all messages of a writer beside us have come; half a message raises."""
    writer = multiprocessing.get_context("fork").Process(target=_write, args=(transport, folder, MANY))
    writer.start()
    channel, got = _channel(transport, folder), []
    try:
        while len(got) < MANY and (writer.is_alive() or any(folder.glob("*.msg"))):
            try:
                got.append(channel._get("jobs")["number"])
            except filesystem.Empty:
                continue
    finally:
        writer.join()
    return got


def test_every_message_arrives_whole_and_once(tmp_path: Path) -> None:
    assert sorted(_drain(file_broker.Transport, tmp_path / "broker")) == list(range(MANY))


def test_a_reader_sees_no_unfinished_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a message is being written, the folder that readers list holds nothing of it; kombu's own shows it."""

    def seen_while_writing(transport: Any, folder: Path) -> list[str]:
        seen: list[str] = []

        def watching(payload: Any) -> str:
            seen.extend(path.name for path in folder.glob("*.msg"))
            return json.dumps(payload)

        monkeypatch.setattr(file_broker, "dumps", watching)
        monkeypatch.setattr(filesystem, "dumps", watching)
        _write(transport, folder, 1)
        return seen

    assert seen_while_writing(file_broker.Transport, tmp_path / "ours") == []
    assert len(seen_while_writing(filesystem.Transport, tmp_path / "theirs")) == 1


def test_a_folder_that_is_gone_is_an_error_of_the_channel(tmp_path: Path) -> None:
    channel = _channel(file_broker.Transport, tmp_path / "broker")
    channel.data_folder_out = str(tmp_path / "gone" / "broker")
    with pytest.raises(file_broker.ChannelError, match="Cannot add"):
        channel._put("jobs", {})
