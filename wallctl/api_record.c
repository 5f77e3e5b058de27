/* api_record.c - what requests leave in the register
 *
 * Written from the request itself, so that a refused one is there as it was asked. Of a body only members
 * that are known, and short, go in: a register is no place for whatever somebody sends. A text that is no
 * id goes in only if the request was carried out at once: then it names something that is here. Else it
 * may be a citizen's name, which nothing can tell from a preset's.
 */
#include "wallctl/api_record.h"

#include "wallctl/base/error.h"
#include "wallctl/cli_words.h"

#include <string.h>

#define MAX_VALUE 64 /* bytes of a member */

/* Members of bodies that say what was done, in the order in which they are told. */
static const struct {
    const char *key, *name;
} members[] = {
    { "screen", "屏" },    { "tile", "窗格" },    { "other", "另一窗格" }, { "camera", "摄像机" },
    { "layout", "布局" },  { "preset", "预案" },  { "tour", "轮巡" },      { "case", "案件" },
    { "whistle", "吹哨" }, { "name", "名称" },    { "label", "画面" },     { "rename", "改名为" },
    { "do", "处置" },      { "minutes", "分钟" }, { "to", "转给" },        { "kind", "类别" },
    { "id", "编号" },      { "dry_run", "演练" }, { "stream", "码流" },
};

static const char *short_text(Json *body, const char *key)
{
    Json *value = NULL;
    if (!json_object_object_get_ex(body, key, &value))
        return NULL;
    gboolean is_plain = json_object_is_type(value, json_type_string) ||
                        json_object_is_type(value, json_type_int) ||
                        json_object_is_type(value, json_type_boolean);
    const char *text = is_plain ? json_object_get_string(value) : NULL;
    return text && strlen(text) <= MAX_VALUE ? text : NULL;
}

static gboolean is_number(const char *text)
{
    gsize len = strlen(text);
    return len <= 6 && strspn(text, "0123456789") == len;
}

typedef struct {
    const ApiEnv *env;
    gboolean is_done;    /* what it names is here */
    gboolean has_hidden; /* something was left out */
} Telling;

static const char *told(Telling *telling, const char *text)
{
    if (!text || telling->is_done || is_number(text) ||
        controller_wall(telling->env->controller, text) ||
        config_camera(controller_config(telling->env->controller), text) ||
        vault_find(telling->env->vault, text))
        return text;
    telling->has_hidden = TRUE;
    return "（略）";
}

static void add_members(GString *content, Json *body, Telling *telling)
{
    for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
        const char *text = short_text(body, members[i].key);
        if (text)
            g_string_append_printf(content, " %s %s", members[i].name, told(telling, text));
    }
}

/* "PUT presets/早会": what no body says. */
static void add_path(GString *content, const ApiCall *call, Telling *telling)
{
    static const char *const methods[][2] = {
        { "PUT", "保存" }, { "DELETE", "删除" }, { "GET", "取出" }, { "POST", "" }
    };
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (strcmp(methods[i][0], call->info->method) == 0)
            g_string_append(content, methods[i][1]);
    }
    for (guint i = 0; call->part[i]; i++)
        g_string_append_printf(content, "%s%s", i ? "/" : " ",
                               i % 2 ? told(telling, call->part[i]) : call->part[i]);
}

static guint tile_of(Json *body)
{
    const char *text = short_text(body, "tile");
    guint64 tile = 0;
    return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &tile, NULL) ? (guint)tile
                                                                                   : 0;
}

/* The last part of a path that names something, or what a command is about. */
static const char *object_of(const ApiCall *call, Json *body, AuditKind kind)
{
    static const char *const keys[] = { "case", "whistle", "preset", "tour", "layout", "name" };
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *text = short_text(body, keys[i]);
        if (text)
            return text;
    }
    guint n = g_strv_length(call->part);
    if (kind == AUDIT_COMMAND || n < 2)
        return "";
    return strcmp(call->part[0], "walls") == 0 ? n > 3 ? call->part[3] : "" : call->part[1];
}

/* The row as it is when the request was carried out, or not. Caller frees with g_free(). */
static AuditRow *make_row(const ApiCall *call, gboolean is_done, const GError *error)
{
    ApiRecord *record = call->record;
    gsize len;
    const char *text = g_bytes_get_data(call->info->body, &len);
    g_autoptr(Json) body = len ? json_parse(text, len, 0, JSON_STRICT, NULL) : NULL;
    g_autoptr(GString) content = g_string_new(NULL);
    gboolean is_wall = strcmp(call->part[0], "walls") == 0 && call->part[1];
    AuditRow row = audit_row_for(call->info->caller, record->kind);
    const char *op = short_text(body, "op");
    Telling telling = { .env = call->env, .is_done = is_done };
    if (!call->info->caller)
        row = (AuditRow) { .kind = record->kind, .via = "web", .address = call->info->address };
    if (op)
        g_string_append(content, command_from_word(op) ? word_zh(op) : told(&telling, op));
    else
        add_path(content, call, &telling);
    add_members(content, body, &telling);
    row.wall = is_wall ? told(&telling, call->part[1]) : NULL;
    row.tile = record->tile ? record->tile : tile_of(body);
    row.camera = record->camera ? record->camera : told(&telling, short_text(body, "camera"));
    row.object = told(&telling, object_of(call, body, record->kind));
    if (error) /* its text repeats what was asked */
        g_string_append_printf(content, "；拒绝：%s",
                               telling.has_hidden     ? wall_error_word(error->code)
                               : wall_error_zh(error) ? wall_error_zh(error)
                                                      : error->message);
    if (record->approval) {
        const Caller *approver = record->approval->approver;
        row.reason = record->approval->reason; /* what was agreed to */
        g_string_append_printf(content, "；批准人 %s（%s）", approver->name, approver->id);
    }
    row.content = content->str;
    row.is_refused = !is_done;
    return audit_row_copy(&row);
}

void api_record(const ApiCall *call, const GError *error)
{
    ApiRecord *record = call->record;
    if (!record || record->is_written || !call->env->audit)
        return;
    record->is_written = TRUE;
    g_autofree AuditRow *row = make_row(call, !error && !record->is_refused, error);
    audit_add(call->env->audit, row);
}

typedef struct {
    Audit *audit;
    AuditRow *done, *refused;
} LaterRecord;

static void free_later(gpointer data)
{
    LaterRecord *later = data;
    g_free(later->done);
    g_free(later->refused);
    g_free(later);
}

static void on_answered(guint status, gpointer user)
{
    const LaterRecord *later = user;
    audit_add(later->audit, status < 400 ? later->done : later->refused);
}

void api_record_later(const ApiCall *call)
{
    ApiRecord *record = call->record;
    if (!record || record->is_written || !call->env->audit)
        return;
    record->is_written = TRUE;
    LaterRecord *later = g_new(LaterRecord, 1);
    *later =
        (LaterRecord) { call->env->audit, make_row(call, TRUE, NULL), make_row(call, FALSE, NULL) };
    web_request_watch(call->request, on_answered, later, free_later);
}

gboolean api_need_register(const ApiEnv *env, GError **error)
{
    if (audit_is_writable(env->audit))
        return TRUE;
    wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE,
                           "the register of who looks cannot be written: no picture is given out",
                           "调用登记簿暂时无法写入，停止提供图像");
    return FALSE;
}
