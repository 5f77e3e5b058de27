/* board_section.c - boards that a site makes up itself */
#include "config/builder.h"
#include "config/rule.h"

#include <string.h>

#define MAX_BOARDS     100
#define JSON_TEXT(...) #__VA_ARGS__

/* What every site has unless it has one of the same id. The five feelings follow the way by which a
 * report comes in (石首: 稳情 警情 社情 民情 舆情). */
// clang-format off
static const char builtin[] = JSON_TEXT([
  {"id": "opened", "title": "新增案件", "kind": "counter", "items": [{"name": "新增", "metrics": ["opened"]}]},
  {"id": "resolved", "title": "化解案件", "kind": "counter", "items": [{"name": "化解", "metrics": ["resolved"]}]},
  {"id": "closed", "title": "销号案件", "kind": "counter", "items": [{"name": "销号", "metrics": ["closed"]}]},
  {"id": "clues", "title": "有效线索", "kind": "counter", "unit": "条", "items": [{"name": "线索", "metrics": ["clue"]}]},
  {"id": "revisits", "title": "回访", "kind": "counter", "items": [{"name": "回访", "metrics": ["revisited"]}]},
  {"id": "satisfaction", "title": "群众满意率", "kind": "rate", "period": "year", "items": [
    {"name": "满意", "metrics": ["satisfaction:4", "satisfaction:5"]}, {"name": "回访", "metrics": ["revisited"]}]},
  {"id": "whistles", "title": "吹哨", "kind": "counter", "unit": "次", "items": [{"name": "吹哨", "metrics": ["whistled"]}]},
  {"id": "supervised", "title": "督办", "kind": "counter", "items": [{"name": "督办", "metrics": ["supervised"]}]},
  {"id": "rate", "title": "化解率", "kind": "rate", "period": "year", "items": [
    {"name": "化解", "metrics": ["resolved"]}, {"name": "受理", "metrics": ["opened"]}]},
  {"id": "five", "title": "五情研判", "kind": "five", "unit": "条", "items": [
    {"name": "稳情", "metrics": ["channel:visit", "channel:letter", "clue-channel:visit"]},
    {"name": "警情", "metrics": ["channel:police", "clue-channel:police"]},
    {"name": "社情", "metrics": ["channel:grid", "channel:counter", "channel:table", "clue-channel:grid"]},
    {"name": "民情", "metrics": ["channel:hotline", "channel:public", "channel:wage",
                                 "clue-channel:hotline", "clue-channel:public"]},
    {"name": "舆情", "metrics": ["channel:web", "clue-channel:web"]}]}
]);
// clang-format on

/* What can be counted here (store/rollup.h): whole words, and beginnings that a word follows. */
static const char *const counted[] = { "opened",     "resolved",   "closed",    "revisited",
                                       "declined",   "litigation", "withdrawn", "whistled",
                                       "supervised", "clue" };
static const char *const counted_by[] = { "category:",     "channel:",   "level:",
                                          "risk:",         "outcome:",   "satisfaction:",
                                          "clue-channel:", FIGURE_METRIC };

static gboolean is_metric(const char *text)
{
    Fields fields = { 0 };
    for (gsize i = 0; i < G_N_ELEMENTS(counted); i++) {
        if (strcmp(counted[i], text) == 0)
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(counted_by); i++) {
        if (!g_str_has_prefix(text, counted_by[i]))
            continue;
        gboolean is_word =
            fields_set_text(&fields, FIELD_METRIC, text + strlen(counted_by[i]), NULL);
        fields_clear(&fields);
        return is_word;
    }
    return FALSE;
}

