/* reel.c - the decode side of a feed
 *
 * The lock is held for list work only, never while decoding or scaling. Views are listed without a
 * reference: the last unref of a view takes it out, so an unseen tile stops costing at once.
 */
#include "pipelines/reel.h"

#include "pipelines/gop.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <pthread.h>
#include <time.h>

#define STARVE_NS   (100 * NS_PER_MS)
#define MAX_WAITING 75 /* 3 s at 25 fps: further behind, the rest of the GOP is given up */

struct Reel {
    Strand strand; /* first */
    gint refs;
    DecodePool *pool;
    char *name;

    pthread_mutex_t lock;
    ReelNews news;         /* lock; NULL after reel_close() */
    gpointer user;         /* lock */
    Gop gop;               /* lock */
    GQueue waiting;        /* lock: AVPacket */
    GPtrArray *views;      /* lock: View, no references */
    gboolean needs_key;    /* lock: units up to the next key are of no use to the decoder */
    gboolean has_new_view; /* lock: a view waits for its first picture */
    guint stream;          /* lock: rises with each new stream */
    gboolean may_save;     /* lock */
    DecodeEffort effort;   /* lock */
    ReelFacts facts;       /* lock */

    /* [decode] */
    Decoder *decoder;
    guint decoder_stream;
    AVFrame *last;
    gint64 last_arrival_ns;
    gint64 rendered_ns; /* when a picture was scaled last, or decoding began */
    LogPacer damage_pacer;
};

