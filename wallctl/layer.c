/* layer.c - what lies over a wall without being part of it */
#include "wallctl/layer.h"

#include <string.h>

static void clear_spot(gpointer data)
{
    LayerSpot *spot = data;
    g_free(spot->camera);
    g_free(spot->alarm);
}

static void clear_notice(gpointer data)
{
    notice_clear(data);
}

void layer_init(Layer *layer)
{
    layer->spots = g_array_new(FALSE, TRUE, sizeof(LayerSpot));
    g_array_set_clear_func(layer->spots, clear_spot);
    layer->boards = g_new0(char *, 1);
    layer->notices = g_array_new(FALSE, TRUE, sizeof(Notice));
    g_array_set_clear_func(layer->notices, clear_notice);
}

void layer_clear(Layer *layer)
{
    g_clear_pointer(&layer->spots, g_array_unref);
    g_clear_pointer(&layer->notices, g_array_unref);
    g_clear_pointer(&layer->boards, g_strfreev);
}

static gboolean same_spots(const GArray *now, const LayerSpot *spots, guint n)
{
    if (now->len != n)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        const LayerSpot *spot = &g_array_index(now, LayerSpot, i);
        if (spot->tile != spots[i].tile || g_strcmp0(spot->camera, spots[i].camera) != 0 ||
            g_strcmp0(spot->alarm, spots[i].alarm) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean layer_set_spots(Layer *layer, const LayerSpot *spots, guint n)
{
    if (same_spots(layer->spots, spots, n))
        return FALSE;
    g_array_set_size(layer->spots, 0);
    for (guint i = 0; i < n; i++) {
        LayerSpot spot = { spots[i].tile, g_strdup(spots[i].camera), g_strdup(spots[i].alarm), 0 };
        g_array_append_val(layer->spots, spot);
    }
    return TRUE;
}

gboolean layer_set_boards(Layer *layer, const char *const *boards)
{
    if (g_strv_equal((const char *const *)layer->boards, boards))
        return FALSE;
    g_strfreev(layer->boards);
    layer->boards = g_strdupv((char **)boards);
    return TRUE;
}

void layer_set_notices(Layer *layer, const Notice *notices, guint n)
{
    g_array_set_size(layer->notices, 0);
    for (guint i = 0; i < n; i++) {
        Notice notice = notices[i];
        notice.id = g_strdup(notice.id);
        notice.region = g_strdup(notice.region);
        notice.text = g_strdup(notice.text);
        notice.place = g_strdup(notice.place);
        notice.time = g_strdup(notice.time);
        notice.countdown = g_strdup(notice.countdown);
        g_array_append_val(layer->notices, notice);
    }
}

static guint tile_of(const WallContent *content, const char *camera)
{
    for (guint i = 0; i < content->n_tiles; i++) {
        if (g_strcmp0(content->tiles[i].camera, camera) == 0)
            return content->tiles[i].number;
    }
    return 0;
}

WallContent *layer_over(Layer *layer, WallContent *air, gboolean is_scene, Rect bounds)
{
    guint n = layer->spots->len, n_boards = g_strv_length(layer->boards);
    g_autofree Spot *spots = g_new0(Spot, n + n_boards);
    for (guint i = 0; i < n; i++) {
        const LayerSpot *spot = &g_array_index(layer->spots, LayerSpot, i);
        gboolean is_there = is_scene && spot->camera && tile_of(air, spot->camera);
        spots[i] = (Spot) { .tile = spot->tile, .camera = is_there ? NULL : spot->camera };
    }
    for (guint i = 0; i < n_boards; i++) {
        const char *board = layer->boards[i];
        spots[n + i] = (Spot) { .camera = tile_of(air, board) ? NULL : board, .is_board = TRUE };
    }
    WallContent *seen = wall_content_spotlit(air, bounds, spots, n + n_boards);
    for (guint i = 0; i < n; i++) {
        LayerSpot *spot = &g_array_index(layer->spots, LayerSpot, i);
        spot->seen_in =
            spot->camera && !spots[i].camera ? tile_of(air, spot->camera) : spots[i].seen_in;
    }
    return seen;
}
