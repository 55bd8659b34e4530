"""The tables of the after-sales floor, one file a subject."""

from aftersales.models.cases import Case, CaseLine, CaseLink, Contact, Responsibility
from aftersales.models.evidence import Evidence, EvidenceKit
from aftersales.models.goods import Inspection, Intercept, Resend, ReturnParcel, StockQuestion, SupplierBatch
from aftersales.models.moves import LegalMove
from aftersales.models.patrol import PatrolMark, PatrolRound
from aftersales.models.rules import EvidenceNeed, FreightRule, Reason, ReturnAddress

__all__ = [
    "Case",
    "CaseLine",
    "CaseLink",
    "Contact",
    "Evidence",
    "EvidenceKit",
    "EvidenceNeed",
    "FreightRule",
    "Inspection",
    "Intercept",
    "LegalMove",
    "PatrolMark",
    "PatrolRound",
    "Reason",
    "Resend",
    "Responsibility",
    "ReturnAddress",
    "ReturnParcel",
    "StockQuestion",
    "SupplierBatch",
]
