"""REST helpers: problem details (RFC 9457), bodies within limits, answers for addresses that do not exist."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from common.exceptions import BusinessError

MEDIA_TYPE = "application/problem+json"


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class TooMuch(exceptions.APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "quota_spent"


class BadShape(exceptions.APIException):
    """The request is understood as JSON but is not what this address takes."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_request"


class Unprocessable(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"


class Conflicting(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class PlainJSONParser(JSONParser):
    """JSON; one that is nested without end is refused, not a server error."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from error


def refuse_encoded(request: Any) -> None:
    """415 for a compressed body: it could be any size when it is opened."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() not in {"", "identity"}:
        raise exceptions.UnsupportedMediaType(
            request.META["HTTP_CONTENT_ENCODING"][:40], detail=_("Send the body without a content encoding.")
        )


def refuse_longer(request: Any, limit: int) -> None:
    """413 for a body longer than `limit` bytes, before any of it is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise TooLarge(_("The body is too large: at most %(limit)d kB are taken.") % {"limit": limit // 1024})


def problem_details(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal of the API as application/problem+json. Other errors are left to the server (500)."""
    known = _as_api_exception(error)
    if known is None:
        return None
    headers: dict[str, str] = {}
    challenge = getattr(known, "auth_header", None)  # APIView.handle_exception puts it there for a 401
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(known, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    body = problem(known.status_code, code_of(known), detail_of(known))
    if isinstance(known, exceptions.ValidationError):
        body["errors"] = known.detail
    if isinstance(known, exceptions.PermissionDenied):
        headers["WWW-Authenticate"] = f'Bearer realm="houtai", error="{body["code"]}"'
    return Response(body, status=known.status_code, headers=headers, content_type=MEDIA_TYPE)


def problem(code: int, name: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "code": name, "detail": detail}


def problem_response(code: int, name: str, detail: str) -> JsonResponse:
    return JsonResponse(problem(code, name, detail), status=code, content_type=MEDIA_TYPE)


def no_such_address(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """404 under /api/ for what no view answers."""
    return problem_response(404, "not_found", _("There is nothing at this address."))


def code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def detail_of(error: exceptions.APIException) -> str:
    if isinstance(error.detail, str):
        return str(error.detail)
    return _("The request is not what this address takes: see “errors”.")


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, BusinessError):
        refusal: exceptions.APIException = Conflicting(error.message, code=error.code)
        if error.code == "too_large":
            refusal = TooLarge(error.message)
        elif error.code == "quota_spent":
            refusal = TooMuch(error.message)
        return refusal
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig | TooManyFilesSent):
        return TooLarge(_("The body is too large."))
    return None
