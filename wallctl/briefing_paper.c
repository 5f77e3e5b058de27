/* briefing_paper.c - the figures of a briefing and its boards */
#include "wallctl/briefing_paper.h"

#include "wallctl/model/calendar.h"
#include "wallctl/store/rollup.h"

#include <string.h>

#define MAX_LATE 100000 /* cases past their time are counted so far */

const char *const briefing_board_parts[BRIEFING_BOARDS] = { "", ":funnel", ":five", ":map" };

/* --- reading -----------------------------------------------------------------------------------
 */

static Json *add_named(Json *list, const char *name, gint64 value)
{
    Json *item = json_object_new_object();
    json_add_string(item, "name", name);
    json_add_int(item, "value", value);
    json_object_array_add(list, item);
    return item;
}

static gboolean add_count(sqlite3 *db, Json *list, const char *name, const char *unit,
                          const char *metric, const char *region, Period now, Period before,
                          GError **error)
{
    gint64 value, was;
    if (!rollup_sum(db, metric, region, now.from, now.to, &value, error) ||
        !rollup_sum(db, metric, region, before.from, before.to, &was, error))
        return FALSE;
    Json *item = add_named(list, name, value);
    json_add_string(item, "unit", unit);
    json_add_int(item, "before", was);
    return TRUE;
}

static gboolean add_rate(sqlite3 *db, Json *list, const char *region, gint32 day, gint32 before,
                         GError **error)
{
    const gint32 days[] = { day, before };
    gint64 part[2], whole[2];
    for (guint i = 0; i < G_N_ELEMENTS(days); i++) {
        Period year = period_to(PERIOD_YEAR, days[i]);
        if (!rollup_sum(db, "resolved", region, year.from, year.to, &part[i], error) ||
            !rollup_sum(db, "opened", region, year.from, year.to, &whole[i], error))
            return FALSE;
    }
    Json *item = add_named(list, "今年化解率", part[0]);
    json_add_int(item, "whole", whole[0]);
    if (whole[1] > 0) {
        json_add_int(item, "before", part[1]);
        json_add_int(item, "before_whole", whole[1]);
    }
    return TRUE;
}

static gboolean add_present(sqlite3 *db, Json *list, const char *region, gint64 now_ms,
                            GError **error)
{
    gint64 open, late;
    CaseFilter filter = { .order = CASES_BY_DUE,
                          .n = 1,
                          .is_open_only = TRUE,
                          .overdue_at_ms = now_ms,
                          .is_counted = TRUE,
                          .region = *region ? region : NULL };
    if (!rollup_sum(db, "open", region, ROLLUP_NOW, ROLLUP_NOW, &open, error) ||
        !case_query_count(db, &filter, MAX_LATE, &late, error))
        return FALSE;
    json_add_string(add_named(list, "在办案件", open), "unit", "件");
    json_add_string(add_named(list, "超时未结", late), "unit", "件");
    return TRUE;
}

static gboolean read_figures(sqlite3 *db, Json *paper, const char *region, PeriodKind kind,
                             gint32 day, gint64 now_ms, GError **error)
{
    static const struct {
        const char *name, *unit, *metric;
    } counts[] = { { "新增线索", "条", "clue" },
                   { "新增案件", "件", "opened" },
                   { "化解案件", "件", "resolved" },
                   { "警情转办", "起", "channel:police" },
                   { "督办", "件", "supervised" } };
    Json *list = json_object_new_array();
    json_add(paper, "figures", list);
    Period now = period_to(kind, day), before = period_before(kind, day);
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (i == 3 && !add_rate(db, list, region, now.to, before.to, error))
            return FALSE;
        if (!add_count(db, list, counts[i].name, counts[i].unit, counts[i].metric, region, now,
                       before, error))
            return FALSE;
    }
    return add_present(db, list, region, now_ms, error);
}

static gboolean read_stages(sqlite3 *db, Json *paper, const Config *config, GError **error)
{
    const Vocabulary *words = case_data_vocabulary(config->words, config->cases.vocabulary);
    guint64 by_state[CASE_LAST + 1] = { 0 }, sums[VOCABULARY_MAX_STAGES];
    g_autoptr(GPtrArray) items =
        rollup_by_metric(db, "state:", config->cases.region, ROLLUP_NOW, ROLLUP_NOW, error);
    if (!items)
        return FALSE;
    for (guint i = 0; i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        by_state[case_state_from_word(item->key + strlen("state:"))] = (guint64)MAX(item->value, 0);
    }
    Json *list = json_object_new_array();
    json_add(paper, "stages", list);
    vocabulary_sum(words, by_state, sums);
    for (guint i = 0; i < vocabulary_n_stages(words); i++)
        add_named(list, vocabulary_stage_name(words, i), (gint64)sums[i]);
    return TRUE;
}

static gboolean read_five(sqlite3 *db, Json *paper, const Config *config, PeriodKind kind,
                          gint32 day, GError **error)
{
    Period now = period_to(kind, day), before = period_before(kind, day);
    Json *list = json_object_new_array();
    json_add(paper, "five", list);
    for (guint i = 0; i < config->n_boards; i++) {
        const FiguresConfig *board = &config->boards[i];
        if (strcmp(board->id, "five") != 0)
            continue;
        for (guint k = 0; k < board->n_items; k++) {
            const FigureItem *item = &board->items[k];
            gint64 value, was;
            if (!board_read_item(db, item, config->cases.region, now, &value, NULL, error) ||
                !board_read_item(db, item, config->cases.region, before, &was, NULL, error))
                return FALSE;
            json_add_int(add_named(list, item->name, value), "before", was);
        }
    }
    return TRUE;
}

