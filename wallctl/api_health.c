/* api_health.c - how the cameras fare: faults of pictures, and who is online by region */
#include "wallctl/api_health.h"

#include "wallctl/base/csv_cell.h"
#include "wallctl/base/error.h"
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>

#define WORST 5 /* kinds of fault in a report */

static gboolean is_seen(const Camera *camera, gpointer user)
{
    return caller_sees_region(user, camera->region);
}

/* --- JSON --------------------------------------------------------------------------------------------------------
 */

static const OnlineRow *find_row(GPtrArray *rows, const char *region)
{
    for (guint i = 0; i < rows->len; i++) {
        const OnlineRow *row = g_ptr_array_index(rows, i);
        if (strcmp(row->region, region) == 0)
            return row;
    }
    return NULL;
}

static Json *region_json(const OnlineNow *now, const OnlineRow *today)
{
    Json *json = json_object_new_object(), *faults = json_object_new_object();
    json_add_string(json, "region", now->region);
    json_add_string(json, "name", now->name);
    json_add_int(json, "cameras", now->cameras);
    json_add_int(json, "online", now->online);
    json_add_int(json, "offline", now->offline);
    if (today && today->watched)
        json_add_double(json, "day", (double)today->online / (double)today->watched);
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (now->faults[kind])
            json_add_int(faults, quality_word(kind), now->faults[kind]);
    }
    json_add(json, "faults", faults);
    return json;
}

static Json *faulty_json(const ApiCall *call)
{
    const Config *config = controller_config(call->env->controller);
    Json *list = json_object_new_array();
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if (!health_faults(call->env->health, camera->id, NULL) ||
            !is_seen(camera, call->info->caller))
            continue;
        Json *item = json_object_new_object();
        json_add_string(item, "id", camera->id);
        json_add_string(item, "name", camera->name);
        json_add(item, "quality", health_camera_json(call->env->health, camera->id));
        json_object_array_add(list, item);
    }
    return list;
}

/* NULL before the first look. */
static Json *machine_json(const MachineFacts *facts)
{
    if (!facts->looked_unix_ms)
        return NULL;
    Json *json = json_object_new_object();
    json_add_int(json, "looked", facts->looked_unix_ms);
    if (facts->disk_bytes >= 0) {
        json_add_int(json, "disk_free", facts->disk_free_bytes);
        json_add_int(json, "disk", facts->disk_bytes);
    }
    json_add_int(json, "database", facts->database_bytes);
    if (facts->is_clock_known) {
        json_add_bool(json, "clock_is_set", facts->is_clock_synchronised);
        json_add_double(json, "clock_offset_s", facts->clock_offset_s);
    }
    return json;
}

gboolean api_get_health(ApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) regions = online_now(call->env->online, is_seen, call->info->caller);
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < regions->len; i++) {
        const OnlineNow *now = g_ptr_array_index(regions, i);
        json_object_array_add(
            list, region_json(now, find_row(online_day(call->env->online), now->region)));
    }
    json_add(json, "regions", list);
    json_add(json, "cameras", faulty_json(call));
    Json *machine = machine_json(machine_facts(call->env->machine));
    if (machine)
        json_add(json, "machine", machine);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

/* --- CSV ---------------------------------------------------------------------------------------------------------
 */

static void add_cell(GString *csv, const char *text)
{
    csv_cell_add(csv, text);
    g_string_append_c(csv, ',');
}

static void add_rate(GString *csv, gint64 part, gint64 whole)
{
    if (whole > 0)
        g_string_append_printf(csv, "%.1f", 100.0 * (double)part / (double)whole);
    g_string_append_c(csv, ',');
}

/* "模糊 3、过暗 1": the kinds with most, most first. Caller frees. */
static char *dup_worst(const gint64 *faults)
{
    GString *text = g_string_new("");
    guint told = 0;
    for (guint n = 0; n < WORST; n++) {
        QualityKind most = 0;
        for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
            gboolean is_new = !(told >> kind & 1) && faults[kind] > 0;
            if (is_new && (!most || faults[kind] > faults[most]))
                most = kind;
        }
        if (!most)
            break;
        told |= 1u << most;
        g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT, n ? "、" : "", quality_name(most),
                               faults[most]);
    }
    return g_string_free(text, FALSE);
}

/* now, day: either may be NULL. */
static void add_line(GString *csv, const char *region, const char *name, const OnlineNow *now,
                     const OnlineRow *day)
{
    add_cell(csv, region);
    add_cell(csv, name);
    if (now) {
        g_string_append_printf(csv, "%u,%u,%u,%u,", now->cameras, now->online, now->offline,
                               now->cameras - now->online - now->offline);
        add_rate(csv, now->online, now->online + now->offline);
    } else {
        g_string_append(csv, ",,,,,");
    }
    add_rate(csv, day ? day->online : 0, day ? day->watched : 0);
    gint64 cameras[QUALITY_LAST + 1] = { 0 };
    for (QualityKind kind = 1; now && kind <= QUALITY_LAST; kind++)
        cameras[kind] = now->faults[kind];
    g_autofree char *worst_now = dup_worst(cameras);
    g_autofree char *worst_day = day ? dup_worst(day->faults) : g_strdup("");
    add_cell(csv, worst_now);
    add_cell(csv, worst_day);
    g_string_truncate(csv, csv->len - 1);
    g_string_append(csv, "\r\n");
}

