/* overlay.c - a mailbox that keeps its newest bitmap
 *
 * Unlike a Slot it is not emptied by reading: several canvases take the same bitmap. The lock is
 * held for a pointer swap; a displaced bitmap is released outside it. The serial is readable
 * without the lock, so that a tick which changes nothing touches no lock at all.
 */
#include "pipelines/overlay.h"

#include <pthread.h>
#include <stdatomic.h>

struct Overlay {
    gint refs;
    pthread_mutex_t lock;
    Bitmap *bitmap;         /* lock */
    _Atomic guint64 serial; /* written under lock */
};

Overlay *overlay_new(void)
{
    Overlay *overlay = g_new0(Overlay, 1);

    overlay->refs = 1;
    pthread_mutex_init(&overlay->lock, NULL);
    return overlay;
}

Overlay *overlay_ref(Overlay *overlay)
{
    g_atomic_int_inc(&overlay->refs);
    return overlay;
}

void overlay_unref(Overlay *overlay)
{
    if (!overlay || !g_atomic_int_dec_and_test(&overlay->refs))
        return;
    bitmap_unref(overlay->bitmap);
    pthread_mutex_destroy(&overlay->lock);
    g_free(overlay);
}

void overlay_put(Overlay *overlay, Bitmap *bitmap)
{
    pthread_mutex_lock(&overlay->lock);
    Bitmap *old = overlay->bitmap;
    overlay->bitmap = bitmap;
    atomic_fetch_add(&overlay->serial, 1);
    pthread_mutex_unlock(&overlay->lock);
    bitmap_unref(old);
}

Bitmap *overlay_ref_newest(Overlay *overlay, guint64 *serial)
{
    pthread_mutex_lock(&overlay->lock);
    Bitmap *bitmap = overlay->bitmap ? bitmap_ref(overlay->bitmap) : NULL;
    *serial = atomic_load(&overlay->serial);
    pthread_mutex_unlock(&overlay->lock);
    return bitmap;
}

guint64 overlay_serial(Overlay *overlay)
{
    return atomic_load(&overlay->serial);
}
