/* notice_board.c - texts that lie over the tiles of one screen
 *
 * An Entry is found again by kind and id and drawn again when anything else of it changes. Drawing
 * runs on one thread, so the newest drawing of an entry is the last to arrive.
 */
#include "pipelines/notice_board.h"

#include "pipelines/draw.h"
#include "pipelines/pulse.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <string.h>

#define TICKER_PX_A_TICK 4
#define MORE_SHARE       45 /* thousandths of the screen's height (draw_banner_more()) */

typedef struct {
    NoticeKind kind;
    char *id;
    char *region; /* as of the notice */
    char *looks;  /* all that is drawn: drawn again when it changes */
    Pulse *pulse;
    gboolean is_new;
} Entry;

struct NoticeBoard {
    WorkPool *draw;
    int width, height;
    GPtrArray *entries;  /* Entry: the banners that are shown and the tickers, as given */
    BannerMoreSpec more; /* what the banners beyond count */
    Overlay *more_strip; /* NULL: none */
    Overlay *clock;      /* NULL: none */
    char *clock_key;
    guint timer; /* 0: nothing pulses */
};

typedef struct {
    Pulse *pulse;
    Notice notice;
    int width, screen_height;
} NoticeJob;

typedef struct {
    Overlay *overlay;
    BannerMoreSpec spec;
} MoreJob;

typedef struct {
    Overlay *overlay;
    int screen_height;
    char *name, *text;
} ClockJob;

static void free_entry(gpointer data)
{
    Entry *entry = data;

    pulse_unref(entry->pulse);
    g_free(entry->id);
    g_free(entry->region);
    g_free(entry->looks);
    g_free(entry);
}

static void draw_notice_job(gpointer data)
{
    NoticeJob *job = data;
    const Notice *notice = &job->notice;
    BannerSpec spec = { .width = job->width,
                        .screen_height = job->screen_height,
                        .severity = notice->severity,
                        .text = notice->text,
                        .place = notice->place,
                        .time = notice->time,
                        .countdown = notice->countdown,
                        .is_over = notice->is_over };

    if (notice->kind == NOTICE_TICKER) {
        pulse_put(job->pulse, draw_ticker(job->width, job->screen_height, notice->text), NULL);
        return;
    }
    Bitmap *bright = draw_banner(&spec);
    gboolean is_first = overlay_serial(pulse_overlay(job->pulse)) == 0;
    if (is_first && notice->is_new) /* an alarm is not kept back for its other state */
        pulse_put(job->pulse, bitmap_ref(bright), NULL);
    spec.is_dim = TRUE;
    pulse_put(job->pulse, bright, notice->is_new ? draw_banner(&spec) : NULL);
}

static void free_notice_job(gpointer data)
{
    NoticeJob *job = data;

    pulse_unref(job->pulse);
    notice_clear(&job->notice);
    g_free(job);
}

static void draw_more_job(gpointer data)
{
    MoreJob *job = data;

    overlay_put(job->overlay, draw_banner_more(&job->spec));
}

static void free_more_job(gpointer data)
{
    MoreJob *job = data;

    overlay_unref(job->overlay);
    g_free(job);
}

static void draw_clock_job(gpointer data)
{
    ClockJob *job = data;

    overlay_put(job->overlay, draw_clock(job->screen_height, job->name, job->text));
}

static void free_clock_job(gpointer data)
{
    ClockJob *job = data;

    overlay_unref(job->overlay);
    g_free(job->name);
    g_free(job->text);
    g_free(job);
}

/* overlay: what it is drawn for. Of one overlay only the newest waits. */
static gboolean submit(const NoticeBoard *board, const Overlay *overlay, WorkFunc draw,
                       gpointer job, GDestroyNotify free_job)
{
    g_autoptr(GError) error = NULL;

    if (work_submit_newest(board->draw, overlay, draw, job, free_job, &error))
        return TRUE;
    log_warning(WALL, "a text is not drawn: %s", error->message);
    return FALSE;
}

