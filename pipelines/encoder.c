/* encoder.c - a canvas as H.264, once, for every output of the same form
 *
 * The thread sleeps until something is due: a changed picture (now), a wanted key frame (half a
 * second after the last one), a refresh of the same picture (a second after the last submission).
 * x264 costs about the same for a picture that did not change as for one that did, so a static wall
 * is cheap only because it is not submitted.
 */
#include "pipelines/encoder.h"

#include "pipelines/h264.h"
#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <libyuv.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REFRESH_NS    NS_PER_SEC
#define GOP_NS        (2 * NS_PER_SEC)
#define KEY_APART_NS  (NS_PER_SEC / 2)
#define IDLE_CLOSE_NS (10 * NS_PER_SEC) /* a context holds some 30 MB */
#define FIRST_WAIT_NS (100 * NS_PER_MS) /* between looks for a canvas' very first picture */
/* Players on libavformat show a picture when the next one begins. After a key frame that somebody
 * waits for, the same picture follows soon, also when nothing changes: else a client that joins a
 * still wall sees nothing for a second. */
#define ECHO_TICKS 2
#define NICE       2 /* after the canvas, before the decoders */

typedef struct {
    guint id;
    PacketSink sink;
    gpointer user;
    gboolean has_begun; /* a key frame was delivered */
} Sink;

struct Encoder {
    guint refs; /* [control] only */
    Canvas *canvas;
    EncoderForm form; /* with the real size */
    guint canvas_sink;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t wake;
    Frame *pending;       /* lock: newest changed picture */
    guint n_sinks;        /* lock */
    gboolean key_wanted;  /* lock */
    gboolean is_stopping; /* lock */
    EncoderStats stats;   /* lock */

    pthread_mutex_t sinks_lock; /* held while sinks run */
    GArray *sinks;              /* sinks_lock */
    guint last_sink;            /* sinks_lock */

    /* The encoder's thread only: */
    H264 *h264;
    FramePool *own; /* NULL: the canvas' pictures are encoded as they are */
    Backoff backoff;
    gint64 not_before_ns;         /* after an error */
    gint64 last_pts, last_key_ns; /* -1 before the first */
    guint64 last_revision;
    gboolean owes_echo; /* see ECHO_TICKS */
    gint64 idle_since_ns;
};

static GPtrArray *encoders; /* [control] only; holds no references */

/* [canvas] */
static void on_picture(Frame *picture, gpointer user)
{
    Encoder *encoder = user;
    Frame *displaced = NULL;
    pthread_mutex_lock(&encoder->lock);
    if (encoder->n_sinks > 0) {
        displaced = encoder->pending;
        encoder->pending = frame_ref(picture);
        encoder->stats.dropped += displaced != NULL;
        pthread_cond_signal(&encoder->wake);
    }
    pthread_mutex_unlock(&encoder->lock);
    frame_unref(displaced);
}

static gint64 period_ns(const Encoder *encoder)
{
    return NS_PER_SEC / encoder->form.fps;
}

/* Submitting the present picture once more waits for the middle between two ticks: by then the
 * canvas has told whether this tick has a new one. */
static gint64 between_ticks(const Encoder *encoder, gint64 time_ns)
{
    gint64 half = period_ns(encoder) / 2;
    return time_ns + MAX(0, half - time_ns % period_ns(encoder));
}

/* lock is held. When the thread has something to do, G_MAXINT64: not before it is woken. */
static gint64 next_due(const Encoder *encoder, gint64 now)
{
    if (encoder->n_sinks == 0)
        return encoder->h264 ? encoder->idle_since_ns + IDLE_CLOSE_NS : G_MAXINT64;
    if (encoder->last_pts < 0 || encoder->pending)
        return MAX(now, encoder->not_before_ns);
    gint64 due =
        encoder->last_pts + (encoder->owes_echo ? ECHO_TICKS * period_ns(encoder) : REFRESH_NS);
    if (encoder->key_wanted)
        due = MIN(due, encoder->last_key_ns + KEY_APART_NS);
    return MAX(between_ticks(encoder, MAX(due, now)), encoder->not_before_ns);
}

/* Sleeps until something is due. FALSE: stop. *frame is a changed picture with its reference, or
 * NULL: refresh. */
