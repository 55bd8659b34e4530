"""The supplier portal."""

from __future__ import annotations

from django.urls import path

from orders import portal

app_name = "portal"
urlpatterns = [
    path("", portal.to_ship, name="to_ship"),
    path("number/", portal.send_number, name="send_number"),
    path("to-ship.xlsx", portal.download, name="download"),
    path("uploads/", portal.uploads, name="uploads"),
    path("uploads/<uuid:public_id>/", portal.upload, name="upload"),
    path("uploads/<uuid:public_id>/confirm/", portal.confirm, name="confirm"),
    path("uploads/<uuid:public_id>/refused.xlsx", portal.refused_rows, name="refused"),
    path("contact/", portal.contact, name="contact"),
]
