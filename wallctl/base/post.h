/* post.h - news and replies to the control thread: each one, in order. */
#ifndef WALLCTL_BASE_POST_H
#define WALLCTL_BASE_POST_H

#include <glib.h>

typedef void (*PostFunc)(gpointer data);

/* The calling thread becomes [control]; its default GMainContext receives posts. Once per process. */
void post_init(void);

/* [any] Runs func(data) on [control] soon, then free_data(data) when that is not NULL.
 * Always deferred, also when called on [control], so the caller's locks are free by then. */
void post_control(PostFunc func, gpointer data, GDestroyNotify free_data);

/* [control] Runs what is posted until nothing is left; for tests and an orderly stop. */
void post_drain(void);

/* Aborts when not on [control]; passes before post_init(), so that pure tests need no loop. */
void assert_control_thread(void);

#endif
