/* overlay.h - a drawn picture with a newest version: labels, slates, notices, the clock.
 *
 * Text is drawn by Pango on a [worker], once per change; the canvas takes whatever is newest.
 */
#ifndef WALLCTL_PIPELINES_OVERLAY_H
#define WALLCTL_PIPELINES_OVERLAY_H

#include "pipelines/frame.h"

#include <glib.h>

typedef struct Overlay Overlay; /* counted */

Overlay *overlay_new(void);
Overlay *overlay_ref(Overlay *overlay);
void overlay_unref(Overlay *overlay);

/* [any] Takes bitmap (NULL: nothing is drawn). */
void overlay_put(Overlay *overlay, Bitmap *bitmap);

/* [any] Newest bitmap as a new reference or NULL; *serial rises with every put. */
Bitmap *overlay_ref_newest(Overlay *overlay, guint64 *serial);
guint64 overlay_serial(Overlay *overlay); /* [any] cheap look without a reference */

#endif