static void free_packet(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

static void reel_ref_strand(Strand *strand)
{
    g_atomic_int_inc(&((Reel *)strand)->refs);
}

static void reel_unref(Reel *reel)
{
    if (!g_atomic_int_dec_and_test(&reel->refs))
        return;
    g_assert(reel->views->len == 0); /* each view holds a reference */
    g_ptr_array_unref(reel->views);
    g_queue_clear_full(&reel->waiting, free_packet);
    gop_clear(&reel->gop);
    decoder_free(reel->decoder);
    av_frame_free(&reel->last);
    pthread_mutex_destroy(&reel->lock);
    g_free(reel->name);
    g_free(reel);
}

static void reel_unref_strand(Strand *strand)
{
    reel_unref((Reel *)strand);
}

/* Lock held. */
static void tell(Reel *reel)
{
    if (reel->news)
        reel->news(reel->user);
}

/* Lock held. The GOP becomes what waits, so that decoding can begin at once. */
static void wait_from_key(Reel *reel)
{
    g_queue_clear_full(&reel->waiting, free_packet);
    for (guint i = 0; i < reel->gop.packets->len; i++) {
        AVPacket *packet = av_packet_clone(g_ptr_array_index(reel->gop.packets, i));
        if (packet)
            g_queue_push_tail(&reel->waiting, packet);
    }
    reel->needs_key = reel->waiting.length == 0;
}

/* Lock held. Fallen behind: begin again at the newest key if that helps, else give up the rest of
 * this GOP. */
static void catch_up(Reel *reel)
{
    guint before = reel->waiting.length;
    if (reel->gop.packets->len > 0 && reel->gop.packets->len < before / 2) {
        wait_from_key(reel);
        reel->facts.dropped += before - MIN(before, reel->waiting.length);
        return;
    }
    g_queue_clear_full(&reel->waiting, free_packet);
    reel->facts.dropped += before;
    reel->needs_key = TRUE;
}

void reel_push(Reel *reel, const AVPacket *packet)
{
    gboolean is_key = packet->flags & AV_PKT_FLAG_KEY;
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    if (packet->flags & AV_PKT_FLAG_CORRUPT &&
        !is_key) { /* grey and smears come from decoding on after a loss */
        facts->damaged += reel->gop.packets->len > 0;
        gop_break(&reel->gop);
        reel->needs_key = TRUE;
    }
    gop_add(&reel->gop, packet);
    facts->units++;
    facts->keys += is_key;
    facts->bytes += (guint64)packet->size;
    facts->last_unit_ns = packet->pts;
    if (reel->gop.last_length)
        facts->gop_frames = reel->gop.last_length;
    if (facts->units == 1)
        facts->first_unit_ns = packet->pts;
    if (facts->units == 1 || (is_key && facts->keys == 1))
        tell(reel);
    gboolean decodes = reel->views->len > 0;
    if (decodes && reel->effort == DECODE_KEY_ONLY && !is_key) {
        /* The other units are not even queued; when full decoding returns it begins at a key frame.
         */
        reel->needs_key = TRUE;
        for (guint i = 0; i < reel->views->len; i++)
            view_touch(g_ptr_array_index(reel->views, i), packet->pts);
        decodes = FALSE;
    }
    if (decodes) {
        if (is_key)
            reel->needs_key = FALSE;
        AVPacket *kept = reel->needs_key ? NULL : av_packet_clone(packet);
        if (kept)
            g_queue_push_tail(&reel->waiting, kept);
        if (reel->waiting.length > MAX_WAITING)
            catch_up(reel);
    }
    pthread_mutex_unlock(&reel->lock);
    if (decodes)
        decode_pool_schedule(reel->pool, &reel->strand, FALSE);
}

void reel_set_codec(Reel *reel, enum AVCodecID codec)
{
    pthread_mutex_lock(&reel->lock);
    reel->facts.codec = codec;
    reel->facts.trouble[0] = 0;
    reel->stream++;
    gop_reset(&reel->gop);
    g_queue_clear_full(&reel->waiting, free_packet);
    reel->needs_key = TRUE;
    pthread_mutex_unlock(&reel->lock);
}

void reel_restart(Reel *reel)
{
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    facts->units = facts->keys = facts->pictures = 0;
    facts->last_unit_ns = facts->last_picture_ns = facts->first_unit_ns = 0;
    facts->trouble[0] = 0;
    gop_reset(&reel->gop);
    g_queue_clear_full(&reel->waiting, free_packet);
    reel->needs_key = TRUE;
    pthread_mutex_unlock(&reel->lock);
}

/* References to the views of now; lock held. */
static GPtrArray *ref_views(Reel *reel)
{
    GPtrArray *views = g_ptr_array_new_with_free_func((GDestroyNotify)view_unref);
    for (guint i = 0; i < reel->views->len; i++) {
        View *view = view_try_ref(g_ptr_array_index(reel->views, i));
        if (view)
            g_ptr_array_add(views, view);
    }
    return views;
}

static void note_trouble(Reel *reel, const GError *error)
{
    pthread_mutex_lock(&reel->lock);
    reel->facts.is_mask_failed = error->code == WALL_ERROR_INTERNAL;
    if (g_strcmp0(reel->facts.trouble, error->message) != 0) {
        g_strlcpy(reel->facts.trouble, error->message, sizeof reel->facts.trouble);
        tell(reel);
    }
    pthread_mutex_unlock(&reel->lock);
}

/* Scales picture for every view, or only for those that have none yet. TRUE when a view got its
 * first one. */
static gboolean render(Reel *reel, GPtrArray *views, gboolean only_new)
{
    gboolean has_first = FALSE;
    for (guint i = 0; i < views->len; i++) {
        View *view = g_ptr_array_index(views, i);
        if (only_new && view_newest_ns(view))
            continue;
        gboolean is_first = FALSE;
        g_autoptr(GError) error = NULL;
        if (!view_render(view, reel->last, reel->last_arrival_ns, &is_first, &error))
            note_trouble(reel, error);
        has_first |= is_first;
    }
    return has_first;
}

static gboolean open_decoder(Reel *reel, enum AVCodecID codec, guint stream)
{
    if (reel->decoder && reel->decoder_stream == stream)
        return TRUE;
    g_clear_pointer(&reel->decoder, decoder_free);
    g_autoptr(GError) error = NULL;
    reel->decoder = decoder_new(codec, &error);
    reel->decoder_stream = stream;
    reel->rendered_ns = clock_now_ns();
    if (!reel->decoder)
        note_trouble(reel, error);
    return reel->decoder != NULL;
}

static gint64 cpu_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (gint64)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

static void handle_damage(Reel *reel, const GError *error)
{
    guint held;
    if (error->code == WALL_ERROR_UNSUPPORTED)
        note_trouble(reel, error);
    else if (log_pacer_pass(&reel->damage_pacer, 10000, &held))
        log_info(FEED, "%s: %s, waiting for the next key frame (%u more of these)", reel->name,
                 error->message, held);
    decoder_flush(reel->decoder);
    pthread_mutex_lock(&reel->lock);
    reel->facts.damaged++;
    /* What waits may hold a key frame already. */
    AVPacket *head;
    while ((head = g_queue_peek_head(&reel->waiting)) && !(head->flags & AV_PKT_FLAG_KEY))
        free_packet(g_queue_pop_head(&reel->waiting));
    reel->needs_key = reel->waiting.length == 0;
    pthread_mutex_unlock(&reel->lock);
}

/* Without the loop filter small tiles lose nothing that is seen: at least 39 dB in the worst
 * picture, 45 on average (bench-psnr). Under load tiles up to their own size do without it, too. */
static gboolean is_small(View *view, gboolean may_save)
{
    double ratio = view_ratio(view);
    int height = view_spec(view)->height;
    return ratio > 0 && (may_save ? ratio <= 1 && height <= 540 : ratio < 0.75 && height <= 400);
}

static DecodeEffort choose_effort(DecodeEffort asked, gboolean may_save, GPtrArray *views)
{
    for (guint i = 0; i < views->len && asked == DECODE_FULL; i++) {
        if (!is_small(g_ptr_array_index(views, i), may_save))
            return DECODE_FULL;
    }
    return asked == DECODE_FULL ? DECODE_NO_LOOP_FILTER : asked;
}

static void decode_one(Reel *reel, const AVPacket *packet, GPtrArray *views, guint behind)
{
    gint64 start = cpu_now_ns();
    const AVFrame *picture;
    g_autoptr(GError) error = NULL;
    if (!decoder_run(reel->decoder, packet, &picture, &error)) {
        handle_damage(reel, error);
        return;
    }
    if (!picture)
        return;
    av_frame_unref(reel->last);
    if (av_frame_ref(reel->last, picture) < 0)
        return;
    reel->last_arrival_ns = picture->pts != AV_NOPTS_VALUE ? picture->pts : packet->pts;
    /* Two pictures wait in a view at most: scaling older ones would be lost work. But a decoder
     * that stays behind must not starve its tiles. */
    gboolean is_wanted = behind < 2 || clock_now_ns() - reel->rendered_ns > STARVE_NS;
    gboolean has_first = is_wanted && render(reel, views, FALSE);
    if (is_wanted)
        reel->rendered_ns = clock_now_ns();
    gint64 spent = cpu_now_ns() - start;
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    gboolean is_news = has_first || facts->pictures == 0 || facts->width != picture->width;
    facts->pictures++;
    facts->width = picture->width;
    facts->height = picture->height;
    facts->last_picture_ns = reel->last_arrival_ns;
    facts->decode_ns = facts->decode_ns ? (facts->decode_ns * 15 + spent) / 16 : spent;
    if (is_news)
        tell(reel);
    pthread_mutex_unlock(&reel->lock);
}

static gboolean run(Strand *strand)
{
    Reel *reel = (Reel *)strand;
    pthread_mutex_lock(&reel->lock);
    g_autoptr(GPtrArray) views = ref_views(reel);
    if (views->len == 0)
        g_queue_clear_full(&reel->waiting, free_packet);
    AVPacket *packet = g_queue_pop_head(&reel->waiting);
    guint behind = reel->waiting.length, stream = reel->stream;
    enum AVCodecID codec = reel->facts.codec;
    gboolean has_new_view = reel->has_new_view;
    reel->has_new_view = FALSE;
    DecodeEffort effort = choose_effort(reel->effort, reel->may_save, views);
    reel->facts.effort = effort;
    pthread_mutex_unlock(&reel->lock);
    if (views->len == 0) { /* nobody looks: only the reception goes on */
        g_clear_pointer(&reel->decoder, decoder_free);
        av_frame_unref(reel->last);
        return FALSE;
    }
    if (has_new_view && reel->last->width && reel->decoder && reel->decoder_stream == stream &&
        render(reel, views, TRUE)) {
        pthread_mutex_lock(&reel->lock);
        tell(reel);
        pthread_mutex_unlock(&reel->lock);
    }
    if (packet && open_decoder(reel, codec, stream)) {
        decoder_set_effort(reel->decoder, effort);
        decode_one(reel, packet, views, behind);
    }
    av_packet_free(&packet);
    return behind > 0;
}

static void view_gone(View *view, gpointer owner)
{
    Reel *reel = owner;
    pthread_mutex_lock(&reel->lock);
    g_ptr_array_remove_fast(reel->views, view);
    gboolean was_last = reel->views->len == 0;
    pthread_mutex_unlock(&reel->lock);
    if (was_last) /* once more, to give back the decoder */
        decode_pool_schedule(reel->pool, &reel->strand, FALSE);
    reel_unref(reel);
}

View *reel_view(Reel *reel, const ViewSpec *spec, const Mask *masks, guint n_masks)
{
    pthread_mutex_lock(&reel->lock);
    for (guint i = 0; i < reel->views->len; i++) {
        View *old = g_ptr_array_index(reel->views, i);
        if (view_spec_equal(view_spec(old), spec) && view_has_masks(old, masks, n_masks) &&
            view_try_ref(old)) {
            pthread_mutex_unlock(&reel->lock);
            return old;
        }
    }
    gboolean was_warm = reel->views->len == 0;
    g_atomic_int_inc(&reel->refs);
    View *view = view_new(spec, masks, n_masks, view_gone, reel);
    g_ptr_array_add(reel->views, view);
    if (was_warm)
        wait_from_key(reel);
    reel->has_new_view = TRUE;
    pthread_mutex_unlock(&reel->lock);
    decode_pool_schedule(reel->pool, &reel->strand, TRUE);
    return view;
}

void reel_get_facts(Reel *reel, ReelFacts *facts)
{
    pthread_mutex_lock(&reel->lock);
    *facts = reel->facts;
    facts->views = reel->views->len;
    facts->view_height = 0;
    for (guint i = 0; i < reel->views->len; i++)
        facts->view_height =
            MAX(facts->view_height, view_spec(g_ptr_array_index(reel->views, i))->height);
    facts->waiting = reel->waiting.length;
    facts->has_gop = reel->gop.packets->len > 0;
    pthread_mutex_unlock(&reel->lock);
}

void reel_set_effort(Reel *reel, DecodeEffort effort, gboolean may_save)
{
    pthread_mutex_lock(&reel->lock);
    reel->effort = effort;
    reel->may_save = may_save;
    pthread_mutex_unlock(&reel->lock);
}

Reel *reel_new(DecodePool *pool, const char *name, ReelNews news, gpointer user)
{
    Reel *reel = g_new0(Reel, 1);
    reel->strand = (Strand) { .run = run, .ref = reel_ref_strand, .unref = reel_unref_strand };
    reel->refs = 1;
    reel->pool = pool;
    reel->name = g_strdup(name);
    reel->news = news;
    reel->user = user;
    reel->effort = DECODE_FULL;
    reel->needs_key = TRUE;
    reel->last = av_frame_alloc();
    reel->views = g_ptr_array_new();
    g_queue_init(&reel->waiting);
    gop_init(&reel->gop);
    pthread_mutex_init(&reel->lock, NULL);
    return reel;
}

void reel_close(Reel *reel)
{
    pthread_mutex_lock(&reel->lock);
    reel->news = NULL;
    pthread_mutex_unlock(&reel->lock);
    reel_unref(reel);
}
