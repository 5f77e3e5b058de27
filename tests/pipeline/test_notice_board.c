/* test_notice_board.c - what is drawn again and what is not, how banners stack, how they pulse */
#include "pipelines/draw.h"
#include "pipelines/notice_board.h"
#include "pipelines/pulse.h"
#include "tests/pipeline/picture_sheet.h"
#include "wallctl/base/clock.h"

#include <pthread.h>
#include <time.h>

#define WIDTH  640
#define HEIGHT 360
#define BEAT   (PULSE_MS * NS_PER_MS)

/* What a Stage would get: overlays with references, to be ended with shown_clear(). */
typedef struct {
    guint n;
    StageNotice notice[16];
} Shown;

static Shown shown_of(const NoticeBoard *board)
{
    Shown shown = { .n = notice_board_count(board) };

    g_assert_cmpuint(shown.n, <=, G_N_ELEMENTS(shown.notice));
    notice_board_fill(board, shown.notice);
    return shown;
}

static void shown_clear(Shown *shown)
{
    for (guint i = 0; i < shown->n; i++) {
        overlay_unref(shown->notice[i].overlay);
        g_free(shown->notice[i].region);
    }
}

/* Jobs keep their order: when this one is done, so are those before it. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t done;
    gboolean is_done;
} Fence;

static void pass_fence(gpointer data)
{
    Fence *fence = data;

    pthread_mutex_lock(&fence->lock);
    fence->is_done = TRUE;
    pthread_cond_signal(&fence->done);
    pthread_mutex_unlock(&fence->lock);
}

static void wait_drawn(WorkPool *draw)
{
    Fence fence = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE };
    struct timespec end;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 30;
    g_assert_true(work_submit(draw, pass_fence, &fence, NULL, NULL));
    pthread_mutex_lock(&fence.lock);
    while (!fence.is_done)
        g_assert_cmpint(pthread_cond_timedwait(&fence.done, &fence.lock, &end), ==, 0);
    pthread_mutex_unlock(&fence.lock);
}

typedef struct {
    WorkPool *draw;
    NoticeBoard *board;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->draw = work_pool_new("draw", 1, 64, 0);
    f->board = notice_board_new(f->draw, WIDTH, HEIGHT);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    notice_board_free(f->board);
    work_pool_free(f->draw);
}

static Notice banner(const char *id, Severity severity, const char *countdown, gboolean is_new)
{
    return (Notice) { .id = (char *)id,
                      .kind = NOTICE_BANNER,
                      .severity = severity,
                      .text = (char *)"劳动争议",
                      .place = (char *)"研和街道",
                      .time = (char *)"15:04",
                      .countdown = (char *)countdown,
                      .is_new = is_new };
}

static Bitmap *newest(const Shown *shown, guint i, guint64 *serial)
{
    Bitmap *bitmap = overlay_ref_newest(shown->notice[i].overlay, serial);

    g_assert_nonnull(bitmap);
    return bitmap;
}

static void set_one(Fixture *f, const char *countdown, gboolean is_new)
{
    Notice one = banner("a", SEVERITY_RED, countdown, is_new);

    notice_board_set(f->board, &one, 1);
    wait_drawn(f->draw);
}

static void test_drawn_once(Fixture *f, gconstpointer data)
{
    guint64 first, second, third;

    set_one(f, "剩 23 分", FALSE);
    Shown shown = shown_of(f->board);
    g_autoptr(Bitmap) before = newest(&shown, 0, &first);
    set_one(f, "剩 23 分", FALSE);
    g_autoptr(Bitmap) same = newest(&shown, 0, &second);
    g_assert_cmpuint(first, ==, second);
    g_assert_true(before == same);
    /* A minute later: another picture on the same overlay, so that the former stays until then. */
    set_one(f, "剩 22 分", FALSE);
    g_autoptr(Bitmap) after = newest(&shown, 0, &third);
    g_assert_cmpuint(third, ==, second + 1);
    g_assert_false(bitmap_equal(before, after));
    Shown again = shown_of(f->board);
    g_assert_true(again.notice[0].overlay == shown.notice[0].overlay);
    shown_clear(&again);
    shown_clear(&shown);
}