static gboolean wait_for_work(Encoder *encoder, Frame **frame, gboolean *key_wanted,
                              gboolean *is_idle)
{
    pthread_mutex_lock(&encoder->lock);
    for (;;) {
        gint64 now = clock_now_ns();
        gint64 due = next_due(encoder, now);
        if (encoder->is_stopping || due <= now)
            break;
        if (due == G_MAXINT64) {
            pthread_cond_wait(&encoder->wake, &encoder->lock);
        } else {
            struct timespec until = { .tv_sec = due / NS_PER_SEC, .tv_nsec = due % NS_PER_SEC };
            pthread_cond_timedwait(&encoder->wake, &encoder->lock, &until);
        }
    }
    *frame = g_steal_pointer(&encoder->pending);
    *key_wanted = encoder->key_wanted;
    *is_idle = encoder->n_sinks == 0;
    gboolean goes_on = !encoder->is_stopping;
    pthread_mutex_unlock(&encoder->lock);
    return goes_on;
}

static void deliver(Encoder *encoder, const AVPacket *packet)
{
    gboolean is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    pthread_mutex_lock(&encoder->sinks_lock);
    for (guint i = 0; i < encoder->sinks->len; i++) {
        Sink *sink = &g_array_index(encoder->sinks, Sink, i);
        sink->has_begun |= is_key;
        if (sink->has_begun)
            sink->sink(packet, sink->user);
    }
    pthread_mutex_unlock(&encoder->sinks_lock);
}

static gboolean is_scaled(const Encoder *encoder)
{
    int width, height;
    canvas_get_size(encoder->canvas, &width, &height);
    return encoder->form.width != width || encoder->form.height != height;
}

static Frame *scale(Encoder *encoder, const Frame *frame)
{
    Frame *small = frame_pool_get(encoder->own);
    I420Scale(frame->plane[0], frame->stride[0], frame->plane[1], frame->stride[1], frame->plane[2],
              frame->stride[2], frame->width, frame->height, small->plane[0], small->stride[0],
              small->plane[1], small->stride[1], small->plane[2], small->stride[2], small->width,
              small->height, kFilterBox);
    return small;
}

/* As it is encoded: at its size, with its mark. */
static Frame *prepare(Encoder *encoder, Frame *frame)
{
    Watermark *mark = encoder->form.mark;
    if (!encoder->own)
        return frame_ref(frame);
    if (!is_scaled(encoder))
        return watermark_copy(mark, frame, encoder->own);
    Frame *small = scale(encoder, frame);
    if (mark)
        watermark_stamp(mark, small);
    return small;
}

static gint64 thread_cpu_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

static void count(Encoder *encoder, const AVPacket *packet, gint64 cpu_ns)
{
    gboolean is_key = packet && (packet->flags & AV_PKT_FLAG_KEY);
    pthread_mutex_lock(&encoder->lock);
    encoder->stats.submitted++;
    encoder->stats.busy_ns += cpu_ns;
    encoder->stats.restarts += packet == NULL;
    if (packet) {
        encoder->stats.packets++;
        encoder->stats.bytes += (guint64)packet->size;
        encoder->stats.keys += is_key;
    }
    pthread_mutex_unlock(&encoder->lock);
}

static void start_again_later(Encoder *encoder, const GError *reason)
{
    guint wait_ms = backoff_next_ms(&encoder->backoff);
    encoder->not_before_ns = clock_now_ns() + wait_ms * NS_PER_MS;
    g_clear_pointer(&encoder->h264, h264_free);
    log_warning(ENCODER, "%s; starts again in %u ms", reason->message, wait_ms);
}

static const AVPacket *submit(Encoder *encoder, Frame *frame, gint64 pts, gboolean is_key,
                              GError **error)
{
    const EncoderForm *form = &encoder->form;
    if (!encoder->h264)
        encoder->h264 = h264_new(form->width, form->height, form->fps, form->bitrate_kbps, error);
    if (!encoder->h264)
        return NULL;
    g_autoptr(Frame) picture = prepare(encoder, frame);
    return h264_encode(encoder->h264, picture, pts, is_key, error);
}

