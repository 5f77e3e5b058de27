/* api_audit.c - the register over the API */
#include "wallctl/api_audit.h"

#include "wallctl/audit_paper.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/cli_words.h"
#include "wallctl/store/audit_query.h"
#include "wallctl/store/night_store.h"

#include <string.h>

#define DEFAULT_PAGE 100

/* --- the query -----------------------------------------------------------------------------------
 */

static const char *query_text(const ApiCall *call, const char *key)
{
    const char *text = call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
    return text && *text ? text : NULL;
}

static void query_int(const ApiCall *call, const char *key, gint64 max, gint64 *value,
                      Faults *faults)
{
    const char *text = query_text(call, key);
    guint64 number;
    if (!text)
        return;
    if (g_ascii_string_to_unsigned(text, 10, 0, (guint64)max, &number, NULL))
        *value = (gint64)number;
    else
        faults_add(faults, key, "accepted: 0 to %" G_GINT64_FORMAT, max);
}

static void refuse_unknown(const ApiCall *call, const char *const *known, Faults *faults)
{
    GHashTableIter iter;
    gpointer key;
    if (!call->info->query)
        return;
    g_hash_table_iter_init(&iter, call->info->query);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (!g_strv_contains(known, key))
            faults_add(faults, key, "is not known");
    }
}

/* "1767225600000:1234" of the page before. */
static void read_after(const ApiCall *call, AuditFilter *filter, Faults *faults)
{
    const char *text = query_text(call, "after");
    guint64 ms, seq;
    g_auto(GStrv) parts = g_strsplit(text ? text : "", ":", 2);
    if (!text)
        return;
    if (g_strv_length(parts) == 2 &&
        g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, &ms, NULL) &&
        g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXINT64, &seq, NULL)) {
        filter->after_ms = (gint64)ms;
        filter->after_seq = (gint64)seq;
    } else {
        faults_add(faults, "after", "accepted: 'next' of the page before");
    }
}

static gboolean read_range(const ApiCall *call, gint64 *from_ms, gint64 *to_ms, GError **error)
{
    static const char *const known[] = { "from", "to", NULL };
    g_autoptr(Faults) faults = faults_new("query", 8);
    refuse_unknown(call, known, faults);
    query_int(call, "from", G_MAXINT64, from_ms, faults);
    query_int(call, "to", G_MAXINT64, to_ms, faults);
    return api_take_faults(faults, error);
}

static gboolean read_filter(const ApiCall *call, AuditFilter *filter, GError **error)
{
    static const char *const known[] = { "from", "to",   "kind",    "account", "camera", "object",
                                         "wall", "text", "refused", "limit",   "after",  NULL };
    g_autoptr(Faults) faults = faults_new("query", 8);
    gint64 n = DEFAULT_PAGE, refused = 0;
    const char *kind = query_text(call, "kind");
    refuse_unknown(call, known, faults);
    query_int(call, "from", G_MAXINT64, &filter->from_ms, faults);
    query_int(call, "to", G_MAXINT64, &filter->to_ms, faults);
    query_int(call, "limit", AUDIT_PAGE_MAX, &n, faults);
    query_int(call, "refused", 1, &refused, faults);
    read_after(call, filter, faults);
    if (n == 0)
        faults_add(faults, "limit", "accepted: 1 to %d", AUDIT_PAGE_MAX);
    if (kind && !(filter->kind = audit_kind_from_word(kind)))
        faults_add(faults, "kind", "accepted: words like view, snapshot, export, command");
    filter->n = (guint)n;
    filter->is_refused_only = refused != 0;
    filter->account = query_text(call, "account");
    filter->camera = query_text(call, "camera");
    filter->object = query_text(call, "object");
    filter->wall = query_text(call, "wall");
    filter->text = query_text(call, "text");
    return api_take_faults(faults, error);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

static void answer_list(const AuditPage *page, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object(), *rows = json_object_new_array();
    for (guint i = 0; i < page->rows->len; i++) {
        const AuditListed *listed = &g_array_index(page->rows, AuditListed, i);
        json_object_array_add(rows, audit_row_json(listed->seq, listed->row));
    }
    json_add_int(json, "total", page->total);
    json_add_int(json, "found", page->n_found);
    json_add_bool(json, "is_exact", page->is_exact);
    json_add(json, "rows", rows);
    if (page->has_more) {
        g_autofree char *next = g_strdup_printf("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
                                                page->next_ms, page->next_seq);
        json_add_string(json, "next", next);
    }
    web_reply_json(request, 200, json);
}

gboolean api_get_audit(ApiCall *call, GError **error)
{
    AuditFilter filter = { 0 };
    if (!read_filter(call, &filter, error))
        return FALSE;
    audit_query_list_async(call->env->reader, &filter, answer_list, web_request_ref(call->request));
    return TRUE;
}

/* --- files ---------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    const char *type;
} Fetch;

static void answer_file(GBytes *file, const GError *error, gpointer user)
{
    Fetch *fetch = user;
    if (error)
        web_reply_error(fetch->request, error);
    else
        web_reply_bytes(fetch->request, 200, fetch->type, g_bytes_ref(file));
    web_request_unref(fetch->request);
    g_free(fetch);
}

static Fetch *new_fetch(const ApiCall *call, const char *type)
{
    Fetch *fetch = g_new(Fetch, 1);
    *fetch = (Fetch) { web_request_ref(call->request), type };
    return fetch;
}

gboolean api_get_audit_export(ApiCall *call, GError **error)
{
    gint64 from_ms = 0, to_ms = 0;
    if (!read_range(call, &from_ms, &to_ms, error))
        return FALSE;
    audit_papers_export(call->env->papers, controller_config(call->env->controller), from_ms, to_ms,
                        answer_file, new_fetch(call, "application/x-ndjson"));
    return TRUE;
}

static PaperKind kind_of(const ApiCall *call)
{
    return g_str_has_suffix(call->part[1], ".csv") ? PAPER_CSV : PAPER_HTML;
}

gboolean api_get_audit_register(ApiCall *call, GError **error)
{
    gint64 from_ms = 0, to_ms = 0;
    PaperKind kind = kind_of(call);
    if (!read_range(call, &from_ms, &to_ms, error))
        return FALSE;
    audit_papers_register(call->env->papers, controller_config(call->env->controller), kind,
                          from_ms, to_ms, answer_file, new_fetch(call, paper_content_type(kind)));
    return TRUE;
}

static void reply_text(const ApiCall *call, PaperKind kind, char *text)
{
    web_reply_bytes(call->request, 200, paper_content_type(kind),
                    g_bytes_new_take(text, strlen(text)));
}

gboolean api_get_audit_filing(ApiCall *call, GError **error)
{
    PaperKind kind = kind_of(call);
    reply_text(call, kind,
               filing_paper(controller_config(call->env->controller), kind, clock_unix_ms()));
    return TRUE;
}

/* --- deletions -----------------------------------------------------------------------------------
 */

static Json *find_report(Json *state, gint64 started_ms)
{
    Json *reports = json_object_object_get(state, "reports");
    for (gsize i = 0; i < json_object_array_length(reports); i++) {
        Json *report = json_object_array_get_idx(reports, i);
        gint64 at_ms = json_object_get_int64(json_object_object_get(report, "started_ms"));
        if (started_ms == 0 || at_ms == started_ms)
            return report;
    }
    return NULL;
}

static gint64 number_of(Json *json, const char *key)
{
    return json_object_get_int64(json_object_object_get(json, key));
}

static char *certificate(const ApiCall *call, Json *report)
{
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(DeletedItem));
    struct json_object_iter class;
    json_object_object_foreachC (json_object_object_get(report, "deleted"), class) {
        DeletedItem item = { word_zh(class.key), number_of(class.val, "n"),
                             number_of(class.val, "from_ms"), number_of(class.val, "to_ms") };
        g_array_append_val(items, item);
    }
    const char *head = json_object_get_string(json_object_object_get(report, "chain_head"));
    const char *cause = json_object_get_string(json_object_object_get(report, "cause"));
    g_autofree char *seal = g_strconcat("删除后流转记录链头 ", head ? head : "（无）", NULL);
    DeletionPaper paper = { .site = controller_config(call->env->controller)->site_name,
                            .basis = "保存期满，按配置的保存天数删除",
                            .by = g_strcmp0(cause, "asked") == 0 ? "人工清理" : "系统每夜自动清理",
                            .seal = seal,
                            .begun_ms = number_of(report, "started_ms"),
                            .ended_ms = number_of(report, "ended_ms"),
                            .made_ms = clock_unix_ms(),
                            .items = (const DeletedItem *)(gconstpointer)items->data,
                            .n_items = items->len };
    return deletion_paper_html(&paper);
}

