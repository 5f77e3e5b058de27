/* board_json.c - the figures of a board as they go over the API
 *
 * Made of the value that the tile is drawn from, so that wall and console say the same, and nothing goes out here that a
 * wall would not show.
 */
#include "wallctl/board_json.h"

static Json *add_item(Json *list, const char *name, guint64 value)
{
    Json *item = json_object_new_object();
    json_add_string(item, "name", name);
    json_add_int(item, "value", (gint64)value);
    json_object_array_add(list, item);
    return item;
}

static void add_counts(Json *list, const NamedCount *counts, guint n)
{
    for (guint i = 0; i < n; i++) {
        Json *item = add_item(list, counts[i].name, counts[i].count);
        if (counts[i].has_before)
            json_add_int(item, "before", (gint64)counts[i].before);
    }
}

static void add_counter(Json *json, Json *list, const BoardSpec *spec)
{
    const CounterBoard *counter = &spec->counter;
    Json *item = add_item(list, spec->title, counter->value), *others = json_object_new_array();
    json_add_known(item, "unit", counter->unit);
    for (guint i = 0; i < BOARD_COMPARISONS; i++) {
        if (counter->comparisons[i].label)
            add_item(others, counter->comparisons[i].label, counter->comparisons[i].before);
    }
    json_add(json, "comparisons", others);
    if (!counter->history)
        return;
    Json *history = json_object_new_array();
    for (guint i = 0; i < counter->n_history; i++)
        json_object_array_add(history, json_object_new_int64((gint64)counter->history[i]));
    json_add(json, "history", history);
}

static void add_rate(Json *json, Json *list, const RateBoard *rate)
{
    Json *item = add_item(list, rate->part_name, rate->part);
    json_add_int(item, "whole", (gint64)rate->whole);
    json_add_string(json, "whole_name", rate->whole_name);
    if (!rate->comparisons[0].label)
        return;
    json_add_int(item, "before", (gint64)rate->comparisons[0].part);
    json_add_int(item, "before_whole", (gint64)rate->comparisons[0].whole);
    json_add_string(json, "compared", rate->comparisons[0].label);
}

static void add_deadlines(Json *json, const DeadlineBoard *board)
{
    Json *rows = json_object_new_array();
    for (guint i = 0; i < board->n; i++) {
        const DeadlineRow *row = &board->rows[i];
        Json *item = json_object_new_object();
        json_add_string(item, "code", row->code);
        json_add_string(item, "subject", row->subject);
        json_add_int(item, "left_ms", row->countdown.left_ms);
        json_add_int(item, "used", row->countdown.used);
        json_object_array_add(rows, item);
    }
    json_add(json, "deadlines", rows);
    json_add_int(json, "n_all", board->n_all);
}

static void add_places(Json *list, const MapBoard *map)
{
    for (guint i = 0; i < map->n; i++) {
        Json *item = add_item(list, map->places[i].name, map->places[i].count);
        json_add_int(item, "lon", map->places[i].lon);
        json_add_int(item, "lat", map->places[i].lat);
    }
}

static void add_campaign(Json *list, const CampaignBoard *campaign)
{
    for (guint i = 0; i < campaign->n; i++) {
        Json *item = add_item(list, campaign->rows[i].name, campaign->rows[i].done);
        json_add_int(item, "whole", (gint64)campaign->rows[i].all);
    }
}

static Json *begin(const char *name, const char *title, BoardKind kind, gint64 now_ms)
{
    Json *json = json_object_new_object();
    json_add_string(json, "name", name);
    json_add_string(json, "title", title);
    json_add_string(json, "kind", board_kind_word(kind));
    json_add_int(json, "as_of_ms", now_ms);
    return json;
}

Json *board_json(const char *name, const BoardReading *reading, const Config *config, gint64 now_ms)
{
    BoardData *data = board_data_of(reading, config, now_ms);
    const BoardSpec *spec = &data->spec;
    Json *json = begin(name, spec->title, spec->kind, now_ms), *list = json_object_new_array();
    switch (spec->kind) {
    case BOARD_FUNNEL:
        add_counts(list, spec->funnel.stages, spec->funnel.n);
        json_add_int(json, "n_done", spec->funnel.n_done);
        break;
    case BOARD_COUNTER:
        add_counter(json, list, spec);
        break;
    case BOARD_RATE:
        add_rate(json, list, &spec->rate);
        break;
    case BOARD_FIVE:
        add_counts(list, spec->five.items, spec->five.n);
        if (spec->five.compared)
            json_add_string(json, "compared", spec->five.compared);
        break;
    case BOARD_DEADLINES:
        add_deadlines(json, &spec->deadlines);
        break;
    case BOARD_MAP:
        add_places(list, &spec->map);
        break;
    case BOARD_WEATHER:
        add_counts(list, spec->weather.categories, spec->weather.n);
        json_add_int(json, "today", (gint64)spec->weather.today);
        json_add_int(json, "usual", (gint64)spec->weather.usual);
        json_add_string(json, "sky",
                        board_sky_word(board_sky(spec->weather.today, spec->weather.usual)));
        break;
    default:
        add_campaign(list, &spec->campaign);
        break;
    }
    json_add(json, "items", list);
    board_data_free(data);
    return json;
}

Json *board_sources_json(const char *name, const char *title, Json *sources, gint64 now_ms)
{
    Json *json = begin(name, title, BOARD_SOURCES, now_ms), *rows = json_object_new_array();
    for (gsize i = 0; i < json_object_array_length(sources); i++) {
        static const char *const kept[] = { "name", "state", "last_ms", "lag_ms" };
        Json *source = json_object_array_get_idx(sources, i), *row = json_object_new_object();
        for (guint k = 0; k < G_N_ELEMENTS(kept); k++) {
            Json *value = json_object_object_get(source, kept[k]);
            if (value)
                json_add(row, kept[k], json_object_get(value));
        }
        json_object_array_add(rows, row);
    }
    json_object_put(sources);
    json_add(json, "items", json_object_new_array());
    json_add(json, "sources", rows);
    return json;
}
