"""What stands for what when somebody hides a word: characters that look alike, traditional forms, spoken syllables."""

from __future__ import annotations

# Traditional and simplified, of the characters that terms are made of.
_TRADITIONAL = """
評评 價价 現现 紅红 優优 補补 償偿 禮礼 單单 圖图 刪删 錢钱 們们 問问 題题 負负 責责 這这 樣样 聯联 繫系 絡络 發发 貨货 廠厂 產产
說说 謝谢 請请 對对 買买 賣卖 號号 碼码 轉转 賬账 帳账 線线 電电 話话 給给 點点 罵骂 壞坏 關关 煩烦 閉闭 瘋疯 腦脑 殘残 滾滚 窮穷
絕绝 證证 級级 時时 間间 來来 個个 塊块 圓元 還还 為为 爲为 幾几 會会 過过 開开 讓让 應应 該该 國国 質质 東东 訴诉 規规 幫帮 專专
門门 頭头 長长 後后 無无 辦办 處处 麼么 誰谁 嗎吗 務务 滿满 獎奖 勵励 夠够 確确 認认 實实 體体 寫写 書书 報报 曬晒 錄录 據据 驗验
貼贴 戶户 掃扫 陸陆 熱热 網网 條条 選选 紙纸 領领 獲获 贈赠 截截 費费 損损 虧亏 騙骗 蠢蠢 豬猪 賤贱 隨随 見见 聽听 講讲 語语 簡简
單单 難难 別别 復复 覆复 變变 換换 購购 銷销 極极 頂顶 濟济 龍龙 億亿 萬万 萬万 連连 進进 運运 達达 遲迟 遠远 邊边 鬧闹 鬼鬼 麻麻
導导 屬属 嚴严 舉举 醜丑 啞哑 聾聋 癡痴 廢废 傻傻 滅灭 禍祸 術术 權权 檢检 歡欢 歸归 歲岁 氣气 決决 況况 淨净 測测 準准 溫温 濕湿 沒没 與与 親亲 兩两 聲声 樂乐 傳传 願愿 錯错 誤误 詢询 遞递 訂订 尋寻 畫画 雜杂 噁恶 惡恶 啟启 啓启 誠诚 諒谅 響响
圍围 圓元 壓压 紗纱 蘭兰 藥药 醫医 療疗 險险 綠绿 藍蓝 銀银 鐵铁 髒脏 闆板 歷历 曆历 牠它 妳你 裡里 裏里 鍵键 齊齐 顆颗 慘惨
"""
# Characters that are written instead of another because they look or sound like it.
_ALIKE = """
彡三 叁三 仨三 伍五 薇微 徽微 溦微 嶶微 崴微 芯信 伈信 訫信 囍喜 坪评 枰评 恏好 妤好 仮返 畈返 苋现 巯流 伽加 珈加 噺新
囗口 叧另 沵你 伱你 祢你 妳你 莪我 涐我 亻人 扞扣 筘扣 仩上 刂刀 氵水 兯兯 圆元 沅元 塊块 赚赚 哋的 菂的 昰是 枈币 芣不 卟不
冇没 嘸无 侑有 宥有 怼怼 蝦虾 毎每 烸每 侞如 茹如 戓或 洳如 仒个 孬孬 図图 圗图 菿到 吖啊 娞送 苁从 洅再 拫很 佷很
"""
SAME: dict[str, str] = {pair[0]: pair[1] for pair in (_TRADITIONAL + _ALIKE).split() if pair[0] != pair[1]}

# Pictures that say a word.
PICTURES: dict[str, str] = {"🧧": "红包", "💰": "现金", "💵": "现金", "🎁": "礼物", "🐧": "企鹅", "➕": "+"}
STARS = "⭐🌟★☆"  # three and more in a row are a rating, fewer are decoration

# How the characters of guarded terms are spelled; a term that is guarded is found in any mixture of both.
SYLLABLES: dict[str, tuple[str, ...]] = {
    "好": ("hao",),
    "评": ("ping", "pin"),
    "差": ("cha",),
    "中": ("zhong", "zong"),
    "追": ("zhui",),
    "晒": ("shai", "sai"),
    "图": ("tu",),
    "单": ("dan",),
    "五": ("wu",),
    "星": ("xing", "xin"),
    "改": ("gai",),
    "删": ("shan", "san"),
    "价": ("jia",),
    "返": ("fan",),
    "现": ("xian",),
    "红": ("hong",),
    "包": ("bao",),
    "优": ("you",),
    "惠": ("hui",),
    "券": ("quan",),
    "免": ("mian",),
    "补": ("bu",),
    "偿": ("chang",),
    "礼": ("li",),
    "物": ("wu",),
    "品": ("pin",),
    "金": ("jin",),
    "微": ("wei",),
    "信": ("xin",),
    "加": ("jia",),
    "扣": ("kou",),
    "满": ("man",),
    "分": ("fen",),
    "全": ("quan",),
    "额": ("e",),
    "傻": ("sha",),
    "滚": ("gun",),
    "蛋": ("dan",),
    "子": ("zi",),
    "智": ("zhi",),
    "障": ("zhang",),
    "脑": ("nao",),
    "残": ("can",),
    "有": ("you",),
    "病": ("bing",),
    "神": ("shen",),
    "经": ("jing",),
}
# One character written as two that stand side by side.
TORN: dict[str, str] = {
    "女子": "好",
    "讠平": "评",
    "言平": "评",
    "纟工": "红",
    "王见": "现",
    "亻言": "信",
    "衤卜": "补",
    "木几": "机",
    "扌口": "扣",
}
