/* test_feed.c - a camera's states under every fault of camera-sim, with their times
 *
 * All faulty cameras run at once beside one that is well: the long waits overlap, and a camera in trouble must not disturb
 * the others. Times have slack for a busy machine but hold the promises: a dead source is marked within 2.5 s, one that
 * returns is back within 5 s and a key frame.
 */
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "tests/pipeline/feed_rig.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/support/sanitizer.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

enum { MARKED_MS = 2500, BACK_MS = 5000 + 400 + 600 };

/* ---- every fault, all at once */

typedef struct {
    const char *name;   /* camera id, too */
    const char *before; /* fault from the start */
    const char *later;  /* fault once it is live; NULL: none */
    FeedState state;    /* then this ... */
    FeedFault fault;    /* ... with this cause; 0: any */
    guint within_ms;    /* of the fault or the start */
    gboolean by_itself; /* live again without help; else the fault is taken away first */
    gboolean is_asked;  /* an operator asks for a new try then */
    guint back_ms;      /* live again within; 0: not at all */
    guint sessions;     /* then; 0: any */
    const char *members;
} FaultRow;

#define PLAIN      "\"sub\":\"rtsp://127.0.0.1:%u/"
#define WITH(id)   PLAIN id "/sub\""
#define SECRET(id) WITH(id) ",\"credential\":\"good\""

/* clang-format off */
static const FaultRow fault_rows[] = {
    { "refuse", "refuse", NULL, FEED_RETRYING, FAULT_CLOSED, 1500, FALSE, FALSE, BACK_MS, 0, WITH("refuse") },
    { "refuse-503", "refuse=503", NULL, FEED_RETRYING, FAULT_BUSY, 1500, FALSE, FALSE, BACK_MS, 0, WITH("refuse-503") },
    { "not-found", "not-found", NULL, FEED_RETRYING, FAULT_NOT_FOUND, 1500, FALSE, FALSE, BACK_MS, 0, WITH("not-found") },
    { "auth-wrong", "auth-wrong", NULL, FEED_REFUSED, FAULT_CREDENTIALS, 1500, FALSE, TRUE, BACK_MS, 2, SECRET("auth-wrong") },
    { "hang-first", "hang", NULL, FEED_RETRYING, FAULT_NO_ANSWER, 11000, FALSE, FALSE, BACK_MS, 0, WITH("hang-first") },
    { "silent-first", "silent", NULL, FEED_RETRYING, FAULT_NO_DATA, 11000, FALSE, FALSE, BACK_MS, 0, WITH("silent-first") },
    { "hang-short", NULL, "hang", FEED_STALLED, FAULT_NONE, MARKED_MS, FALSE, FALSE, 1000, 1, WITH("hang-short") },
    { "hang-long", NULL, "hang", FEED_RETRYING, FAULT_SILENT, 5600, FALSE, FALSE, BACK_MS, 0, WITH("hang-long") },
    { "silent-short", NULL, "silent", FEED_STALLED, FAULT_NONE, MARKED_MS, FALSE, FALSE, 1000, 1, WITH("silent-short") },
    { "silent-long", NULL, "silent", FEED_RETRYING, FAULT_SILENT, 5600, FALSE, FALSE, BACK_MS, 0, WITH("silent-long") },
    { "drop", NULL, "drop", FEED_RETRYING, FAULT_CLOSED, 1000, TRUE, FALSE, 3000, 2, WITH("drop") },
    { "reboot", NULL, "reboot=2", FEED_RETRYING, FAULT_CLOSED, 1000, TRUE, FALSE, 2000 + BACK_MS, 0, WITH("reboot") },
    { "no-idr", "no-idr", NULL, FEED_WAIT_KEYFRAME, FAULT_NO_KEYFRAME, 12000, FALSE, FALSE, 2000, 1, WITH("no-idr") },
    { "garbage", NULL, "garbage", FEED_STALLED, 0, MARKED_MS, FALSE, FALSE, 2000, 1, WITH("garbage") },
    { "garbage-first", "garbage", NULL, FEED_RETRYING, FAULT_PROTOCOL, 22000, FALSE, FALSE, BACK_MS, 0, WITH("garbage-first") },
    { "codec", NULL, NULL, FEED_REFUSED, FAULT_CODEC, 1500, TRUE, FALSE, 0, 1, PLAIN "codec/main\"" },
    { "closed-port", NULL, NULL, FEED_RETRYING, FAULT_UNREACHABLE, 1500, TRUE, FALSE, 0, 0, "\"sub\":\"rtsp://127.0.0.1:1/x\"" },
    { "wrong-password", NULL, NULL, FEED_REFUSED, FAULT_CREDENTIALS, 1500, TRUE, FALSE, 0, 1, WITH("wrong-password") ",\"credential\":\"bad\"" },
    { "no-password", NULL, NULL, FEED_REFUSED, FAULT_CREDENTIALS, 1500, TRUE, FALSE, 0, 1, WITH("no-password") },
    { "digest", NULL, NULL, FEED_LIVE, FAULT_NONE, 4000, TRUE, FALSE, 0, 1, SECRET("digest") },
    { "basic", NULL, NULL, FEED_LIVE, FAULT_NONE, 4000, TRUE, FALSE, 0, 1, SECRET("basic") },
    { "slow", "slow-connect=400", NULL, FEED_LIVE, FAULT_NONE, 6000, TRUE, FALSE, 0, 1, WITH("slow") },
    { "loss", "loss=1", NULL, FEED_LIVE, FAULT_NONE, 6000, TRUE, FALSE, 0, 1, WITH("loss") ",\"transport\":\"udp\"" },
    { "wrong-clock", "wrong-clock=-86400", NULL, FEED_LIVE, FAULT_NONE, 4000, TRUE, FALSE, 0, 1, WITH("wrong-clock") },
    { "deaf", "ignore-get-parameter,ignore-teardown", NULL, FEED_LIVE, FAULT_NONE, 4000, TRUE, FALSE, 0, 1, WITH("deaf") },
};
/* clang-format on */

