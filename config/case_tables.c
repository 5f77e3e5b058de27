/* case_tables.c - options of cases, sources, contacts, linkage, briefings and upstreams */
#include "config/option_rows.h"
#include "config/rule.h"
#include "config/tables.h"

static const OptionWord transports[] = { { "connect", SOURCE_CONNECTS },
                                         { "dial", SOURCE_DIALLED },
                                         { "folder", SOURCE_FOLDER },
                                         { NULL, 0 } };
static const OptionWord kinds[] = {
    { "day", BRIEFING_DAY }, { "week", BRIEFING_WEEK }, { "month", BRIEFING_MONTH }, { NULL, 0 }
};

static const OptionWord severities[] = { { "red", SEVERITY_RED },
                                         { "orange", SEVERITY_ORANGE },
                                         { "yellow", SEVERITY_YELLOW },
                                         { "blue", SEVERITY_BLUE },
                                         { NULL, 0 } };

static const OptionWord whistle_shows[] = { { "scene", WHISTLE_SCENE },
                                            { "overlay", WHISTLE_OVERLAY },
                                            { "none", WHISTLE_SILENT },
                                            { NULL, 0 } };

static const Option case_rows[] = {
    { TEXT("region", CaseConfig, region, "", rule_region), .help = "本级综治中心的行政区划代码" },
    { TEXT("vocabulary", CaseConfig, vocabulary, "liubu", rule_id),
      .help = "流程用语：vocabularies 目录里的文件名，如 liubu（六步）、wubu（五步）" },
    { TEXT("deadlines", CaseConfig, deadlines, "default", rule_id),
      .help = "办结期限：deadlines 目录里的文件名，如 xiaogan、zhijiang、xinfang" },
    { TEXT("data_dir", CaseConfig, data_dir, "", rule_directory),
      FROM("空：配置文件旁边有就用旁边的，没有则用安装的"),
      .help = "类别、用语、期限、日历、对接文件所在目录" },
    { BOOL("needs_revisit", CaseConfig, needs_revisit, FALSE), .help = "回访（核单）之后才能销号" },
    { INT("revisit_reopens", CaseConfig, revisit_reopens, 0, 0, 4),
      .help = "回访满意度（1–5）不高于此的案件重新办理，如 3 为基本满意及以下；0 为不重新办理" },
    { CHOICE("whistle_show", CaseConfig, whistle_show, WHISTLE_SCENE, whistle_shows),
      .help = "吹哨时：scene 在第一面墙上打开吹哨画面，overlay 每面墙右侧叠加报到表，"
              "none 不自动显示" },
    { INT("whistle_ack_minutes", CaseConfig, whistle_ack_minutes, 10, 0, 1440),
      .help = "吹哨后多少分钟内应响应，事件里写明的除外；0 为不计时" },
    { INT("whistle_arrive_minutes", CaseConfig, whistle_arrive_minutes, 30, 0, 1440),
      .help = "吹哨后多少分钟内应到达，事件里写明的除外；0 为不计时" },
    { INT("event_days", CaseConfig, event_days, 365, 0, 36500),
      .help = "事件内容保存的天数；0 为不删。到期后只留编号，用来识别重复" },
    { INT("case_days", CaseConfig, case_days, 1095, 0, 36500),
      .help = "已办结案件保存的天数；0 为不删" },
    { INT("transition_days", CaseConfig, transition_days, 1825, 0, 36500),
      .help = "流转记录（哈希链）保存的天数；0 为不删" },
    { INT("order_days", CaseConfig, order_days, 1095, 0, 36500),
      .help = "已办结单据保存的天数；0 为不删" },
    { INT("outbox_days", CaseConfig, outbox_days, 30, 0, 36500),
      .help = "已送出的上报保存的天数；0 为不删" },
    { INT("briefing_days", CaseConfig, briefing_days, 1095, 0, 36500),
      .help = "研判画面（日小结、周研判、月调度）保存的天数；0 为不删" },
    { INT("audit_days", CaseConfig, audit_days, 1095, 180, 36500),
      .help = "调用登记簿保存的天数，至少 180 天" },
    { INT("backup_keep", CaseConfig, backup_keep, 14, 0, 1000),
      .help = "每夜备份保留的份数；0 为不备份" },
    { TEXT("night_at", CaseConfig, night_at, "03:30", rule_time),
      .help = "每夜清理到期数据并备份的时刻（本地时间）；错过了，开机后补做" },
};
const OptionTable table_cases = TABLE("cases", "案件", NULL, case_rows);

