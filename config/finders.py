"""Static files out of npm packages: just those that pages use, not the thousand others a package ships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


class PackageFinder(BaseFinder):
    """`settings.PACKAGE_FILES`: prefix under /static/ → (folder, the names of its files)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages: list[tuple[FileSystemStorage, tuple[str, ...]]] = []
        for prefix, (folder, names) in settings.PACKAGE_FILES.items():
            storage = FileSystemStorage(location=folder)
            storage.prefix = prefix  # type: ignore[attr-defined]  # what collectstatic puts before the names
            self.storages.append((storage, names))

    def find(self, path: str, find_all: bool = False, **_old: Any) -> Any:
        found = [
            storage.path(name)
            for storage, names in self.storages
            for name in names
            if path == f"{storage.prefix}/{name}" and Path(storage.path(name)).is_file()  # type: ignore[attr-defined]
        ]
        return found if find_all else next(iter(found), None)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for storage, names in self.storages:
            yield from ((name, storage) for name in names)
