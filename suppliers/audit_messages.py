"""How the trail tells what was done to suppliers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from audit.messages import register

register(
    "suppliers.token_made",
    lambda data: _("token “%(name)s” made (%(token)s…)") % {"name": data["name"], "token": data["token"]},
)
register(
    "suppliers.token_revoked",
    lambda data: _("token “%(name)s” revoked (%(token)s…)") % {"name": data["name"], "token": data["token"]},
)
register(
    "suppliers.catalogue_imported",
    lambda data: (
        _("catalogue imported: %(suppliers)d suppliers and %(products)d products new or changed")
        % {"suppliers": sum(data["suppliers"][:2]), "products": sum(data["products"][:2])}
    ),
)
register("suppliers.code_assigned", lambda data: _("code %(code)s assigned to supplier %(supplier)s") % data)
register("suppliers.stock_put", lambda data: _("said of %(rows)s goods what is in stock, %(stored)s changed") % data)
