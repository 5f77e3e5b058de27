/* board_samples.c - boards with the numbers of the source texts */
#include "tests/pipeline/board_samples.h"

#define MINUTE (G_GINT64_CONSTANT(60) * 1000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const NamedCount six_steps[] = {
    { "登记受理", 38, 0, FALSE }, { "先行调解", 64, 0, FALSE }, { "风险研判", 21, 0, FALSE },
    { "分类流转", 47, 0, FALSE }, { "跟踪督办", 16, 0, FALSE }, { "案结事了", 708, 0, FALSE }
};

static const guint64 clue_history[] = { 9, 14, 11, 6, 8, 17, 12, 15, 19, 13, 10, 16, 21, 18 };

static const DeadlineRow deadline_rows[] = {
    { "HT20250501-0107", "劳动争议 · 研和街道", { -3 * HOUR, 115, FALSE } },
    { "HT20250519-0192", "征地拆迁 · 大营街街道", { 23 * MINUTE, 97, FALSE } },
    { "HT20250518-0188", "物业纠纷 · 玉兴街道", { 4 * HOUR + 12 * MINUTE, 86, FALSE } },
    { "HT20250521-0219", "婚姻家庭", { 9 * HOUR, 62, FALSE } },
    { "HT20250521-0224", "山林土地 · 洛河彝族乡", { 2 * DAY + 4 * HOUR, 31, FALSE } },
    { "HT20250510-0150", "医疗纠纷 · 凤凰街道", { 0, 40, TRUE } },
    { "HT20250522-0231", "邻里纠纷 · 春和街道", { 19 * DAY + 6 * HOUR, 4, FALSE } },
};

static const NamedCount feelings[] = { { "稳情", 31, 28, TRUE },
                                       { "警情", 18, 22, TRUE },
                                       { "社情", 27, 27, TRUE },
                                       { "民情", 22, 15, TRUE },
                                       { "舆情", 9, 11, TRUE } };

static const SourceRow sources[] = {
    { "云综治", SOURCE_LIVE, 3000, 400 },
    { "云综治群众端", SOURCE_LIVE, 41000, 900 },
    { "云智调", SOURCE_LIVE, 12000, 500 },
    { "粤平安", SOURCE_LATE, 6000, 4 * MINUTE + 12000 },
    { "大理智慧系统", SOURCE_LIVE, 8000, 700 },
    { "社会治理通", SOURCE_LIVE, 2000, 300 },
    { "12345热线", SOURCE_LIVE, 27000, 600 },
    { "非警务警情", SOURCE_SILENT, 2 * MINUTE + 20000, 0 },
    { "阳光信访", SOURCE_LIVE, 4 * MINUTE, 1200 },
    { "城市留言板", SOURCE_LIVE, 19 * MINUTE, 2100 },
    { "情指行", SOURCE_LIVE, 55000, 800 },
    { "网格啄木鸟", SOURCE_LIVE, 5000, 350 },
    { "欠薪举报", SOURCE_UNKNOWN, -1, 0 },
    { "政务服务", SOURCE_LIVE, 33000, 640 },
    { "综治网格化", SOURCE_REFUSED, 7000, 0 },
    { "雪亮工程", SOURCE_LIVE, 1000, 120 },
};

static const CampaignRow villages[] = {
    { "凤山村", 202, 202 }, { "平寨村", 140, 151 }, { "南板村", 88, 104 }, { "文山村", 61, 98 },
    { "顺南村", 55, 96 },   { "乐雅村", 47, 91 },   { "回俄村", 30, 84 },  { "文来村", 12, 77 },
};

/* About where they are. */
static const MapPlace townships[] = {
    { "玉兴街道", 102547000, 24352000, 46, SEVERITY_YELLOW },
    { "凤凰街道", 102538000, 24362000, 38, SEVERITY_BLUE },
    { "玉带街道", 102532000, 24346000, 41, SEVERITY_ORANGE },
    { "北城街道", 102541000, 24424000, 19, SEVERITY_BLUE },
    { "春和街道", 102503000, 24391000, 23, SEVERITY_YELLOW },
    { "李棋街道", 102566000, 24389000, 17, SEVERITY_NONE },
    { "大营街街道", 102492000, 24330000, 29, SEVERITY_ORANGE },
    { "研和街道", 102503000, 24254000, 52, SEVERITY_RED },
    { "高仓街道", 102556000, 24303000, 12, SEVERITY_NONE },
    { "小石桥彝族乡", 102603000, 24262000, 4, SEVERITY_NONE },
    { "洛河彝族乡", 102391000, 24338000, 7, SEVERITY_BLUE },
};

static const NamedCount today[] = { { "婚姻家庭", 14, 12, TRUE }, { "邻里", 11, 11, TRUE },
                                    { "劳动争议", 9, 4, TRUE },   { "物业", 6, 8, TRUE },
                                    { "山林土地", 4, 4, TRUE },   { "征地拆迁", 3, 1, TRUE } };

#define BRIEFING_FIGURES_OF_THE_DAY                                                                \
    {                                                                                              \
        { "新增线索", 12, 0, "条", 9, 0, TRUE }, { "受理", 712, 0, "宗", 704, 0, TRUE },           \
            { "化解", 708, 0, "宗", 699, 0, TRUE }, { "化解率", 708, 712, NULL, 699, 704, TRUE },  \
            { "非警务转办", 644, 0, "起", 640, 0, TRUE },                                          \
            { "转办化解率", 551, 644, NULL, 546, 640, TRUE },                                      \
            { "临期未结", 7, 0, "件", 7, 0, TRUE }, { "超时", 1, 0, "件", 0, 0, TRUE },            \
    }

