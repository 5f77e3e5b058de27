/* tile_run.h - one tile that is on glass or about to be: its streams, the views of them, its look. [control]
 *
 * Nothing in it remembers how it came about: tile_run_bind() follows the feeds as they are now, so a stream that becomes
 * usable later (the main stream behind a large tile, a camera that returns) needs no path of its own.
 */
#ifndef WALLCTL_PIPELINES_TILE_RUN_H
#define WALLCTL_PIPELINES_TILE_RUN_H

#include "pipelines/feed_pool.h"
#include "pipelines/look.h"
#include "pipelines/stage.h"
#include "wallctl/base/work.h"
#include "wallctl/model/scene.h"

/* What all tiles of a wall stand on; outlives them. */
typedef struct {
    FeedPool *feeds;
    WorkPool *draw;    /* one thread: drawing keeps its order */
    BoardBook *boards; /* NULL: there are none; drawn by its own worker */
    Config *config;
} TileEnv;

/* To be read by others, written by the functions below. */
typedef struct {
    const TileEnv *env;
    guint screen;         /* index */
    SceneTile scene;      /* camera borrowed from its Scene */
    const Camera *camera; /* NULL: empty, or not in the configuration any more */
    Profile wanted, shown;
    View *view[PROFILE_SUB + 1]; /* by Profile; NULL where not needed */
    Look *look;
    TileCover cover;
} TileRun;

/* The region of what a source shows: NULL: nothing, or what whoever sees the wall may see (as visitors may); "": not
 * known. Borrowed until boards or configuration change. */
const char *tile_source_region(const Config *config, BoardBook *boards, const char *source);

TileRun *tile_run_new(const TileEnv *env, guint screen);
void tile_run_free(TileRun *tile);

/* What it is to show from now on, on a screen of screen_height px. The Scene must live until the next call. */
void tile_run_set(TileRun *tile, const SceneTile *scene, int screen_height);

void tile_run_set_cover(TileRun *tile, TileCover cover);

/* Is the camera's other stream to be open besides the wanted one? */
gboolean tile_run_has_bridge(const TileRun *tile);

/* Takes views of the feeds as they are. TRUE: another one is to be shown than before. */
gboolean tile_run_bind(TileRun *tile);

void tile_run_update_look(TileRun *tile);

/* FALSE: the stream is not open. */
gboolean tile_run_get_feed(const TileRun *tile, Profile profile, FeedInfo *info);

/* What it says when there is no picture and no board; info of the stream, or NULL. */
Sign tile_run_sign(const TileRun *tile, const FeedInfo *info);

/* Is a camera's picture seen? */
gboolean tile_run_has_live_picture(const TileRun *tile, gint64 now_ns);

/* Its picture at the new size, or its slate, will be there in a moment. */
gboolean tile_run_is_worth_waiting(const TileRun *tile);

/* With references of its own; gaps are left 0. */
void tile_run_fill(const TileRun *tile, StageTile *out);

#endif
