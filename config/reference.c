/* reference.c - the reference page of the configuration, made from the option tables */
#include "config/tables.h"

static const char *const intro =
    "# 配置文件参考\n"
    "\n"
    "<!-- 由选项表生成；改动选项后运行 WALLCTL_UPDATE=1 tests/unit/test_config "
    "重新生成，不要手改。 -->\n"
    "\n"
    "配置是一个 UTF-8 编码的 JSON 文件，允许 `//` 和 `/* */` 注释以及末尾多一个逗号。\n"
    "`wallctl --check 文件` 检查并列出全部错误；收到 SIGHUP 时重新读取，有错则一切照旧。\n"
    "未知的选项、重复的键、超出范围的值都会被拒绝，不会悄悄改成默认值。\n"
    "文件路径都相对于配置文件所在的目录。“必填”之外的选项都可以不写。\n";

static const char *const outro =
    "\n"
    "## 自定义分屏 `layouts[]`\n"
    "\n"
    "每个分屏是下面两种写法之一，`id` 为 1–32 个字母、数字或 `+ _ -`：\n"
    "\n"
    "```json\n"
    "{ \"id\": \"3+9\", \"name\": \"三大九小\", \"grid\": [6, 4], \"spans\": [[0, 0, 2, 2], [2, 0, "
    "2, 2], [4, 0, 2, 2]] }\n"
    "{ \"id\": \"pip\", \"name\": \"画中画\", \"free\": true, \"cells\": [[0, 0, 1, 1], [0.7, 0.7, "
    "0.28, 0.28]] }\n"
    "```\n"
    "\n"
    "- `grid`：`[列, 行]`；`spans`：跨格的大窗 `[列, 行, 宽, "
    "高]`，排在最前，其余格子按阅读顺序跟在后面。\n"
    "- `cells`：`[x, y, 宽, 高]`，为区域宽高的 0–1；`free` 为 true 时窗格可以重叠。\n"
    "- `portrait`：竖屏时的写法，窗格数须相同；没有则行列互换。\n"
    "\n"
    "## 摄像机表格 `camera_csv`\n"
    "\n"
    "UTF-8（可带 BOM）或 GB18030，逗号分隔，第一行是列名，中英文均可：\n"
    "\n"
    "`id` 编号、`number` 序号、`name` 名称、`region` 行政区划、`gbid` 国标编号、`place` "
    "地点、`place_kind` 场所类型、`groups` 分组、\n"
    "`lon` 经度、`lat` 纬度、`main` 主码流、`sub` 子码流、`credential` 凭据、`template` "
    "厂商模板、`host` 地址、`channel` 通道。\n"
    "\n"
    "没有 `id` 时用 `gbid` 作编号。不需要的列在列名前加 `#`。取值规则与上面“摄像机”一节相同。\n"
    "\n"
    "## 凭据文件 `credentials`\n"
    "\n"
    "```json\n"
    "{ \"gate\": { \"user\": \"admin\", \"password\": \"……\" } }\n"
    "```\n"
    "\n"
    "权限必须是 0600（`chmod 600`）。用 systemd 时可改为 "
    "`LoadCredential=wallctl-cameras:/路径`，此时忽略 `credentials`。\n"
    "\n"
    "用 `wallctl secret seal 文件` 密封以后，文件里不再有明文，密钥在 `文件.key`（0400），或由 "
    "systemd 提供"
    "（`wallctl-key`）。`\"@摄像机编号\"` 是这一台自己的账号，优先于它的 `credential`。\n";

static void add_choices(GString *text, const Option *option)
{
    for (const OptionWord *w = option->words; w->word; w++)
        g_string_append_printf(text, "%s`%s`", w == option->words ? "" : " ", w->word);
}

/* In units as written in the file. */
static gint64 written(const Option *option)
{
    return option->scale ? option->number / option->scale : option->number;
}

static void add_accepted(GString *text, const Option *option)
{
    switch (option->type) {
    case OPTION_TEXT:
        g_string_append(text, option->rule->accepted_zh);
        break;
    case OPTION_INT:
        g_string_append_printf(text, "整数 %" G_GINT64_FORMAT " 至 %" G_GINT64_FORMAT, option->min,
                               option->max);
        break;
    case OPTION_BOOL:
        g_string_append(text, "`true` `false`");
        break;
    case OPTION_CHOICE:
        add_choices(text, option);
        break;
    case OPTION_COLOUR:
        g_string_append(text, "`\"#RRGGBB\"`");
        break;
    case OPTION_PART:
        g_string_append(text, "见说明");
        break;
    }
}

static const char *word_of(const Option *option)
{
    for (const OptionWord *w = option->words; w->word; w++) {
        if (w->value == option->number)
            return w->word;
    }
    return "";
}

static void add_default(GString *text, const Option *option)
{
    if (option->is_required)
        g_string_append(text, "**必填**");
    else if (option->default_zh)
        g_string_append(text, option->default_zh);
    else if (option->type == OPTION_TEXT && option->text && *option->text)
        g_string_append_printf(text, "`\"%s\"`", option->text);
    else if (option->type == OPTION_INT)
        g_string_append_printf(text, "`%" G_GINT64_FORMAT "`", written(option));
    else if (option->type == OPTION_BOOL)
        g_string_append(text, option->number ? "`true`" : "`false`");
    else if (option->type == OPTION_CHOICE)
        g_string_append_printf(text, "`%s`", word_of(option));
    else if (option->type == OPTION_COLOUR)
        g_string_append_printf(text, "`\"#%06" G_GINT64_MODIFIER "X\"`", option->number);
    else
        g_string_append(text, "无");
}

static void add_table(GString *text, const OptionTable *table)
{
    g_string_append_printf(text, "\n## %s", table->title);
    if (*table->path)
        g_string_append_printf(text, " `%s`", table->path);
    g_string_append(text, "\n\n");
    if (table->help)
        g_string_append_printf(text, "%s\n\n", table->help);
    g_string_append(text, "| 选项 | 取值 | 默认 | 说明 |\n|---|---|---|---|\n");
    for (gsize i = 0; i < table->n_rows; i++) {
        const Option *option = &table->rows[i];
        g_string_append_printf(text, "| `%s` | ", option->key);
        add_accepted(text, option);
        g_string_append(text, " | ");
        add_default(text, option);
        g_string_append_printf(text, " | %s |\n", option->help);
    }
}

char *config_reference_text(void)
{
    GString *text = g_string_new(intro);
    for (guint i = 0; config_tables[i]; i++)
        add_table(text, config_tables[i]);
    g_string_append(text, outro);
    return g_string_free(text, FALSE);
}