const BoardSample board_samples[] = {
    { "funnel",
      { .kind = BOARD_FUNNEL,
        .title = "案件流转",
        .as_of = "15:04",
        .funnel = { six_steps, G_N_ELEMENTS(six_steps), 1 } } },
    { "counter",
      { .kind = BOARD_COUNTER,
        .title = "有效线索",
        .as_of = "今年 · 15:04",
        .counter = { .value = 227,
                     .unit = "条",
                     .comparisons = { { "较昨日", 215 }, { "较上周", 186 }, { "较上月", 122 } },
                     .history = clue_history,
                     .n_history = G_N_ELEMENTS(clue_history) } } },
    { "rate",
      { .kind = BOARD_RATE,
        .title = "矛盾纠纷化解率",
        .as_of = "15:04",
        .rate = { .part = 708,
                  .whole = 712,
                  .part_name = "化解",
                  .whole_name = "受理",
                  .comparisons = { { "较上周", 690, 696 }, { "较上月", 601, 609 } } } } },
    { "deadlines",
      { .kind = BOARD_DEADLINES,
        .title = "临期与超时",
        .as_of = "15:04",
        .deadlines = { deadline_rows, G_N_ELEMENTS(deadline_rows), 12 } } },
    { "five",
      { .kind = BOARD_FIVE,
        .title = "五情研判",
        .as_of = "今日 · 15:04",
        .five = { feelings, G_N_ELEMENTS(feelings), "较昨日" } } },
    { "sources",
      { .kind = BOARD_SOURCES,
        .title = "数据来源",
        .as_of = "15:04",
        .sources = { sources, G_N_ELEMENTS(sources) } } },
    { "campaign",
      { .kind = BOARD_CAMPAIGN,
        .title = "拉网式排查",
        .as_of = "户 · 15:04",
        .campaign = { villages, G_N_ELEMENTS(villages) } } },
    { "map",
      { .kind = BOARD_MAP,
        .title = "红塔区 未结案件",
        .as_of = "15:04",
        .map = { townships, G_N_ELEMENTS(townships) } } },
    { "weather",
      { .kind = BOARD_WEATHER,
        .title = "民情气象站",
        .as_of = "15:04",
        .weather = { 47, 40, today, G_N_ELEMENTS(today) } } },
    { "briefing",
      { .kind = BOARD_BRIEFING,
        .title = "日小结",
        .as_of = "数据截至 09:00",
        .briefing = { .period = "2025 年 5 月 22 日 · 红塔区综治中心",
                      .compared = "较前日",
                      .figures = BRIEFING_FIGURES_OF_THE_DAY,
                      .n = BRIEFING_FIGURES } } },
};
const guint n_board_samples = G_N_ELEMENTS(board_samples);

static const char *const steps[] = { "登记受理", "先行调解", "风险研判",
                                     "分类流转", "跟踪督办", "案结事了" };
static const char *const five_steps[] = { "受理", "研判", "流转", "督办", "反馈" };

const CardSample card_samples[] = {
    { "time-left",
      { .code = "HT20250522-0231",
        .category = "劳动争议",
        .region = "研和街道",
        .severity = SEVERITY_YELLOW,
        .risk = RISK_MID,
        .stages = steps,
        .n_stages = G_N_ELEMENTS(steps),
        .present = 3,
        .term = "办结",
        .countdown = { 2 * DAY + 4 * HOUR, 45, FALSE },
        .lead_org = "区人力资源和社会保障局",
        .owner_title = "区委政法委副书记",
        .contact = "研和街道综治中心值班室",
        .phone = "0877-0000008" } },
    { "over",
      { .code = "HT20250501-0107",
        .category = "征地拆迁",
        .region = "大营街街道",
        .severity = SEVERITY_RED,
        .risk = RISK_HIGH,
        .badge = "督办",
        .stages = five_steps,
        .n_stages = G_N_ELEMENTS(five_steps),
        .present = 3,
        .term = "办结",
        .countdown = { -3 * HOUR, 108, FALSE },
        .lead_org = "区自然资源局",
        .owner_title = "区委常委、政法委书记",
        .contact = "大营街街道综合治理与平安法治中心值班室",
        .phone = "+86 877 0000007 转 801" } },
    { "sensitive",
      { .code = "HT20250521-0219",
        .category = "婚姻家庭",
        .region = "凤凰街道",
        .is_sensitive = TRUE,
        .severity = SEVERITY_ORANGE,
        .risk = RISK_LOW,
        .stages = steps,
        .n_stages = G_N_ELEMENTS(steps),
        .present = 1,
        .term = "调解",
        .countdown = { 9 * HOUR, 84, FALSE },
        .lead_org = "凤凰街道综治中心",
        .owner_title = "街道党工委副书记",
        .contact = "凤凰街道综治中心值班室",
        .phone = "0877-0000002" } },
};
const guint n_card_samples = G_N_ELEMENTS(card_samples);

static const RosterRow called[] = {
    { "区人社局", WHISTLE_ARRIVED, "15:05", "15:16", 11 * MINUTE + 42000 },
    { "司法所", WHISTLE_ACKNOWLEDGED, "15:06", NULL, 8 * MINUTE + 5000 },
    { "住建所", WHISTLE_MISSED_ACK, NULL, NULL, -(2 * MINUTE + 10000) },
    { "派出所", WHISTLE_CALLED, NULL, NULL, 48000 },
};

const RosterSpec roster_sample = { .title = "研和街道 吹哨",
                                   .subject = "劳动争议 · 研和街道",
                                   .rows = called,
                                   .n = G_N_ELEMENTS(called) };
