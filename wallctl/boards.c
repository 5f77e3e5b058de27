/* boards.c - the boards of the wall: figures of the cases, kept fresh */
#include "wallctl/boards.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/board_reading.h"
#include "wallctl/model/calendar.h"

#include <string.h>

#define FRESH_MS   1000               /* at most one read in so long, but for a board that is new */
#define CLOCKS_MS  30000              /* clocks in boards go on */
#define MAX_BOARDS 100                /* at once */
#define ASKED_NS   (300 * NS_PER_SEC) /* one that no tile asks for so long is no longer read */

struct Boards {
    BoardBook *book;
    Reader *reader;
    Sources *sources;
    Config *config;
    GPtrArray *names; /* texts: those that tiles show */
    guint timer, soon;
    gboolean is_dirty;
    gint64 read_ns;
    struct Round *round; /* being read */
};

/* One read: all boards of it. */
typedef struct Round {
    Boards *boards; /* NULL: they are gone */
    Config *config; /* names point into it */
    GPtrArray *names;
    GPtrArray *readings; /* BoardReading, beside names */
} Round;

static void put(Boards *boards, const char *name, BoardData *data)
{
    const char *colon = strchr(name, ':');
    const char *region = colon ? colon + 1 : boards->config->cases.region;
    board_book_put(boards->book, name, data->spec.title, region, board_data_draw, data,
                   board_data_free);
}

/* --- sources are no matter of the database ------------------------------------------------------
 */

static SourceState source_state(Json *source)
{
    const char *state = json_object_get_string(json_object_object_get(source, "state"));
    if (strcmp(state, "silent") == 0)
        return SOURCE_SILENT;
    return strcmp(state, "heard") == 0 ? SOURCE_LIVE : SOURCE_UNKNOWN;
}

static BoardData *source_data(const Boards *boards, const char *title, gint64 now_ms)
{
    BoardData *data = board_data_new(BOARD_SOURCES, title, now_ms);
    g_autoptr(Json) list = sources_state(boards->sources);
    guint n = (guint)MIN(json_object_array_length(list), BOARD_ROWS);
    for (guint i = 0; i < n; i++) {
        Json *source = json_object_array_get_idx(list, i);
        gint64 last_ms = json_object_get_int64(json_object_object_get(source, "last_ms"));
        const char *name = json_object_get_string(json_object_object_get(source, "name"));
        data->sources[i] = (SourceRow) { .name = board_data_keep(data, name),
                                         .state = source_state(source),
                                         .since_ms = last_ms ? MAX(now_ms - last_ms, 0) : -1,
                                         .lag_ms = json_object_get_int64(
                                             json_object_object_get(source, "lag_ms")) };
    }
    data->spec.sources = (SourceBoard) { data->sources, n };
    return data;
}

/* --- reading -----------------------------------------------------------------------------------
 */

static void free_reading(gpointer data)
{
    board_reading_free(data);
}

static void free_round(gpointer data)
{
    Round *round = data;
    g_ptr_array_unref(round->names);
    g_ptr_array_unref(round->readings);
    config_unref(round->config);
    g_free(round);
}

static gboolean read_round(sqlite3 *db, gpointer data, GError **error)
{
    const Round *round = data;
    for (guint i = 0; i < round->readings->len; i++) {
        if (!board_read(db, g_ptr_array_index(round->readings, i), error))
            return FALSE;
    }
    return TRUE;
}

static void on_read(gpointer data, const GError *error, gpointer user)
{
    const Round *round = data;
    Boards *boards = round->boards;
    if (!boards)
        return;
    boards->round = NULL;
    if (error)
        log_debug(BOARD, "%s", error->message);
    gint64 now_ms = clock_unix_ms();
    for (guint i = 0; i < round->readings->len && !error; i++) {
        const BoardReading *reading = g_ptr_array_index(round->readings, i);
        const BoardName *name = &reading->name;
        put(boards, g_ptr_array_index(round->names, i),
            name->kind == BOARD_SOURCES ? source_data(boards, name->title, now_ms)
                                        : board_data_of(reading, round->config, now_ms));
    }
}

/* Those that tiles still ask for stay. */
static void forget_at(Boards *boards, guint index)
{
    board_book_drop(boards->book, g_ptr_array_index(boards->names, index));
    g_ptr_array_remove_index(boards->names, index);
}

static void forget_unasked(Boards *boards)
{
    for (guint i = boards->names->len; i > 0; i--) {
        if (!board_book_is_asked(boards->book, g_ptr_array_index(boards->names, i - 1), ASKED_NS))
            forget_at(boards, i - 1);
    }
}

