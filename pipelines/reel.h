/* reel.h - the decode side of a feed: the compressed GOP, the units that wait, the decoder, and the views it fills. Counted.
 *
 * [stream] pushes units, a strand of the decode pool works them off, [control] asks for views and facts. While there is no
 * view nothing is decoded and no decoder exists: a warm camera costs its reception only. The first view starts a burst: the
 * GOP is decoded from its key frame and only the newest picture of it is scaled and shown.
 */
#ifndef WALLCTL_PIPELINES_REEL_H
#define WALLCTL_PIPELINES_REEL_H

#include "pipelines/decode.h"
#include "pipelines/decode_pool.h"
#include "pipelines/view.h"

typedef struct Reel Reel;

/* [any] Something that a feed's state depends on has changed; several changes give one call. */
typedef void (*ReelNews)(gpointer user);

typedef struct {
    enum AVCodecID codec;
    guint64 units, keys, pictures; /* since reel_restart() */
    guint64 damaged,
        dropped; /* units that did not decode; units skipped because decoding fell behind. Total. */
    guint64 bytes;                        /* received, total */
    gint64 last_unit_ns, last_picture_ns; /* 0 before the first since reel_restart() */
    gint64 first_unit_ns, last_key_ns;
    int width, height;    /* of the newest picture, 0 before */
    guint blind_keys;     /* key frames decoded in vain since the last picture */
    guint gop_frames;     /* length of the last complete GOP, 0 unknown */
    gint64 decode_ns;     /* CPU time of one picture incl. scaling, moving average */
    guint views, waiting; /* waiting: units that wait for the decoder */
    gint64 looked_ns;     /* when decoding began last; of meaning while there are views */
    int view_height; /* of the highest view: what this camera is worth when something must be shed */
    gboolean has_gop; /* a burst decode is possible now */
    DecodeEffort effort;
    char trouble[128]; /* why pictures cannot be made, "" if they can */
    gboolean is_mask_failed;
} ReelFacts;

Reel *reel_new(DecodePool *pool, const char *name, ReelNews news, gpointer user);
void reel_close(
    Reel *reel); /* [control] no news comes afterwards; releases the caller's reference */

void reel_set_codec(Reel *reel, enum AVCodecID codec); /* [stream] a new stream begins */
void reel_push(Reel *reel, const AVPacket *packet); /* [stream] pts = arrival by clock_now_ns() */
void reel_restart(Reel *reel); /* [control] the session is new: counts, GOP and waiting units go */

/* [control] An existing view of the same look, or a new one that gets its first picture as soon as one can be had. */
View *reel_view(Reel *reel, const ViewSpec *spec, const Mask *masks, guint n_masks);

void reel_get_facts(Reel *reel, ReelFacts *facts); /* [any] */

/* [any] func runs once, [decode], with the next picture that is decoded for a view and not in a burst; it keeps no more
 * than a reference. While nobody looks there is none. free_user runs after func, or when the reel goes or another one
 * asks before that. */
typedef void (*ReelPicture)(const AVFrame *picture, gint64 arrival_ns, gpointer user);
void reel_ask_picture(Reel *reel, ReelPicture func, gpointer user, GDestroyNotify free_user);

/* [control] What may be left out. Tiles smaller than 3/4 of the picture and 400 px do without the loop filter always;
 * may_save: tiles up to the picture's size and 540 px, too. */
void reel_set_effort(Reel *reel, DecodeEffort effort, gboolean may_save);

#endif