static gboolean submit_notice(const NoticeBoard *board, const Entry *entry, const Notice *notice)
{
    NoticeJob *job = g_new(NoticeJob, 1);

    *job = (NoticeJob) { .pulse = pulse_ref(entry->pulse),
                         .notice = *notice,
                         .width = board->width,
                         .screen_height = board->height };
    job->notice.id = job->notice.region = NULL;
    job->notice.text = g_strdup(notice->text);
    job->notice.place = g_strdup(notice->place);
    job->notice.time = g_strdup(notice->time);
    job->notice.countdown = g_strdup(notice->countdown);
    return submit(board, pulse_overlay(entry->pulse), draw_notice_job, job, free_notice_job);
}

/* All that is drawn of it. Texts with their lengths: no two notices look the same by accident. */
static char *looks_of(const Notice *notice)
{
    const char *texts[] = { notice->text, notice->place, notice->time, notice->countdown };
    GString *looks = g_string_new(NULL);

    g_string_printf(looks, "%u %d %d", notice->severity, notice->is_over, notice->is_new);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(looks, " %d:%s", texts[i] ? (int)strlen(texts[i]) : -1,
                               texts[i] ? texts[i] : "");
    return g_string_free(looks, FALSE);
}

static Entry *steal_entry(GPtrArray *entries, const Notice *notice)
{
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        if (entry->kind == notice->kind && g_strcmp0(entry->id, notice->id) == 0)
            return g_ptr_array_steal_index(entries, i);
    }
    return NULL;
}

/* The entry of notice, drawn if it looks new. Caller owns the result. */
static Entry *take_entry(NoticeBoard *board, const Notice *notice)
{
    g_autofree char *looks = looks_of(notice);
    Entry *entry = steal_entry(board->entries, notice);

    if (!entry) {
        entry = g_new0(Entry, 1);
        entry->kind = notice->kind;
        entry->id = g_strdup(notice->id);
        entry->pulse = pulse_new();
    }
    if (g_strcmp0(entry->looks, looks) != 0 && submit_notice(board, entry, notice)) {
        g_free(entry->looks);
        entry->looks = g_steal_pointer(&looks);
    }
    g_free(entry->region);
    entry->region = g_strdup(notice->region);
    entry->is_new = notice->is_new && notice->kind == NOTICE_BANNER;
    return entry;
}

static void set_more(NoticeBoard *board, const BannerMoreSpec *more)
{
    guint all = 0;

    for (guint s = SEVERITY_NONE; s <= SEVERITY_RED; s++)
        all += more->n[s];
    if (all == 0) {
        g_clear_pointer(&board->more_strip, overlay_unref);
        return;
    }
    if (board->more_strip && memcmp(&board->more, more, sizeof *more) == 0)
        return;
    if (!board->more_strip)
        board->more_strip = overlay_new();
    board->more = *more;
    MoreJob *job = g_new(MoreJob, 1);
    *job = (MoreJob) { overlay_ref(board->more_strip), *more };
    submit(board, board->more_strip, draw_more_job, job, free_more_job);
}

void notice_board_beat(NoticeBoard *board, gint64 now_ns)
{
    for (guint i = 0; i < board->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(board->entries, i);
        if (entry->is_new)
            pulse_beat(entry->pulse, pulse_is_dim(now_ns));
    }
}

static gboolean on_beat(gpointer user)
{
    notice_board_beat(user, clock_now_ns());
    return G_SOURCE_CONTINUE;
}

static void set_timer(NoticeBoard *board)
{
    gboolean pulses = FALSE;

    for (guint i = 0; i < board->entries->len; i++)
        pulses |= ((const Entry *)g_ptr_array_index(board->entries, i))->is_new;
    if (pulses && !board->timer)
        board->timer = g_timeout_add(PULSE_MS, on_beat, board);
    if (!pulses && board->timer) {
        g_source_remove(board->timer);
        board->timer = 0;
    }
}