static const Option source_rows[] = {
    { TEXT("id", SourceConfig, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("name", SourceConfig, name, "", rule_name), REQUIRED, .help = "名称，如 云综治" },
    { TEXT("uri", SourceConfig, uri, NULL, rule_name), FROM("/编号"),
      .help = "事件的 source 属性；平台自己不带信封时用它。它和它下面的值只有本来源能用" },
    { PART("speaks_for"), FROM("不限，但不能用别的来源的"),
      .help = "本来源可用的 source 属性的开头，数组：写了就只能用这些和 uri，别的来源都不能用；"
              "转发多个平台的（如市级平台）逐个写上" },
    { TEXT("mapping", SourceConfig, mapping_name, NULL, rule_id), FROM("已是本系统的事件格式"),
      .help = "对接文件：connectors 目录里的文件名，如 yunzongzhi" },
    { CHOICE("transport", SourceConfig, transport, SOURCE_CONNECTS, transports),
      .help =
          "connect 平台连过来（WebSocket 或 webhook），dial 本机连过去，folder 收文件（网闸）" },
    { TEXT("url", SourceConfig, url, NULL, rule_url),
      .help = "仅 dial：ws:// 或 wss:// 地址；{after} 处填上次收到的序号" },
    { TEXT("ca_file", SourceConfig, ca_file, NULL, rule_file), FROM("系统信任的证书"),
      .help = "仅 dial：签发对方证书的 CA 证书文件" },
    { TEXT("folder", SourceConfig, folder, NULL, rule_directory),
      .help = "仅 folder：收文件的目录" },
    { TEXT("token", SourceConfig, token, NULL, rule_id),
      .help = "凭据文件里的引用名，其口令即令牌；folder 不需要" },
    { INT("silent_s", SourceConfig, silent_s, 30, 0, 86400), FROM("30，folder 为 0"),
      .help = "多少秒没有任何消息（含心跳）即在大屏上提示；0 为不提示" },
};
const OptionTable table_sources = TABLE("sources[]", "事件来源", NULL, source_rows);

static const Option contact_rows[] = {
    { TEXT("region", Contact, region, "", rule_area), REQUIRED,
      .help = "行政区划代码，含其下级；村、街道、区都写了的，案件用最小的那一级" },
    { TEXT("name", Contact, name, "", rule_name), REQUIRED, PRIVATE,
      .help = "单位名称，如 研和街道综治中心值班室；不写人名" },
    { TEXT("phone", Contact, phone, "", rule_phone), REQUIRED, PRIVATE,
      .help = "单位值班电话，如 0877-1234567 转 801" },
};
const OptionTable table_contacts =
    TABLE("contacts[]", "联系单位", "案件牌上的“联系”：大屏上人人可见，只写单位和值班座机。",
          contact_rows);

static const Option linkage_rows[] = {
    { TEXT("id", LinkageRule, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("name", LinkageRule, name, "", rule_name), REQUIRED, .help = "名称" },
    { BOOL("by_hand", LinkageRule, by_hand, FALSE),
      .help = "预案（一键指挥）：不由事件触发，由人执行；不写 when" },
    { PART("when"), .help = "条件；各项都满足才触发，没有的项不限" },
    { INT("priority", LinkageRule, priority, 100, 1, 999), .help = "优先级，大的先占告警窗格" },
    { BOOL("preempts", LinkageRule, preempts, FALSE),
      .help = "优先级更高时立即顶掉别的告警画面，不等它显示满 alarm_dwell_s" },
    { CHOICE("severity", LinkageRule, severity, 0, severities),
      FROM("由事件的严重程度、等级、风险得出"), .help = "横幅颜色" },
    { BOOL("banner", LinkageRule, has_banner, TRUE), .help = "显示告警横幅" },
    { PART("cameras"), .help = "上墙的摄像机编号数组，按此顺序" },
    { BOOL("of_place", LinkageRule, of_place, FALSE),
      .help = "上墙事发地点的摄像机，其次同区划同类场所的；敏感案件除外" },
    { INT("nearest", LinkageRule, nearest, 0, 0, LINKAGE_MAX_CAMERAS),
      .help = "上墙最近的几路；敏感案件除外" },
    { INT("radius_m", LinkageRule, radius_m, 500, 1, 100000), .help = "最近，指多少米以内" },
    { BOOL("opens_case", LinkageRule, opens_case, FALSE), .help = "把案件画面开到墙上" },
    { TEXT("preset", LinkageRule, preset, NULL, rule_name), FROM("不开"),
      .help = "把这个预案开到墙上，处置后恢复" },
    { BOOL("stops_tours", LinkageRule, stops_tours, FALSE),
      .help = "告警期间整面墙的轮巡让位；不论如何，被占窗格的轮巡都让位" },
    { INT("sound", LinkageRule, sound, 1, 0, 3),
      .help = "控制台提示音：0 无，1 提示，2 告警，3 紧急" },
    { TEXT("ptz_preset", LinkageRule, ptz_preset, NULL, rule_note), FROM("不动云台"),
      .help = "请上墙的摄像机转到这个预置位（作为上报事件发出）" },
    { PART("orders"), .help = "给案件开单的数组：{\"kind\": 单据, \"to\": 承办单位}，最多 8 张" },
    { TEXT("procedure", LinkageRule, procedure, NULL, rule_text), FROM("无"),
      .help = "处置要点（预案文字），随告警送控制台" },
    { INT("late_s", LinkageRule, late_s, 3600, 0, 604800),
      .help = "事件发生后超过多少秒才到，只入库、不告警（补报、补录）；0 为不限" },
    { INT("hold_s", LinkageRule, hold_s, 0, 0, 86400),
      .help = "在墙上保持的秒数；0 为直到有人确认" },
    { INT("escalate_s", LinkageRule, escalate_s, 300, 0, 86400),
      .help = "多少秒无人处置即升级并上报；0 为不升级" },
    { INT("group_s", LinkageRule, group_s, 120, 0, 86400),
      .help = "同一地点同类事件在多少秒内算一起" },
    { INT("group_m", LinkageRule, group_m, 0, 0, 10000),
      .help = "同类事件相距多少米以内算一起；0 为不按距离" },
};
const OptionTable table_linkage =
    TABLE("linkage[]", "联动规则", "按次序逐条判断；每一条满足条件的都执行。", linkage_rows);

static const Option when_rows[] = {
    { PART("types"), .help = "事件类型数组，如 case.reported、case.whistled、camera.alarm" },
    { PART("category"), .help = "类别代码数组" },
    { PART("level"), .help = "等级数组：extra、major、larger、general" },
    { PART("risk"), .help = "风险数组：high、mid、low" },
    { PART("region"), .help = "区划代码数组，含其下级" },
    { PART("sources"), .help = "来源编号数组" },
    { INT("min_severity", WhenEntry, min_severity, 0, 0, 24), .help = "严重程度至少多少（1–24）" },
    { TEXT("hours", WhenEntry, hours, NULL, rule_hours), FROM("全天"),
      .help = "时段，如 22:00-06:00（跨过午夜）" },
    { PART("days"), .help = "星期数组，1 为星期一；没有则每天" },
};
const OptionTable table_when = TABLE("linkage[].when", "联动条件", NULL, when_rows);

static const OptionWord figure_kinds[] = { { "counter", FIGURES_COUNTER },
                                           { "rate", FIGURES_RATE },
                                           { "five", FIGURES_FIVE },
                                           { "campaign", FIGURES_CAMPAIGN },
                                           { NULL, 0 } };
static const OptionWord periods[] = { { "day", PERIOD_DAY },
                                      { "week", PERIOD_WEEK },
                                      { "month", PERIOD_MONTH },
                                      { "year", PERIOD_YEAR },
                                      { NULL, 0 } };

static const Option board_rows[] = {
    { TEXT("id", FiguresConfig, id, "", rule_id), REQUIRED,
      .help = "编号，全文件唯一；窗格的来源写 board:编号。与内置看板同名时取代内置的" },
    { TEXT("title", FiguresConfig, title, "", rule_name), REQUIRED, .help = "标题" },
    { CHOICE("kind", FiguresConfig, kind, 0, figure_kinds), REQUIRED,
      .help = "counter 一个指标，rate 比率（两项：分子、分母），five 并列指标（2–10 项，如五情），"
              "campaign 分村进度（两项：已完成、应完成）" },
    { CHOICE("period", FiguresConfig, period, PERIOD_DAY, periods),
      .help = "统计今日、本周、本月还是今年；平台送来的指标取最新的" },
    { TEXT("unit", FiguresConfig, unit, "件", rule_note), .help = "单位" },
    { PART("items"), .help = "指标数组" },
};
const OptionTable table_boards = TABLE("boards[]", "自定看板", NULL, board_rows);

static const Option figure_rows[] = {
    { TEXT("name", FigureItem, name, "", rule_name), REQUIRED, .help = "名称，如 稳情、化解" },
    { PART("metrics"),
      .help = "相加的指标数组：本机统计的写 opened、resolved、closed、clue、channel:来路、"
              "category:类别 等；平台送来的写 figure:指标名" },
};
const OptionTable table_figures = TABLE("boards[].items[]", "看板的指标", NULL, figure_rows);

static const Option briefing_rows[] = {
    { TEXT("id", BriefingConfig, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("name", BriefingConfig, name, "", rule_name), REQUIRED, .help = "名称，如 日小结" },
    { TEXT("wall", BriefingConfig, wall, "", rule_id), FROM("第一个大屏"), .help = "大屏编号" },
    { CHOICE("kind", BriefingConfig, kind, BRIEFING_DAY, kinds),
      .help = "day 日小结，week 周研判，month 月调度" },
    { TEXT("at", BriefingConfig, at, "", rule_time), REQUIRED, .help = "开始时刻（本地时间）" },
    { PART("days"), .help = "day、week：星期数组，1 为星期一；没有则 day 每天、week 星期一" },
    { INT("day", BriefingConfig, day, 1, 1, 31), .help = "month：每月几号；没有这一天则为月末" },
    { INT("shown_minutes", BriefingConfig, shown_minutes, 15, 1, 720),
      .help = "显示多少分钟后恢复原画面" },
};
const OptionTable table_briefings = TABLE("briefings[]", "定时研判画面", NULL, briefing_rows);

static const Option upstream_rows[] = {
    { TEXT("id", UpstreamConfig, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("url", UpstreamConfig, url, "", rule_url), REQUIRED,
      .help = "ws://、wss://、http:// 或 https:// 地址" },
    { TEXT("ca_file", UpstreamConfig, ca_file, NULL, rule_file), FROM("系统信任的证书"),
      .help = "签发对方证书的 CA 证书文件" },
    { TEXT("token", UpstreamConfig, token, NULL, rule_id), .help = "凭据文件里的引用名" },
    { PART("events"), .help = "送出的事件类型数组；没有则全部" },
};
const OptionTable table_upstreams = TABLE("upstreams[]", "上报", NULL, upstream_rows);
