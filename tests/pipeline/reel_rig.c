/* reel_rig.c - what tests of a reel stand on */
#include "tests/pipeline/reel_rig.h"

#include "pipelines/media_log.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

const ClipSpec small = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
const ClipSpec small_h265 = { CLIP_H265, 320, 180, 25, 20, 10, 300, FALSE };

static void on_news(gpointer user)
{
    g_atomic_int_inc(&((Rig *)user)->news);
}

void rig_init(Rig *rig, guint threads)
{
    *rig = (Rig) { .pool = decode_pool_new(threads) };
    rig->reel = reel_new(rig->pool, "test", on_news, rig);
}

void rig_clear(Rig *rig)
{
    reel_close(rig->reel);
    decode_pool_free(rig->pool);
}

ReelFacts facts_of(Rig *rig)
{
    ReelFacts facts;
    reel_get_facts(rig->reel, &facts);
    return facts;
}

void push_at(Rig *rig, GPtrArray *units, guint i, int flags, gint64 arrival_ns)
{
    AVPacket *packet = av_packet_clone(g_ptr_array_index(units, i % units->len));
    packet->pts = arrival_ns;
    packet->flags |= flags;
    reel_push(rig->reel, packet);
    av_packet_free(&packet);
}

void push(Rig *rig, GPtrArray *units, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        push_at(rig, units, i, 0, clock_now_ns());
}

View *new_view(Rig *rig, int width, int height)
{
    ViewSpec spec = { width, height, FIT_CONTAIN, FRECT_FULL, 0 };
    return reel_view(rig->reel, &spec, NULL, 0);
}

Stamp look(Rig *rig, View *view, guint64 *serial)
{
    Rect inside;
    g_autoptr(Frame) frame = view_ref_for_tick(view, ++rig->tick, &inside);
    if (serial)
        *serial = frame ? frame->serial : 0;
    return frame ? stamp_of(frame->plane[0], frame->stride[0], frame->width, frame->height)
                 : (Stamp) { 0 };
}

gint64 deadline(void)
{
    return clock_now_ns() + 30 * NS_PER_SEC;
}

gboolean wait_shows(Rig *rig, View *view, guint16 source, guint16 frame)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        Stamp stamp = look(rig, view, NULL);
        if (stamp.source == source && stamp.frame == frame)
            return TRUE;
    }
    return FALSE;
}

gboolean wait_pictures(Rig *rig, guint64 n)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if (facts_of(rig).pictures >= n)
            return TRUE;
    }
    return FALSE;
}

/* A picture is counted a moment after views have it. */
gboolean has_pictures(Rig *rig, guint64 n)
{
    return wait_pictures(rig, n) && facts_of(rig).pictures == n;
}

gboolean wait_quiet(Rig *rig)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if (decode_pool_busy(rig->pool) == 0 && facts_of(rig).waiting == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean wait_trouble(Rig *rig, gboolean has_trouble)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if ((*facts_of(rig).trouble != 0) == has_trouble)
            return TRUE;
    }
    return FALSE;
}

static gboolean block_run(Strand *strand)
{
    Block *block = (Block *)strand;
    g_atomic_int_inc(&block->runs);
    pthread_mutex_lock(&block->gate);
    pthread_mutex_unlock(&block->gate);
    return FALSE;
}

static void block_nothing(Strand *strand)
{
}

void block_begin(Block *block, Rig *rig)
{
    *block =
        (Block) { .strand = { .run = block_run, .ref = block_nothing, .unref = block_nothing } };
    pthread_mutex_init(&block->gate, NULL);
    pthread_mutex_lock(&block->gate);
    decode_pool_schedule(rig->pool, &block->strand, TRUE);
    while (g_atomic_int_get(&block->runs) == 0)
        g_usleep(500);
}

void block_end(Block *block)
{
    pthread_mutex_unlock(&block->gate);
}

void reel_rig_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    log_set_level(LOG_LEVEL_ERROR);
    media_log_init();
}
