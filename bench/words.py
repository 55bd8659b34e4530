"""The checker: milliseconds for a page of text against the list of a house and a thousand terms in all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from bench.figures import Figure, expect, note
from bench.run import Bench
from staff.words.checker import CheckContext, find
from staff.words.matcher import Rule, compile_rules
from staff.words.rulebook.terms import rules
from staff.words.states import TermKind

TERMS = 1_000
LETTERS = 2_000
ROUNDS = 30
POLITE = (
    "您好,您的订单已经发出,请您注意查收。签收前一定要先验货,有问题24小时之内联系我们!谢谢亲的支持,祝您生活愉快。"
    "这款面料不容易起球,您可以看看详情页;非常抱歉让您久等了,我们会尽快为您安排,有最新进展第一时间告诉您。"
)
BAD = "好评返现3元"


def measure(bench: Bench) -> Iterator[Figure]:
    house = rules()
    more = [Rule(f"生僻词{number:04d}号", TermKind.FORBIDDEN) for number in range(TERMS - len(house))]
    compiled = compile_rules([*house, *more])
    text = (POLITE * (LETTERS // len(POLITE) + 1))[: LETTERS - len(BAD)] + BAD
    taken = []
    for _round in range(bench.rounds(ROUNDS)):
        start = time.perf_counter()
        hits = find(text, compiled, CheckContext())
        taken.append(1000 * (time.perf_counter() - start))
        expect([text[hit.start : hit.start + 4] for hit in hits], [BAD[:4]], "what the checker found")
    note(f"checker: {min(taken):.2f} to {max(taken):.2f} ms for {len(text)} characters, {len(compiled.rules)} terms")
    yield Figure("check_2000_chars", statistics.median(taken), "ms", 5)