typedef enum { PHASE_START = 1, PHASE_FAULTY, PHASE_BACK, PHASE_DONE } Phase;

typedef struct {
    const FaultRow *row;
    Feed *feed;
    View *view;
    Phase phase;
    gint64 begin_ns; /* of the phase */
    gint64 marked_ms, back_ms;
} Trial;

static void begin_phase(Trial *c, Phase phase)
{
    c->phase = phase;
    c->begin_ns = clock_now_ns();
}

static gboolean is_as_told(const FaultRow *row, const FeedInfo *info)
{
    return info->state == row->state && (row->fault == 0 || info->fault == row->fault);
}

static void step_case(FeedRig *rig, Trial *c)
{
    const FaultRow *row = c->row;
    FeedInfo info = feed_rig_info(c->feed);
    switch (c->phase) {
    case PHASE_START:
        if (row->later && info.state != FEED_LIVE)
            return;
        if (row->later)
            feed_rig_set_fault(rig, row->name, row->later);
        begin_phase(c, PHASE_FAULTY);
        break;
    case PHASE_FAULTY:
        if (!is_as_told(row, &info))
            return;
        c->marked_ms = since_ms(c->begin_ns);
        if (!row->by_itself)
            feed_rig_set_fault(rig, row->name, "none");
        if (row->is_asked)
            feed_retry_now(c->feed);
        begin_phase(c, row->back_ms ? PHASE_BACK : PHASE_DONE);
        break;
    case PHASE_BACK:
        if (info.state != FEED_LIVE)
            return;
        c->back_ms = since_ms(c->begin_ns);
        begin_phase(c, PHASE_DONE);
        break;
    case PHASE_DONE:
        break;
    }
}

static gboolean is_late(const Trial *c)
{
    guint limit = c->phase == PHASE_START    ? 8000
                  : c->phase == PHASE_FAULTY ? PATIENCE * c->row->within_ms + 3000
                                             : PATIENCE * c->row->back_ms + 3000;
    return c->phase != PHASE_DONE && since_ms(c->begin_ns) > limit;
}

