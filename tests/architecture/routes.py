"""All routes of the product, read off the resolver, so that a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    name: str  # with its namespaces: «orders:detail»
    path: str  # as written in the URL configuration
    arguments: tuple[str, ...]

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("admin/")

    def url(self, values: dict[str, Any]) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.arguments})


def _walk(patterns: list[Any], path: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            deeper = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, here, deeper)
        elif isinstance(pattern, URLPattern):
            assert pattern.name or here.startswith("admin/"), f"{here} has no name"
            if pattern.name:
                yield Route(f"{space}{pattern.name}", here, _arguments(space + pattern.name))


def _arguments(name: str) -> tuple[str, ...]:
    """The named arguments of a route, in the order of its path."""
    *spaces, last = name.split(":")
    resolver: Any = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    possibility = resolver.reverse_dict.getlist(last)[0]
    return tuple(possibility[0][0][1])


@cache
def all_routes() -> list[Route]:
    """Every named route, each once, in the order of the URL configuration."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "", "")))


def pages() -> list[Route]:
    """Without the admin, which has tests of its own."""
    return [route for route in all_routes() if not route.is_admin]
