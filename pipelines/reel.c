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
/* Key frames only: a picture stays for so long that only the units tell that the camera is alive.
 * No longer than this, for they do not tell that the key frames can be decoded. */
#define MAX_KEY_GAP_NS (15 * NS_PER_SEC)

/* Somebody wants the next picture; func NULL: nobody. */
typedef struct {
    ReelPicture func;
    gpointer user;
    GDestroyNotify free_user;
} Asking;

struct Reel {
    Strand strand; /* first */
    gint refs;
    DecodePool *pool;
    char *name;

    pthread_mutex_t lock;
    ReelNews news;         /* lock; NULL after reel_close() */
    gpointer user;         /* lock */
    Gop gop;               /* lock */
    GQueue waiting;        /* lock: AVPacket, pos is its number */
    gint64 pushed;         /* lock: units so far, their numbers */
    guint burst;           /* lock: of the waiting units so many are from before decoding began */
    GPtrArray *views;      /* lock: View, no references */
    gboolean is_idle;      /* lock: nobody looks: no decoder, nothing waits */
    gboolean needs_key;    /* lock: units up to the next key are of no use to the decoder */
    gboolean has_new_view; /* lock: a view waits for its first picture */
    guint stream;          /* lock: rises with each new stream */
    gboolean may_save;     /* lock */
    DecodeEffort effort;   /* lock */
    Asking asking;         /* lock */
    ReelFacts facts;       /* lock */

