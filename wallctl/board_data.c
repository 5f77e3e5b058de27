/* board_data.c - the value that a board is drawn from, of what was read */
#include "wallctl/board_reading.h"

#include "wallctl/model/calendar.h"
#include "wallctl/store/rollup.h"

#include <string.h>

Bitmap *board_data_draw(gconstpointer data, int width, int height, int screen_height)
{
    BoardSpec spec = ((const BoardData *)data)->spec;
    spec.width = width;
    spec.height = height;
    spec.screen_height = screen_height;
    return draw_board(&spec);
}

void board_data_free(gpointer data)
{
    g_string_chunk_free(((BoardData *)data)->texts);
    g_free(data);
}

const char *board_data_keep(BoardData *data, const char *text)
{
    return g_string_chunk_insert(data->texts, text);
}

BoardData *board_data_new(BoardKind kind, const char *title, gint64 as_of_ms)
{
    BoardData *data = g_new0(BoardData, 1);
    data->texts = g_string_chunk_new(1024);
    guint minute = calendar_minute(as_of_ms);
    g_autofree char *time = g_strdup_printf("%02u:%02u", minute / 60, minute % 60);
    data->spec.kind = kind;
    data->spec.title = board_data_keep(data, title);
    data->spec.as_of = as_of_ms ? board_data_keep(data, time) : NULL;
    return data;
}

/* --- cases -------------------------------------------------------------------------------------
 */

static void fill_funnel(BoardData *data, const BoardReading *reading, const Config *config)
{
    const Vocabulary *words = case_data_vocabulary(config->words, config->cases.vocabulary);
    guint64 sums[VOCABULARY_MAX_STAGES];
    guint n = vocabulary_n_stages(words);
    vocabulary_sum(words, reading->by_state, sums);
    for (guint i = 0; i < n; i++)
        data->counts[i] = (NamedCount) { board_data_keep(data, vocabulary_stage_name(words, i)),
                                         sums[i], 0, FALSE };
    data->spec.funnel = (FunnelBoard) { data->counts, n, 1 };
}

static void fill_deadlines(BoardData *data, const BoardReading *reading, const Config *config,
                           gint64 now_ms)
{
    guint n = MIN(reading->urgent->rows->len, BOARD_ROWS);
    for (guint i = 0; i < n; i++) {
        const CaseRow *row = g_ptr_array_index(reading->urgent->rows, i);
        gint64 begun_ms = row->registered_ms ? row->registered_ms : row->opened_ms;
        gint64 whole_ms = MAX(row->due_ms - begun_ms, 1);
        gint64 used = (now_ms - begun_ms) * 100 / whole_ms;
        g_autofree char *title =
            title_public(config->words->categories, config->words->regions, row->category,
                         row->region, sensitivity_from_word(row->sensitivity));
        data->deadlines[i] = (DeadlineRow) { .code = board_data_keep(data, row->code),
                                             .subject = board_data_keep(data, title),
                                             .countdown = { .left_ms = row->due_ms - now_ms,
                                                            .used = (guint)CLAMP(used, 0, 1000) } };
    }
    data->spec.deadlines = (DeadlineBoard) { data->deadlines, n, (guint)MAX(reading->n_urgent, n) };
}

static guint64 value_of(const GPtrArray *items, const char *key)
{
    for (guint i = 0; i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        if (strcmp(item->key, key) == 0)
            return (guint64)MAX(item->value, 0);
    }
    return 0;
}

static void fill_map(BoardData *data, const BoardReading *reading, const Config *config)
{
    guint n = 0;
    for (guint i = 0; i < reading->items->len && n < BOARD_PLACES; i++) {
        const RollupItem *item = g_ptr_array_index(reading->items, i);
        const Region *region = region_find(config->words->regions, item->key);
        if (!region || !region->has_place || item->value <= 0)
            continue;
        data->places[n++] = (MapPlace) { board_data_keep(data, region->name), region->lon,
                                         region->lat, (guint64)item->value, SEVERITY_BLUE };
    }
    data->spec.map = (MapBoard) { data->places, n };
}

static void fill_weather(BoardData *data, const BoardReading *reading, const Config *config)
{
    guint n = 0;
    for (guint i = 0; i < reading->items->len && n < BOARD_ROWS; i++) {
        const RollupItem *item = g_ptr_array_index(reading->items, i);
        const char *word = item->key + strlen("category:");
        const Category *category = category_find(config->words->categories, word);
        if (!category || item->value <= 0)
            continue;
        data->counts[n++] =
            (NamedCount) { board_data_keep(data, category->name), (guint64)item->value, 0, FALSE };
    }
    data->spec.weather =
        (WeatherBoard) { (guint64)reading->opened, (guint64)reading->usual, data->counts, n };
}

