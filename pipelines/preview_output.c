/* preview_output.c - a wall for browsers: H.264 in fragmented MP4 for Media Source Extensions, and
 * JPEG
 *
 * Fragments are made on the encoder's thread and JPEGs on a worker; both reach [control] by posts
 * that hold a reference, so that what is on its way when a preview ends goes nowhere and harms
 * nobody. A viewer's first chunks are the init segment and a key fragment, whenever it came.
 */
#include "pipelines/preview_output.h"

#include "pipelines/fragment.h"
#include "pipelines/picture_file.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/base/work.h"

#define MAX_QUEUED   50 /* fragments posted and not taken: two seconds of a busy [control] */
#define JPEG_QUALITY 75
#define MAX_JPEG_FPS 25

typedef struct {
    guint id;
    PreviewKind kind;
    PreviewChunk chunk; /* NULL: removed while chunks are being delivered */
    gpointer user;
    gboolean has_begun; /* MP4: has its init segment and key fragment */
    guint fps;          /* JPEG: at most */
    gint64 next_ns;     /* JPEG: not before */
    guint64 serial;     /* JPEG: of the picture it has */
} Viewer;

struct Preview {
    gint refs; /* the owner's and one of each post and job on its way */
    Canvas *canvas;
    guint fps, bitrate_kbps;
    Watermark *mark; /* or NULL */
    FramePool *own;  /* for marked pictures; NULL without a mark */

    /* [control] */
    gboolean is_closed;
    GPtrArray *viewers;
    guint last_id;
    guint delivering; /* depth of the calls of viewers */
    Encoder *encoder; /* NULL while nobody looks at MP4 */
    guint sink;
    GBytes *init;
    char *mime;
    WorkPool *pool; /* NULL while nobody looks at JPEG, as the timer is 0 */
    guint timer, timer_fps;
    gboolean is_drawing; /* a JPEG job is on its way */
    GBytes *jpeg;        /* the newest */
    guint64 jpeg_serial;
    guint64 jpeg_mark; /* serial of the watermark in it */
    gint64 jpeg_tick;

    gint queued; /* atomic: fragments posted and not taken */

    /* [encoder] */
    Fragmenter *fragmenter;
    gboolean is_skipping; /* until the next key packet */
};

typedef struct {
    Preview *preview;
    GBytes *bytes;
    char *mime; /* of an init segment; NULL: a fragment */
    gboolean is_key;
    gint64 tick_ns;
} Fragment;

typedef struct {
    Preview *preview;
    Frame *frame;
    GBytes *jpeg; /* NULL: it failed */
} Drawing;

static void preview_unref(Preview *preview)
{
    if (!g_atomic_int_dec_and_test(&preview->refs))
        return;
    g_ptr_array_unref(preview->viewers);
    fragmenter_free(preview->fragmenter);
    watermark_unref(preview->mark);
    frame_pool_unref(preview->own);
    g_free(preview);
}

static Preview *preview_ref(Preview *preview)
{
    g_atomic_int_inc(&preview->refs);
    return preview;
}

/* Viewers */

static void begin_delivery(Preview *preview)
{
    preview->delivering++;
}

static void end_delivery(Preview *preview)
{
    if (--preview->delivering > 0)
        return;
    for (guint i = preview->viewers->len; i > 0; i--) {
        const Viewer *viewer = g_ptr_array_index(preview->viewers, i - 1);
        if (!viewer->chunk)
            g_ptr_array_remove_index(preview->viewers, i - 1);
    }
}

static guint count_viewers(const Preview *preview, PreviewKind kind)
{
    guint n = 0;
    for (guint i = 0; i < preview->viewers->len; i++) {
        const Viewer *viewer = g_ptr_array_index(preview->viewers, i);
        n += viewer->chunk && viewer->kind == kind;
    }
    return n;
}

/* Fragments */

static void free_fragment(gpointer data)
{
    Fragment *fragment = data;
    g_bytes_unref(fragment->bytes);
    g_free(fragment->mime);
    preview_unref(fragment->preview);
    g_free(fragment);
}

