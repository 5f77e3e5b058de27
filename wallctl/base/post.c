/* post.c - news and replies to the control thread: each one, in order
 *
 * g_main_context_invoke() would run on the sender's thread while no loop runs; an attached GSource
 * never does.
 */
#include "wallctl/base/post.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define POST_RELEASE(p) __tsan_release(p)
#define POST_ACQUIRE(p) __tsan_acquire(p)
#else
#define POST_RELEASE(p) ((void)(p))
#define POST_ACQUIRE(p) ((void)(p))
#endif

static GMainContext *control_context;
static GThread *control_thread;

typedef struct {
    PostFunc func;
    gpointer data;
    GDestroyNotify free_data;
} Post;

static gboolean run_post(gpointer user)
{
    Post *post = user;
    POST_ACQUIRE(post);
    post->func(post->data);
    return G_SOURCE_REMOVE;
}

static void free_post(gpointer user)
{
    Post *post = user;
    if (post->free_data)
        post->free_data(post->data);
    g_free(post);
}

void post_init(void)
{
    control_thread = g_thread_self();
    control_context = g_main_context_default();
}

void post_control(PostFunc func, gpointer data, GDestroyNotify free_data)
{
    Post *post = g_new(Post, 1);
    *post = (Post) { func, data, free_data };
    POST_RELEASE(post);
    GSource *source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, run_post, post, free_post);
    g_source_attach(source, control_context);
    g_source_unref(source);
}

void post_drain(void)
{
    assert_control_thread();
    while (g_main_context_iteration(control_context, FALSE))
        ;
}

void assert_control_thread(void)
{
    g_assert(!control_thread || control_thread == g_thread_self());
}