/* What the configuration has no longer is not shown as of long ago: its tile says that it is gone. */
static void forget_withdrawn(Boards *boards)
{
    for (guint i = boards->names->len; i > 0; i--) {
        BoardName name;
        if (boards->config->words &&
            board_name_parse(g_ptr_array_index(boards->names, i - 1), boards->config, &name, NULL))
            board_name_clear(&name);
        else
            forget_at(boards, i - 1);
    }
}

static void read_now(Boards *boards)
{
    forget_unasked(boards);
    Round *round = g_new0(Round, 1);
    round->boards = boards;
    round->config = config_ref(boards->config);
    round->names = g_ptr_array_new_with_free_func(g_free);
    round->readings = g_ptr_array_new_with_free_func(free_reading);
    gint32 today = calendar_day(clock_unix_ms());
    for (guint i = 0; i < boards->names->len; i++) {
        const char *text = g_ptr_array_index(boards->names, i);
        BoardName name;
        if (!board_name_parse(text, round->config, &name, NULL))
            continue; /* none: forget_withdrawn() */
        g_ptr_array_add(round->names, g_strdup(text));
        g_ptr_array_add(round->readings, board_reading_new(name, today));
    }
    boards->is_dirty = FALSE;
    boards->round = round;
    boards->read_ns = clock_now_ns();
    reader_submit(boards->reader, read_round, round, free_round, on_read, NULL);
}

static gboolean on_timer(gpointer user)
{
    Boards *boards = user;
    gboolean is_old = clock_now_ns() - boards->read_ns >= CLOCKS_MS * NS_PER_MS;
    if (boards->config->words && !boards->round && boards->names->len > 0 &&
        (boards->is_dirty || is_old))
        read_now(boards);
    return G_SOURCE_CONTINUE;
}

static gboolean on_soon(gpointer user)
{
    Boards *boards = user;
    boards->soon = 0;
    if (boards->round)
        boards->is_dirty = TRUE;
    else
        read_now(boards);
    return G_SOURCE_REMOVE;
}

static void read_soon(Boards *boards)
{
    if (!boards->soon)
        boards->soon = g_idle_add_full(G_PRIORITY_DEFAULT, on_soon, boards, NULL);
}

/* BoardMaker: a tile asks for a board that nobody showed so far. */
static gboolean make_board(const char *text, gpointer user, GError **error)
{
    Boards *boards = user;
    BoardName name;
    if (!boards->config->words) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                       "本站点没有配置案件");
        return FALSE;
    }
    if (!board_name_parse(text, boards->config, &name, error))
        return FALSE;
    if (boards->names->len >= MAX_BOARDS) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d boards are shown already",
                       "已有 %d 块看板，不能再多", MAX_BOARDS);
        board_name_clear(&name);
        return FALSE;
    }
    g_ptr_array_add(boards->names, g_strdup(text));
    put(boards, text, board_data_new(BOARD_WAITING, name.title, 0));
    board_name_clear(&name);
    read_soon(boards);
    return TRUE;
}

/* --- public ------------------------------------------------------------------------------------
 */

void boards_touch(Boards *boards)
{
    boards->is_dirty = TRUE;
}

/* A name that is none covers nothing too little; whoever wrote it wonders all the same. */
static void check_public(const Config *config)
{
    for (char **text = config->public_boards; config->words && text && *text; text++) {
        BoardName name;
        g_autoptr(GError) error = NULL;
        if (board_name_parse(*text, config, &name, &error))
            board_name_clear(&name);
        else
            log_warning(CONFIG, "privacy.public_boards: %s", error->message);
    }
}

void boards_reload(Boards *boards, Config *config)
{
    assert_control_thread();
    config_ref(config);
    if (boards->config)
        config_unref(boards->config);
    boards->config = config;
    check_public(config);
    forget_withdrawn(boards);
    boards->is_dirty = TRUE;
}

Boards *boards_new(BoardBook *book, Reader *reader, Sources *sources, Config *config)
{
    Boards *boards = g_new0(Boards, 1);
    boards->book = book;
    boards->reader = reader;
    boards->sources = sources;
    boards->names = g_ptr_array_new_with_free_func(g_free);
    boards_reload(boards, config);
    boards->timer = g_timeout_add(FRESH_MS, on_timer, boards);
    board_book_set_maker(book, "", make_board, boards);
    return boards;
}

void boards_free(Boards *boards)
{
    if (!boards)
        return;
    board_book_set_maker(boards->book, "", NULL, NULL);
    g_source_remove(boards->timer);
    g_clear_handle_id(&boards->soon, g_source_remove);
    if (boards->round)
        boards->round->boards = NULL;
    g_ptr_array_unref(boards->names);
    config_unref(boards->config);
    g_free(boards);
}
