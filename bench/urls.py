"""The product's URLs and the yardstick of the pages: a view behind the same middleware that greets the user."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {request.user}")


urlpatterns = [path("bench/hello/", hello), path("", include("config.urls"))]
