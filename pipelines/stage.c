/* stage.c - a Scene bound to what draws it */
#include "pipelines/stage.h"

Stage *stage_new(guint64 revision, guint n_tiles, guint n_notices)
{
    static guint64 last_id;
    Stage *stage = g_new0(Stage, 1);
    stage->refs = 1;
    stage->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
    stage->revision = revision;
    stage->n_tiles = n_tiles;
    stage->n_notices = n_notices;
    stage->tiles = g_new0(StageTile, n_tiles);
    stage->notices = g_new0(StageNotice, n_notices);
    return stage;
}

Stage *stage_ref(Stage *stage)
{
    g_atomic_int_inc(&stage->refs);
    return stage;
}

void stage_unref(Stage *stage)
{
    if (!stage || !g_atomic_int_dec_and_test(&stage->refs))
        return;
    for (guint i = 0; i < stage->n_tiles; i++) {
        StageTile *tile = &stage->tiles[i];
        g_free(tile->region);
        g_clear_pointer(&tile->view, view_unref);
        g_clear_pointer(&tile->slate, overlay_unref);
        g_clear_pointer(&tile->stale, overlay_unref);
        g_clear_pointer(&tile->label, overlay_unref);
    }
    for (guint i = 0; i < stage->n_notices; i++) {
        g_clear_pointer(&stage->notices[i].overlay, overlay_unref);
        g_free(stage->notices[i].region);
    }
    g_free(stage->tiles);
    g_free(stage->notices);
    g_free(stage);
}
