/* preview_output.h - a wall for browsers: H.264 in fragmented MP4 for Media Source Extensions, and
 * JPEG.
 *
 * One Preview per canvas; encodes only while someone looks. Every viewer gets the same bytes.
 */
#ifndef WALLCTL_PIPELINES_PREVIEW_OUTPUT_H
#define WALLCTL_PIPELINES_PREVIEW_OUTPUT_H

#include "pipelines/encoder.h"

typedef struct Preview Preview;

typedef enum { PREVIEW_MP4 = 1, PREVIEW_JPEG } PreviewKind;

/* Runs on [control]. MP4: is_init marks ftyp+moov, sent first to every viewer and again after a
 * restart of the encoder; then one fragment (moof+mdat) a picture; is_key: decodable from here.
 * JPEG: whole pictures, is_key always TRUE. A viewer may be removed from within. */
typedef void (*PreviewChunk)(GBytes *chunk, gboolean is_init, gboolean is_key, gint64 tick_ns,
                             gpointer user);

Preview *preview_new(Canvas *canvas, guint fps, guint bitrate_kbps); /* [control] */

/* [control] On every picture from the next viewer on; before the first one. */
void preview_set_watermark(Preview *preview, Watermark *mark);
void preview_free(Preview *preview); /* [control] no chunk is delivered afterwards */

/* [control] Begins to deliver: init segment and a key fragment first. id for preview_remove(). 0
 * with an error when it cannot encode. JPEG viewers get at most max_fps pictures a second (1 to
 * 25), only changed ones after the first. */
guint preview_add(Preview *preview, PreviewKind kind, guint max_fps, PreviewChunk chunk,
                  gpointer user, GError **error);
void preview_remove(Preview *preview, guint id);
gboolean preview_is_idle(const Preview *preview); /* [control] nobody looks */

/* [control] MIME type with codecs for MediaSource, e.g. video/mp4; codecs="avc1.42C028". Borrowed;
 * NULL before init. */
const char *preview_mime(Preview *preview);

#endif