static void add_cameras(FeedRig *rig)
{
    const char *members[G_N_ELEMENTS(fault_rows) + 1][2];
    static const ClipSpec h263 = { CLIP_H263, 352, 288, 25, 25, 25, 500, FALSE };
    for (gsize i = 0; i < G_N_ELEMENTS(fault_rows); i++) {
        const FaultRow *row = &fault_rows[i];
        gboolean has_account =
            strstr(row->members, "credential") || strcmp(row->name, "no-password") == 0;
        CameraSimOptions options = { .user = has_account ? "admin" : NULL,
                                     .password = "pa ss:w@rd",
                                     .auth = strcmp(row->name, "basic") == 0
                                                 ? CAMERA_SIM_AUTH_BASIC
                                                 : CAMERA_SIM_AUTH_DIGEST };
        feed_rig_add_camera(rig, row->name,
                            strcmp(row->name, "codec") == 0 ? &h263 : &feed_rig_small, &options);
        members[i][0] = row->name;
        members[i][1] = row->members;
        if (row->before)
            feed_rig_set_fault(rig, row->name, row->before);
    }
    feed_rig_add_camera(rig, "well", &feed_rig_small, NULL);
    members[G_N_ELEMENTS(fault_rows)][0] = "well";
    members[G_N_ELEMENTS(fault_rows)][1] = WITH("well");
    feed_rig_configure(rig, (const char *const(*)[2])members, G_N_ELEMENTS(members));
}

static void report(const Trial *c)
{
    const FaultRow *row = c->row;
    FeedInfo info = feed_rig_info(c->feed);
    g_test_message("%s: marked after %" G_GINT64_FORMAT " ms, back after %" G_GINT64_FORMAT
                   " ms, %" G_GUINT64_FORMAT " sessions, %s, %s",
                   row->name, c->marked_ms, c->back_ms, info.sessions, feed_state_word(info.state),
                   info.text);
    if (c->phase != PHASE_DONE)
        g_error("%s: %s, %s (%s) in phase %d after %" G_GINT64_FORMAT " ms", row->name,
                feed_state_word(info.state), feed_fault_word(info.fault), info.text, c->phase,
                since_ms(c->begin_ns));
    g_assert_cmpint(c->marked_ms, <=, PATIENCE * row->within_ms);
    if (row->back_ms)
        g_assert_cmpint(c->back_ms, <=, PATIENCE * row->back_ms);
    if (row->sessions)
        g_assert_cmpuint(info.sessions, ==, row->sessions);
    if (info.state == FEED_RETRYING || info.state == FEED_REFUSED)
        g_assert_cmpint(info.next_try_ns, >, 0);
    if (info.state == FEED_LIVE)
        g_assert_cmpint(info.fault, ==, FAULT_NONE);
    g_assert_null(strstr(info.text, "w@rd"));
}

static void test_faults(void)
{
    FeedRig rig;
    feed_rig_init(&rig);
    add_cameras(&rig);
    Trial cases[G_N_ELEMENTS(fault_rows)];
    Feed *well = feed_rig_open(&rig, "well", PROFILE_SUB);
    View *well_view = feed_rig_look(well, 320, 180);
    feed_start(well);
    g_assert_true(feed_rig_wait(well, FEED_LIVE, 8000));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        cases[i] = (Trial) { .row = &fault_rows[i] };
        cases[i].feed =
            feed_rig_open(&rig, fault_rows[i].name,
                          strcmp(fault_rows[i].name, "codec") ? PROFILE_SUB : PROFILE_MAIN);
        cases[i].view = feed_rig_look(cases[i].feed, 160, 90);
        feed_start(cases[i].feed);
        begin_phase(&cases[i], PHASE_START);
    }
    gint64 gap_ns = 0;
    gboolean is_done = FALSE, has_late = FALSE;
    while (!is_done && !has_late) {
        is_done = TRUE;
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            feed_poll(cases[i].feed);
            step_case(&rig, &cases[i]);
            is_done &= cases[i].phase == PHASE_DONE;
            has_late |= is_late(&cases[i]);
        }
        feed_poll(well);
        gap_ns = MAX(gap_ns, clock_now_ns() - feed_rig_info(well).reel.last_picture_ns);
        g_assert_cmpint(feed_state(well), ==, FEED_LIVE);
        post_drain();
        g_usleep(20000);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        report(&cases[i]);
    g_test_message("the camera that is well: pictures at most %" G_GINT64_FORMAT " ms apart",
                   gap_ns / NS_PER_MS);
    g_assert_cmpint(gap_ns, <, PATIENCE * 1500 * NS_PER_MS);
    g_assert_cmpuint(feed_rig_info(well).sessions, ==, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        view_unref(cases[i].view);
        feed_free(cases[i].feed);
    }
    view_unref(well_view);
    feed_free(well);
    feed_rig_clear(&rig);
}

