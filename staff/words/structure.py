"""What no list of phrases finds: rewards for reviews, promises, contacts outside, no courtesy, adverts (PHR-04, REV-15,
SEC-08, SEC-09). Each looks at the plain text and at the words the automaton found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.words.matcher import Found
from staff.words.normal import CJK, SENTENCE, Plain
from staff.words.states import TermKind, TermSeverity

NEAR = 18  # letters between a review and its reward
NEAR_ACROSS = 14  # … with the end of a sentence between them
REFUSED_NEAR = 14  # letters between «we do not» and what is not done
WORDY = 10  # Chinese characters from which on a message to a buyer needs a word of courtesy

AMOUNT = re.compile(
    r"(?:返|送|奖|补|给|发|转|退|补偿|赔|领|得|红包|现金|打)(?:还|你|您|亲|给|咱|一个|个|点|了|到|账|过去)*"
    r"(?:\d{1,3}(?:\.\d{1,2})?|[一二两三四五六七八九十百]{1,3})(?:元|块|r(?![a-z])|rmb|毛|yuan|圆|大洋|米(?!长|宽|高))"
    r"|返(?:还|你|您|亲|给)*\d{1,3}(?!\d*(?:天|日|小时|个工作日|点))"
)
SURE = r"(?:一定|肯定|保证|绝对|铁定|必定|百分百|百分之(?:一百|百)|100%|打包票|包您|包你|保准|我担保|必(?=到|达))"
OUTCOME = (
    r"(?:会|能|可以|给您|给你|您|你|让您|让你|都|就|是)*(?:明天|今天|后天|今晚|三天内|两天内|\d天内|\d小时内|准时|按时)*(?:会|能|可以|给您|给你|就|都|是)*"
    r"(?:到(?!位|货后|手后|货时|店)|送到|送达|收到(?!货?后|货?时|商品后|包裹后|快递后)|到货(?!后|时)|到手|有货|不会(?:坏|掉|褪|起球|变形|过敏|破|漏|缩水|生锈|有问题|出问题|断|涨价|降价|再降)"
    r"|不(?:掉|褪|起球|变形|过敏|破|漏|缩水|生锈|坏)|没(?:有|)(?:任何|一点|)问题|有效|见效|治好|能用|修好|瘦|变白|美白|祛斑|是?最低|合身|满意(?!为止)|退(?:款)?成功|是?真(?:的|货)|通过)"
)
PROMISE = re.compile(
    SURE + r"(?!要|记得|请|先|注意|尽|帮|为您|会尽|会努力|会认真|会加强|会帮|会为|会改|及时)" + OUTCOME
)
DAYS = r"(?:明天|今天|后天|今晚|明早|下午|上午|周[一二三四五六日天末]|[一二两三\d]天(?:内|之内|以内))"
ARRIVES = re.compile(
    DAYS + r"(?:就|)(?:一定|肯定|绝对|保证|必定|铁定|准|包|百分百|100%)(?:就|能|会|可以|给您|给你)*(?:到|送|收|发)"
)

CHANNEL = r"(?:v(?:x|信|信号|v|号)?(?![a-z])|wx|wechat|weixin|微信?(?:号|小号)?|威信|qq|q号|扣扣|扣+|企鹅(?:号)?|绿(?:色(?:的|)(?:软件|图标|泡泡|app)|泡泡)|秋秋|抖音(?:号|私信)?|tg|telegram|whatsapp|line)"
CONTACT = re.compile(
    r"(?:加|添加|扫|搜索?|换|留|联系|私聊|聊|去|走|用|来)(?:一下|下|个|您|你|我|我们|咱|咱们|客服|店主|老板|店长|厂家|的|到|上|私人|这个|那个|他|她|好友)*"
    + CHANNEL
)
CONTACT_HERE = re.compile(
    r"(?:我|我们|客服|店主|老板|店长|厂家|俺)(?:的|这边|私人)*"
    + CHANNEL
    + r"(?:号码|号|是|为|同号|叫|搜|id|账号)*(?:[a-z]?\d{4,}|[a-z][a-z0-9_]{4,}|同手机|就是手机|手机同)"
)
CONTACT_ASKED = re.compile(
    r"(?:您|你|亲)(?:的|有|这边)*"
    + CHANNEL
    + r"(?:号码|号|是|账号)*(?:多少|几号|是啥|是什么|给我|发我|报一下|留一下|方便加)"
    r"|(?:手机号?码?|电话号?码?|号码)(?:也|就|都|便)*是" + CHANNEL + r"|(?:搜|查找|搜索)(?:一下|下|到|)加我"
)
NUMBER_AFTER = re.compile(CHANNEL + r"(?:号码|号|是|为|同号|:)*[a-z]{0,8}\d{5,12}")
OFF_TRADE = re.compile(
    r"(?:线下|私下|平台外|站外|场外)(?:直接|单独|给|再|另外|帮|您|你|我|我们)*(?:转账|交易|付款|付|打款|下单|购买|买|成交|联系|沟通|优惠|加|聊|退|返|给)"
    r"|(?:支付宝|银行卡|微信|卡号|对公)(?:直接|单独|给|我|我们|您|你)*(?:转账|转给|打款|打到|汇款|转我|转\d)"
    r"|(?:扫|扫描)(?:一下|下|我|这个|店主|客服|的|我们)*(?:收款码|付款码)|(?:不|别|不要|不用|甭)(?:走|通过|经过)平台(?!以?之?外)|跳过平台|绕开平台|(?:转|打|汇)(?:到|给|)我(?:的|们的|们|)?(?:支付宝|银行卡|微信|卡)|别在(?:平台|店里|淘宝)(?:拍|下单|买)"
)
SMALL_PAYMENT = frozenset({"微信支付", "微信付款", "微信公众号", "微信小程序"})


# What shapes are called in the statistics, where terms of the list stand as they were written.
SHAPES: dict[str, str | Promise] = {
    "review+reward": _("a reward for a review"),
    "opinion+reward": _("a reward for a good opinion"),
    "promise": _("a promise"),
    "contact": _("contact outside the platform"),
    "trade outside": _("trade outside the platform"),
    "courtesy": _("a message without a word of courtesy"),
    "advert": _("an advertisement"),
}


@dataclass(frozen=True)
class Shape:
    """Something found by its shape at text[start:end] of a plain text."""

    start: int
    end: int
    kind: str
    severity: str
    term: str  # a key of SHAPES, for the statistics


@dataclass
class Signals:
    """The signal words of a text by name."""

    by_name: dict[str, list[Found]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Sequence[Found]) -> Signals:
        sorted_out = cls()
        for hit in found:
            if hit.signal:
                sorted_out.by_name.setdefault(hit.signal, []).append(hit)
        return sorted_out

    def get(self, name: str) -> list[Found]:
        return self.by_name.get(name, [])

    def between(self, name: str, start: int, end: int) -> bool:
        """Whether one of the words stands within text[start:end]."""
        return any(start <= hit.start and hit.end <= end for hit in self.get(name))


def rewarded_reviews(read: Plain, signals: Signals) -> Iterator[Shape]:
    """A review that is asked for beside something given for it, in any order of words (REV-15)."""
    described = signals.get("described")
    asked = [hit for hit in signals.get("review") if not _within(hit, described)]
    rewards = [(hit.start, hit.end) for hit in signals.get("reward") if not _within(hit, asked)]
    rewards += [hit.span() for hit in AMOUNT.finditer(read.text) if not read.apart(*hit.span())]
    for hit in asked:
        for start, end in rewards:
            first, last = min(hit.start, start), max(hit.end, end)
            if _near(read, hit, start, end) and not is_refused(read, signals, first, last):
                yield Shape(first, last, TermKind.REVIEW_MONEY, TermSeverity.HARD, "review+reward")
    opinions = [hit for hit in signals.get("opinion") if not _within(hit, [*described, *asked])]
    for hit in opinions:
        for start, end in rewards:
            if _paid_for(read, signals, hit, start) and not is_refused(read, signals, hit.start, end):
                yield Shape(hit.start, end, TermKind.REVIEW_MONEY, TermSeverity.HARD, "opinion+reward")


def is_reported(read: Plain, signals: Signals, start: int) -> bool:
    """Whether the sentence tells what a buyer asks for, and not that the house agreed to it. For remarks alone."""
    told = [hit.start for hit in signals.get("reported") if hit.start <= start]
    if not told or _sentence_between(read, max(told) + 1, start):
        return False
    declined = signals.get("declined")
    return not any(hit.start > max(told) and not _within(hit, declined) for hit in signals.get("agreed"))


def _within(hit: Found, others: Sequence[Found]) -> bool:
    return any(other.start <= hit.start and hit.end <= other.end for other in others)


def _near(read: Plain, hit: Found, start: int, end: int) -> bool:
    low, high = (hit.end, start) if hit.end <= start else (end, hit.start)
    if low > high:
        return True
    return high - low <= (NEAR_ACROSS if _sentence_between(read, low, high) else NEAR)


def _sentence_between(read: Plain, low: int, high: int) -> bool:
    return any(mark == SENTENCE for mark in read.marks[low : high + 1])


def _paid_for(read: Plain, signals: Signals, hit: Found, start: int) -> bool:
    """The reward follows on the review, in its sentence, by a word such as «then», «receive» or «give»."""
    if not 0 <= start - hit.end <= NEAR or _sentence_between(read, hit.end, start):
        return False
    return signals.between("linked", hit.end, min(len(read.text), start + 1))


def is_refused(read: Plain, signals: Signals, start: int, end: int, *, warnings: bool = False) -> bool:
    """Whether the sentence says that there is no such thing: «we do not do that», «it has nothing to do with»; with
    `warnings` also «do not»: to warn of contact outside is right, to ask for no bad review is not."""
    words = [*signals.get("refused"), *(signals.get("warned") if warnings else ())]
    if not words and not signals.get("unrelated"):
        return False
    first, last = read.clause(start, end)
    near = any(first <= hit.start < start and hit.end <= end and start - hit.end <= REFUSED_NEAR for hit in words)
    return near or signals.between("unrelated", first, last)


def promises(read: Plain) -> Iterator[Shape]:
    """Something promised for certain that nobody can be certain of."""
    for pattern in (PROMISE, ARRIVES):
        for hit in pattern.finditer(read.text):
            if not read.apart(*hit.span()):
                yield Shape(*hit.span(), TermKind.FALSE_PROMISE, TermSeverity.SOFT, "promise")


def contacts(read: Plain, signals: Signals) -> Iterator[Shape]:
    """Taking the buyer away from the platform (SEC-08)."""
    for name, pattern in (
        ("contact", CONTACT),
        ("contact", CONTACT_HERE),
        ("contact", CONTACT_ASKED),
        ("contact", NUMBER_AFTER),
        ("trade outside", OFF_TRADE),
    ):
        for hit in pattern.finditer(read.text):
            start, end = hit.span()
            lawful = any(read.text.startswith(word, max(start, end - 2)) for word in SMALL_PAYMENT)
            if not (lawful or read.apart(start, end) or is_refused(read, signals, start, end, warnings=True)):
                yield Shape(start, end, TermKind.OFF_PLATFORM, TermSeverity.HARD, name)


def missing_courtesy(read: Plain, signals: Signals) -> Iterator[Shape]:
    """A message of some length without one word of courtesy (PHR-04)."""
    if len(CJK.findall(read.text)) >= WORDY and not signals.get("polite"):
        yield Shape(0, len(read.text), TermKind.COURTESY, TermSeverity.SOFT, "courtesy")


def adverts(signals: Signals, consent: str | None) -> Iterator[Shape]:
    """Advertising to a buyer who did not ask for it; one who refused it must not get any (SEC-09)."""
    if consent is None or consent == "given":
        return
    severity = TermSeverity.HARD if consent == "refused" else TermSeverity.SOFT
    for hit in signals.get("advert"):
        yield Shape(hit.start, hit.end, TermKind.MARKETING, severity, "advert")
