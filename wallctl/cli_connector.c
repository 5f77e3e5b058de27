/* cli_connector.c - "connector try": what a mapping file makes of a sample, field by field
 *
 * Needs no daemon and writes nothing. Values are shown only where they are kept, so what it prints can
 * go into a ticket.
 */
#include "config/case_data.h"
#include "config/config.h"
#include "config/file.h"
#include "config/mapping_records.h"
#include "wallctl/base/clock.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define MAX_SAMPLE   (64 * 1024 * 1024)
#define ZONE_MINUTES 480 /* where a file names none */

static const char *say_outcome(Mapped outcome)
{
    switch (outcome) {
    case MAPPED_KEPT:
        return say("保留", "kept");
    case MAPPED_DROPPED:
        return say("丢弃", "dropped");
    default:
        return say("拒收", "refused");
    }
}

static const char *say_why(MappedWhy why)
{
    static const struct {
        const char *zh, *en;
    } words[WHY_LAST + 1] = {
        [WHY_READ] = { "按文件读取", "read as the file says" },
        [WHY_FIXED] = { "文件里的固定值", "the file's own word" },
        [WHY_ELSE] = { "没有对应，用 else 的值", "fits nowhere: the word of \"else\"" },
        [WHY_SET] = { "由 set 规则得出", "follows from a rule of \"set\"" },
        [WHY_ENVELOPE] = { "取自 CloudEvents 信封", "from the CloudEvent" },
        [WHY_REDACTED] = { "已脱敏", "redacted" },
        [WHY_MISSING] = { "这条记录里没有", "not in this record" },
        [WHY_UNFIT] = { "取值不合规则或字段要求", "fits no rule, or not the field" },
        [WHY_PRIVATE] = { "像电话、证件、车牌、卡号、住址",
                          "looks like a phone, ID, plate, card ..." },
        [WHY_PERSONAL] = { "含 drop_assert 位置上的内容", "holds what drop_assert names" },
        [WHY_TAKEN_OUT] = { "set 规则去掉", "taken out by a rule of \"set\"" },
        [WHY_UNNAMED] = { "文件没有提到", "the file does not name it" },
        [WHY_ASSERTED] = { "drop_assert：不得保留", "drop_assert: must not be kept" },
        [WHY_CONDITION] = { "only/refuse 条件不放行", "\"only\" or \"refuse\" does not let it in" },
        [WHY_UNKNOWN] = { "本地区划表、类别表里没有，或不许接入",
                          "not in the site's tables, or may not come in" },
        [WHY_CHECK] = { "整条事件不成立", "the event as a whole does not hold" },
    };
    return say(words[why].zh, words[why].en);
}

static const char *say_refused(const GError *error)
{
    static const char *const zh[REFUSED_LAST + 1] = {
        [REFUSED_MALFORMED] = "不是 JSON 对象",
        [REFUSED_TOO_LARGE] = "太大",
        [REFUSED_ATTRIBUTE] = "编号等属性不合",
        [REFUSED_TYPE] = "事件类型不接入",
        [REFUSED_TIME] = "时间不合",
        [REFUSED_CLASSIFICATION] = "密级或类别不许接入",
        [REFUSED_FIELD] = "字段取值不合",
        [REFUSED_UNMAPPED] = "对接文件没有对应的规则",
        [REFUSED_REGION] = "本地没有这个区划",
        [REFUSED_PRIVACY] = "含公民个人信息",
    };
    int code = error->domain == EVENT_ERROR ? error->code : REFUSED_MALFORMED;
    return say(zh[code], refused_word(code));
}

/* --- one record --------------------------------------------------------------------------------
 */

