/* api_onvif.c - cameras are looked for in the network, and what was found becomes a table to import
 *
 * There is one road into the configuration: what is chosen here is answered as a table (the one that is there, with rows
 * behind it), which the caller gives to cameras/import to be looked at and taken over.
 */
#include "wallctl/api_onvif.h"

#include "config/camera_append.h"
#include "config/camera_entry.h"
#include "config/camera_import.h"
#include "config/file.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/onvif_json.h"

#include <string.h>

#define MAX_TEXTS   64 /* addresses of a search */
#define MAX_CAMERAS 2048
#define MAX_CELL    512

static const Config *config_of(const ApiCall *call)
{
    return controller_config(call->env->controller);
}

static void reply_state(const ApiCall *call, guint status)
{
    web_reply_json(call->request, status, onvif_search_json(call->env->onvif, config_of(call)));
}

/* --- search ------------------------------------------------------------------------------------
 */

gboolean api_get_onvif(ApiCall *call, GError **error)
{
    reply_state(call, 200);
    return TRUE;
}

/* Texts of an array member; NULL with a fault. Borrowed from body, ended by NULL. */
static const char **read_texts(Json *body, const char *key, gsize max, Faults *faults)
{
    Json *list = NULL;
    gsize n = json_get_array(body, key, &list, faults, "") ? json_object_array_length(list) : 0;
    if (n > max) {
        faults_add(faults, key,
                   "has %" G_GSIZE_FORMAT " members; accepted: at most %" G_GSIZE_FORMAT, n, max);
        return NULL;
    }
    const char **texts = g_new0(const char *, n + 1);
    for (gsize i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(list, i);
        if (json_object_is_type(item, json_type_string))
            texts[i] = json_object_get_string(item);
        else
            faults_add(faults, key, "[%" G_GSIZE_FORMAT "] is refused; accepted: text", i);
        if (!texts[i])
            break;
    }
    return texts;
}

gboolean api_post_onvif_search(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    static const char *const known[] = { "addresses", "port" };
    g_autoptr(Faults) faults = faults_new("body", 8);
    gint64 port = DISCOVERY_PORT;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_int(body, "port", 1, 65535, &port, faults, "");
    g_autofree const char **texts = read_texts(body, "addresses", MAX_TEXTS, faults);
    if (!api_take_faults(faults, error))
        return FALSE;
    g_autoptr(GPtrArray) targets = discovery_targets_new();
    for (const char **text = texts; *text; text++) {
        if (!discovery_add_targets(targets, *text, config_of(call)->networks, error))
            return FALSE;
    }
    if (!onvif_search_start(call->env->onvif, config_of(call), g_steal_pointer(&targets),
                            (guint16)port, error))
        return FALSE;
    reply_state(call, 202);
    return TRUE;
}

gboolean api_delete_onvif_search(ApiCall *call, GError **error)
{
    onvif_search_stop(call->env->onvif);
    reply_state(call, 200);
    return TRUE;
}

/* --- login -------------------------------------------------------------------------------------
 */

/* json-c hands out its own memory as const; it is ours as long as the tree is. */
static Secret *take_secret(Json *body)
{
    Json *value = NULL;
    if (!json_object_object_get_ex(body, "password", &value) ||
        !json_object_is_type(value, json_type_string))
        return secret_new("", 0);
    gsize len = (gsize)json_object_get_string_len(value);
    Secret *secret = secret_new(json_object_get_string(value), len);
    secret_wipe((char *)json_object_get_string(value), len);
    return secret;
}

/* {"devices": ["d1"], "credential": "gate"} or {"devices": ["d1"], "user": "...", "password": "..."} */
gboolean api_post_onvif_login(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    static const char *const known[] = { "devices", "credential", "user", "password" };
    const Credentials *all = config_of(call)->credentials;
    g_autoptr(Faults) faults = faults_new("body", 8);
    g_autoptr(Secret) password = take_secret(body);
    const char *reference = NULL, *user = NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "credential", &reference, faults, "");
    json_get_string(body, "user", &user, faults, "");
    g_autofree const char **ids = read_texts(body, "devices", MAX_CAMERAS, faults);
    if (ids && !*ids)
        faults_add(faults, "devices", "is missing; accepted: ids of devices that were found");
    if (!reference == !user)
        faults_add(faults, "credential",
                   "is missing, or given with a user; accepted: a reference, or user and password");
    if (!api_take_faults(faults, error))
        return FALSE;
    Credential typed = { (char *)user, password };
    /* That of a single camera is for no other. */
    const Credential *login = user                ? &typed
                              : *reference != '@' ? credentials_find(all, reference)
                                                  : NULL;
    if (!login || !*login->user || strlen(login->user) > 128) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND,
                       "credential: there is no \"%.64s\" with a user in the credentials file",
                       "凭据文件里没有可用的账号“%.64s”", reference ? reference : "");
        return FALSE;
    }
    if (user)
        reference = credentials_reference(all, &typed);
    if (!onvif_search_try(call->env->onvif, config_of(call), (char **)ids, login,
                          reference ? reference : "", error))
        return FALSE;
    reply_state(call, 202);
    return TRUE;
}