/* Encodes frame, or the present picture once more when it is NULL. */
static void encode(Encoder *encoder, Frame *frame, gboolean key_wanted)
{
    gint64 now = clock_now_ns();
    gint64 pts = frame ? frame->arrival_ns : now / period_ns(encoder) * period_ns(encoder);
    if (encoder->last_pts >= 0)
        pts = MAX(pts, encoder->last_pts + NS_PER_MS); /* a late picture's tick may be taken */
    g_autoptr(Frame) picture = frame ? frame_ref(frame) : canvas_ref_picture(encoder->canvas);
    if (!picture) {
        encoder->not_before_ns = now + FIRST_WAIT_NS;
        return;
    }
    gboolean is_awaited = !encoder->h264 || picture->revision != encoder->last_revision ||
                          (key_wanted && now - encoder->last_key_ns >= KEY_APART_NS);
    gboolean is_key = is_awaited || pts - encoder->last_key_ns + period_ns(encoder) > GOP_NS;
    if (is_key && key_wanted) { /* one that comes from now on wants another */
        pthread_mutex_lock(&encoder->lock);
        encoder->key_wanted = FALSE;
        pthread_mutex_unlock(&encoder->lock);
    }
    gint64 cpu_ns = thread_cpu_ns();
    g_autoptr(GError) error = NULL;
    const AVPacket *packet = submit(encoder, picture, pts, is_key, &error);
    count(encoder, packet, thread_cpu_ns() - cpu_ns);
    if (!packet) {
        start_again_later(encoder, error);
        return;
    }
    backoff_reset(&encoder->backoff);
    encoder->last_pts = pts;
    encoder->last_revision = picture->revision;
    encoder->owes_echo = is_awaited;
    if (packet->flags & AV_PKT_FLAG_KEY)
        encoder->last_key_ns = pts;
    deliver(encoder, packet);
}

static void *run(void *user)
{
    Encoder *encoder = user;
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
    Frame *frame = NULL;
    gboolean key_wanted, is_idle;
    while (wait_for_work(encoder, &frame, &key_wanted, &is_idle)) {
        if (is_idle)
            g_clear_pointer(&encoder->h264, h264_free);
        else
            encode(encoder, frame, key_wanted);
        g_clear_pointer(&frame, frame_unref);
        encoder->idle_since_ns = clock_now_ns();
    }
    g_clear_pointer(&frame, frame_unref);
    return NULL;
}

guint encoder_add_sink(Encoder *encoder, PacketSink sink, gpointer user)
{
    pthread_mutex_lock(&encoder->sinks_lock);
    Sink entry = { ++encoder->last_sink, sink, user, FALSE };
    g_array_append_val(encoder->sinks, entry);
    pthread_mutex_unlock(&encoder->sinks_lock);
    pthread_mutex_lock(&encoder->lock);
    encoder->n_sinks++;
    encoder->key_wanted = TRUE;
    pthread_cond_signal(&encoder->wake);
    pthread_mutex_unlock(&encoder->lock);
    return entry.id;
}

void encoder_remove_sink(Encoder *encoder, guint id)
{
    gboolean was_there = FALSE;
    pthread_mutex_lock(&encoder->sinks_lock);
    for (guint i = 0; i < encoder->sinks->len && !was_there; i++) {
        was_there = g_array_index(encoder->sinks, Sink, i).id == id;
        if (was_there)
            g_array_remove_index(encoder->sinks, i);
    }
    pthread_mutex_unlock(&encoder->sinks_lock);
    if (!was_there)
        return;
    Frame *unwanted = NULL;
    pthread_mutex_lock(&encoder->lock);
    if (--encoder->n_sinks == 0)
        unwanted = g_steal_pointer(&encoder->pending);
    pthread_cond_signal(&encoder->wake);
    pthread_mutex_unlock(&encoder->lock);
    frame_unref(unwanted);
}

void encoder_request_key(Encoder *encoder)
{
    pthread_mutex_lock(&encoder->lock);
    encoder->key_wanted = TRUE;
    pthread_cond_signal(&encoder->wake);
    pthread_mutex_unlock(&encoder->lock);
}

void encoder_get_stats(Encoder *encoder, EncoderStats *stats)
{
    pthread_mutex_lock(&encoder->lock);
    *stats = encoder->stats;
    pthread_mutex_unlock(&encoder->lock);
}

void encoder_get_size(const Encoder *encoder, int *width, int *height)
{
    *width = encoder->form.width;
    *height = encoder->form.height;
}

