"""Shops, orders, their lines, each supplier's part, parcels, platform refunds, and the imports they came by."""

from orders.models.buyers import BuyerNote
from orders.models.custom import CustomTerms
from orders.models.jobs import ImportBatch, ImportFile, ImportRowError, ShipmentUpload, ShipmentUploadRow
from orders.models.orders import Fulfilment, Order, OrderLine
from orders.models.parcels import Parcel, ParcelItem, ParcelScan
from orders.models.refunds import Refund
from orders.models.shops import PromotionWindow, Shop
from orders.models.waybills import WaybillStock

__all__ = [
    "BuyerNote",
    "CustomTerms",
    "Fulfilment",
    "ImportBatch",
    "ImportFile",
    "ImportRowError",
    "Order",
    "OrderLine",
    "Parcel",
    "ParcelItem",
    "ParcelScan",
    "PromotionWindow",
    "Refund",
    "ShipmentUpload",
    "ShipmentUploadRow",
    "Shop",
    "WaybillStock",
]
