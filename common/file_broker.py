"""The embedded broker: kombu's folder of files, with messages that appear whole or not at all.

kombu writes a message into the folder that its readers list, so a reader can take one that is still empty and dies
of it. Here it is written beside the folder and moved in, which a file system does in one step.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "wholefiles"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # two stubs, two names
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder.parent / f".{folder.name}-{name}"
        try:
            unfinished.write_text(dumps(payload), encoding="utf-8")
            unfinished.rename(folder / name)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add {name} to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Makes `wholefiles://` a broker address that kombu understands."""
    TRANSPORT_ALIASES[SCHEME] = "common.file_broker:Transport"
