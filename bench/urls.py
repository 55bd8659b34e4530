"""The product's URLs and the yardstick of the pages: a view behind the same middleware that greets the user."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from staff.models import User


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {request.user}")


def one(request: HttpRequest) -> HttpResponse:
    """One query by primary key and nothing else: served without middleware, which would say how long the answer is."""
    body = f"hello {User.objects.only('username').get(pk=1).username}"
    return HttpResponse(body, headers={"Content-Length": str(len(body))})


urlpatterns = [path("bench/hello/", hello), path("bench/one/", one), path("", include("config.urls"))]