static void take_init(Preview *preview, const Fragment *fragment)
{
    g_clear_pointer(&preview->init, g_bytes_unref);
    preview->init = g_bytes_ref(fragment->bytes);
    g_free(preview->mime);
    preview->mime = g_strdup(fragment->mime);
    for (guint i = 0; i < preview->viewers->len; i++)
        ((Viewer *)g_ptr_array_index(preview->viewers, i))->has_begun = FALSE;
}

static void give_fragment(Preview *preview, Viewer *viewer, const Fragment *fragment)
{
    if (!viewer->has_begun) {
        if (!fragment->is_key || !preview->init)
            return;
        viewer->has_begun = TRUE;
        g_autoptr(GBytes) init =
            g_bytes_ref(preview->init); /* the viewer may be removed, the last one with all */
        viewer->chunk(init, TRUE, FALSE, fragment->tick_ns, viewer->user);
    }
    if (viewer->chunk)
        viewer->chunk(fragment->bytes, FALSE, fragment->is_key, fragment->tick_ns, viewer->user);
}

static void take_fragment(gpointer data)
{
    Fragment *fragment = data;
    Preview *preview = fragment->preview;
    g_atomic_int_add(&preview->queued, -1);
    if (preview->is_closed || !preview->encoder)
        return;
    if (fragment->mime) {
        take_init(preview, fragment);
        return;
    }
    begin_delivery(preview);
    for (guint i = 0; i < preview->viewers->len; i++) {
        Viewer *viewer = g_ptr_array_index(preview->viewers, i);
        if (viewer->chunk && viewer->kind == PREVIEW_MP4)
            give_fragment(preview, viewer, fragment);
    }
    end_delivery(preview);
}

static void post_fragment(Preview *preview, GBytes *bytes, const char *mime, gboolean is_key,
                          gint64 tick_ns)
{
    Fragment *fragment = g_new(Fragment, 1);
    *fragment = (Fragment) { preview_ref(preview), bytes, g_strdup(mime), is_key, tick_ns };
    g_atomic_int_inc(&preview->queued);
    post_control(take_fragment, fragment, free_fragment);
}

/* [encoder] A muxer for this key packet: the present one, or a new one after a restart of the
 * encoder. */
static gboolean prepare_fragmenter(Preview *preview, const AVPacket *key, GError **error)
{
    if (preview->fragmenter && fragmenter_fits(preview->fragmenter, key))
        return TRUE;
    g_clear_pointer(&preview->fragmenter, fragmenter_free);
    int width, height;
    encoder_get_size(preview->encoder, &width, &height);
    preview->fragmenter = fragmenter_new(key, width, height, NS_PER_SEC / preview->fps, error);
    if (!preview->fragmenter)
        return FALSE;
    post_fragment(preview, g_bytes_ref(fragmenter_init(preview->fragmenter)),
                  fragmenter_mime(preview->fragmenter), FALSE, key->pts);
    return TRUE;
}

/* [encoder] */
static void on_packet(const AVPacket *packet, gpointer user)
{
    Preview *preview = user;
    gboolean is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (g_atomic_int_get(&preview->queued) >= MAX_QUEUED)
        preview->is_skipping = TRUE;
    else if (is_key)
        preview->is_skipping = FALSE;
    if (preview->is_skipping)
        return;
    g_autoptr(GError) error = NULL;
    GBytes *bytes = NULL;
    if (!is_key || prepare_fragmenter(preview, packet, &error))
        bytes = fragmenter_add(preview->fragmenter, packet, &error);
    if (bytes) {
        post_fragment(preview, bytes, NULL, is_key, packet->pts);
        return;
    }
    log_warning(PREVIEW, "%s; goes on at the next key frame", error->message);
    g_clear_pointer(&preview->fragmenter, fragmenter_free);
    preview->is_skipping = TRUE;
}

