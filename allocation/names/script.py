"""One way of writing: width, case, signs, digits, traditional characters.

The table of characters is short on purpose: those that firms' names use and whose simplified form is one
character. A character that is not in it stays as it is, and such a name is then found by its other parts.
"""

import re
import unicodedata
from typing import Final

_TRADITIONAL: Final = (
    "東东 華华 國国 廣广 陝陕 漢汉 龍龙 鳳凤 馬马 鴻鸿 鵬鹏 業业 實实 電电 機机 車车 輪轮 產产 廠厂"
    " 無无 際际 興兴 興兴 發发 達达 遠远 進进 運运 連连 過过 還还 邊边 豐丰 澤泽 潤润 濟济 海海"
    " 灣湾 瀚瀚 滙汇 匯汇 江江 溫温 漁渔 淨净 濱滨 鋼钢 鐵铁 銅铜 鋁铝 鋰锂 鉬钼 釩钒 銀银 鋒锋"
    " 錦锦 鑫鑫 鈞钧 鐘钟 鎮镇 鉅钜 鑄铸 鎂镁 鎳镍 鈷钴 鈦钛 鋅锌 鍵键 鏈链 開开 關关 門门 閩闽"
    " 閣阁 闊阔 聞闻 問问 間间 陽阳 陰阴 階阶 隊队 陸陆 隆隆 隴陇 雲云 靈灵 霧雾 風风 飛飞 飄飘"
    " 凱凯 億亿 優优 偉伟 倫伦 僑侨 儀仪 備备 傳传 傑杰 儲储 價价 創创 劉刘 劍剑 動动 務务 勝胜"
    " 勵励 勳勋 協协 單单 廳厅 嚴严 圖图 園园 圓圆 團团 報报 場场 塊块 塑塑 墾垦 壹一 壯壮 壽寿"
    " 夢梦 奧奥 奮奋 寶宝 寬宽 審审 專专 將将 導导 層层 島岛 峽峡 嶺岭 嶽岳 岡冈 師师 帶带 幣币"
    " 庫库 應应 慶庆 憶忆 懷怀 戰战 戲戏 戶户 擇择 據据 擴扩 換换 揚扬 攝摄 數数 斷断 於于 時时"
    " 晉晋 曉晓 暉晖 曄晔 書书 會会 極极 榮荣 構构 樓楼 標标 樞枢 樣样 橋桥 檢检 權权 檔档 樺桦"
    " 楓枫 歐欧 歷历 歸归 氣气 決决 沖冲 況况 泰泰 洲洲 測测 湧涌 滬沪 漿浆 灃沣 灑洒 灝灏 滿满"
    " 瀾澜 災灾 烏乌 煉炼 煙烟 熱热 營营 燈灯 爐炉 爾尔 牆墙 獎奖 獨独 獅狮 獲获 環环 瑪玛 瑤瑶"
    " 瑩莹 璽玺 異异 畫画 當当 療疗 發发 盛盛 盤盘 監监 盧卢 礦矿 碼码 確确 磚砖 礎础 祿禄 禦御"
    " 禮礼 種种 積积 穩稳 窯窑 競竞 筆笔 節节 範范 築筑 簡简 籃篮 糧粮 紀纪 約约 紅红 納纳 紙纸"
    " 級级 紡纺 純纯 細细 終终 組组 結结 絡络 給给 統统 絲丝 經经 綠绿 維维 網网 綱纲 緣缘 線线"
    " 緯纬 練练 縣县 總总 績绩 織织 纖纤 續续 羅罗 義义 習习 聖圣 聯联 聲声 職职 肅肃 勝胜 腦脑"
    " 膠胶 臨临 舉举 艦舰 藝艺 莊庄 葉叶 蒼苍 蓋盖 蓮莲 蘇苏 蘭兰 藍蓝 藥药 處处 號号 虛虚 蠶蚕"
    " 術术 衛卫 衝冲 補补 裝装 製制 複复 見见 規规 視视 覺觉 觀观 計计 訊讯 訓训 設设 許许 証证"
    " 評评 試试 詩诗 話话 該该 誠诚 語语 說说 調调 談谈 請请 論论 諾诺 證证 識识 譽誉 讓让 豔艳"
    " 貝贝 財财 貨货 販贩 貫贯 責责 貴贵 買买 費费 賀贺 資资 賓宾 賢贤 賣卖 質质 賽赛 贊赞 贏赢"
    " 贛赣 趙赵 躍跃 軌轨 軍军 軟软 較较 載载 輕轻 輝辉 輸输 轉转 辦办 農农 選选 遷迁 遼辽 邁迈"
    " 鄉乡 鄭郑 醫医 釀酿 針针 鍾钟 長长 閃闪 閱阅 險险 隨随 雙双 離离 難难 雞鸡 頂顶 項项 順顺"
    " 須须 預预 領领 頭头 題题 顏颜 類类 顧顾 顯显 飲饮 館馆 餐餐 養养 餘余 駿骏 騰腾 驗验 驕骄"
    " 驛驿 髮发 魚鱼 鮮鲜 鯨鲸 鳴鸣 鶴鹤 鷹鹰 鹽盐 麗丽 麥麦 黃黄 點点 黨党 齊齐 齒齿 龜龟 堅坚"
    " 鄰邻 靜静 僅仅 併并 並并 內内 冊册 剛刚 劃划 區区 參参 員员 啟启 啓启 喬乔 嘆叹 執执 塵尘"
    " 墊垫 備备 夾夹 孫孙 學学 寧宁 尋寻 屬属 幹干 彈弹 徑径 從从 復复 態态 慮虑 懸悬 掃扫 採采"
    " 擊击 撥拨 攜携 敵敌 斂敛 昇升 條条 來来 殼壳 準准 滅灭 潔洁 瓏珑 產产 畢毕 眾众 矯矫 稅税"
    " 筍笋 縮缩 繁繁 繼继 纜缆 罷罢 群群 聰聪 膚肤 舊旧 艙舱 薦荐 裏里 詠咏 貿贸 輔辅 邏逻 鄒邹"
    " 釋释 鎧铠 闖闯 雜杂 韓韩 響响 頻频 顆颗 飯饭 驅驱 鬆松 鬥斗 魯鲁 鴿鸽 黔黔 龐庞"
)
_TABLE: Final = str.maketrans({pair[0]: pair[1] for pair in _TRADITIONAL.split()})
_SIGNS: Final = re.compile(r"[^\w()]+|_")
_WIDE: Final = str.maketrans("〔〕[]【】<>《》", "()()()()()")


def written(name: str) -> str:
    """Write a name the one way: NFKC, upper case, simplified, round brackets, no other signs."""
    plain = unicodedata.normalize("NFKC", name).translate(_WIDE).upper().translate(_TABLE)
    return _SIGNS.sub("", plain)


def bare(name: str) -> str:
    """Write a name the one way without its brackets, their content kept."""
    return written(name).replace("(", "").replace(")", "")