static void test_gone(Fixture *f, gconstpointer data)
{
    set_one(f, "剩 23 分", TRUE);
    notice_board_set(f->board, NULL, 0);
    g_assert_cmpuint(notice_board_count(f->board), ==, 0);
}

static void test_pulse(Fixture *f, gconstpointer data)
{
    guint64 serial[6];
    Bitmap *bitmap[6];

    set_one(f, "剩 23 分", TRUE);
    Shown shown = shown_of(f->board);
    bitmap[0] = newest(&shown, 0, &serial[0]);
    for (guint i = 1; i < 6; i++) {
        notice_board_beat(f->board, i * BEAT);
        bitmap[i] = newest(&shown, 0, &serial[i]);
        g_assert_cmpuint(serial[i], ==, serial[i - 1] + 1);
    }
    g_assert_false(bitmap_equal(bitmap[0], bitmap[1]));
    for (guint i = 2; i < 6; i++) /* swapped, not drawn again */
        g_assert_true(bitmap[i] == bitmap[i - 2]);
    /* Twice in one half of the period: nothing. */
    notice_board_beat(f->board, 5 * BEAT + BEAT / 2);
    g_assert_cmpuint(overlay_serial(shown.notice[0].overlay), ==, serial[5]);
    /* Acknowledged: bright and still, whatever state it was in. */
    set_one(f, "剩 23 分", FALSE);
    guint64 still, later;
    g_autoptr(Bitmap) quiet = newest(&shown, 0, &still);
    g_assert_true(bitmap_equal(quiet, bitmap[0]));
    notice_board_beat(f->board, 6 * BEAT);
    notice_board_beat(f->board, 7 * BEAT);
    g_autoptr(Bitmap) unmoved = newest(&shown, 0, &later);
    g_assert_true(quiet == unmoved && still == later);
    for (guint i = 0; i < 6; i++)
        bitmap_unref(bitmap[i]);
    shown_clear(&shown);
}

/* A new drawing while the dim state is shown comes in that state: no extra flash. */
static void test_redrawn_in_step(Fixture *f, gconstpointer data)
{
    guint64 serial;

    set_one(f, "剩 23 分", TRUE);
    notice_board_beat(f->board, BEAT);
    set_one(f, "剩 22 分", TRUE);
    Shown shown = shown_of(f->board);
    g_autoptr(Bitmap) redrawn = newest(&shown, 0, &serial);
    BannerSpec spec = { .width = WIDTH,
                        .screen_height = HEIGHT,
                        .severity = SEVERITY_RED,
                        .text = "劳动争议",
                        .place = "研和街道",
                        .time = "15:04",
                        .countdown = "剩 22 分",
                        .is_dim = TRUE };
    g_autoptr(Bitmap) dim = draw_banner(&spec);
    g_assert_true(bitmap_equal(redrawn, dim));
    shown_clear(&shown);
}

/* It beats by itself while something is new: a whole period under a watchdog. */
static gboolean on_watchdog(gpointer user)
{
    g_error("no beat for 30 s");
    return G_SOURCE_REMOVE;
}

static void test_beats_by_itself(Fixture *f, gconstpointer data)
{
    set_one(f, "剩 23 分", TRUE);
    Shown shown = shown_of(f->board);
    guint64 before = overlay_serial(shown.notice[0].overlay);
    guint watchdog = g_timeout_add_seconds(30, on_watchdog, NULL);
    while (overlay_serial(shown.notice[0].overlay) < before + 2)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(watchdog);
    shown_clear(&shown);
}

static const struct {
    const char *name;
    guint n;          /* banners */
    guint n_overlays; /* of them and the line below */
} stacks[] = {
    { "one", 1, 1 }, { "three", 3, 3 }, { "four", 4, 4 }, { "eight", 8, 4 }, { "many", 40, 4 },
};