static void print_rows(const MappingReport *report)
{
    const char *const headings[] = { say("结果", "outcome"), say("字段", "field"),
                                     say("位置", "place"), say("值", "value"), say("原因", "why") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (guint i = 0; i < report->rows->len; i++) {
        const MappingRow *row = report->rows->pdata[i];
        const char *const cells[] = { say_outcome(row->outcome), row->target, row->pointer,
                                      row->value ? row->value : "", say_why(row->why) };
        table_add(table, cells);
    }
    table_print(table);
}

static Json *rows_to_json(const MappingReport *report)
{
    Json *rows = json_object_new_array();
    for (guint i = 0; i < report->rows->len; i++) {
        const MappingRow *row = report->rows->pdata[i];
        Json *json = json_object_new_object();
        json_add_string(json, "outcome", mapped_word(row->outcome));
        json_add_string(json, "field", row->target);
        json_add_string(json, "at", row->pointer);
        json_add_string(json, "why", mapped_why_word(row->why));
        json_add_string(json, "value", row->value);
        json_object_array_add(rows, json);
    }
    return rows;
}

static void print_outcome(guint number, const Event *event, const GError *error,
                          const MappingReport *report)
{
    if (event)
        printf(say("记录 %u：%s %s（保留 %u 项）\n", "record %u: %s %s (%u kept)\n"), number,
               event_type_word(event->type), event->subject, report->n_kept);
    else
        printf(say("记录 %u：拒收，%s（%s）\n", "record %u: refused: %s (%s)\n"), number,
               say_refused(error), error->message);
    print_rows(report);
    putchar('\n');
}

static Json *outcome_to_json(guint number, const Event *event, const GError *error,
                             const MappingReport *report)
{
    Json *json = json_object_new_object();
    json_add_int(json, "record", number);
    if (event) {
        json_add(json, "event", event_to_json(event, ZONE_MINUTES));
    } else {
        json_add_string(json, "refused",
                        error->domain == EVENT_ERROR ? refused_word(error->code) : "malformed");
        json_add_string(json, "message", error->message);
    }
    json_add(json, "rows", rows_to_json(report));
    return json;
}

/* FALSE if it is refused. list NULL: printed for people. */
static gboolean try_record(const Mapping *mapping, const MappingContext *context, Json *record,
                           GError *unread, guint number, Json *list)
{
    MappingReport report = { .rows = mapping_report_rows() };
    g_autoptr(GError) error = unread ? g_error_copy(unread) : NULL;
    g_autoptr(Event) event =
        unread ? NULL : mapping_apply_body(mapping, record, context, &report, &error);
    if (list)
        json_object_array_add(list, outcome_to_json(number, event, error, &report));
    else
        print_outcome(number, event, error, &report);
    mapping_report_clear(&report);
    return event != NULL;
}

/* --- the command -------------------------------------------------------------------------------
 */

static Json *describe(const MappingInfo *info)
{
    Json *json = json_object_new_object();
    json_add_string(json, "platform", info->platform);
    json_add_string(json, "name", info->name);
    json_add_int(json, "version", info->version);
    json_add_string(json, "about", info->about);
    json_add_string(json, "sha256", info->sha256);
    return json;
}

/* Takes records. */
static int print_all(Cli *cli, const Mapping *mapping, const MappingContext *context,
                     Records *records)
{
    const MappingInfo *info = mapping_info(mapping);
    gboolean is_json = cli_has(cli, OPTION_JSON);
    g_autoptr(Json) list = is_json ? json_object_new_array() : NULL;
    guint n = 0, n_refused = 0, number;
    Json *next;
    if (!is_json)
        printf("%s  %s v%u  sha256 %s\n\n", info->name, info->platform, info->version,
               info->sha256);
    for (;; n++) {
        g_autoptr(GError) unread = NULL;
        if (!records_next(records, &next, &number, &unread))
            break;
        g_autoptr(Json) record = next;
        n_refused += !try_record(mapping, context, record, unread, number, list);
    }
    if (is_json) {
        g_autoptr(Json) answer = json_object_new_object();
        json_add(answer, "mapping", describe(info));
        json_add(answer, "records", g_steal_pointer(&list));
        print_json(answer);
    } else {
        printf(say("共 %u 条，拒收 %u 条\n", "%u records, %u refused\n"), n, n_refused);
    }
    return n_refused ? EX_DATAERR : EX_OK;
}

static int fail_faults(const char *file, const Faults *faults)
{
    g_autofree char *text = faults_dup_text(faults);
    fputs(text, stderr);
    return cli_fail(EX_DATAERR, say("%s：有 %u 处错误", "%s: faults: %u"), file,
                    faults_count(faults));
}

int cli_connector_try(Cli *cli)
{
    const char *file = cli->args[0], *sample = cli->args[1];
    /* The site's own tables lie beside the folder of its mapping files. */
    g_autofree char *folder = g_path_get_dirname(file);
    g_autofree char *own = g_build_filename(folder, "..", NULL);
    const char *const dirs[] = { own, config_data_dir(), NULL };
    g_autoptr(Faults) faults = faults_new(file, 50);
    g_autoptr(Mapping) mapping = mapping_load_in(file, dirs, faults);
    if (!mapping)
        return fail_faults(file, faults);
    g_autoptr(CaseData) data = case_data_load(dirs, NULL, faults);
    if (!data)
        return fail_faults(file, faults);
    gsize len;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = file_read(sample, MAX_SAMPLE, &len, NULL, &error);
    if (!text)
        return cli_fail(EX_NOINPUT, "%s", say_error(error));
    const MappingInfo *info = mapping_info(mapping);
    g_autoptr(Records) records = records_new(text, len, info->format, info->max_bytes, &error);
    if (!records)
        return cli_fail(EX_DATAERR, "%s: %s", sample, say_error(error));
    g_autoptr(Secret) key = secret_new("connector try", strlen("connector try"));
    MappingContext context = { .now_ms = clock_unix_ms(),
                               .zone_minutes = ZONE_MINUTES,
                               .source = "/try",
                               .regions = data->regions,
                               .site_region = cli->region ? cli->region : "",
                               .categories = data->categories,
                               .token_key = key };
    return print_all(cli, mapping, &context, records);
}
