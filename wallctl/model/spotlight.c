/* spotlight.c - alarm cameras laid over the content on air */
#include "wallctl/model/spotlight.h"

#include "wallctl/model/content.h"

#define WINDOW_SHARE 4  /* a window takes this part of the wall's width ... */
#define WINDOW_GAP   2  /* px, between windows and to the edge */
#define CLOCK_SHARE  20 /* this part of its height is left to the clock */

/* Is the tile there, and not behind the maximised one? */
static gboolean is_seen(const WallContent *content, guint number)
{
    const Tile *tile = number < WALL_FIRST_WINDOW ? wall_tile(content, number) : NULL;
    const Tile *large = content->maximised ? wall_tile(content, content->maximised) : NULL;
    return tile && (!large || large == tile ||
                    !rect_intersects(wall_tile_rect(content, large), tile->rect));
}

static gboolean is_taken(const Spot *spots, guint n, guint tile)
{
    for (guint i = 0; i < n; i++) {
        if (spots[i].seen_in == tile)
            return TRUE;
    }
    return FALSE;
}

/* The index-th place for a window, at the right edge and then to the left of that. The rows stand on the
 * clock, so that most of what is left of the height is above them, where banners are. */
static Rect window_place(Rect bounds, guint index, gboolean is_board)
{
    int w = bounds.w / WINDOW_SHARE, h = w * 9 / 16, foot = bounds.h / CLOCK_SHARE;
    int rows = MAX((bounds.h - foot) / (h + WINDOW_GAP), 1);
    int first = is_board || rows == 1 ? 0 : 1, n = is_board ? 1 : rows - first;
    int column = (int)index / n + 1, row = first + (int)index % n;
    Rect place = { bounds.x + bounds.w - column * (w + WINDOW_GAP),
                   bounds.y + bounds.h - foot - (rows - row) * (h + WINDOW_GAP), w, h };
    return rect_even(rect_intersect(place, bounds));
}

/* Windows of people count from 901 up, so these count from 999 down. */
static guint free_window(const WallContent *content)
{
    for (guint number = WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1; number >= WALL_FIRST_WINDOW;
         number--) {
        if (!wall_tile(content, number))
            return number;
    }
    return 0;
}

static guint open_window(WallContent *content, Rect bounds, guint index, const Spot *spot)
{
    guint number = free_window(content);
    Rect place = window_place(bounds, index, spot->is_board);
    if (number == 0 || place.w < WALL_MIN_WINDOW || place.h < WALL_MIN_WINDOW)
        return 0;
    int z = (int)(content->n_tiles - content_n_cells(content)) + 1;
    tile_set_camera(content_add_tile(content, number, place, z), spot->camera);
    return number;
}

WallContent *wall_content_spotlit(WallContent *air, Rect bounds, Spot *spots, guint n)
{
    guint n_spots = 0, n_windows[2] = { 0, 0 };
    for (guint i = 0; i < n; i++) {
        spots[i].seen_in = 0;
        n_spots += spots[i].camera ? 1 : 0;
    }
    if (n_spots == 0)
        return wall_content_ref(air);
    WallContent *content = wall_content_copy(air);
    for (guint i = 0; i < n; i++) {
        Spot *spot = &spots[i];
        if (!spot->camera)
            continue;
        if (!is_seen(content, spot->tile) || is_taken(spots, i, spot->tile)) {
            spot->seen_in = open_window(content, bounds, n_windows[spot->is_board]++, spot);
            continue;
        }
        Tile *tile = content_find(content, spot->tile, NULL);
        tile_set_camera(tile, spot->camera);
        spot->seen_in = spot->tile;
    }
    return content;
}
