/* notice_board.c - texts that lie over the tiles of one screen */
#include "pipelines/notice_board.h"

#include "pipelines/draw.h"
#include "wallctl/base/log.h"

#include <string.h>

#define TICKER_PX_A_TICK 4

typedef struct {
    char *key; /* id, kind, severity and text: drawn again when it changes */
    NoticeKind kind;
    Overlay *overlay;
} Entry;

struct NoticeBoard {
    WorkPool *draw;
    int width, height;
    GPtrArray *entries; /* Entry, as given */
    Overlay *clock;     /* NULL: none */
    char *clock_key;
};

typedef struct {
    Overlay *overlay;
    int width, screen_height;
    NoticeKind kind; /* 0: the clock */
    Severity severity;
    char *name, *text;
} TextJob;

static void free_entry(gpointer data)
{
    Entry *entry = data;
    overlay_unref(entry->overlay);
    g_free(entry->key);
    g_free(entry);
}

static void draw_text_job(gpointer data)
{
    TextJob *job = data;
    Bitmap *bitmap = job->kind == NOTICE_BANNER
                         ? draw_banner(job->width, job->screen_height, job->severity, job->text)
                     : job->kind == NOTICE_TICKER
                         ? draw_ticker(job->width, job->screen_height, job->text)
                         : draw_clock(job->screen_height, job->name, job->text);
    overlay_put(job->overlay, bitmap);
}

static void free_text_job(gpointer data)
{
    TextJob *job = data;
    overlay_unref(job->overlay);
    g_free(job->name);
    g_free(job->text);
    g_free(job);
}

static void submit(const NoticeBoard *board, Overlay *overlay, NoticeKind kind, Severity severity,
                   const char *name, const char *text)
{
    TextJob *job = g_new(TextJob, 1);
    *job = (TextJob) { .overlay = overlay_ref(overlay),
                       .width = board->width,
                       .screen_height = board->height,
                       .kind = kind,
                       .severity = severity,
                       .name = g_strdup(name),
                       .text = g_strdup(text) };
    g_autoptr(GError) error = NULL;
    if (!work_submit(board->draw, draw_text_job, job, free_text_job, &error))
        log_warning(WALL, "a text is not drawn: %s", error->message);
}

static Entry *steal_entry(GPtrArray *entries, const char *key)
{
    for (guint i = 0; i < entries->len; i++) {
        if (strcmp(((Entry *)g_ptr_array_index(entries, i))->key, key) == 0)
            return g_ptr_array_steal_index(entries, i);
    }
    return NULL;
}

void notice_board_set(NoticeBoard *board, const Notice *notices, guint n)
{
    GPtrArray *next = g_ptr_array_new_with_free_func(free_entry);
    for (guint i = 0; i < n; i++) {
        g_autofree char *key = g_strdup_printf("%u|%u|%s|%s", notices[i].kind, notices[i].severity,
                                               notices[i].id, notices[i].text);
        Entry *entry = steal_entry(board->entries, key);
        if (!entry) {
            entry = g_new0(Entry, 1);
            entry->key = g_steal_pointer(&key);
            entry->kind = notices[i].kind;
            entry->overlay = overlay_new();
            submit(board, entry->overlay, entry->kind, notices[i].severity, NULL, notices[i].text);
        }
        g_ptr_array_add(next, entry);
    }
    g_ptr_array_unref(board->entries);
    board->entries = next;
}

void notice_board_set_clock(NoticeBoard *board, const char *name, const char *text)
{
    if (!text) {
        g_clear_pointer(&board->clock, overlay_unref);
        g_clear_pointer(&board->clock_key, g_free);
        return;
    }
    g_autofree char *key = g_strdup_printf("%s|%s", name, text);
    if (g_strcmp0(key, board->clock_key) == 0)
        return;
    if (!board->clock)
        board->clock = overlay_new();
    submit(board, board->clock, 0, SEVERITY_NONE, name, text);
    g_free(board->clock_key);
    board->clock_key = g_steal_pointer(&key);
}

static int ticker_height(const NoticeBoard *board)
{
    for (guint i = 0; i < board->entries->len; i++) {
        if (((const Entry *)g_ptr_array_index(board->entries, i))->kind == NOTICE_TICKER)
            return board->height * 45 / 1000 & ~1;
    }
    return 0;
}

Rect notice_board_clock_corner(const NoticeBoard *board)
{
    if (!board->clock)
        return (Rect) { 0, 0, 0, 0 };
    int width = board->height * 37 / 100, height = board->height * 5 / 100;
    return (Rect) { board->width - width, board->height - height - ticker_height(board), width,
                    height };
}

guint notice_board_count(const NoticeBoard *board)
{
    return board->entries->len + (board->clock != NULL);
}

void notice_board_fill(const NoticeBoard *board, StageNotice *out)
{
    int inset = board->height / 120 * 2, banner_height = board->height * 9 / 100 & ~1, banners = 0;
    for (guint i = 0; i < board->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(board->entries, i);
        gboolean is_ticker = entry->kind == NOTICE_TICKER;
        *out++ = (StageNotice) { .overlay = overlay_ref(entry->overlay),
                                 .y = is_ticker ? 0 : banners * banner_height,
                                 .width = is_ticker ? board->width : 0,
                                 .scroll_px = is_ticker ? TICKER_PX_A_TICK : 0,
                                 .from_bottom = is_ticker };
        banners += !is_ticker;
    }
    if (board->clock)
        *out = (StageNotice) { .overlay = overlay_ref(board->clock),
                               .x = inset,
                               .y = inset + ticker_height(board),
                               .from_right = TRUE,
                               .from_bottom = TRUE };
}

NoticeBoard *notice_board_new(WorkPool *draw, int width, int height)
{
    NoticeBoard *board = g_new0(NoticeBoard, 1);
    board->draw = draw;
    board->width = width;
    board->height = height;
    board->entries = g_ptr_array_new_with_free_func(free_entry);
    return board;
}

void notice_board_free(NoticeBoard *board)
{
    if (!board)
        return;
    g_ptr_array_unref(board->entries);
    overlay_unref(board->clock);
    g_free(board->clock_key);
    g_free(board);
}
