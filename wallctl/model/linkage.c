/* linkage.c - severities and cameras of an event */
#include "wallctl/model/linkage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_M 6371000.0

LinkageRule *linkage_rule_new(void)
{
    LinkageRule *rule = g_new0(LinkageRule, 1);
    rule->id = g_strdup("");
    rule->name = g_strdup("");
    rule->priority = 100;
    rule->has_banner = TRUE;
    rule->group_s = 120;
    rule->late_s = 3600;
    rule->escalate_s = 300;
    return rule;
}

void linkage_rule_free(LinkageRule *rule)
{
    if (!rule)
        return;
    g_free(rule->id);
    g_free(rule->name);
    filter_clear(&rule->filter);
    g_strfreev(rule->cameras);
    g_free(rule->preset);
    g_free(rule->ptz_preset);
    for (guint i = 0; i < rule->n_orders; i++) {
        g_free(rule->orders[i].kind);
        g_free(rule->orders[i].to);
    }
    g_free(rule->orders);
    g_free(rule->procedure);
    g_free(rule->text);
    g_free(rule);
}

/* --- severity ----------------------------------------------------------------------------------
 */

static Severity severity_of_word(const char *word)
{
    static const struct {
        const char *word;
        Severity severity;
    } words[] = {
        { "extra", SEVERITY_RED },    { "major", SEVERITY_ORANGE }, { "larger", SEVERITY_YELLOW },
        { "general", SEVERITY_BLUE }, { "high", SEVERITY_RED },     { "mid", SEVERITY_ORANGE },
        { "low", SEVERITY_BLUE },
    };
    for (guint i = 0; word && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].severity;
    }
    return 0;
}

Severity linkage_severity(const Event *event, const Fields *fields)
{
    if (event->severity >= 21)
        return SEVERITY_RED;
    if (event->severity >= 17)
        return SEVERITY_ORANGE;
    if (event->severity >= 13)
        return SEVERITY_YELLOW;
    if (event->severity >= 9)
        return SEVERITY_BLUE;
    Severity severity = severity_of_word(fields_text(fields, FIELD_LEVEL));
    if (!severity)
        severity = severity_of_word(fields_text(fields, FIELD_RISK));
    return severity ? severity : SEVERITY_BLUE;
}

gboolean linkage_is_late(const LinkageRule *rule, const Event *event, gint64 now_ms)
{
    return rule->late_s > 0 && now_ms - event->time_ms > (gint64)rule->late_s * 1000;
}

gboolean linkage_is_sensitive(const Fields *fields)
{
    static const char *const words[] = { "family", "minor", "dv", "health", NULL };
    const char *word = fields_text(fields, FIELD_SENSITIVITY);
    return word && g_strv_contains(words, word);
}

/* --- cameras -----------------------------------------------------------------------------------
 */

typedef struct {
    const char *out[LINKAGE_MAX_CAMERAS];
    guint n;
} Picked;

static void add(Picked *picked, const char *id)
{
    for (guint i = 0; i < picked->n; i++) {
        if (strcmp(picked->out[i], id) == 0)
            return;
    }
    if (picked->n < LINKAGE_MAX_CAMERAS)
        picked->out[picked->n++] = id;
}

double linkage_distance_m(gint64 lon_a, gint64 lat_a, gint64 lon_b, gint64 lat_b)
{
    const double unit = G_PI / 180 / 1e6;
    double lat = (double)(lat_a + lat_b) / 2 * unit;
    double dx = (double)(lon_a - lon_b) * unit * cos(lat), dy = (double)(lat_a - lat_b) * unit;
    return EARTH_M * sqrt(dx * dx + dy * dy);
}

static gint64 millionths(double degrees)
{
    return (gint64)floor(degrees * 1e6 + 0.5);
}

static void add_of_place(Picked *picked, const Fields *fields, const GPtrArray *cameras)
{
    const char *place = fields_text(fields, FIELD_PLACE);
    const char *kind = fields_text(fields, FIELD_PLACE_KIND);
    const char *region = fields_text(fields, FIELD_REGION);
    for (guint i = 0; place && i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        if (g_strcmp0(camera->place, place) == 0)
            add(picked, camera->id);
    }
    for (guint i = 0; kind && region && i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        if (g_strcmp0(camera->place_kind, kind) == 0 && g_str_has_prefix(camera->region, region))
            add(picked, camera->id);
    }
}

typedef struct {
    const Camera *camera;
    double distance_m;
} Near;

static int compare_near(const void *a, const void *b)
{
    const Near *x = a, *y = b;
    if (x->distance_m != y->distance_m)
        return x->distance_m < y->distance_m ? -1 : 1;
    return strcmp(x->camera->id, y->camera->id);
}

static void add_nearest(Picked *picked, const LinkageRule *rule, const Fields *fields,
                        const GPtrArray *cameras)
{
    if (!fields_has(fields, FIELD_LON) || !fields_has(fields, FIELD_LAT))
        return;
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(Near));
    for (guint i = 0; i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        if (!camera->has_position)
            continue;
        Near item = { camera,
                      linkage_distance_m(fields_number(fields, FIELD_LON),
                                         fields_number(fields, FIELD_LAT), millionths(camera->lon),
                                         millionths(camera->lat)) };
        if (item.distance_m <= rule->radius_m)
            g_array_append_val(near, item);
    }
    if (near->len > 1)
        qsort(near->data, near->len, sizeof(Near), compare_near);
    for (guint i = 0; i < near->len && i < rule->nearest; i++)
        add(picked, g_array_index(near, Near, i).camera->id);
}

guint linkage_pick(const LinkageRule *rule, const Fields *fields, const GPtrArray *cameras,
                   const char *out[LINKAGE_MAX_CAMERAS])
{
    Picked picked = { .n = 0 };
    const char *own = fields_text(fields, FIELD_CAMERA);
    gboolean is_sensitive = linkage_is_sensitive(fields);
    for (guint i = 0; own && !is_sensitive && i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        if (strcmp(camera->id, own) == 0)
            add(&picked, camera->id);
    }
    for (guint i = 0; rule->cameras && rule->cameras[i]; i++)
        add(&picked, rule->cameras[i]);
    if (rule->of_place && !is_sensitive)
        add_of_place(&picked, fields, cameras);
    if (rule->nearest > 0 && !is_sensitive)
        add_nearest(&picked, rule, fields, cameras);
    memcpy(out, picked.out, sizeof picked.out);
    return picked.n;
}