static void add_now(OnlineNow *sum, const OnlineNow *now)
{
    sum->cameras += now->cameras;
    sum->online += now->online;
    sum->offline += now->offline;
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
        sum->faults[kind] += now->faults[kind];
}

static void add_day(OnlineRow *sum, const OnlineRow *day)
{
    sum->watched += day->watched;
    sum->online += day->online;
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
        sum->faults[kind] += day->faults[kind];
}

static GString *begin_csv(gint32 day)
{
    GString *csv = g_string_new("\xEF\xBB\xBF");
    g_autoptr(GDateTime) date = calendar_local(calendar_end_of_day(day));
    g_autofree char *text = g_date_time_format(date, "%Y-%m-%d");
    add_cell(csv, "摄像机在线率");
    add_cell(csv, text);
    g_string_truncate(csv, csv->len - 1);
    g_string_append(csv, "\r\n");
    static const char *const headings[] = { "区划代码",
                                            "区划",
                                            "摄像机",
                                            "在线",
                                            "离线",
                                            "未取流",
                                            "在线率（%）",
                                            "当日在线率（%）",
                                            "当前画面问题（台）",
                                            "当日画面问题（分钟）" };
    for (gsize i = 0; i < G_N_ELEMENTS(headings); i++)
        add_cell(csv, headings[i]);
    g_string_truncate(csv, csv->len - 1);
    g_string_append(csv, "\r\n");
    return csv;
}

static void reply_csv(WebRequest *request, GString *csv)
{
    web_reply_bytes(request, 200, "text/csv; charset=utf-8", g_string_free_to_bytes(csv));
}

static void reply_today(const ApiCall *call)
{
    g_autoptr(GPtrArray) regions = online_now(call->env->online, is_seen, call->info->caller);
    GString *csv = begin_csv(online_today(call->env->online));
    OnlineNow sum = { 0 };
    OnlineRow day_sum = { 0 };
    for (guint i = 0; i < regions->len; i++) {
        const OnlineNow *now = g_ptr_array_index(regions, i);
        const OnlineRow *day = find_row(online_day(call->env->online), now->region);
        add_line(csv, now->region, now->name, now, day);
        add_now(&sum, now);
        if (day)
            add_day(&day_sum, day);
    }
    add_line(csv, "", "合计", &sum, &day_sum);
    reply_csv(call->request, csv);
}

/* --- another day -------------------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    Caller *caller;
    GHashTable *names; /* region -> name, as configured now */
    gint32 day;
    GPtrArray *rows;
} DayReply;

static void free_reply(gpointer data)
{
    DayReply *reply = data;
    web_request_unref(reply->request);
    caller_unref(reply->caller);
    g_hash_table_unref(reply->names);
    if (reply->rows)
        g_ptr_array_unref(reply->rows);
    g_free(reply);
}

static gboolean read_day_rows(sqlite3 *db, gpointer data, GError **error)
{
    DayReply *reply = data;
    reply->rows = online_store_read(db, reply->day, error);
    return reply->rows != NULL;
}

static void answer_day(gpointer data, const GError *error, gpointer user)
{
    DayReply *reply = data;
    if (error) {
        web_reply_error(reply->request, error);
        return;
    }
    GString *csv = begin_csv(reply->day);
    OnlineRow sum = { 0 };
    for (guint i = 0; i < reply->rows->len; i++) {
        const OnlineRow *row = g_ptr_array_index(reply->rows, i);
        if (!caller_sees_region(reply->caller, row->region))
            continue;
        const char *name = g_hash_table_lookup(reply->names, row->region);
        add_line(csv, row->region, name ? name : "", NULL, row);
        add_day(&sum, row);
    }
    add_line(csv, "", "合计", NULL, &sum);
    reply_csv(reply->request, csv);
}

static gboolean parse_day(const char *text, gint32 *day)
{
    guint year, month, number;
    char end;
    if (strlen(text) != 10 || sscanf(text, "%4u-%2u-%2u%c", &year, &month, &number, &end) != 3 ||
        year < 2000 || year > 2099 ||
        !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_autoptr(GDateTime) noon = g_date_time_new_utc((gint)year, (gint)month, (gint)number, 4, 0, 0);
    *day = calendar_day(g_date_time_to_unix(noon) * 1000);
    return TRUE;
}

static GHashTable *region_names(const Config *config)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if (!g_hash_table_contains(names, camera->region))
            g_hash_table_insert(names, g_strdup(camera->region), g_strdup(camera->region_name));
    }
    return names;
}

gboolean api_get_online_csv(ApiCall *call, GError **error)
{
    const char *text = call->info->query ? g_hash_table_lookup(call->info->query, "day") : NULL;
    gint32 day = online_today(call->env->online);
    if (text && !parse_day(text, &day)) {
        wall_error_set(error, WALL_ERROR_INVALID, "day: accepted is YYYY-MM-DD%s",
                       "日期的写法是 YYYY-MM-DD%s", "");
        return FALSE;
    }
    if (day == online_today(call->env->online) || !call->env->reader) {
        reply_today(call);
        return TRUE;
    }
    DayReply *reply = g_new0(DayReply, 1);
    reply->request = web_request_ref(call->request);
    reply->caller = call->info->caller ? caller_ref(call->info->caller) : NULL;
    reply->names = region_names(controller_config(call->env->controller));
    reply->day = day;
    reader_submit(call->env->reader, read_day_rows, reply, free_reply, answer_day, NULL);
    return TRUE;
}