    /* [decode] */
    Decoder *decoder;
    guint decoder_stream;
    gint64 next_unit; /* number of the unit that follows the one decoded last */
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
    decode_pool_unref(reel->pool);
    if (reel->asking.func)
        reel->asking.free_user(reel->asking.user);
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

/* Lock held. What comes is of no use before the next key. */
static void drop_waiting(Reel *reel)
{
    g_queue_clear_full(&reel->waiting, free_packet);
    reel->burst = 0;
    reel->needs_key = TRUE;
}

/* Lock held. The GOP becomes what waits, so that decoding can begin at once. */
static void wait_from_key(Reel *reel)
{
    drop_waiting(reel);
    for (guint i = 0; i < reel->gop.packets->len; i++) {
        AVPacket *packet = av_packet_clone(g_ptr_array_index(reel->gop.packets, i));
        if (packet)
            g_queue_push_tail(&reel->waiting, packet);
    }
    reel->burst = reel->waiting.length;
    reel->needs_key = reel->burst == 0;
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
    drop_waiting(reel);
    reel->facts.dropped += before;
}

/* Lock held. Key frames only: the others are not even queued, and full decoding begins at a key
 * when it returns. */
static void pass_over(Reel *reel, gint64 arrival_ns)
{
    reel->needs_key = TRUE;
    if (arrival_ns - reel->facts.last_picture_ns > MAX_KEY_GAP_NS)
        return;
    for (guint i = 0; i < reel->views->len; i++)
        view_touch(g_ptr_array_index(reel->views, i), arrival_ns);
}

/* Lock held. Takes unit. */
static void enqueue(Reel *reel, AVPacket *unit)
{
    if (unit->flags & AV_PKT_FLAG_KEY)
        reel->needs_key = FALSE;
    if (reel->needs_key)
        av_packet_free(&unit);
    else
        g_queue_push_tail(&reel->waiting, unit);
    if (reel->waiting.length > MAX_WAITING + reel->burst)
        catch_up(reel);
}

/* Lock held. Grey and smears come from decoding on after a loss. A key frame after one may lack
 * slices itself: the H.264 decoder would tell, the H.265 decoder would not. */
static void heed_loss(Reel *reel, AVPacket *unit)
{
    if (reel->facts.codec != AV_CODEC_ID_H264)
        unit->flags &= ~AV_PKT_FLAG_KEY;
    if (unit->flags & AV_PKT_FLAG_KEY)
        return;
    reel->facts.damaged += reel->gop.packets->len > 0;
    gop_break(&reel->gop);
    reel->needs_key = TRUE;
}

void reel_push(Reel *reel, const AVPacket *packet)
{
    AVPacket *unit = av_packet_clone(packet);
    g_assert(unit); /* no memory */
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    unit->pos = reel->pushed++;
    if (unit->flags & AV_PKT_FLAG_CORRUPT)
        heed_loss(reel, unit);
    gboolean is_key = unit->flags & AV_PKT_FLAG_KEY;
    gop_add(&reel->gop, unit);
    facts->units++;
    facts->keys += is_key;
    facts->bytes += (guint64)packet->size;
    facts->last_unit_ns = packet->pts;
    if (is_key)
        facts->last_key_ns = packet->pts;
    if (reel->gop.last_length)
        facts->gop_frames = reel->gop.last_length;
    if (facts->units == 1)
        facts->first_unit_ns = packet->pts;
    if (facts->units == 1 || (is_key && facts->keys == 1))
        tell(reel);
    gboolean decodes = !reel->is_idle;
    if (decodes && reel->effort == DECODE_KEY_ONLY && !is_key) {
        pass_over(reel, packet->pts);
        decodes = FALSE;
    }
    if (decodes)
        enqueue(reel, g_steal_pointer(&unit));
    pthread_mutex_unlock(&reel->lock);
    av_packet_free(&unit);
    if (decodes)
        decode_pool_schedule(reel->pool, &reel->strand, FALSE);
}

/* Lock held. What is decoded from here on has nothing to do with what was before. */
static void begin_stream(Reel *reel)
{
    reel->facts.trouble[0] = 0;
    reel->facts.is_mask_failed = FALSE;
    reel->facts.blind_keys = 0;
    reel->stream++;
    gop_reset(&reel->gop);
    drop_waiting(reel);
}

void reel_set_codec(Reel *reel, enum AVCodecID codec)
{
    pthread_mutex_lock(&reel->lock);
    reel->facts.codec = codec;
    begin_stream(reel);
    pthread_mutex_unlock(&reel->lock);
}

void reel_restart(Reel *reel)
{
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    facts->units = facts->keys = facts->pictures = 0;
    facts->last_unit_ns = facts->last_picture_ns = facts->first_unit_ns = facts->last_key_ns = 0;
    begin_stream(reel);
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

/* Scales the last picture for every view, or only for those that have none yet. FALSE when a view
 * could not have it; *has_first: a view got its first one. */
static gboolean render(Reel *reel, GPtrArray *views, gboolean only_new, gboolean *has_first)
{
    gboolean is_done = TRUE;
    *has_first = FALSE;
    for (guint i = 0; i < views->len; i++) {
        View *view = g_ptr_array_index(views, i);
        if (only_new && view_newest_ns(view))
            continue;
        gboolean is_first = FALSE;
        g_autoptr(GError) error = NULL;
        if (!view_render(view, reel->last, reel->last_arrival_ns, &is_first, &error)) {
            note_trouble(reel, error);
            is_done = FALSE;
        }
        *has_first |= is_first;
    }
    return is_done;
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
    reel->burst = 0;
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

/* What a run of the strand took over under the lock. */
typedef struct {
    GPtrArray *views;
    AVPacket *packet; /* or NULL */
    guint behind;     /* units that wait after it */
    gboolean is_burst, has_new_view;
    guint stream;
    enum AVCodecID codec;
    DecodeEffort effort;
} Job;

/* Two pictures wait in a view at most: scaling older ones would be lost work. But a decoder that
 * stays behind must not starve its tiles; a burst ends soon, and what it passes over is old. */
static gboolean is_wanted(const Reel *reel, const Job *job)
{
    return job->behind < 2 || (!job->is_burst && clock_now_ns() - reel->rendered_ns > STARVE_NS);
}

static void note_picture(Reel *reel, const Job *job, gint64 spent_ns, gboolean is_shown,
                         gboolean has_first)
{
    pthread_mutex_lock(&reel->lock);
    ReelFacts *facts = &reel->facts;
    if (reel->stream == job->stream) { /* else it is the last one of a session that has ended */
        gboolean is_mended = is_shown && *facts->trouble;
        gboolean is_news =
            has_first || is_mended || facts->pictures == 0 || facts->width != reel->last->width;
        if (is_mended) {
            facts->trouble[0] = 0;
            facts->is_mask_failed = FALSE;
        }
        facts->pictures++;
        facts->blind_keys = 0;
        facts->width = reel->last->width;
        facts->height = reel->last->height;
        facts->last_picture_ns = reel->last_arrival_ns;
        facts->decode_ns = facts->decode_ns ? (facts->decode_ns * 15 + spent_ns) / 16 : spent_ns;
        if (is_news)
            tell(reel);
    }
    pthread_mutex_unlock(&reel->lock);
}

static void give_picture(Reel *reel)
{
    pthread_mutex_lock(&reel->lock);
    Asking asking = reel->asking;
    reel->asking = (Asking) { 0 };
    pthread_mutex_unlock(&reel->lock);
    if (!asking.func)
        return;
    asking.func(reel->last, reel->last_arrival_ns, asking.user);
    asking.free_user(asking.user);
}

static void decode_one(Reel *reel, const Job *job)
{
    gint64 start = cpu_now_ns();
    const AVPacket *packet = job->packet;
    if (packet->flags & AV_PKT_FLAG_KEY && packet->pos != reel->next_unit)
        decoder_flush(reel->decoder); /* what was left out is not to be referred to */
    reel->next_unit = packet->pos + 1;
    decoder_set_effort(reel->decoder, job->effort);
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
    gboolean has_first = FALSE, is_shown = FALSE;
    if (is_wanted(reel, job)) {
        is_shown = render(reel, job->views, FALSE, &has_first);
        reel->rendered_ns = clock_now_ns();
    }
    note_picture(reel, job, cpu_now_ns() - start, is_shown, has_first);
    if (!job->is_burst)
        give_picture(reel);
}

static void show_last(Reel *reel, const Job *job)
{
    gboolean has_first;
    if (!reel->last->width || !reel->decoder || reel->decoder_stream != job->stream)
        return;
    render(reel, job->views, TRUE, &has_first);
    if (!has_first)
        return;
    pthread_mutex_lock(&reel->lock);
    tell(reel);
    pthread_mutex_unlock(&reel->lock);
}

static void take_job(Reel *reel, Job *job)
{
    pthread_mutex_lock(&reel->lock);
    *job = (Job) { .views = ref_views(reel),
                   .stream = reel->stream,
                   .codec = reel->facts.codec,
                   .has_new_view = reel->has_new_view };
    reel->has_new_view = FALSE;
    job->effort = reel->facts.effort = choose_effort(reel->effort, reel->may_save, job->views);
    if (job->views->len == 0) {
        reel->is_idle = TRUE;
        drop_waiting(reel);
    }
    job->packet = g_queue_pop_head(&reel->waiting);
    if (job->packet && job->packet->flags & AV_PKT_FLAG_KEY)
        reel->facts.blind_keys++;
    job->behind = reel->waiting.length;
    job->is_burst = reel->burst > 0;
    reel->burst -= job->is_burst;
    pthread_mutex_unlock(&reel->lock);
}

static gboolean run(Strand *strand)
{
    Reel *reel = (Reel *)strand;
    Job job;
    take_job(reel, &job);
    if (job.views->len == 0) { /* nobody looks: only the reception goes on */
        g_clear_pointer(&reel->decoder, decoder_free);
        av_frame_unref(reel->last);
    } else if (job.has_new_view) {
        show_last(reel, &job);
    }
    if (job.packet && open_decoder(reel, job.codec, job.stream))
        decode_one(reel, &job);
    av_packet_free(&job.packet);
    g_ptr_array_unref(job.views);
    return job.behind > 0;
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
    g_atomic_int_inc(&reel->refs);
    View *view = view_new(spec, masks, n_masks, view_gone, reel);
    g_ptr_array_add(reel->views, view);
    if (reel->is_idle) {
        wait_from_key(reel);
        reel->is_idle = FALSE;
        reel->facts.looked_ns = clock_now_ns();
    }
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

void reel_ask_picture(Reel *reel, ReelPicture func, gpointer user, GDestroyNotify free_user)
{
    pthread_mutex_lock(&reel->lock);
    Asking before = reel->asking;
    reel->asking = (Asking) { func, user, free_user };
    pthread_mutex_unlock(&reel->lock);
    if (before.func)
        before.free_user(before.user);
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
    reel->pool = decode_pool_ref(pool);
    reel->name = g_strdup(name);
    reel->news = news;
    reel->user = user;
    reel->effort = DECODE_FULL;
    reel->is_idle = TRUE;
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
