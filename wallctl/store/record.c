/* record.c - what jobs on walls, presets and tours share */
#include "wallctl/store/record.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/wall_store.h"

#include <string.h>

#define MAX_BYTES (16 * 1024 * 1024) /* of one JSON text; 999 tiles are about 0.2 MB */

Json *record_parse(const char *text, GError **error)
{
    return json_parse(text, strlen(text), MAX_BYTES, JSON_STRICT, error);
}

static void set_from_faults(GError **error, const Faults *faults)
{
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s", faults_get(faults, 0));
}

WallContent *record_parse_content(const char *text, const char *source, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    if (!json) {
        g_prefix_error(error, "%s: ", source);
        return NULL;
    }
    g_autoptr(Faults) faults = faults_new(source, 1);
    WallContent *content = wall_content_from_json(json, faults, "");
    if (!content)
        set_from_faults(error, faults);
    return content;
}

typedef struct {
    StoreDone done;
    gpointer user;
    GError *error;
} Refusal;

static void tell_refusal(gpointer data)
{
    Refusal *refusal = data;
    refusal->done(NULL, refusal->error, refusal->user);
}

static void free_refusal(gpointer data)
{
    Refusal *refusal = data;
    g_error_free(refusal->error);
    g_free(refusal);
}

void record_refuse(const GError *error, StoreDone done, gpointer user)
{
    log_warning(STORE, "not saved: %s", error->message);
    if (!done)
        return;
    Refusal *refusal = g_new(Refusal, 1);
    *refusal = (Refusal) { done, user, g_error_copy(error) };
    post_control(tell_refusal, refusal, free_refusal);
}

void record_submit(Store *store, const char *key, StoreFunc func, gpointer data,
                   GDestroyNotify free_data, StoreDone done, gpointer user)
{
    g_autoptr(GError) error = NULL;
    if (!store_submit_newest(store, key, func, data, free_data, done, user, &error))
        record_refuse(error, done, user);
}
