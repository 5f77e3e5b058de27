/* director_notices.c - banners: what rings, where, since when and how long there is left */
#include "wallctl/director_private.h"

#include "wallctl/model/wording.h"

#include <string.h>

#define MINUTE_MS 60000
#define HOUR_MS   3600000

void director_words(const Director *director, const Alarm *alarm, char **title, char **place)
{
    const CaseData *words = director->env.words(director->env.user);
    const Category *category =
        words && *alarm->category ? category_find(words->categories, alarm->category) : NULL;
    Sensitivity sensitivity = category ? category->sensitivity : SENSITIVITY_NORMAL;
    const Region *region =
        words && *alarm->region
            ? region_at_level(words->regions, alarm->region, sensitivity_region_level(sensitivity))
            : NULL;
    const Camera *camera =
        *alarm->spot ? config_camera(controller_config(director->env.controller), alarm->spot)
                     : NULL;
    const LinkageRule *plan = *alarm->run_by ? rules_find(director->env.rules, alarm->rule) : NULL;
    *title = g_strdup(plan       ? plan->name
                      : category ? category->name
                      : camera   ? "摄像机报警"
                                 : "告警");
    *place = g_strdup(camera ? camera->name : region ? region->name : "");
}

static char *clock_text(gint64 unix_ms)
{
    guint minute = calendar_minute(unix_ms);
    return g_strdup_printf("%02u:%02u", minute / 60, minute % 60);
}

/* How long until the countdown reads otherwise. */
static gint64 next_change(gint64 left_ms)
{
    gint64 size = ABS(left_ms);
    gint64 unit = size >= 24 * HOUR_MS ? HOUR_MS : MINUTE_MS;
    return left_ms >= 0 ? left_ms % unit + 1 : unit - size % unit;
}

/* A banner that names a camera is of the camera's region. */
static const char *region_of(const Director *director, const Alarm *alarm)
{
    const Camera *camera =
        *alarm->spot ? config_camera(controller_config(director->env.controller), alarm->spot)
                     : NULL;
    return camera ? camera->region : alarm->region;
}

static Notice alarm_notice(const Director *director, const Alarm *alarm, gint64 now_ms,
                           gint64 *next_ms)
{
    Notice notice = { .id = g_strdup(alarm->id),
                      .region = g_strdup(region_of(director, alarm)),
                      .kind = NOTICE_BANNER,
                      .severity = alarm->severity,
                      .time = clock_text(alarm->raised_ms),
                      .is_new = TRUE };
    g_autofree char *title = NULL;
    director_words(director, alarm, &title, &notice.place);
    const char *mark = alarm->is_supervised ? "督办 · " : alarm->is_whistled ? "吹哨 · " : "";
    g_autofree char *plain = title;
    title = g_strconcat(mark, plain, NULL);
    notice.text = alarm->n_events > 1 ? g_strdup_printf("%s（%u 次）", title, alarm->n_events)
                                      : g_strdup(title);
    if (alarm->due_ms) {
        notice.countdown = wording_countdown(alarm->due_ms - now_ms);
        notice.is_over = alarm->due_ms < now_ms;
        *next_ms = MIN(*next_ms, now_ms + next_change(alarm->due_ms - now_ms));
    }
    return notice;
}

static int compare_alarms(const void *a, const void *b)
{
    const Alarm *x = *(const Alarm *const *)a, *y = *(const Alarm *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return x->raised_ms < y->raised_ms ? -1 : x->raised_ms > y->raised_ms;
}

static GPtrArray *ringing(const Director *director)
{
    GPtrArray *list = g_ptr_array_new();
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        const Alarm *alarm = alarm_set_at(director->alarms, i);
        if (alarm_is_on_wall(alarm) && alarm->has_banner)
            g_ptr_array_add(list, (gpointer)alarm);
    }
    if (list->len > 1)
        qsort(list->pdata, list->len, sizeof(gpointer), compare_alarms);
    return list;
}

