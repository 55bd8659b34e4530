"""What the terms of the rule book share: their shape, and what is said instead."""

from __future__ import annotations

from staff.words.states import TermSeverity

HARD, SOFT = TermSeverity.HARD, TermSeverity.SOFT
Row = tuple[str, TermSeverity, str, str, tuple[str, ...]]

SPECIAL = "这种情况的确特殊，我已经记录下来，稍后相关部门会与您联系。"
LOOK_INTO = "我们愿意为您调查清楚这件事情，我会联系相关部门，由他们来帮您处理。"
SUGGESTION = "非常感谢您的建议，我们会反馈给相关部门，在制订服务策略时参考您的意见，也对现在无法满足您的需求表示抱歉。"
WHEN = "我们会在{days}个工作日内与您取得联系，您希望我们具体在哪个时间段与您取得联系？"
CHECK_NOW = "一直没有人与您联系吗？我赶紧帮您核实一下，马上通知相关人员尽快与您取得联系，您看这样可以吗？"
ANOTHER_WAY = "我帮您想想别的办法，请您稍等。"
FIND_OUT = "请您稍等，我马上帮您查询确认。"
OURS = "非常抱歉给您带来不便，我们会负责到底，请您把情况告诉我。"
RESTOCK = "这款暂时缺货，补货时间确定后第一时间通知您；也可以先看看相近的款式。"
NEUTRAL = "欢迎您根据真实体验评价，您的任何意见对我们都很重要。"
IN_HERE = "为保障您的权益，请在平台内与我们沟通和交易。"
PATIENT = "抱歉没有说清楚，我再为您详细说明一下。"
CALM = "非常理解您的心情，我来帮您处理。"
TRUE_ONLY = "以商品详情页和实物为准。"