static gboolean start_mp4(Preview *preview, GError **error)
{
    if (preview->encoder) {
        encoder_request_key(preview->encoder);
        return TRUE;
    }
    EncoderForm form = { .bitrate_kbps = preview->bitrate_kbps,
                         .fps = preview->fps,
                         .mark = preview->mark };
    preview->encoder = encoder_get(preview->canvas, &form, error);
    if (!preview->encoder)
        return FALSE;
    preview->is_skipping = TRUE;
    preview->sink = encoder_add_sink(preview->encoder, on_packet, preview);
    return TRUE;
}

static void stop_mp4(Preview *preview)
{
    if (!preview->encoder)
        return;
    encoder_remove_sink(preview->encoder, preview->sink);
    g_clear_pointer(&preview->encoder, encoder_unref);
    g_clear_pointer(&preview->fragmenter, fragmenter_free);
    g_clear_pointer(&preview->init, g_bytes_unref);
    g_clear_pointer(&preview->mime, g_free);
}

/* JPEG */

static void free_drawing(gpointer data)
{
    Drawing *drawing = data;
    frame_unref(drawing->frame);
    if (drawing->jpeg)
        g_bytes_unref(drawing->jpeg);
    preview_unref(drawing->preview);
    g_free(drawing);
}

static void give_jpeg(Preview *preview)
{
    gint64 now = clock_now_ns();
    gint64 half_tick = NS_PER_SEC / 2 / MAX(preview->timer_fps, 1);
    g_autoptr(GBytes) jpeg = g_bytes_ref(preview->jpeg);
    begin_delivery(preview);
    for (guint i = 0; i < preview->viewers->len; i++) {
        Viewer *viewer = g_ptr_array_index(preview->viewers, i);
        if (!viewer->chunk || viewer->kind != PREVIEW_JPEG ||
            viewer->serial == preview->jpeg_serial || now + half_tick < viewer->next_ns)
            continue;
        viewer->serial = preview->jpeg_serial;
        viewer->next_ns = MAX(viewer->next_ns, now - half_tick) + NS_PER_SEC / viewer->fps;
        viewer->chunk(jpeg, FALSE, TRUE, preview->jpeg_tick, viewer->user);
    }
    end_delivery(preview);
}

static void take_jpeg(gpointer data)
{
    Drawing *drawing = data;
    Preview *preview = drawing->preview;
    preview->is_drawing = FALSE;
    if (preview->is_closed || !preview->timer || !drawing->jpeg)
        return;
    g_clear_pointer(&preview->jpeg, g_bytes_unref);
    preview->jpeg = g_steal_pointer(&drawing->jpeg);
    preview->jpeg_serial = drawing->frame->serial;
    preview->jpeg_tick = drawing->frame->arrival_ns;
    give_jpeg(preview);
}

/* [worker] */
static void draw_jpeg(gpointer data)
{
    Drawing *drawing = data;
    const Preview *preview = drawing->preview;
    g_autoptr(GError) error = NULL;
    g_autoptr(Frame) marked =
        preview->mark ? watermark_copy(preview->mark, drawing->frame, preview->own) : NULL;
    drawing->jpeg = picture_to_jpeg(marked ? marked : drawing->frame, JPEG_QUALITY, &error);
    if (!drawing->jpeg)
        log_warning(PREVIEW, "%s", error->message);
    Drawing *reply = g_new(Drawing, 1);
    *reply = (Drawing) { preview_ref(drawing->preview), frame_ref(drawing->frame),
                         g_steal_pointer(&drawing->jpeg) };
    post_control(take_jpeg, reply, free_drawing);
}

