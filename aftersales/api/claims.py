"""`claims/`: losses that we say are the supplier's, to be accepted or disputed with a reason (SUP-27)."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales.api import shown
from aftersales.api.returns import KEY, PAGE
from aftersales.api.serializers import AcceptIn, ClaimOut, ClaimsOut, DisputeIn
from aftersales.supplier_work import CLAIM_STATES, claim_cases_of, claim_due_of, claim_photos_of, claims_of
from common import clock
from ledger.models import Claim
from ledger.services.claims import accept_claim, dispute_claim
from suppliers.idempotency import idempotent
from suppliers.rest import ProblemOut, SupplierView, chosen, paged, valid

READ, WRITE = "claims:read", "claims:write"


class ClaimsView(SupplierView):
    """Claims that were sent to the supplier, the latest first."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(
        operation_id="claims",
        parameters=[OpenApiParameter("state", enum=list(CLAIM_STATES), default="all"), *PAGE],
        responses={200: ClaimsOut, "4XX": ProblemOut},
    )
    def get(self, request: Request) -> Response:
        state = chosen(request, "state", CLAIM_STATES, "all")
        rows, following = paged(request, claims_of(self.supplier, state), order=("-sent_at", "-id"))
        due = claim_due_of(rows, now=clock.now())
        seen = claim_photos_of(self.supplier, rows)
        cases = claim_cases_of(self.supplier, rows)
        results = [
            shown.claim(
                row, due.get(row.pk), shown.photos(request, seen.get(row.pk, []), self.supplier), cases.get(row.pk)
            )
            for row in rows
        ]
        return Response({"results": results, "next": following})


class _OneClaim(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    def own(self, number: str) -> Claim:
        found = claims_of(self.supplier).filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def shown(self, request: Request, number: str) -> Response:
        row = self.own(number)
        seen = claim_photos_of(self.supplier, [row])
        pictures = shown.photos(request, seen.get(row.pk, []), self.supplier)
        due = claim_due_of([row], now=clock.now()).get(row.pk)
        return Response(shown.claim(row, due, pictures, claim_cases_of(self.supplier, [row]).get(row.pk)))


class AcceptView(_OneClaim):
    @extend_schema(
        operation_id="accept_claim", request=AcceptIn, parameters=[KEY], responses={200: ClaimOut, "4XX": ProblemOut}
    )
    @idempotent("claim-accept")
    def post(self, request: Request, number: str) -> Response:
        """It is ours: it stands on this month's statement."""
        claim = self.own(number)
        said = valid(AcceptIn(data=request.data))
        accept_claim(claim_id=claim.pk, version=None, answer=said["answer"], by=request.user)
        return self.shown(request, number)


class DisputeView(_OneClaim):
    @extend_schema(
        operation_id="dispute_claim", request=DisputeIn, parameters=[KEY], responses={200: ClaimOut, "4XX": ProblemOut}
    )
    @idempotent("claim-dispute")
    def post(self, request: Request, number: str) -> Response:
        """It is not ours, and why."""
        claim = self.own(number)
        said = valid(DisputeIn(data=request.data))
        dispute_claim(claim_id=claim.pk, version=None, reason=said["reason"], by=request.user)
        return self.shown(request, number)