/* --- table -------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    char *path, *table;
    GPtrArray *rows; /* GHashTable */
    char *text;      /* NULL: error says why */
    guint first_row;
    GError *error;
} Making;

static void free_making(gpointer data)
{
    Making *making = data;
    web_request_unref(making->request);
    g_free(making->path);
    g_free(making->table);
    g_ptr_array_unref(making->rows);
    g_free(making->text);
    g_clear_error(&making->error);
    g_free(making);
}

static void answer_table(gpointer data)
{
    Making *making = data;
    if (!making->text) {
        web_reply_error(making->request, making->error);
        return;
    }
    Json *json = json_object_new_object();
    json_add_string(json, "file", making->table);
    json_add_int(json, "rows", making->rows->len);
    json_add_int(json, "first_row", making->first_row);
    json_add_string(json, "table", making->text);
    web_reply_json(making->request, 200, json);
}

static void make_table(gpointer data)
{
    Making *making = data;
    gsize len = 0, out_len;
    g_autofree char *now = NULL;
    /* One that is not there yet is an empty one. */
    if (!g_file_test(making->path, G_FILE_TEST_EXISTS))
        now = g_strdup("");
    else
        now = file_read(making->path, CAMERA_CSV_MAX_BYTES, &len, NULL, &making->error);
    if (now)
        making->text =
            camera_append(now, len, making->rows, &out_len, &making->first_row, &making->error);
    post_control(answer_table, making, free_making);
}

static const OnvifChannel *find_channel(const ApiCall *call, const char *device, gint64 number)
{
    const OnvifFinding *finding = device ? onvif_search_find(call->env->onvif, device) : NULL;
    GPtrArray *channels = finding && finding->device ? finding->device->channels : NULL;
    const OnvifChannel *channel =
        channels && number >= 1 && number <= channels->len ? channels->pdata[number - 1] : NULL;
    return channel && channel->main ? channel : NULL;
}

static void put(GHashTable *row, const char *key, const char *text)
{
    g_hash_table_insert(row, (gpointer)key, g_strdup(text ? text : ""));
}

/* One camera as a row; the addresses are those that the device told, whatever the caller says. */
static GHashTable *read_row(const ApiCall *call, Json *item, Faults *faults, const char *place)
{
    static const char *const cells[] = { "id",         "name",   "region",    "place",
                                         "place_kind", "groups", "credential" };
    static const char *const known[] = { "device", "channel", "id",         "name",      "region",
                                         "place",  "groups",  "place_kind", "credential" };
    const char *device = NULL;
    gint64 number = 1;
    json_refuse_unknown(item, known, G_N_ELEMENTS(known), faults, place);
    json_get_string(item, "device", &device, faults, place);
    json_get_int(item, "channel", 1, ONVIF_MAX_CHANNELS, &number, faults, place);
    const OnvifChannel *channel = find_channel(call, device, number);
    if (!channel) {
        faults_add(faults, place,
                   "names no channel with a stream; accepted: device and channel of GET onvif");
        return NULL;
    }
    GHashTable *row = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
        const char *text = NULL;
        json_get_string(item, cells[i], &text, faults, place);
        if (text && strlen(text) > MAX_CELL)
            faults_add(faults, place, "%s is longer than %d bytes", cells[i], MAX_CELL);
        put(row, cells[i], text);
    }
    put(row, "main", channel->main);
    put(row, "sub", channel->sub);
    return row;
}

static GPtrArray *read_rows(const ApiCall *call, Json *body, Faults *faults)
{
    Json *list = NULL;
    gsize n =
        json_get_array(body, "cameras", &list, faults, "") ? json_object_array_length(list) : 0;
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    if (n == 0 || n > MAX_CAMERAS) {
        faults_add(faults, "cameras", "has %" G_GSIZE_FORMAT " members; accepted: 1 to %d", n,
                   MAX_CAMERAS);
        return rows;
    }
    for (gsize i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(list, i);
        g_autofree char *place = g_strdup_printf("cameras[%" G_GSIZE_FORMAT "]", i);
        if (!json_object_is_type(item, json_type_object)) {
            faults_add(faults, place, "is refused; accepted: an object");
            continue;
        }
        GHashTable *row = read_row(call, item, faults, place);
        if (row)
            g_ptr_array_add(rows, row);
    }
    return rows;
}

/* {"file": "cameras.csv", "cameras": [{"device": "d1", "channel": 1, "id": ..., "name": ..., ...}]} */
gboolean api_post_onvif_table(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    static const char *const known[] = { "file", "cameras" };
    const char *file = "", *table = NULL;
    g_autoptr(Faults) faults = faults_new("body", 20);
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "file", &file, faults, "");
    g_autoptr(GPtrArray) rows = read_rows(call, body, faults);
    if (!api_take_faults(faults, error))
        return FALSE;
    char *path = camera_import_dup_path(config_of(call), file, &table, error);
    if (!path)
        return FALSE;
    Making *making = g_new0(Making, 1);
    *making = (Making) { .request = web_request_ref(call->request),
                         .path = path,
                         .table = g_strdup(table),
                         .rows = g_steal_pointer(&rows) };
    if (work_submit(call->env->work, make_table, making, NULL, error))
        return TRUE;
    free_making(making);
    return FALSE;
}