/* ---- one camera */

static const char *const one_camera[][2] = { { "c", WITH("c") } };

static Feed *one_feed(FeedRig *rig, const CameraSimOptions *options, const char *members)
{
    feed_rig_init(rig);
    feed_rig_add_camera(rig, "c", &feed_rig_large, options);
    const char *const cameras[][2] = { { "c", members ? members : one_camera[0][1] } };
    feed_rig_configure(rig, cameras, 1);
    return feed_rig_open(rig, "c", PROFILE_SUB);
}

static void test_life(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    g_assert_cmpint(feed_state(feed), ==, FEED_IDLE);
    g_assert_false(feed_is_started(feed));
    feed_poll(feed); /* nothing is opened by itself */
    g_assert_false(feed_has_session(feed));
    rig.may_connect = FALSE; /* the connect rate has no room */
    feed_start(feed);
    feed_start(feed); /* twice is once */
    g_assert_cmpint(feed_state(feed), ==, FEED_CONNECTING);
    g_assert_false(feed_has_session(feed));
    rig.may_connect = TRUE;
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    g_assert_true(feed_has_session(feed));
    FeedInfo info = feed_rig_info(feed);
    g_assert_cmpuint(info.sessions, ==, 1);
    g_assert_cmpint(info.lost_unix_ms, ==, 0);
    g_assert_cmpuint(info.reel.pictures, ==, 0); /* nobody looks */
    g_assert_cmpuint(rig.changes, >=, 2);
    gint64 begin = clock_now_ns();
    while (feed_rig_info(feed).fps == 0 && since_ms(begin) < 8000)
        feed_rig_wait(feed, FEED_IDLE, 100);
    info = feed_rig_info(feed);
    g_assert_cmpfloat(info.fps, >, 15);
    g_assert_cmpfloat(info.fps, <, 35);
    g_assert_cmpfloat(info.kbps, >, 10);
    feed_stop(feed);
    feed_stop(feed);
    g_assert_cmpint(feed_state(feed), ==, FEED_IDLE);
    g_assert_false(feed_has_session(feed));
    g_assert_cmpfloat(feed_rig_info(feed).fps, ==, 0);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    g_assert_cmpuint(feed_rig_info(feed).sessions, ==, 2);
    feed_free(feed);
    feed_free(NULL);
    feed_rig_clear(&rig);
}

