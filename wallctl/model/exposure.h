/* exposure.h - what a screen may show to whoever stands before it. Pure. [any]
 *
 * One rule, applied to the Scene before anything is asked for or composed, so that the glass, previews,
 * snapshots and streams of a screen agree: what is covered here is never decoded for that screen.
 *
 *                         internal screen   public screen   visitor mode
 *   empty cell            shown             shown           shown
 *   public board          shown             shown           shown
 *   public camera         shown             shown           covered
 *   everything else       shown             covered         covered
 *   banners of alarms     shown             left out        left out
 *   ticker, clock         shown             shown           shown
 */
#ifndef WALLCTL_MODEL_EXPOSURE_H
#define WALLCTL_MODEL_EXPOSURE_H

#include "wallctl/model/scene.h"

typedef enum { CONTENT_INTERNAL = 1, CONTENT_PUBLIC } ContentClass;

const char *content_class_word(ContentClass content); /* "internal", "public"; borrowed */

/* What a tile's source is. What nobody has said to be public is internal. */
typedef enum { SOURCE_INTERNAL = 1, SOURCE_PUBLIC_CAMERA, SOURCE_PUBLIC_BOARD } SourceClass;
typedef SourceClass (*ClassOfSource)(const char *source, gconstpointer user);

/* Of one screen. */
typedef struct {
    ContentClass content;
    gboolean is_visitor; /* visitor mode is on here */
} Exposure;

Cover exposure_cover(const Exposure *exposure, SourceClass source);
gboolean exposure_has_notice(const Exposure *exposure, NoticeKind kind);

/* Empties what is covered and says so in its cover. scene is not yet anybody else's. */
void scene_expose(Scene *scene, const Exposure *exposure, ClassOfSource class_of,
                  gconstpointer user);

/* content without the sources that no screen shows: what is written down as having been seen. content
 * itself with a new reference when nothing is covered. A source outside all screens stays. Caller
 * owns. */
WallContent *wall_content_exposed(WallContent *content, const Rect *screens,
                                  const Exposure *exposures, guint n, ClassOfSource class_of,
                                  gconstpointer user);

#endif