/* Open cases by place. */
static gboolean read_places(sqlite3 *db, Json *paper, const Config *config, gint32 day,
                            GError **error)
{
    BoardName name;
    if (!board_name_parse("map", config, &name, error))
        return FALSE;
    BoardReading *reading = board_reading_new(name, day);
    gboolean is_read = board_read(db, reading, error);
    Json *list = json_object_new_array();
    json_add(paper, "places", list);
    for (guint i = 0; is_read && i < reading->items->len; i++) {
        const RollupItem *item = g_ptr_array_index(reading->items, i);
        const Region *region = region_find(config->words->regions, item->key);
        if (item->value <= 0)
            continue;
        Json *place = add_named(list, region ? region->name : "其他", item->value);
        if (region && region->has_place) {
            json_add_int(place, "lon", region->lon);
            json_add_int(place, "lat", region->lat);
        }
    }
    board_reading_free(reading);
    return is_read;
}

gboolean briefing_paper_read(sqlite3 *db, Json *paper, const Config *config, PeriodKind kind,
                             gint32 last_day, gint64 now_ms, GError **error)
{
    return read_figures(db, paper, config->cases.region, kind, last_day, now_ms, error) &&
           read_stages(db, paper, config, error) &&
           read_five(db, paper, config, kind, last_day, error) &&
           read_places(db, paper, config, last_day, error);
}

/* --- boards ------------------------------------------------------------------------------------
 */

static const char *text_of(Json *object, const char *key)
{
    const char *text = json_object_get_string(json_object_object_get(object, key));
    return text ? text : "";
}

static guint64 number_of(Json *object, const char *key)
{
    return (guint64)MAX(json_object_get_int64(json_object_object_get(object, key)), 0);
}

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

static guint fill_counts(BoardData *data, Json *list)
{
    guint n = (guint)MIN(json_object_array_length(list), G_N_ELEMENTS(data->counts));
    for (guint i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(list, i);
        data->counts[i] =
            (NamedCount) { board_data_keep(data, text_of(item, "name")), number_of(item, "value"),
                           number_of(item, "before"), has(item, "before") };
    }
    return n;
}

static void fill_briefing(BoardData *data, Json *paper)
{
    BriefingBoard *board = &data->spec.briefing;
    Json *list = json_object_object_get(paper, "figures");
    g_autofree char *period =
        g_strdup_printf("%s · %s", text_of(paper, "period"), text_of(paper, "site"));
    *board = (BriefingBoard) { .period = board_data_keep(data, period),
                               .compared = board_data_keep(data, text_of(paper, "compared")) };
    board->n = (guint)MIN(json_object_array_length(list), BRIEFING_FIGURES);
    for (guint i = 0; i < board->n; i++) {
        Json *item = json_object_array_get_idx(list, i);
        board->figures[i] = (BriefingFigure) {
            .name = board_data_keep(data, text_of(item, "name")),
            .value = number_of(item, "value"),
            .whole = number_of(item, "whole"),
            .unit = has(item, "unit") ? board_data_keep(data, text_of(item, "unit")) : NULL,
            .before = number_of(item, "before"),
            .before_whole = number_of(item, "before_whole"),
            .has_before = has(item, "before"),
        };
    }
}

static gboolean has_places(Json *list)
{
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        if (has(json_object_array_get_idx(list, i), "lon"))
            return TRUE;
    }
    return FALSE;
}

static void fill_map(BoardData *data, Json *list)
{
    guint n = 0;
    for (gsize i = 0; i < json_object_array_length(list) && n < BOARD_PLACES; i++) {
        Json *item = json_object_array_get_idx(list, i);
        if (has(item, "lon"))
            data->places[n++] =
                (MapPlace) { board_data_keep(data, text_of(item, "name")),
                             json_object_get_int(json_object_object_get(item, "lon")),
                             json_object_get_int(json_object_object_get(item, "lat")),
                             number_of(item, "value"), SEVERITY_BLUE };
    }
    data->spec.map = (MapBoard) { data->places, n };
}

BoardData *briefing_paper_board(Json *paper, guint part)
{
    Json *places = json_object_object_get(paper, "places");
    /* A site without coordinates has a list for a map. */
    const BoardKind kinds[BRIEFING_BOARDS] = { BOARD_BRIEFING, BOARD_FUNNEL, BOARD_FIVE,
                                               has_places(places) ? BOARD_MAP : BOARD_FUNNEL };
    const char *titles[BRIEFING_BOARDS] = { text_of(paper, "name"), "案件流程", "五情研判",
                                            "在办案件分布" };
    gint64 made_ms = json_object_get_int64(json_object_object_get(paper, "made_ms"));
    BoardData *data = board_data_new(kinds[part], titles[part], made_ms);
    g_autofree char *as_of = g_strconcat("数据截至 ", data->spec.as_of, NULL);
    data->spec.as_of = board_data_keep(data, as_of);
    switch (kinds[part]) {
    case BOARD_BRIEFING:
        fill_briefing(data, paper);
        break;
    case BOARD_MAP:
        fill_map(data, places);
        break;
    case BOARD_FIVE: {
        guint n = fill_counts(data, json_object_object_get(paper, "five"));
        data->spec.five =
            (FiveBoard) { data->counts, n, board_data_keep(data, text_of(paper, "compared")) };
        break;
    }
    default: {
        guint n = fill_counts(data, part == 1 ? json_object_object_get(paper, "stages") : places);
        data->spec.funnel = (FunnelBoard) { data->counts, n, part == 1 };
        break;
    }
    }
    return data;
}