/* ?at=started_ms of a report of GET /retention; without: of the newest. */
gboolean api_get_audit_deletion(ApiCall *call, GError **error)
{
    static const char *const known[] = { "at", NULL };
    g_autoptr(Faults) faults = faults_new("query", 8);
    gint64 at_ms = 0;
    refuse_unknown(call, known, faults);
    query_int(call, "at", G_MAXINT64, &at_ms, faults);
    if (!api_take_faults(faults, error))
        return FALSE;
    g_autoptr(Json) state = nightly_state(call->env->nightly);
    Json *report = find_report(state, at_ms);
    if (!report) {
        wall_error_set_literal(error, WALL_ERROR_NOT_FOUND, "no such report of a deletion",
                               "没有这次删除的记录");
        return FALSE;
    }
    reply_text(call, PAPER_HTML, certificate(call, report));
    return TRUE;
}

/* --- is it whole? --------------------------------------------------------------------------------
 */

gboolean api_get_audit_key(ApiCall *call, GError **error)
{
    g_autofree char *key =
        audit_hex_dup(audit_key_public(audit_key(call->env->audit)), AUDIT_PUBLIC_BYTES);
    Json *json = json_object_new_object();
    json_add_string(json, "key", key);
    json_add_string(json, "kind", "ed25519");
    web_reply_json(call->request, 200, json);
    return TRUE;
}

static void answer_verified(const AuditVerdict *verdict, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    g_autofree char *key = audit_hex_dup(verdict->public_key, AUDIT_PUBLIC_BYTES);
    Json *json = json_object_new_object();
    json_add_bool(json, "is_whole", verdict->fault == AUDIT_GOOD);
    json_add_string(json, "fault", audit_fault_word(verdict->fault));
    json_add_string(json, "message", audit_fault_en(verdict->fault));
    json_add_string(json, "message_zh", audit_fault_zh(verdict->fault));
    json_add_int(json, "seq", verdict->seq);
    json_add_int(json, "rows", verdict->n_rows);
    json_add_int(json, "first_seq", verdict->first_seq);
    json_add_int(json, "last_seq", verdict->last_seq);
    json_add_int(json, "checkpoints", verdict->n_checkpoints);
    json_add_int(json, "other_keys", verdict->n_other_keys);
    json_add_string(json, "key", key);
    web_reply_json(request, 200, json);
}

gboolean api_get_audit_verify(ApiCall *call, GError **error)
{
    audit_papers_verify(call->env->papers, answer_verified, web_request_ref(call->request));
    return TRUE;
}
