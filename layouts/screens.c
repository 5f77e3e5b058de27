/* screens.c - where the screens of a wall lie: m x n with bezels, or placed freely */
#include "layouts/screens.h"

#include <string.h>

#define MIN_PX   64
#define MAX_PX   16384
#define MAX_EDGE 262144 /* px from the origin; keeps sums of coordinates far from overflow */

static gboolean is_good_id(const char *id)
{
    gsize len = id ? strlen(id) : 0;
    return len >= 1 && len <= 64 &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* Faults of one screen by itself; TRUE if its rect can be compared with others. */
static gboolean check_one(const Screen *screen, Faults *faults, const char *place)
{
    Rect r = screen->rect;
    if (!is_good_id(screen->id))
        faults_add(faults, place, "id \"%.70s\" is not 1 to 64 of A-Z a-z 0-9 . _ -",
                   screen->id ? screen->id : "");
    if (screen->rotation != 0 && screen->rotation != 90 && screen->rotation != 180 &&
        screen->rotation != 270)
        faults_add(faults, place, "rotation %u is not 0, 90, 180 or 270", screen->rotation);
    if (r.w < MIN_PX || r.w > MAX_PX || r.h < MIN_PX || r.h > MAX_PX) {
        faults_add(faults, place, "size %dx%d is outside %d to %d px", r.w, r.h, MIN_PX, MAX_PX);
        return FALSE;
    }
    if (r.x < -MAX_EDGE || r.x > MAX_EDGE || r.y < -MAX_EDGE || r.y > MAX_EDGE) {
        faults_add(faults, place, "position %d,%d is outside %d to %d px", r.x, r.y, -MAX_EDGE,
                   MAX_EDGE);
        return FALSE;
    }
    if ((r.x | r.y | r.w | r.h) & 1)
        faults_add(faults, place, "%dx%d at %d,%d: sizes and positions must be even", r.w, r.h, r.x,
                   r.y);
    return TRUE;
}

void screens_check(const Screen *screens, guint n, Faults *faults, const char *place)
{
    if (n == 0)
        faults_add(faults, place, "a wall needs at least one screen");
    g_autofree gboolean *is_sound = g_new0(gboolean, n + 1);
    for (guint i = 0; i < n; i++) {
        g_autofree char *item_place = g_strdup_printf("%s[%u]", place, i);
        is_sound[i] = check_one(&screens[i], faults, item_place);
        for (guint j = 0; j < i; j++) {
            if (g_strcmp0(screens[i].id, screens[j].id) == 0)
                faults_add(faults, item_place, "id \"%.70s\" is that of screen %u, too",
                           screens[i].id, j);
            if (is_sound[i] && is_sound[j] && rect_intersects(screens[i].rect, screens[j].rect))
                faults_add(faults, item_place, "%dx%d at %d,%d overlaps screen %u",
                           screens[i].rect.w, screens[i].rect.h, screens[i].rect.x,
                           screens[i].rect.y, j);
        }
    }
}

Rect screens_bounds(const Screen *screens, guint n)
{
    Rect bounds = { 0, 0, 0, 0 };
    for (guint i = 0; i < n; i++)
        bounds = rect_union(bounds, screens[i].rect);
    return bounds;
}

void screens_free(Screen *screens, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_free(screens[i].id);
        g_free(screens[i].name);
    }
    g_free(screens);
}

Screen *screens_grid(guint columns, guint rows, int width, int height, int bezel_x, int bezel_y)
{
    Screen *screens = g_new0(Screen, columns * rows);
    for (guint i = 0; i < columns * rows; i++) {
        int column = (int)(i % columns), row = (int)(i / columns);
        screens[i].id = g_strdup_printf("%u", i + 1);
        screens[i].name = g_strdup_printf("屏%u", i + 1);
        screens[i].rect =
            (Rect) { column * (width + bezel_x), row * (height + bezel_y), width, height };
        screens[i].content = CONTENT_INTERNAL;
    }
    return screens;
}
