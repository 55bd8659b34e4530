"""The people, suppliers and shops of the demo. Nobody in here exists; all phone numbers lie in 1380013xxxx."""

from __future__ import annotations

import os

from orders.models import Shop
from orders.states import Platform
from staff.models import User
from staff.roles import MAY_ENTER_ADMIN, Role
from suppliers.models import Supplier, SupplierMember

# username, name, role, staff number
USERS = (
    ("supervisor", "孙组长", Role.SUPERVISOR, "K00"),
    ("agent", "慧兰", Role.AGENT_AFTERSALES, "K01"),
    ("agent2", "小满", Role.AGENT_PRESALES, "K02"),
    ("finance", "钱会计", Role.FINANCE, ""),
    ("warehouse", "仓小库", Role.WAREHOUSE, ""),
    ("quality", "质检安", Role.QUALITY, ""),
    ("operations", "欧运营", Role.OPERATIONS, ""),
    ("manager", "管经理", Role.MANAGER, ""),
    ("supplier", "锦程发货员", Role.SUPPLIER, ""),
    ("supplier2", "恒美发货员", Role.SUPPLIER, ""),
)
ACTS_FOR = {"supplier": "GYS01", "supplier2": "GYS02"}
SHOPS = ("荟贤家居旗舰店", "东耀优品专营店", "香江设计廊")
# code, name, category, and the goods: title and price
SUPPLIERS = (
    ("GYS01", "锦程服饰", "服装", (("加厚羽绒服", "235.30"), ("纯棉衬衫", "115.90"), ("针织开衫", "89.00"))),
    ("GYS02", "恒美日用品", "日用", (("真空保温杯", "54.90"), ("记忆棉拖鞋", "29.90"), ("收纳箱三件套", "69.00"))),
    ("GYS03", "云顶家纺", "家纺", (("四件套", "299.00"), ("记忆枕", "129.00"), ("法兰绒毯", "99.00"))),
    ("GYS04", "山语食品", "食品", (("每日坚果礼盒", "139.00"), ("龙井茶叶", "168.00"), ("秋梨膏", "58.00"))),
    ("GYS05", "智联数码", "数码", (("无线充电器", "79.00"), ("蓝牙耳机", "199.00"), ("桌面小风扇", "45.00"))),
    ("GYS06", "青竹家居", "家具", (("折叠书桌", "359.00"), ("竹制置物架", "88.00"), ("懒人沙发", "268.00"))),
)


def password() -> str:
    return os.environ.get("DEMO_PASSWORD") or "houtai-demo"


def make_users() -> None:
    """The demo logins. They are made as they are, without the strength test that real passwords pass."""
    for username, name, role, staff_no in USERS:
        user = User(username=username, name=name, role=role, staff_no=staff_no, email=f"{username}@example.com")
        user.is_staff = role in MAY_ENTER_ADMIN
        user.set_password(password())
        user.save()


def join_supplier_users() -> None:
    for username, code in ACTS_FOR.items():
        user, supplier = User.objects.get(username=username), Supplier.objects.get(code=code)
        SupplierMember.objects.get_or_create(user=user, defaults={"supplier": supplier})


def make_shops() -> None:
    for number, name in enumerate(SHOPS, start=101):
        Shop.objects.get_or_create(platform=Platform.TAOBAO, name=name, defaults={"platform_shop_id": str(number)})


def goods() -> list[tuple[str, str, str, str]]:
    """Merchant code, title, price and supplier of everything that is sold."""
    return [
        (f"{supplier}-{number:02d}A", title, price, supplier)
        for supplier, _name, _category, products in SUPPLIERS
        for number, (title, price) in enumerate(products, start=1)
    ]
