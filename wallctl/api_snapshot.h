/* api_snapshot.h - what a screen shows now, as a file, and pictures as answers. [control] */
#ifndef WALLCTL_API_SNAPSHOT_H
#define WALLCTL_API_SNAPSHOT_H

#include "pipelines/frame.h"
#include "wallctl/api_private.h"
#include "wallctl/model/geometry.h"

gboolean api_get_screen_picture(ApiCall *call, GError **error);

typedef struct {
    Frame *frame;      /* borrowed */
    Rect part;         /* of it */
    PartialShot *shot; /* instead of a frame: taken when the answer is under way; else NULL */
    const char *mark;
    guint line; /* which of a picture's marks it is (watermark.h) */
    gboolean is_png;
} ApiPicture;

/* Answers with this picture and its mark on it: encoded on a worker. FALSE with an error when none is free; the request is not
 * answered then. */
gboolean api_reply_picture(const ApiEnv *env, WebRequest *request, const ApiPicture *picture,
                           GError **error);

/* Whose a picture is, of which camera (that of the record) or else wall, and when: "zhang · main · 2026-11-21 15:04:05". Caller
 * frees. */
char *api_dup_mark(const ApiCall *call);

#endif