static void test_stack(Fixture *f, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree Notice *notices = g_new0(Notice, stacks[i].n + 1);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    for (guint k = 0; k < stacks[i].n; k++) {
        char *id = g_strdup_printf("case-%u", k);
        g_ptr_array_add(ids, id);
        notices[k] = banner(id, SEVERITY_BLUE, NULL, FALSE);
    }
    notices[stacks[i].n] = (Notice) { .id = (char *)"t",
                                      .kind = NOTICE_TICKER,
                                      .text = (char *)"今日 16:00 视频调度会" };
    notice_board_set(f->board, notices, stacks[i].n + 1);
    notice_board_set_clock(f->board, "主墙", "2025-05-22 15:04:05");
    wait_drawn(f->draw);
    g_assert_cmpuint(notice_board_count(f->board), ==, stacks[i].n_overlays + 2);
    Shown shown = shown_of(f->board);
    int y = 0, bottom = 0;
    guint n_from_top = 0;
    for (guint k = 0; k < shown.n; k++) {
        guint64 serial;
        g_autoptr(Bitmap) bitmap = newest(&shown, k, &serial);
        if (shown.notice[k].from_bottom)
            continue;
        g_assert_cmpint(shown.notice[k].y, >=, bottom); /* none covers another */
        g_assert_cmpint(bitmap->width, ==, WIDTH);
        g_assert_cmpint(bitmap->height, <=, HEIGHT * 9 / 100);
        y = shown.notice[k].y;
        bottom = y + bitmap->height;
        n_from_top++;
    }
    g_assert_cmpuint(n_from_top, ==, stacks[i].n_overlays);
    g_assert_cmpint(bottom, <=, HEIGHT * 32 / 100);
    shown_clear(&shown);
}

/* "另有 5 起" counts by severity, and is drawn again only when a count changes. */
static void test_more(Fixture *f, gconstpointer data)
{
    Notice notices[5];
    static const char *const ids[] = { "a", "b", "c", "d", "e" };
    guint64 first, second, third;

    for (guint i = 0; i < 5; i++)
        notices[i] = banner(ids[i], SEVERITY_YELLOW, NULL, FALSE);
    notice_board_set(f->board, notices, 5);
    wait_drawn(f->draw);
    Shown shown = shown_of(f->board);
    g_autoptr(Bitmap) more = newest(&shown, 3, &first);
    BannerMoreSpec spec = { .width = WIDTH,
                            .screen_height = HEIGHT,
                            .n = { [SEVERITY_YELLOW] = 2 } };
    g_autoptr(Bitmap) expected = draw_banner_more(&spec);
    g_assert_true(bitmap_equal(more, expected));
    notices[0].countdown = (char *)"剩 5 分";
    notice_board_set(f->board, notices, 5);
    wait_drawn(f->draw);
    g_autoptr(Bitmap) same = newest(&shown, 3, &second);
    g_assert_cmpuint(first, ==, second);
    notices[4].severity = SEVERITY_RED;
    notice_board_set(f->board, notices, 5);
    wait_drawn(f->draw);
    g_autoptr(Bitmap) changed = newest(&shown, 3, &third);
    g_assert_cmpuint(third, ==, second + 1);
    shown_clear(&shown);
}

/* The ticker runs on: its overlay stays while banners come and go, and is drawn once. */
static void test_ticker(Fixture *f, gconstpointer data)
{
    Notice notices[2] = { { .id = (char *)"t",
                            .kind = NOTICE_TICKER,
                            .text = (char *)"今日 16:00 视频调度会",
                            .is_new = TRUE }, /* of no meaning for a ticker */
                          banner("a", SEVERITY_RED, NULL, FALSE) };
    guint64 first;

    notice_board_set(f->board, notices, 1);
    wait_drawn(f->draw);
    Shown shown = shown_of(f->board);
    g_autoptr(Bitmap) ticker = newest(&shown, 0, &first);
    g_assert_cmpint(shown.notice[0].scroll_px, >, 0);
    g_assert_cmpint(shown.notice[0].width, ==, WIDTH);
    g_assert_true(shown.notice[0].from_bottom);
    g_assert_cmpint(ABS(ticker->height - HEIGHT * 45 / 1000), <=, 2);
    notice_board_set(f->board, notices, 2);
    wait_drawn(f->draw);
    notice_board_beat(f->board, BEAT);
    g_assert_cmpuint(overlay_serial(shown.notice[0].overlay), ==, first);
    shown_clear(&shown);
}

