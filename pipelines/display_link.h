/* display_link.h - what the display output and its child process say to each other.
 *
 * A SOCK_SEQPACKET pair carries messages, a memfd the pictures: DISPLAY_SLOTS slots of one I420
 * picture each, planes without padding. The parent fills a slot that it owns and hands it over with
 * DISPLAY_SHOW; the child gives it back with DISPLAY_RELEASE once it has copied it to the graphics
 * card. Either side ends when the socket does.
 */
#ifndef WALLCTL_PIPELINES_DISPLAY_LINK_H
#define WALLCTL_PIPELINES_DISPLAY_LINK_H

#include <glib.h>

#define DISPLAY_COMMAND "display-child"
#define DISPLAY_SLOTS   3

/* The child's descriptors. */
#define DISPLAY_SOCKET_FD 3
#define DISPLAY_MEMORY_FD 4

typedef enum {
    DISPLAY_SHOW = 1, /* to the child: slot, tick_ns */
    DISPLAY_RELEASE,  /* to the parent: slot */
    DISPLAY_SHOWN,    /* to the parent: tick_ns of the picture that is on the glass now */
    DISPLAY_TEXT,     /* to the parent: the display in words, or why there is none */
} DisplayWord;

typedef struct {
    guint32 word; /* DisplayWord */
    guint32 slot;
    gint64 tick_ns;
    char text[240]; /* ends with NUL */
} DisplayMessage;

/* The child's exit status. Others and signals mean that it failed and is worth another try. */
typedef enum {
    DISPLAY_EXIT_PARENT_GONE = 0,
    DISPLAY_EXIT_NONE = 3,        /* no display, or not the named one */
    DISPLAY_EXIT_CLOSED = 4,      /* the user closed the window */
    DISPLAY_EXIT_UNSUPPORTED = 5, /* built without SDL2 */
    DISPLAY_EXIT_USAGE = 64,
} DisplayExit;

static inline gsize display_slot_size(int width, int height)
{
    return (gsize)width * (gsize)height * 3 / 2;
}

#endif
