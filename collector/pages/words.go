package pages

// words are what people read. One word for one thing, the same as on the page of the floor.
var words = map[string]map[string]string{"zh": wordsZH, "en": wordsEN}

var wordsZH = map[string]string{
	"site": "实训基地与中试平台 使用数据", "skip": "跳到正文", "language": "English", "pages": "页面",
	"page overview": "总览", "page explain": "数字的由来", "page base": "基地", "page improve": "可改进之处", "page certificate": "使用证明", "page metrics": "指标说明", "page nowhere": "无法显示", "floor page": "实时状态",

	"period": "统计期间", "place": "范围", "grouping": "分组", "frozen versions": "已冻结的版本", "first day": "第一天", "last day": "最后一天", "show": "查看",
	"usual periods": "常用", "terms and years": "学期", "months": "月份", "export": "导出", "form": "报表",
	"period term": "本学期", "period term-1": "上学期", "period academic": "本学年", "period academic-1": "上学年", "period year": "今年", "period year-1": "去年", "period month": "本月", "period month-1": "上月", "period custom": "自定日期…",
	"year name": "%d 年", "term name": "%s 学期", "academic name": "%d–%d 学年", "month form": "2006年1月", "month short": "1月",
	"all bases": "全部基地", "city": "设区市", "county": "县（市、区）", "zone": "开发区", "cluster": "产业集群", "consortium": "产教联合体", "base": "基地", "asset": "设备", "line": "产线", "purpose": "用途", "affiliation": "使用方", "user_group": "人员类别",
	"by city": "设区市", "by base": "基地", "by line": "产线", "by asset": "设备", "by purpose": "用途", "by affiliation": "使用方", "by user_group": "人员类别", "month": "月份", "by month": "月份", "by day": "日期",
	"kind": "类型", "variant": "形式", "owner": "建设单位", "school code": "学校代码", "machines": "设备台数", "base id": "编号", "not registered": "登记表中没有这个基地", "area holds": "%d 个工位，%d 台设备", "about base": "基本情况",

	"about period": "%s，%s（%s 至 %s）", "about reach": "数字截至 %s（UTC%s）", "about ledger": "公式版本 %d，计划版本 %s", "about frozen": "冻结版本 %s，公式版本 %d，计划版本 %s（%s）", "no plan": "无",
	"about estimated": "“估计”：忘记刷卡离开、无人结束的使用，或时钟未校准的网关，其时间按规则推定", "about coverage": "覆盖率：状态已知的时间所占比例；低于 %s 的数字存疑，不参与排名",
	"about": "数据说明", "about corrected": "按人工更正计算的时间；原始记录保留", "corrected": "其中更正", "estimated": "其中估计", "of it estimated": "其中估计 %s",
	"known": "已知的时间", "coverage": "覆盖率", "doubtful": "覆盖率偏低，存疑", "doubtful mark": "存疑", "total": "合计", "measured share": "实测比例",
	"unit h": "小时", "unit person-h": "人时", "unit visits": "人次", "unit people": "人", "unit d": "天", "unit kWh": "千瓦时", "seconds": "%d 秒", "minutes": "%d 分", "hours and minutes": "%d 小时 %02d 分",
	"short withheld": "不公布", "short not_divided": "不可拆分", "short not_kept": "已不保存",
	"missing withheld": "不足五人，或可由此推算出不足五人的数字，为保护个人信息不予显示", "missing not_divided": "这个指标不能这样拆分", "missing not_kept": "所需的原始记录已不保存，或冻结版本不含", "not said": "未登记",

	"key figures": "关键数字", "machine-hours": "机时", "person-hours": "人时", "inside": "校内", "outside": "社会", "sides title": "校内与社会", "none so far": "期间内没有", "no use": "期间内没有任何使用。",
	"purposes over": "有效机时按用途（%s）", "per month": "按月", "per day": "按日", "other purposes": "其他用途", "as table": "以表格显示", "table of": "按%s统计", "course": "%s，%s", "course head": "走势", "more rows": "另有 %d 行未显示；请缩小范围，或导出后查看。",
	"heat title": "一周中的忙闲（有效机时占设备总时间的比例）", "heat desc": "横向为钟点，纵向为星期；颜色越深越忙，最忙为 %s；? 表示覆盖率偏低", "heat none": "选择一个基地，可以看到一周中每个钟点的忙闲。", "less": "闲", "more": "忙", "hour": "钟点",
	"day 0": "周一", "day 1": "周二", "day 2": "周三", "day 3": "周四", "day 4": "周五", "day 5": "周六", "day 6": "周日",

	"empty title": "这个范围和期间内还没有数据", "empty 1": "换一个更长的期间，或选择“全部基地”。", "empty 2": "如果基地刚刚接入：网关启动并连上 MQTT 后，第一个小时结束时这里会出现数字。", "empty 3": "如果应当有数据：到“实时状态”查看网关是否在线，或请系统管理员检查登记表中的设备编号是否与网关一致。",
	"choose base": "请选择一个基地", "choose none": "登记表中还没有您可以查看的基地。请系统管理员在计划文件中登记基地。",

	"definition": "定义", "formula": "算法", "unit": "单位", "source": "依据", "made of": "构成", "over": "分子", "under": "分母", "quotient": "商", "rounded once": "先求和，后相除，只在显示时取整", "sum": "数值", "coverage fine": "状态已知的时间所占比例", "coverage of people": "实测（由刷卡结束）的在场时间所占比例", "adds up": "汇总范围", "bases and machines": "%d 个基地，%d 台设备",
	"parts by": "按%s分解", "go down": "点击名称查看下一层，直到每一时段。", "path": "路径",
	"spells": "每一时段", "spells of": "%s 的时段", "counts": "计入本数字", "from": "起", "to": "止", "length": "时长", "state": "状态", "context": "情境", "because": "判定理由", "day": "日期",
	"spells sum": "以上时段计入 %s；本数字的分子为 %s。", "spells differ": "两者不同：设备首次记录之前和最新记录之后的时间列在下面，但不计入数字；刚刚到达的记录可能还没有入账。", "spells long": "选择 7 天以内的期间（点击上表中的月份和日期），可以看到每一时段及其证据。", "spells frozen": "冻结版本只含每小时的台账；要看每一时段，请改用实时数据。", "spells forgotten": "这段时间的原始记录已不保存，只能看到每小时的台账。", "spells none": "这段时间没有任何记录。",
	"evidence": "证据", "evidence says": "网关记录的时段，以及送达它的批次。", "gateway": "网关", "stream": "数据流", "sequence": "序号", "why": "依据", "more parts": "还有 %d 条未显示；请选择更短的期间。",
	"corrections": "人工更正", "corrections say": "更正不改变原始记录；下面同时列出更正的内容和当时的实测。", "corrected to": "更正为", "measured": "实测", "reason": "原因", "author": "更正人", "made": "更正时间", "measured untold": "原始记录已不保存或时间太长",
	"strip title": "这一天的状态", "running": "运行", "standby": "待机", "off": "停机", "fault": "故障", "unknown": "未知",
	"context closed": "关闭", "context free": "空闲（开放、无人使用）", "context session": "使用", "context maintenance": "维护", "mark estimated": "估计", "mark corrected": "更正", "mark attended": "有人在场", "mark not held": "无人到场", "axis state": "状态", "axis context": "情境", "axis held": "使用证据", "axis estimated": "估计",

	"to overview": "按设备查看全部数字", "its figures": "全部数字和一周忙闲", "its machines": "设备",
	"improve says": "下面列出时间和电能损失最多的设备。覆盖率偏低的设备不参与排名，单独列出。", "busiest": "最忙的钟点", "means busiest": "这些钟点设备最难约到：把可以移动的课程和开放预约安排到空闲钟点。",
	"means idle_open_hours": "开放着却无人使用：可以对外开放预约，或把课程集中安排以缩短开放时间。", "means unattended_hours": "运行时无人在场：确认是计划内的无人加工；如果不是，检查安全制度和读卡习惯。", "means occupied_idle_hours": "有人在设备旁而设备没有运行：多为讲解、排队或等待，可以增加仿真工位或错峰分组。", "means no_show_hours": "有预约或课表而无人到场：提醒预约人，并把不来的时段及时释放给别人。", "means standby_kwh": "没有运行时的用电：下课后关机，或设置自动休眠。",
	"days without use": "%d 天未使用（含休息日）", "nothing lost": "没有可列出的设备。", "apart": "数据不足，不参与排名", "apart says": "这些设备的覆盖率低于下限：先检查网关和电表的连接，再谈使用效率。",

	"certificate of": "设备与场地使用证明", "draft": "草稿", "draft says": "草稿：数字取自实时数据，以后可能因补传、更正或计划调整而变化。正式证明请选用冻结版本。", "make from": "可用的冻结版本：", "no frozen": "这个基地还没有冻结版本。冻结由系统管理员用 basemeter-collector freeze 完成。", "print hint": "用浏览器的“打印”功能打印或存为 PDF，正好一页 A4。",
	"figure": "指标", "value": "数值", "reaches": "数字截至", "method": "方法说明", "method 1": "机时由网关读取的设备状态（功率、触点或控制器）与校历、课表、预约逐时对照得出；人时由刷卡进出得出。", "method 2": "没有数据的时间记为“未知”，既不算运行也不算停机；覆盖率是状态已知的时间所占比例；人时和人次的覆盖率是由刷卡结束的部分所占比例。各项先求和、后相除，只在显示时取整。", "method 3": "“估计”是按规则推定结束的时间；“更正”是人工更正的时间，原始记录保留。不足五人的数字不显示。",
	"total time": "统计时长", "estimated of effective": "有效机时中估计部分", "frozen version": "冻结版本", "sha256": "SHA-256", "formula and plan": "公式版本 · 计划版本", "check": "核对地址", "signed base": "基地负责人（签字）", "signed unit": "建设单位（盖章）", "signed evaluator": "核对人（签字）", "date": "日期", "printed": "生成时间", "identity": "数据版本",

	"metrics say": "所有数字都按这里的定义计算。时间以毫秒为单位累计，先求和，后相除，只在显示时取整。", "elements": "ISO 22400-2 的时间要素", "states": "设备状态", "is running": "设备在加工或运转", "is standby": "已开机，但没有运转", "is off": "已关机", "is fault": "设备报告故障", "is unknown": "没有任何数据：既不算运行，也不算停机", "metric dictionary": "指标字典", "metric": "指标", "element": "要素", "meaning": "含义", "see figure": "查看数字",

	"home": "回到总览", "without": "不带这项选择，重新显示", "again": "重试", "title 400": "问题无法回答", "title 403": "没有访问权限", "title 404": "没有找到", "title 502": "数据库没有应答", "title 503": "正忙",
	"field period": "统计期间", "field from": "第一天", "field last": "最后一天", "field place": "范围", "field base": "基地", "field asset": "设备", "field by": "分组", "field metric": "指标", "field line": "产线", "field purpose": "用途", "field affiliation": "使用方", "field user_group": "人员类别", "field city": "设区市", "field floor": "覆盖率下限",
	"footer": "数字由 basemeter 从设备和读卡器的记录计算；没有数据的时间不作填补。",
}
