/* test_overlay.c - the newest bitmap stays, serials rise, several threads read while one puts */
#include "pipelines/overlay.h"

#include <pthread.h>

static Bitmap *marked(guint8 mark)
{
    Bitmap *bitmap = bitmap_new(2, 2);

    bitmap->plane[0][0] = mark;
    return bitmap;
}

static void test_newest_stays(void)
{
    Overlay *overlay = overlay_new();
    guint64 serial = 99;

    g_assert_null(overlay_ref_newest(overlay, &serial));
    g_assert_cmpuint(serial, ==, 0);
    overlay_put(overlay, marked(1));
    overlay_put(overlay, marked(2));
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Bitmap) newest = overlay_ref_newest(overlay, &serial);
        g_assert_cmpuint(newest->plane[0][0], ==, 2);
        g_assert_cmpuint(serial, ==, 2);
    }
    overlay_unref(overlay_ref(overlay));
    overlay_unref(overlay);
    overlay_unref(NULL);
}

static void test_put_nothing(void)
{
    Overlay *overlay = overlay_new();
    guint64 serial;

    overlay_put(overlay, marked(1));
    g_autoptr(Bitmap) held = overlay_ref_newest(overlay, &serial);
    overlay_put(overlay, NULL);
    g_assert_cmpuint(overlay_serial(overlay), ==, 2);
    g_assert_null(overlay_ref_newest(overlay, &serial));
    g_assert_cmpuint(serial, ==, 2);
    overlay_unref(overlay);
    g_assert_cmpuint(held->plane[0][0], ==, 1);
}

#define PUTS 2000

/* A serial and its bitmap belong together, and neither goes back. */
static void *read_until_last(void *data)
{
    guint64 last = 0;

    while (last < PUTS) {
        guint64 serial;
        g_autoptr(Bitmap) bitmap = overlay_ref_newest(data, &serial);
        g_assert_cmpuint(serial, >=, last);
        g_assert_cmpuint(overlay_serial(data), >=, serial);
        if (bitmap)
            g_assert_cmpuint(bitmap->plane[0][0], ==, (guint8)serial);
        last = serial;
    }
    return NULL;
}

static void test_threads(void)
{
    Overlay *overlay = overlay_new();
    pthread_t readers[2];

    for (guint i = 0; i < G_N_ELEMENTS(readers); i++)
        g_assert_cmpint(pthread_create(&readers[i], NULL, read_until_last, overlay), ==, 0);
    for (guint i = 1; i <= PUTS; i++)
        overlay_put(overlay, marked((guint8)i));
    for (guint i = 0; i < G_N_ELEMENTS(readers); i++)
        pthread_join(readers[i], NULL);
    overlay_unref(overlay);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/overlay/newest-stays", test_newest_stays);
    g_test_add_func("/overlay/put-nothing", test_put_nothing);
    g_test_add_func("/overlay/threads", test_threads);
    return g_test_run();
}