static gboolean form_resolve(EncoderForm *form, Canvas *canvas, GError **error)
{
    int width, height;
    canvas_get_size(canvas, &width, &height);
    if (form->width == 0 && form->height == 0) {
        form->width = width;
        form->height = height;
    }
    if (form->width < 16 || form->height < 16 || form->width > width || form->height > height ||
        form->width % 2 != 0 || form->height % 2 != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "encoder size %dx%d: accepted are even numbers from 16 to the canvas' %dx%d",
                    form->width, form->height, width, height);
        return FALSE;
    }
    if (form->fps < 1 || form->fps > 60 || form->bitrate_kbps < 50 || form->bitrate_kbps > 100000) {
        g_set_error(
            error, WALL_ERROR, WALL_ERROR_INVALID,
            "encoder with %u fps and %u kbit/s: accepted are 1 to 60 fps and 50 to 100000 kbit/s",
            form->fps, form->bitrate_kbps);
        return FALSE;
    }
    return TRUE;
}

static Encoder *find(const Canvas *canvas, const EncoderForm *form)
{
    for (guint i = 0; encoders && i < encoders->len; i++) {
        Encoder *encoder = g_ptr_array_index(encoders, i);
        if (encoder->canvas == canvas && encoder->form.width == form->width &&
            encoder->form.height == form->height && encoder->form.fps == form->fps &&
            encoder->form.bitrate_kbps == form->bitrate_kbps && encoder->form.mark == form->mark)
            return encoder;
    }
    return NULL;
}

static void init_locks(Encoder *encoder)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&encoder->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&encoder->lock, NULL);
    pthread_mutex_init(&encoder->sinks_lock, NULL);
}

static Encoder *encoder_new(Canvas *canvas, const EncoderForm *form)
{
    Encoder *encoder = g_new0(Encoder, 1);
    encoder->refs = 1;
    encoder->canvas = canvas;
    encoder->form = *form;
    encoder->sinks = g_array_new(FALSE, FALSE, sizeof(Sink));
    encoder->last_pts = -1;
    encoder->last_key_ns = -KEY_APART_NS;
    backoff_init(&encoder->backoff, 1000, 30000);
    init_locks(encoder);
    if (form->mark)
        watermark_ref(form->mark);
    if (form->mark || is_scaled(encoder))
        encoder->own = frame_pool_new(form->width, form->height, 2);
    int failed = pthread_create(&encoder->thread, NULL, run, encoder);
    g_assert(failed == 0);
    encoder->canvas_sink = canvas_add_sink(canvas, on_picture, encoder);
    return encoder;
}

Encoder *encoder_get(Canvas *canvas, const EncoderForm *form, GError **error)
{
    assert_control_thread();
    EncoderForm real = *form;
    if (!form_resolve(&real, canvas, error))
        return NULL;
    Encoder *encoder = find(canvas, &real);
    if (encoder) {
        encoder->refs++;
        return encoder;
    }
    /* Opened once here, so that a missing libx264 is an answer and not a fault at some later time.
     */
    g_autoptr(H264) trial = h264_new(real.width, real.height, real.fps, real.bitrate_kbps, error);
    if (!trial)
        return NULL;
    encoder = encoder_new(canvas, &real);
    if (!encoders)
        encoders = g_ptr_array_new();
    g_ptr_array_add(encoders, encoder);
    return encoder;
}

static void encoder_free(Encoder *encoder)
{
    canvas_remove_sink(encoder->canvas, encoder->canvas_sink);
    pthread_mutex_lock(&encoder->lock);
    encoder->is_stopping = TRUE;
    pthread_cond_signal(&encoder->wake);
    pthread_mutex_unlock(&encoder->lock);
    pthread_join(encoder->thread, NULL);
    frame_unref(encoder->pending);
    frame_pool_unref(encoder->own);
    watermark_unref(encoder->form.mark);
    h264_free(encoder->h264);
    g_array_unref(encoder->sinks);
    pthread_cond_destroy(&encoder->wake);
    pthread_mutex_destroy(&encoder->lock);
    pthread_mutex_destroy(&encoder->sinks_lock);
    g_free(encoder);
}

void encoder_unref(Encoder *encoder)
{
    if (!encoder)
        return;
    assert_control_thread();
    if (--encoder->refs > 0)
        return;
    g_ptr_array_remove_fast(encoders, encoder);
    if (encoders->len == 0)
        g_clear_pointer(&encoders, g_ptr_array_unref);
    encoder_free(encoder);
}
