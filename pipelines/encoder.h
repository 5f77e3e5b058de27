/* encoder.h - a canvas as H.264, once, for every output of the same form.
 *
 * Own thread. Takes the newest canvas picture; encodes nothing while nobody is attached; submits a
 * picture only when it changed, and a refresh of the same picture once a second at most. x264
 * ultrafast zerolatency, no B-frames, GOP <= 2 s in time, IDR when the scene revision changes and
 * when a sink is added or asks.
 */
#ifndef WALLCTL_PIPELINES_ENCODER_H
#define WALLCTL_PIPELINES_ENCODER_H

#include "pipelines/canvas.h"
#include "pipelines/packet.h"
#include "pipelines/watermark.h"

typedef struct Encoder Encoder;

typedef struct {
    guint bitrate_kbps; /* VBV-limited CRF */
    guint fps;          /* of the canvas */
    int width, height;  /* 0: the canvas' own; else scaled down (even) */
    Watermark *mark;    /* on each picture; NULL: none. The encoder takes a reference of its own */
} EncoderForm;

typedef struct {
    guint64 submitted, packets, bytes, keys;
    guint64 dropped; /* canvas pictures replaced before they were encoded */
    gint64 busy_ns;  /* CPU time of the encoder's thread */
    guint restarts;  /* after an error of the encoder, with back-off */
} EncoderStats;

/* [control] The encoder of this canvas and form: an existing one with a new reference, or a new
 * one. NULL with WALL_ERROR_UNSUPPORTED if libx264 is missing, WALL_ERROR_INVALID for a form it
 * cannot have. The canvas must outlive the encoder. */
Encoder *encoder_get(Canvas *canvas, const EncoderForm *form, GError **error);
void encoder_unref(Encoder *encoder); /* [control] the last one waits for the picture in work */

/* [any] A sink is called from its first key frame on; adding it asks for one. Not from within a
 * sink. */
guint encoder_add_sink(Encoder *encoder, PacketSink sink, gpointer user);
void encoder_remove_sink(Encoder *encoder,
                         guint id); /* [any] returns when no call is under way; not within a sink */
void encoder_request_key(
    Encoder *encoder); /* [any] at most two a second are honoured, the others become one */
void encoder_get_stats(Encoder *encoder, EncoderStats *stats); /* [any] */
void encoder_get_size(const Encoder *encoder, int *width, int *height);

#endif