static void read_item(Builder *builder, Json *object, const char *place, guint index, gpointer user)
{
    const FiguresConfig *board = user;
    FigureItem *item = &board->items[index];
    guint n, n_good = 0;
    options_read(&table_figures, object, item, &(Where) { builder->faults, place, FALSE });
    char **texts = read_texts(builder, object, "metrics", place, FIGURE_METRICS, FALSE, &n);
    item->metrics = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++) {
        if (!texts[i])
            continue;
        gboolean is_figure = g_str_has_prefix(texts[i], FIGURE_METRIC);
        g_autofree char *metric_place = g_strdup_printf("%s.metrics[%u]", place, i);
        if (!is_metric(texts[i]))
            faults_add(builder->faults, metric_place,
                       "there is no metric \"%s\"; accepted: opened, resolved, closed, clue, "
                       "revisited, whistled, supervised, channel:WORD, category:WORD, figure:NAME",
                       texts[i]);
        else if (board->kind == FIGURES_CAMPAIGN && !is_figure)
            faults_add(builder->faults, metric_place,
                       "a campaign shows what a platform sends; accepted: figure:NAME");
        item->metrics[n_good++] = texts[i];
    }
    g_free(texts);
    if (n == 0)
        where_fault(&(Where) { builder->faults, place, FALSE }, "metrics",
                    "is missing; accepted: 1 to %d metrics", FIGURE_METRICS);
}

static void read_board(Builder *builder, Json *object, const char *place, guint index,
                       gpointer user)
{
    FiguresConfig *board = &builder->config->boards[index];
    Where where = { builder->faults, place, FALSE };
    options_read(&table_boards, object, board, &where);
    Json *array = read_array(builder, object, "items", place, FIGURE_ITEMS, &board->n_items);
    board->items = g_new0(FigureItem, board->n_items);
    g_autofree char *items = place_of(place, "items");
    if (array)
        read_objects(builder, array, items, NULL, read_item, board);
    guint least = board->kind == FIGURES_COUNTER ? 1 : 2;
    guint most = board->kind == FIGURES_FIVE ? FIGURE_ITEMS : least;
    if (board->kind && (board->n_items < least || board->n_items > most))
        where_fault(&where, "items", "has %u; a board of this kind needs %u%s", board->n_items,
                    least, most > least ? " to 10" : "");
}

static void check_ids(Builder *builder)
{
    const Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_boards; i++) {
        g_autofree char *place = g_strdup_printf("boards[%u].id", i);
        unique_check(&ids, config->boards[i].id, place);
    }
    unique_clear(&ids);
}

static gboolean is_taken(const Config *config, guint n, const char *id)
{
    for (guint i = 0; i < n; i++) {
        if (config->boards[i].id && strcmp(config->boards[i].id, id) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Behind those of the site, without those that it has made up anew. */
static void add_builtin(Builder *builder)
{
    Config *config = builder->config;
    g_autoptr(Json) array = json_parse(builtin, strlen(builtin), 0, JSON_STRICT, NULL);
    guint n_own = config->n_boards, n = (guint)json_object_array_length(array);
    config->boards = g_renew(FiguresConfig, config->boards, n_own + n);
    for (guint i = 0; i < n; i++) {
        Json *object = json_object_array_get_idx(array, i);
        const char *id = json_object_get_string(json_object_object_get(object, "id"));
        if (is_taken(config, n_own, id))
            continue;
        config->boards[config->n_boards] = (FiguresConfig) { 0 };
        options_set_defaults(&table_boards, &config->boards[config->n_boards]);
        read_board(builder, object, "builtin", config->n_boards++, NULL);
    }
}

void read_boards(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "boards", "", MAX_BOARDS, &config->n_boards);
    config->boards = g_new0(FiguresConfig, config->n_boards);
    for (guint i = 0; i < config->n_boards; i++)
        options_set_defaults(&table_boards, &config->boards[i]);
    if (array)
        read_objects(builder, array, "boards", NULL, read_board, NULL);
    check_ids(builder);
    add_builtin(builder);
}

void figures_config_clear(FiguresConfig *board)
{
    for (guint i = 0; i < board->n_items; i++) {
        g_strfreev(board->items[i].metrics);
        options_clear(&table_figures, &board->items[i]);
    }
    g_free(board->items);
    options_clear(&table_boards, board);
}
