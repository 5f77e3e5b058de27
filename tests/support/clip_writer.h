/* clip_writer.h - encodes I420 pictures as a camera does and writes them to an MP4, all or nothing.
 * For clip.c and scenes.c.
 *
 * A writer belongs to one thread at a time. The file appears at its path only by
 * clip_writer_finish(). */
#ifndef WALLCTL_TESTS_SUPPORT_CLIP_WRITER_H
#define WALLCTL_TESTS_SUPPORT_CLIP_WRITER_H

#include "tests/support/clip.h"

typedef struct ClipWriter ClipWriter;

/* Opens the encoder and a temporary file beside path. NULL with WALL_ERROR_INVALID for a spec that
 * cannot loop, WALL_ERROR_UNSUPPORTED without the encoder, WALL_ERROR_UNAVAILABLE if the file
 * cannot be written. */
ClipWriter *clip_writer_new(const char *path, const ClipSpec *spec, GError **error);

/* Adds the next picture of the size in the spec (BT.709, limited range); planes are copied. */
gboolean clip_writer_add(ClipWriter *writer, const guint8 *const planes[3], const int strides[3],
                         GError **error);

/* Flushes the encoder and moves the file to its path, replacing what is there. Fails if fewer or
 * more than spec.frames pictures were added. */
gboolean clip_writer_finish(ClipWriter *writer, GError **error);

/* Removes the temporary file if clip_writer_finish() has not succeeded. Accepts NULL. */
void clip_writer_free(ClipWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClipWriter, clip_writer_free)

#endif