/* --- figures -----------------------------------------------------------------------------------
 */

static guint64 positive(gint64 value)
{
    return (guint64)MAX(value, 0);
}

static const char *compared_of(const BoardName *name)
{
    return period_compared(name->period ? name->period : PERIOD_DAY);
}

static void fill_counter(BoardData *data, const BoardReading *reading)
{
    const BoardName *name = &reading->name;
    CounterBoard *counter = &data->spec.counter;
    *counter = (CounterBoard) { .value = positive(reading->values[0]),
                                .unit = board_data_keep(data, name->figures->unit) };
    if (reading->has_before)
        counter->comparisons[0] = (Comparison) { compared_of(name), positive(reading->before[0]) };
    if (name->period != PERIOD_DAY)
        return;
    counter->comparisons[1] = (Comparison) { "较上周同日", positive(reading->week_ago) };
    counter->comparisons[2] = (Comparison) { "较 30 天前", positive(reading->month_ago) };
    for (guint i = 0; i < BOARD_HISTORY; i++)
        data->history[i] = positive(reading->history[i]);
    counter->history = data->history;
    counter->n_history = BOARD_HISTORY;
}

static void fill_rate(BoardData *data, const BoardReading *reading)
{
    const FigureItem *items = reading->name.figures->items;
    data->spec.rate = (RateBoard) { .part = positive(reading->values[0]),
                                    .whole = positive(reading->values[1]),
                                    .part_name = board_data_keep(data, items[0].name),
                                    .whole_name = board_data_keep(data, items[1].name) };
    if (!reading->has_before || reading->before[1] <= 0)
        return;
    data->spec.rate.comparisons[0].label = compared_of(&reading->name);
    data->spec.rate.comparisons[0].part = positive(reading->before[0]);
    data->spec.rate.comparisons[0].whole = positive(reading->before[1]);
}

static void fill_five(BoardData *data, const BoardReading *reading)
{
    const FiguresConfig *figures = reading->name.figures;
    for (guint i = 0; i < figures->n_items; i++)
        data->counts[i] = (NamedCount) { board_data_keep(data, figures->items[i].name),
                                         positive(reading->values[i]), positive(reading->before[i]),
                                         reading->has_before };
    data->spec.five = (FiveBoard) { data->counts, figures->n_items,
                                    reading->has_before ? compared_of(&reading->name) : NULL };
}

static int by_share(gconstpointer a, gconstpointer b)
{
    const CampaignRow *x = a, *y = b;
    double left = x->all ? (double)x->done / (double)x->all : 0;
    double right = y->all ? (double)y->done / (double)y->all : 0;
    return left != right ? (left < right ? -1 : 1) : strcmp(x->name, y->name);
}

/* Who is furthest behind comes first: the last rows may be left out. */
static void fill_campaign(BoardData *data, const BoardReading *reading, const Config *config)
{
    guint n = 0;
    for (guint i = 0; i < reading->all->len && n < BOARD_PLACES; i++) {
        const RollupItem *item = g_ptr_array_index(reading->all, i);
        const Region *region = region_find(config->words->regions, item->key);
        if (!region || strlen(item->key) <= strlen(reading->name.region) || item->value <= 0)
            continue;
        data->campaign[n++] = (CampaignRow) { board_data_keep(data, region->name),
                                              value_of(reading->done, item->key) / 1000,
                                              positive(item->value) / 1000 };
    }
    if (n > 1)
        qsort(data->campaign, n, sizeof *data->campaign, by_share);
    data->spec.campaign = (CampaignBoard) { data->campaign, n };
}

BoardData *board_data_of(const BoardReading *reading, const Config *config, gint64 now_ms)
{
    BoardData *data = board_data_new(reading->name.kind, reading->name.title, now_ms);
    switch (reading->name.kind) {
    case BOARD_FUNNEL:
        fill_funnel(data, reading, config);
        break;
    case BOARD_DEADLINES:
        fill_deadlines(data, reading, config, now_ms);
        break;
    case BOARD_MAP:
        fill_map(data, reading, config);
        break;
    case BOARD_WEATHER:
        fill_weather(data, reading, config);
        break;
    case BOARD_COUNTER:
        fill_counter(data, reading);
        break;
    case BOARD_RATE:
        fill_rate(data, reading);
        break;
    case BOARD_FIVE:
        fill_five(data, reading);
        break;
    default:
        fill_campaign(data, reading, config);
        break;
    }
    return data;
}
