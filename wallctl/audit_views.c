/* audit_views.c - what is seen on the walls, as the register has it */
#include "wallctl/audit_views.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_CALLERS 4096 /* then all are forgotten: who comes again is known again */

typedef struct {
    char *wall, *camera, *tour, *screen; /* tour, screen: NULL unless it is one */
    guint tile;                          /* 0 of a tour, a screen */
    gint64 since_ms;
    char *object;
    char *by;         /* id of who looks at a screen */
    gboolean is_seen; /* while a wall is compared */
} View;

struct AuditViews {
    Audit *audit;
    GHashTable *views;   /* "wall\ntile or tour\ncamera" -> View */
    GHashTable *viewers; /* number -> View */
    GHashTable *callers; /* id -> Caller */
    guint last_number;
};

static void free_view(gpointer data)
{
    View *view = data;
    g_free(view->wall);
    g_free(view->camera);
    g_free(view->tour);
    g_free(view->screen);
    g_free(view->object);
    g_free(view->by);
    g_free(view);
}

/* --- who and why ---------------------------------------------------------------------------------
 */

void audit_views_know(AuditViews *views, Caller *caller)
{
    if (g_hash_table_size(views->callers) >= MAX_CALLERS)
        g_hash_table_remove_all(views->callers);
    g_hash_table_replace(views->callers, caller->id, caller_ref(caller));
}

const Caller *audit_views_who(const AuditViews *views, const char *id)
{
    return g_hash_table_lookup(views->callers, id);
}

/* What the program does by itself has a reason of its own. */
static const char *reason_of(const char *actor)
{
    static const char *const reasons[][2] = {
        { "alarm", "告警联动" },     { "tour", "轮巡" },           { "schedule", "按时轮巡" },
        { "briefing", "研判画面" },  { "whistle", "吹哨" },        { "configuration", "初始画面" },
        { "start", "启动恢复画面" }, { "reload", "重新载入配置" }, { "stop", "停止" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (strcmp(reasons[i][0], actor) == 0)
            return reasons[i][1];
    }
    return NULL;
}

/* By a person whose id is all that is known, it stays with the id. */
static AuditRow row_by(const AuditViews *views, const char *actor, AuditKind kind)
{
    const char *own = reason_of(actor);
    const Caller *caller = own ? NULL : audit_views_who(views, actor);
    AuditRow row = audit_row_for(caller, kind);
    if (own)
        row.reason = own;
    else if (!caller)
        row = (AuditRow) { .kind = kind, .account = actor };
    return row;
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static char *content_of(const View *view, const Config *config)
{
    const Camera *camera = config ? config_camera(config, view->camera) : NULL;
    const char *name = camera ? camera->name : view->camera;
    if (view->screen)
        return g_strdup_printf("预览屏“%s”", view->screen);
    if (view->tour)
        return g_strdup_printf("轮巡“%s”：%s", view->tour, name);
    return g_strdup_printf("实时画面：%s", name);
}

static void put(AuditViews *views, const View *view, const Config *config, AuditRow *row)
{
    g_autofree char *content = content_of(view, config);
    row->wall = view->wall;
    row->tile = view->tile;
    row->camera = view->camera;
    row->object = view->object;
    row->content = content;
    if (row->kind == AUDIT_VIEW_END)
        row->seconds = (guint)MAX((clock_unix_ms() - view->since_ms) / 1000, 0);
    audit_add(views->audit, row);
}

static void begin(AuditViews *views, char *key, View *view, const Config *config, const char *label,
                  const char *actor)
{
    AuditRow row = row_by(views, actor, AUDIT_VIEW);
    g_autofree char *reason = NULL;
    view->since_ms = clock_unix_ms();
    if (g_str_has_prefix(label, LEVEL_CASE)) {
        const char *code = label + strlen(LEVEL_CASE);
        view->object = g_strdup(code);
        if (!row.reason || !*row.reason)
            row.reason = reason = g_strconcat("案件 ", code, NULL);
    } else {
        view->object = g_strdup(label);
    }
    put(views, view, config, &row);
    g_hash_table_insert(views->views, key, view);
}

static void see(AuditViews *views, const Config *config, const char *wall, const Tile *tile,
                const char *tour, const char *label, const char *actor)
{
    char *key = tour ? g_strdup_printf("%s\nt%s\n%s", wall, tour, tile->camera)
                     : g_strdup_printf("%s\n%u\n%s", wall, tile->number, tile->camera);
    View *view = g_hash_table_lookup(views->views, key);
    if (view) {
        view->is_seen = TRUE;
        g_free(key);
        return;
    }
    view = g_new0(View, 1);
    view->wall = g_strdup(wall);
    view->camera = g_strdup(tile->camera);
    view->tour = g_strdup(tour);
    view->tile = tour ? 0 : tile->number;
    view->is_seen = TRUE;
    begin(views, key, view, config, label, actor);
}

/* The tour that fills a tile; one of scenes fills them all. */
static const char *tour_of(const WallContent *content, const Tile *tile)
{
    const TourRun *run = wall_tile_tour(content, tile->number);
    for (guint i = 0; !run && i < content->n_tours; i++) {
        if (content->tours[i].n_tiles == 0)
            run = &content->tours[i];
    }
    return run ? run->id : NULL;
}

static gboolean has_tour(const WallContent *content, const char *tour)
{
    for (guint i = 0; content && i < content->n_tours; i++) {
        if (strcmp(content->tours[i].id, tour) == 0)
            return TRUE;
    }
    return FALSE;
}

static void end_unseen(AuditViews *views, const Config *config, const char *wall,
                       const WallContent *seen, const char *actor)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, views->views);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        View *view = value;
        gboolean is_here = strcmp(view->wall, wall) == 0;
        gboolean is_seen = view->is_seen || (view->tour && has_tour(seen, view->tour));
        view->is_seen = FALSE;
        if (!is_here || is_seen)
            continue;
        AuditRow row = row_by(views, actor, AUDIT_VIEW_END);
        put(views, view, config, &row);
        g_hash_table_iter_remove(&iter);
    }
}

