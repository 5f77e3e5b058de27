/* exposure.c - what a screen may show to whoever stands before it */
#include "wallctl/model/exposure.h"

const char *content_class_word(ContentClass content)
{
    return content == CONTENT_PUBLIC ? "public" : "internal";
}

Cover exposure_cover(const Exposure *exposure, SourceClass source)
{
    if (source == SOURCE_PUBLIC_BOARD)
        return COVER_NONE;
    if (exposure->is_visitor)
        return COVER_VISITOR;
    return exposure->content == CONTENT_PUBLIC && source != SOURCE_PUBLIC_CAMERA ? COVER_INTERNAL
                                                                                 : COVER_NONE;
}

/* A ticker is written by hand and refused with anything private in it (tickers.h). */
gboolean exposure_has_notice(const Exposure *exposure, NoticeKind kind)
{
    return kind == NOTICE_TICKER || (exposure->content != CONTENT_PUBLIC && !exposure->is_visitor);
}

void scene_expose(Scene *scene, const Exposure *exposure, ClassOfSource class_of,
                  gconstpointer user)
{
    for (guint i = 0; i < scene->n_tiles; i++) {
        SceneTile *tile = &scene->tiles[i];
        if (tile->camera)
            tile->cover = exposure_cover(exposure, class_of(tile->camera, user));
        if (tile->cover != COVER_NONE)
            g_clear_pointer(&tile->camera, g_free);
    }
}

static gboolean is_hidden(const WallContent *content, const Tile *tile, const Rect *screens,
                          const Exposure *exposures, guint n, SourceClass source)
{
    gboolean is_covered = FALSE;
    Rect rect = wall_tile_rect(content, tile);
    for (guint i = 0; i < n; i++) {
        if (!rect_intersects(rect, screens[i]))
            continue;
        if (exposure_cover(&exposures[i], source) == COVER_NONE)
            return FALSE;
        is_covered = TRUE;
    }
    return is_covered;
}

WallContent *wall_content_exposed(WallContent *content, const Rect *screens,
                                  const Exposure *exposures, guint n, ClassOfSource class_of,
                                  gconstpointer user)
{
    WallContent *seen = NULL;
    for (guint i = 0; i < content->n_tiles; i++) {
        const Tile *tile = &content->tiles[i];
        if (!tile->camera ||
            !is_hidden(content, tile, screens, exposures, n, class_of(tile->camera, user)))
            continue;
        if (!seen)
            seen = wall_content_copy(content);
        g_clear_pointer(&seen->tiles[i].camera, g_free);
    }
    return seen ? seen : wall_content_ref(content);
}