void notice_board_set(NoticeBoard *board, const Notice *notices, guint n)
{
    GPtrArray *next = g_ptr_array_new_with_free_func(free_entry);
    BannerMoreSpec more = { .width = board->width, .screen_height = board->height };
    guint banners = 0;

    for (guint i = 0; i < n; i++) {
        gboolean is_banner = notices[i].kind == NOTICE_BANNER;
        if (is_banner && banners++ >= NOTICE_BANNERS) {
            guint severity = (guint)notices[i].severity;
            more.n[severity > SEVERITY_RED ? SEVERITY_NONE : MAX(severity, SEVERITY_NONE)]++;
        } else {
            g_ptr_array_add(next, take_entry(board, &notices[i]));
        }
    }
    g_ptr_array_unref(board->entries);
    board->entries = next;
    set_more(board, &more);
    set_timer(board);
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
    ClockJob *job = g_new(ClockJob, 1);
    *job = (ClockJob) { overlay_ref(board->clock), board->height, g_strdup(name), g_strdup(text) };
    submit(board, board->clock, draw_clock_job, job, free_clock_job);
    g_free(board->clock_key);
    board->clock_key = g_steal_pointer(&key);
}

/* From the top of a banner to the top of the next one. */
static int banner_step(const NoticeBoard *board)
{
    return board->height * 9 / 100 & ~1;
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

/* Where the stack of banners ends. */
static int banners_height(const NoticeBoard *board)
{
    int height = board->more_strip ? board->height * MORE_SHARE / 1000 : 0;
    for (guint i = 0; i < board->entries->len; i++) {
        if (((const Entry *)g_ptr_array_index(board->entries, i))->kind == NOTICE_BANNER)
            height += banner_step(board);
    }
    return height;
}

TileCover notice_board_cover(const NoticeBoard *board, Rect tile)
{
    int ticker = ticker_height(board);
    TileCover cover = { MAX(banners_height(board) - tile.y, 0), 0 };
    Rect below[] = { notice_board_clock_corner(board),
                     { 0, board->height - ticker, board->width, ticker } };
    for (guint i = 0; i < G_N_ELEMENTS(below); i++) {
        if (below[i].h > 0 && rect_intersects(tile, below[i]))
            cover.foot = MAX(cover.foot, tile.y + tile.h - below[i].y);
    }
    int most = tile.h * 2 / 3; /* more than that is not given way to */
    cover.foot = cover.foot > most ? 0 : (cover.foot + 1) & ~1;
    cover.head = cover.head + cover.foot > most ? 0 : (cover.head + 1) & ~1;
    return cover;
}

guint notice_board_count(const NoticeBoard *board)
{
    return board->entries->len + (board->more_strip != NULL) + (board->clock != NULL);
}

void notice_board_fill(const NoticeBoard *board, StageNotice *out)
{
    int inset = board->height / 120 * 2, banners = 0;

    for (guint i = 0; i < board->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(board->entries, i);
        gboolean is_ticker = entry->kind == NOTICE_TICKER;
        *out++ = (StageNotice) { .overlay = overlay_ref(pulse_overlay(entry->pulse)),
                                 .region = g_strdup(entry->region),
                                 .y = is_ticker ? 0 : banners * banner_step(board),
                                 .width = is_ticker ? board->width : 0,
                                 .scroll_px = is_ticker ? TICKER_PX_A_TICK : 0,
                                 .from_bottom = is_ticker };
        banners += !is_ticker;
    }
    if (board->more_strip)
        *out++ = (StageNotice) { .overlay = overlay_ref(board->more_strip),
                                 .region = g_strdup(""), /* of several */
                                 .y = banners * banner_step(board) };
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
    if (board->timer)
        g_source_remove(board->timer);
    g_ptr_array_unref(board->entries);
    overlay_unref(board->more_strip);
    overlay_unref(board->clock);
    g_free(board->clock_key);
    g_free(board);
}