void audit_views_shown(AuditViews *views, const Config *config, const char *wall,
                       const WallContent *seen, const char *label, const char *actor)
{
    assert_control_thread();
    for (guint i = 0; seen && i < seen->n_tiles; i++) {
        const Tile *tile = &seen->tiles[i];
        gboolean is_camera = tile->camera && config_camera(config, tile->camera);
        if (is_camera)
            see(views, config, wall, tile, tour_of(seen, tile), label, actor);
    }
    end_unseen(views, config, wall, seen, actor);
}

/* --- from a desk ---------------------------------------------------------------------------------
 */

guint audit_views_open(AuditViews *views, const Caller *caller, const char *wall,
                       const char *screen)
{
    View *view = g_new0(View, 1);
    AuditRow row = audit_row_for(caller, AUDIT_VIEW);
    view->wall = g_strdup(wall);
    view->screen = g_strdup(screen);
    view->object = g_strdup(screen);
    view->by = g_strdup(caller ? caller->id : "");
    view->since_ms = clock_unix_ms();
    put(views, view, NULL, &row);
    do
        views->last_number++;
    while (views->last_number == 0 ||
           g_hash_table_contains(views->viewers, GUINT_TO_POINTER(views->last_number)));
    g_hash_table_insert(views->viewers, GUINT_TO_POINTER(views->last_number), view);
    return views->last_number;
}

static void close_view(AuditViews *views, View *view)
{
    AuditRow row = row_by(views, view->by, AUDIT_VIEW_END);
    put(views, view, NULL, &row);
}

void audit_views_close(AuditViews *views, guint number)
{
    View *view = g_hash_table_lookup(views->viewers, GUINT_TO_POINTER(number));
    if (!view)
        return;
    close_view(views, view);
    g_hash_table_remove(views->viewers, GUINT_TO_POINTER(number));
}

guint audit_views_count(const AuditViews *views)
{
    return g_hash_table_size(views->views) + g_hash_table_size(views->viewers);
}

/* --- life ----------------------------------------------------------------------------------------
 */

AuditViews *audit_views_new(Audit *audit)
{
    AuditViews *views = g_new0(AuditViews, 1);
    views->audit = audit;
    views->views = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_view);
    views->viewers = g_hash_table_new_full(NULL, NULL, NULL, free_view);
    views->callers =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)caller_unref);
    return views;
}

void audit_views_free(AuditViews *views)
{
    if (!views)
        return;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, views->views);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        AuditRow row = row_by(views, "stop", AUDIT_VIEW_END);
        put(views, value, NULL, &row);
    }
    g_hash_table_iter_init(&iter, views->viewers);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        close_view(views, value);
    g_hash_table_unref(views->views);
    g_hash_table_unref(views->viewers);
    g_hash_table_unref(views->callers);
    g_free(views);
}