/* A warm camera that is looked at, left and looked at again is live all the time. */
static void test_warm_to_shown(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    for (int round = 0; round < 5; round++) {
        /* long enough for the last picture to be old */
        for (gint64 begin = clock_now_ns(); since_ms(begin) < (round == 2 ? 2300 : 150);) {
            feed_poll(feed);
            g_assert_cmpint(feed_state(feed), ==, FEED_LIVE);
            post_drain();
            g_usleep(2000);
        }
        View *view = feed_rig_look(feed, 320, 180);
        for (gint64 begin = clock_now_ns(); !view_newest_ns(view) && since_ms(begin) < 8000;) {
            feed_poll(feed);
            g_assert_cmpint(feed_state(feed), ==, FEED_LIVE);
            post_drain();
            g_usleep(500);
        }
        g_assert_cmpint(view_newest_ns(view), >, 0);
        view_unref(view);
    }
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* From the moment on at which the wall leaves pictures out, their absence is no sign of the camera. */
static void test_key_frames_only(void)
{
    static const ClipSpec long_gop = { CLIP_H264, 320, 180, 25, 50, 50, 300, FALSE };
    static const char *const cameras[][2] = {
        { "c", "\"main\":\"rtsp://127.0.0.1:%u/c/main\",\"stall_ms\":1200" }
    };
    FeedRig rig;
    feed_rig_init(&rig);
    feed_rig_add_camera(&rig, "c", &long_gop, NULL);
    feed_rig_configure(&rig, cameras, 1);
    Feed *feed = feed_rig_open(&rig, "c", PROFILE_MAIN);
    View *view = feed_rig_look(feed, 320, 180);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    feed_set_effort(feed, DECODE_KEY_ONLY, FALSE);
    guint64 keys = feed_rig_info(feed).reel.keys;
    for (gint64 begin = clock_now_ns(); feed_rig_info(feed).reel.keys < keys + 2;) {
        feed_poll(feed);
        g_assert_cmpint(feed_state(feed), ==, FEED_LIVE);
        g_assert_cmpint(since_ms(begin), <, 8000);
        post_drain();
        g_usleep(2000);
    }
    view_unref(view);
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* A camera that is not looked at is watched by what it sends; looking at a dead one does not make it live. */
static void test_warm_dies(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    feed_rig_set_fault(&rig, "c", "silent");
    gint64 begin = clock_now_ns();
    g_assert_true(feed_rig_wait(feed, FEED_STALLED, PATIENCE * MARKED_MS));
    g_assert_cmpint(since_ms(begin), <=, PATIENCE * MARKED_MS);
    View *view = feed_rig_look(feed, 320, 180);
    for (begin = clock_now_ns(); since_ms(begin) < 500; g_usleep(5000)) {
        feed_poll(feed);
        post_drain();
        g_assert_cmpint(feed_state(feed), ==, FEED_STALLED);
    }
    feed_rig_set_fault(&rig, "c", "none");
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 2000));
    view_unref(view);
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* The size changes in mid-stream: never anything but live. */
static void test_resize(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    View *view = feed_rig_look(feed, 320, 180);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    for (int round = 0; round < 4; round++) {
        int width = round % 2 ? 320 : 640;
        feed_rig_set_fault(&rig, "c", round % 2 ? "none" : "resize");
        for (gint64 begin = clock_now_ns();
             feed_rig_info(feed).reel.width != width && since_ms(begin) < 8000;) {
            feed_poll(feed);
            g_assert_cmpint(feed_state(feed), ==, FEED_LIVE);
            post_drain();
            g_usleep(5000);
        }
        g_assert_cmpint(feed_rig_info(feed).reel.width, ==, width);
    }
    g_assert_cmpuint(feed_rig_info(feed).sessions, ==, 1);
    view_unref(view);
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* Failures in a row wait longer and longer; an operator's request and a knock at the door come in between. */
static void test_backoff(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    feed_rig_set_fault(&rig, "c", "refuse=503"); /* answers, so nothing to knock for */
    feed_start(feed);
    for (guint try = 1; try <= 3; try++) {
        gint64 begin = clock_now_ns();
        while (feed_rig_info(feed).tries < try && since_ms(begin) < 10000) {
            feed_poll(feed);
            post_drain();
            g_usleep(2000);
        }
        FeedInfo info = feed_rig_info(feed);
        g_assert_cmpuint(info.tries, ==, try);
        g_assert_cmpint(info.state, ==, FEED_RETRYING);
        double wait_s = (double)(info.next_try_ns - clock_now_ns()) / NS_PER_SEC;
        g_assert_cmpfloat(wait_s, <=, 1.25 * (1 << (try - 1)) + 0.01);
        g_assert_cmpfloat(wait_s, >, 0.75 * (1 << (try - 1)) - 0.3);
    }
    g_assert_false(feed_has_session(feed));
    feed_rig_set_fault(&rig, "c", "none");
    feed_retry_now(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 2000));
    g_assert_cmpuint(feed_rig_info(feed).tries, ==, 0);
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* ---- taps */

typedef struct {
    guint units, keys, audio;
    enum AVCodecID codec;
    char encoding[16];
    gboolean is_off;
} Tap;

static void on_unit(const AVPacket *packet, enum AVCodecID codec, gpointer user)
{
    Tap *tap = user;
    g_assert_false(tap->is_off);
    tap->units++;
    tap->keys += (packet->flags & AV_PKT_FLAG_KEY) != 0;
    tap->codec = codec;
}

static void on_audio(const guint8 *data, gsize len, const char *encoding, guint clock_rate,
                     gint64 pts_ns, gpointer user)
{
    Tap *tap = user;
    g_assert_false(tap->is_off);
    tap->audio++;
    g_strlcpy(tap->encoding, encoding, sizeof tap->encoding);
}

static void test_tap(void)
{
    FeedRig rig;
    CameraSimOptions options = { .tone_hz = 400 };
    Feed *feed = one_feed(&rig, &options, WITH("c") ",\"audio\":true");
    Tap tap = { 0 };
    const FeedTap tapped = { on_unit, on_audio, &tap };
    feed_set_tap(feed, &tapped);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    feed_rig_wait(feed, FEED_IDLE, 1000);
    feed_set_tap(feed, NULL);
    tap.is_off = TRUE; /* a call after this would be a fault */
    g_assert_cmpuint(tap.units, >, 5);
    g_assert_cmpuint(tap.keys, >, 0);
    g_assert_cmpuint(tap.audio, >, 5);
    g_assert_cmpint(tap.codec, ==, AV_CODEC_ID_H264);
    g_assert_cmpstr(tap.encoding, ==, "PCMA");
    g_assert_cmpstr(feed_rig_info(feed).audio, ==, "PCMA");
    feed_rig_wait(feed, FEED_IDLE, 200);
    feed_free(feed);
    feed_rig_clear(&rig);
}

/* ---- the end */

/* Freed at any moment, with views that live on: no call, no crash, and the view keeps its picture. */
static void test_free_any_time(void)
{
    FeedRig rig;
    feed_rig_init(&rig);
    feed_rig_add_camera(&rig, "c", &feed_rig_large, NULL);
    feed_rig_configure(&rig, one_camera, 1);
    guint kept = 0;
    for (guint i = 0; i < 24; i++) {
        Feed *feed = feed_rig_open(&rig, "c", PROFILE_SUB);
        View *view = feed_rig_look(feed, 160, 90);
        feed_start(feed);
        feed_rig_wait(feed, i % 3 ? FEED_LIVE : FEED_REFUSED, i % 6 * 15);
        if (i >= 20)
            g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
        feed_free(feed);
        post_drain();
        Rect inside;
        g_autoptr(Frame) frame = view_ref_for_tick(view, 1, &inside);
        kept += frame != NULL;
        view_unref(view);
    }
    g_assert_cmpuint(kept, >=, 4);
    feed_rig_clear(&rig);
    g_assert_cmpuint(reaper_busy(), ==, 0);
}

/* A new name or mask is no new session. */
static void test_set_camera(void)
{
    FeedRig rig;
    Feed *feed = one_feed(&rig, NULL, NULL);
    View *view = feed_rig_look(feed, 160, 90);
    feed_start(feed);
    g_assert_true(feed_rig_wait(feed, FEED_LIVE, 8000));
    const char *const masked[][2] = {
        { "c", WITH("c") ",\"masks\":[{\"points\":[[0,0],[1,0],[1,1],[0,1]]}]" }
    };
    feed_rig_configure(&rig, masked, 1);
    feed_set_camera(feed, rig.config, config_camera(rig.config, "c"));
    View *covered = feed_rig_look(feed, 160, 90);
    g_assert_true(covered != view);
    gint64 tick = 0;
    g_autoptr(Frame) frame = NULL;
    for (gint64 begin = clock_now_ns(); !frame && since_ms(begin) < 8000; g_usleep(2000)) {
        Rect inside;
        frame = view_ref_for_tick(covered, ++tick, &inside);
    }
    g_assert_cmpint(frame->plane[0][45 * frame->stride[0] + 80], ==, 16);
    g_assert_cmpuint(feed_rig_info(feed).sessions, ==, 1);
    view_unref(view);
    view_unref(covered);
    feed_free(feed);
    feed_rig_clear(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    media_log_init();
    g_test_add_func("/feed/life", test_life);
    g_test_add_func("/feed/faults", test_faults);
    g_test_add_func("/feed/warm_to_shown", test_warm_to_shown);
    g_test_add_func("/feed/key_frames_only", test_key_frames_only);
    g_test_add_func("/feed/warm_dies", test_warm_dies);
    g_test_add_func("/feed/resize", test_resize);
    g_test_add_func("/feed/backoff", test_backoff);
    g_test_add_func("/feed/tap", test_tap);
    g_test_add_func("/feed/free_any_time", test_free_any_time);
    g_test_add_func("/feed/set_camera", test_set_camera);
    int failed = g_test_run();
    reaper_wait(10000);
    return failed;
}
