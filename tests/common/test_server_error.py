"""What nobody foresaw: the suppliers' programs get a problem they can read, people get a page, nobody gets details."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.urls import handler500  # noqa: F401  what Django reads from the root URLconf, which this module is here

pytestmark = pytest.mark.urls(__name__)


class Broken(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        raise RuntimeError("secret of the house")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret of the house")


urlpatterns = [
    path("api/v1/broken/", Broken.as_view()),
    path("api/v1/plain/", broken),
    path("broken/", broken),
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/broken/", "/api/v1/plain/"])
def test_an_error_of_the_api_is_a_problem_without_details(address):
    answer = Client(raise_request_exception=False).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"], body["title"]) == (500, "server_error", "Internal Server Error")
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_an_error_of_a_page_is_a_page():
    answer = Client(raise_request_exception=False).get("/broken/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "出错了" in answer.content.decode()
    assert "secret" not in answer.content.decode()