static int compare_parts(const void *a, const void *b)
{
    const WordingPart *x = a, *y = b;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->name, y->name);
}

/* One banner for all: where they come from, most first. */
static Notice flood_notice(const Director *director, const GPtrArray *list, guint rate)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(WordingPart));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < list->len; i++) {
        char *title, *place;
        director_words(director, g_ptr_array_index(list, i), &title, &place);
        g_free(title);
        g_ptr_array_add(texts, place);
        gboolean is_counted = !*place;
        for (guint k = 0; k < parts->len && !is_counted; k++) {
            WordingPart *part = &g_array_index(parts, WordingPart, k);
            is_counted = strcmp(part->name, place) == 0;
            part->count += is_counted ? 1 : 0;
        }
        WordingPart part = { place, 1 };
        if (!is_counted)
            g_array_append_val(parts, part);
    }
    if (parts->len > 1)
        qsort(parts->data, parts->len, sizeof(WordingPart), compare_parts);
    const Alarm *worst = g_ptr_array_index(list, 0);
    return (Notice) { .id = g_strdup("flood"),
                      .region = g_strdup(""), /* of several */
                      .kind = NOTICE_BANNER,
                      .severity = worst->severity,
                      .text = wording_flood(FLOOD_WINDOW_MS / MINUTE_MS, rate),
                      .place = wording_parts((const WordingPart *)(gpointer)parts->data,
                                             MIN(parts->len, 3)),
                      .is_new = TRUE };
}

static void clear_notice(gpointer data)
{
    notice_clear(data);
}

/* What an operator wrote for the wall, then the program's own line. NULL: none. Caller frees. */
static char *ticker_text(const Director *director, const char *wall)
{
    const char *own = director->env.ticker ? director->env.ticker(wall, director->env.user) : NULL;
    if (own && director->ticker)
        return g_strconcat(own, "　◆　", director->ticker, NULL);
    return g_strdup(own ? own : director->ticker);
}

static void show_on_wall(Director *director, const char *wall, GArray *notices)
{
    guint n = notices->len;
    Notice ticker = { .id = g_strdup("ticker"),
                      .kind = NOTICE_TICKER,
                      .severity = SEVERITY_YELLOW,
                      .text = ticker_text(director, wall) };
    gboolean has_ticker = ticker.text != NULL;
    g_array_append_val(notices, ticker);
    controller_set_notices(director->env.controller, wall, (const Notice *)(gpointer)notices->data,
                           n + has_ticker);
    g_array_set_size(notices, n);
}

gint64 director_show_notices(Director *director, gint64 now_ms)
{
    gint64 next_ms = G_MAXINT64;
    g_autoptr(GArray) notices = g_array_new(FALSE, TRUE, sizeof(Notice));
    g_array_set_clear_func(notices, clear_notice);
    g_autoptr(GPtrArray) list = ringing(director);
    guint rate = alarm_set_rate(director->alarms, now_ms, &director->is_flood);
    if (director->is_flood && list->len > 0) {
        Notice notice = flood_notice(director, list, rate);
        g_array_append_val(notices, notice);
        next_ms = now_ms + MINUTE_MS;
    }
    for (guint i = 0; i < list->len && !director->is_flood; i++) {
        Notice notice = alarm_notice(director, g_ptr_array_index(list, i), now_ms, &next_ms);
        g_array_append_val(notices, notice);
    }
    for (guint i = 0; i < director->sayings->len; i++) {
        const Saying *saying = g_ptr_array_index(director->sayings, i);
        Notice notice = { .id = g_strdup(saying->id),
                          .kind = NOTICE_BANNER,
                          .severity = saying->severity,
                          .text = g_strdup(saying->text) };
        g_array_append_val(notices, notice);
    }
    for (guint i = 0; i < controller_count(director->env.controller); i++)
        show_on_wall(director, controller_wall_id(director->env.controller, i), notices);
    return next_ms;
}
