/* board_name.c - which boards there are, and what the name of one means */
#include "wallctl/board_name.h"

#include "wallctl/base/error.h"

#include <string.h>

/* Beside those of figures, which come with the configuration. */
static const struct {
    const char *name, *title;
    BoardKind kind;
    gboolean has_regions;
} own_boards[] = {
    { "funnel", "案件流程", BOARD_FUNNEL, TRUE },
    { "deadlines", "办结期限", BOARD_DEADLINES, TRUE },
    { "map", "在办案件分布", BOARD_MAP, TRUE },
    { "weather", "民情气象站", BOARD_WEATHER, TRUE },
    { "sources", "数据来源", BOARD_SOURCES, FALSE },
};

/* --- parts of a name ---------------------------------------------------------------------------
 */

static const FiguresConfig *find_figures(const Config *config, const char *id)
{
    for (guint i = 0; i < config->n_boards; i++) {
        if (strcmp(config->boards[i].id, id) == 0)
            return &config->boards[i];
    }
    return NULL;
}

static BoardKind kind_of(FiguresKind kind)
{
    static const BoardKind kinds[] = { [FIGURES_COUNTER] = BOARD_COUNTER,
                                       [FIGURES_RATE] = BOARD_RATE,
                                       [FIGURES_FIVE] = BOARD_FIVE,
                                       [FIGURES_CAMPAIGN] = BOARD_CAMPAIGN };
    return kinds[kind];
}

/* Is anything of it counted here? What platforms send has no period of ours. */
static gboolean is_counted(const FiguresConfig *figures)
{
    for (guint i = 0; i < figures->n_items; i++) {
        for (char **metric = figures->items[i].metrics; *metric; metric++) {
            if (!g_str_has_prefix(*metric, FIGURE_METRIC))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean refuse(const char *text, GError **error)
{
    wall_error_set(error, WALL_ERROR_NOT_FOUND,
                   "board '%s': no such board; 'wallctl boards' lists those that there are",
                   "没有看板“%s”；wallctl boards 列出可用的看板", text);
    return FALSE;
}

static gboolean read_figures(const char *base, const Config *config, BoardName *name)
{
    const char *dash = strrchr(base, '-');
    name->figures = find_figures(config, base);
    PeriodKind period = 0;
    if (!name->figures && dash && (period = period_from_word(dash + 1))) {
        g_autofree char *id = g_strndup(base, (gsize)(dash - base));
        name->figures = find_figures(config, id);
    }
    if (!name->figures || (period && !is_counted(name->figures)))
        return FALSE;
    name->kind = kind_of(name->figures->kind);
    name->period = is_counted(name->figures) ? period ? period : name->figures->period : 0;
    return TRUE;
}

/* A sensitive category is counted by township at least. */
static gboolean is_too_small(const BoardName *name, const Config *config)
{
    for (guint i = 0; name->figures && i < name->figures->n_items; i++) {
        for (char **metric = name->figures->items[i].metrics; *metric; metric++) {
            const char *word = strchr(*metric, ':');
            const Category *category = g_str_has_prefix(*metric, "category:")
                                           ? category_find(config->words->categories, word + 1)
                                           : NULL;
            if (category && sensitivity_is_protected(category->sensitivity) &&
                region_level(name->region) > sensitivity_region_level(category->sensitivity))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean check_region(const char *text, const char *region, gboolean has_regions,
                             const Config *config, GError **error)
{
    if (!has_regions) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "board '%s': is about the whole site only",
                       "看板“%s”只有全站的，没有分区划的", text);
        return FALSE;
    }
    if (!region_find(config->words->regions, region) ||
        !region_is_inside(region, config->cases.region)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "board '%s': no region of this site",
                       "看板“%s”：本站点没有这个区划代码", text);
        return FALSE;
    }
    return TRUE;
}

static char *dup_title(const BoardName *name, const char *title, const char *region,
                       const Config *config)
{
    const Region *part = region ? region_find(config->words->regions, region) : NULL;
    return g_strconcat(part ? part->name : "", part ? " · " : "",
                       name->period ? period_title(name->period) : "", title, NULL);
}

gboolean board_name_parse(const char *text, const Config *config, BoardName *name, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    const char *base = parts[0] ? parts[0] : "", *region = base == parts[0] ? parts[1] : NULL;
    const char *title = NULL;
    gboolean has_regions = TRUE;
    *name = (BoardName) { 0 };
    if (read_figures(base, config, name)) {
        title = name->figures->title;
    } else {
        for (gsize i = 0; i < G_N_ELEMENTS(own_boards); i++) {
            if (strcmp(own_boards[i].name, base) != 0)
                continue;
            name->kind = own_boards[i].kind;
            title = own_boards[i].title;
            has_regions = own_boards[i].has_regions;
        }
    }
    if (!title)
        return refuse(text, error);
    if (region && !check_region(text, region, has_regions, config, error))
        return FALSE;
    name->region = g_strdup(region ? region : config->cases.region);
    name->title = dup_title(name, title, region, config);
    if (region && is_too_small(name, config)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND,
                       "board '%s': sensitive cases are not counted for so small a region",
                       "看板“%s”：敏感类别不在这一级区划单独统计", text);
        board_name_clear(name);
        return FALSE;
    }
    return TRUE;
}

void board_name_clear(BoardName *name)
{
    g_clear_pointer(&name->region, g_free);
    g_clear_pointer(&name->title, g_free);
}

/* --- list --------------------------------------------------------------------------------------
 */

const char *board_kind_word(BoardKind kind)
{
    static const char *const words[] = {
        [BOARD_FUNNEL] = "funnel",       [BOARD_COUNTER] = "counter",
        [BOARD_RATE] = "rate",           [BOARD_FIVE] = "five",
        [BOARD_DEADLINES] = "deadlines", [BOARD_SOURCES] = "sources",
        [BOARD_CAMPAIGN] = "campaign",   [BOARD_MAP] = "map",
        [BOARD_WEATHER] = "weather",
    };
    return words[kind];
}

static void add_board(Json *list, const char *name, const char *title, BoardKind kind,
                      gboolean has_regions, gboolean has_periods)
{
    Json *board = json_object_new_object();
    json_add_string(board, "name", name);
    json_add_string(board, "title", title);
    json_add_string(board, "kind", board_kind_word(kind));
    json_add_bool(board, "regions", has_regions);
    json_add_bool(board, "periods", has_periods);
    json_object_array_add(list, board);
}

Json *board_names_json(const Config *config, gboolean is_part)
{
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (gsize i = 0; i < G_N_ELEMENTS(own_boards); i++) {
        if (own_boards[i].has_regions || !is_part)
            add_board(list, own_boards[i].name, own_boards[i].title, own_boards[i].kind,
                      own_boards[i].has_regions, FALSE);
    }
    for (guint i = 0; i < config->n_boards; i++) {
        const FiguresConfig *figures = &config->boards[i];
        add_board(list, figures->id, figures->title, kind_of(figures->kind), TRUE,
                  is_counted(figures));
    }
    json_add(json, "boards", list);
    return json;
}