/* 1920x1080: the clock takes 54 px of the lower right corner, the ticker 48 of the bottom, a banner 96 of the
 * top, and 48 the line of those beyond the third. */
static void test_cover(Fixture *f, gconstpointer data)
{
    static const struct {
        Rect tile;
        int clock, ticker; /* foot, with the clock; with the ticker, too */
        int two, five;     /* head, with so many banners */
    } rows[] = {
        { { 0, 0, 960, 540 }, 0, 0, 192, 336 },  { { 0, 0, 1920, 1080 }, 54, 102, 192, 336 },
        { { 0, 180, 480, 180 }, 0, 0, 12, 0 }, /* five would leave too little of it */
        { { 0, 540, 960, 540 }, 0, 48, 0, 0 },   { { 960, 540, 960, 540 }, 54, 102, 0, 0 },
        { { 960, 540, 960, 400 }, 0, 0, 0, 0 },  { { 0, 0, 240, 134 }, 0, 0, 0, 0 },
        { { 1728, 1000, 192, 80 }, 0, 0, 0, 0 },
    };
    static const guint n_notices[] = { 0, 0, 1, 3, 6 };
    static const char *const ids[] = { "t", "a", "b", "c", "d", "e" };
    Notice notices[6] = {
        { .id = (char *)"t", .kind = NOTICE_TICKER, .text = (char *)"今日 16:00 视频调度会" }
    };
    for (guint i = 1; i < G_N_ELEMENTS(notices); i++)
        notices[i] = banner(ids[i], SEVERITY_RED, NULL, FALSE);
    NoticeBoard *board = notice_board_new(f->draw, 1920, 1080);
    for (guint step = 0; step < G_N_ELEMENTS(n_notices); step++) {
        if (step == 1)
            notice_board_set_clock(board, "主墙", "2026-11-22 15:04:05");
        notice_board_set(board, notices, n_notices[step]);
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            TileCover cover = notice_board_cover(board, rows[i].tile);
            const int heads[] = { 0, 0, 0, rows[i].two, rows[i].five };
            const int feet[] = { 0, rows[i].clock, rows[i].ticker, rows[i].ticker, rows[i].ticker };
            g_test_message("row %zu, step %u", i, step);
            g_assert_cmpint(cover.head, ==, heads[step]);
            g_assert_cmpint(cover.foot, ==, feet[step]);
        }
    }
    notice_board_free(board);
}

static void test_all_in_step(void)
{
    g_assert_false(pulse_is_dim(0));
    g_assert_false(pulse_is_dim(BEAT - 1));
    g_assert_true(pulse_is_dim(BEAT));
    g_assert_true(pulse_is_dim(2 * BEAT - 1));
    g_assert_false(pulse_is_dim(2 * BEAT)); /* one blink a second */
}

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/notice-board/drawn-once", test_drawn_once);
    ADD("/notice-board/gone", test_gone);
    ADD("/notice-board/pulse", test_pulse);
    ADD("/notice-board/redrawn-in-step", test_redrawn_in_step);
    ADD("/notice-board/beats-by-itself", test_beats_by_itself);
    for (guint i = 0; i < G_N_ELEMENTS(stacks); i++) {
        g_autofree char *path = g_strdup_printf("/notice-board/stack/%s", stacks[i].name);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_stack, tear_down);
    }
    ADD("/notice-board/more", test_more);
    ADD("/notice-board/ticker", test_ticker);
    ADD("/notice-board/cover", test_cover);
    g_test_add_func("/notice-board/all-in-step", test_all_in_step);
    return g_test_run();
}
