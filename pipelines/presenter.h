/* presenter.h - brings a wall's content to its screens: chooses streams, waits for pictures, switches all screens on one tick.
 *
 * [control]. A change goes on air as a whole once every camera that can deliver at once has a picture at the new size, at the
 * latest after WAIT_MS; cameras that are still away get their slate and follow when they come. A newer change replaces one
 * that still waits. The canvases never wait.
 */
#ifndef WALLCTL_PIPELINES_PRESENTER_H
#define WALLCTL_PIPELINES_PRESENTER_H

#include "pipelines/board_book.h"
#include "pipelines/canvas.h"
#include "pipelines/draw.h"
#include "pipelines/feed_pool.h"
#include "pipelines/partial.h"
#include "pipelines/watermark.h"
#include "wallctl/base/work.h"
#include "wallctl/model/exposure.h"
#include "wallctl/model/scene.h"

typedef struct Presenter Presenter;

/* revision is on glass on every screen of the wall since tick_ns; empty lists tile numbers without a live picture. Comes
 * again for the same revision when a tile that was empty got its picture. */
typedef void (*Presented)(Presenter *presenter, guint64 revision, gint64 tick_ns,
                          const guint *empty, guint n_empty, gpointer user);

typedef struct {
    FeedPool *feeds;
    WorkPool *draw;    /* one thread: drawing keeps its order */
    BoardBook *boards; /* NULL: there are none; outlives the presenter */
    Presented presented;
    gpointer user;
} PresenterEnv;

Presenter *presenter_new(const PresenterEnv *env, Config *config, const WallConfig *wall);
void presenter_free(Presenter *presenter);

/* Shows content as revision: of each screen what exposure.h lets it show. What is to be covered is
 * covered on the next tick, without waiting for pictures. */
void presenter_show(Presenter *presenter, WallContent *content, guint64 revision);

/* Visitor mode of a screen, from the next presenter_show() and presenter_set_notices() on. */
void presenter_set_visitor(Presenter *presenter, const char *screen, gboolean is_visitor);

/* The newest picture of a screen (NULL or "": the first) as a new reference. NULL: none so far, or none
 * since something was covered. */
Frame *presenter_ref_picture(Presenter *presenter, const char *screen);

/* Over the tiles of every screen, on the next tick: notices do not wait for pictures. */
void presenter_set_notices(Presenter *presenter, const Notice *notices, guint n_notices);

/* Cameras that may be needed next (tour look-ahead, preview, presets): received and kept warm, in falling importance.
 * group tells apart who asks ("tour", "preview"). */
void presenter_warm(Presenter *presenter, const char *group, const char *const *cameras, guint n);

/* Names, masks and label places changed with the configuration. The wall's screens are the same as before. */
void presenter_reload(Presenter *presenter, Config *config, const WallConfig *wall);

/* Of a screen (NULL or "": the first), for what leaves the room: the wall and the minute. NULL: it is on the
 * composed picture already. Borrowed. */
Watermark *presenter_watermark(Presenter *presenter, const char *screen);

guint presenter_screens(const Presenter *presenter);
Canvas *presenter_canvas(Presenter *presenter,
                         const char *screen); /* NULL or "": the first; NULL if unknown */
Canvas *presenter_canvas_at(Presenter *presenter, guint index, const char **screen);

/* The screen (NULL or "": the first; NULL if unknown) for who may see a region only. Borrowed. */
Partials *presenter_partials(Presenter *presenter, const char *screen);

void presenter_set_fps(Presenter *presenter, guint fps); /* of all that compose its screens */
guint64 presenter_on_glass(const Presenter *presenter);  /* revision */

/* What a tile shows now, for status, the API and "why": of one on two screens, where it is not covered.
 * FALSE: no such tile on any screen. */
typedef struct {
    guint number;
    const char *camera; /* borrowed; NULL when empty; "board:NAME" */
    const char *board;  /* title of its board, borrowed until the next put; NULL: none */
    Profile wanted, shown;
    Rect rect; /* px of its screen */
    const char *screen;
    Cover cover;                    /* camera is NULL then */
    gboolean has_feed, is_on_glass; /* a live picture is seen */
    FeedInfo feed;                  /* of the shown profile; valid if has_feed */
    Sign sign;
} TileInfo;
gboolean presenter_tile(Presenter *presenter, guint number, TileInfo *info);

#endif