static gboolean on_timer(gpointer user)
{
    Preview *preview = user;
    Frame *frame = preview->is_drawing ? NULL : canvas_ref_picture(preview->canvas);
    guint64 mark = preview->mark ? watermark_serial(preview->mark) : 0;
    if (frame &&
        (!preview->jpeg || frame->serial != preview->jpeg_serial || mark != preview->jpeg_mark)) {
        preview->jpeg_mark = mark;
        Drawing *drawing = g_new0(Drawing, 1);
        *drawing = (Drawing) { .preview = preview_ref(preview), .frame = g_steal_pointer(&frame) };
        preview->is_drawing = work_submit(preview->pool, draw_jpeg, drawing, free_drawing, NULL);
    }
    frame_unref(frame);
    if (preview->jpeg)
        give_jpeg(preview);
    return G_SOURCE_CONTINUE;
}

/* The timer runs at the rate of the fastest viewer. */
static void set_timer(Preview *preview)
{
    guint fps = 0;
    for (guint i = 0; i < preview->viewers->len; i++) {
        const Viewer *viewer = g_ptr_array_index(preview->viewers, i);
        if (viewer->chunk && viewer->kind == PREVIEW_JPEG)
            fps = MAX(fps, viewer->fps);
    }
    if (fps == preview->timer_fps)
        return;
    if (preview->timer)
        g_source_remove(preview->timer);
    preview->timer = fps > 0 ? g_timeout_add(1000 / fps, on_timer, preview) : 0;
    preview->timer_fps = fps;
    if (fps > 0) {
        if (!preview->pool)
            preview->pool = work_pool_new("jpeg", 1, 2, 10);
        return;
    }
    work_pool_free(g_steal_pointer(&preview->pool)); /* waits for one picture at most */
    preview->is_drawing = FALSE;
    g_clear_pointer(&preview->jpeg, g_bytes_unref);
}

/* The surface */

guint preview_add(Preview *preview, PreviewKind kind, guint max_fps, PreviewChunk chunk,
                  gpointer user, GError **error)
{
    assert_control_thread();
    if (kind == PREVIEW_MP4 && !start_mp4(preview, error))
        return 0;
    Viewer *viewer = g_new0(Viewer, 1);
    *viewer = (Viewer) { .id = ++preview->last_id, .kind = kind, .chunk = chunk, .user = user };
    viewer->fps = CLAMP(max_fps, 1, MAX_JPEG_FPS);
    g_ptr_array_add(preview->viewers, viewer);
    if (kind == PREVIEW_JPEG)
        set_timer(preview);
    return viewer->id;
}

void preview_remove(Preview *preview, guint id)
{
    assert_control_thread();
    begin_delivery(preview);
    for (guint i = 0; i < preview->viewers->len; i++) {
        Viewer *viewer = g_ptr_array_index(preview->viewers, i);
        if (viewer->id == id)
            viewer->chunk = NULL;
    }
    end_delivery(preview);
    if (count_viewers(preview, PREVIEW_MP4) == 0)
        stop_mp4(preview);
    set_timer(preview);
}

gboolean preview_is_idle(const Preview *preview)
{
    return preview->viewers->len == 0;
}

const char *preview_mime(Preview *preview)
{
    assert_control_thread();
    return preview->mime;
}

Preview *preview_new(Canvas *canvas, guint fps, guint bitrate_kbps)
{
    assert_control_thread();
    Preview *preview = g_new0(Preview, 1);
    preview->refs = 1;
    preview->canvas = canvas;
    preview->fps = fps;
    preview->bitrate_kbps = bitrate_kbps;
    preview->viewers = g_ptr_array_new_with_free_func(g_free);
    return preview;
}

void preview_set_watermark(Preview *preview, Watermark *mark)
{
    assert_control_thread();
    g_assert(!preview->mark && preview->viewers->len == 0);
    int width, height;
    canvas_get_size(preview->canvas, &width, &height);
    preview->mark = watermark_ref(mark);
    preview->own = frame_pool_new(width, height, 2);
}

void preview_free(Preview *preview)
{
    if (!preview)
        return;
    assert_control_thread();
    g_assert(preview->delivering == 0);
    preview->is_closed = TRUE;
    g_ptr_array_set_size(preview->viewers, 0);
    stop_mp4(preview);
    set_timer(preview);
    preview_unref(preview);
}
