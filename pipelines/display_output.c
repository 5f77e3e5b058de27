/* display_output.c - a canvas on a monitor, by SDL2 in a child process
 *
 * One thread per output starts the child, feeds it and waits for its end. Nothing here can wait for
 * the child: messages go through a non-blocking socket, and a picture for which the child has no
 * free slot is replaced by the next one.
 */
#include "pipelines/display_output.h"

#include "pipelines/display_link.h"
#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/base/slot.h"

#include <errno.h>
#include <libyuv.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 30000 /* for a display that was not there */
#define STUCK_NS      (10 * NS_PER_SEC)
#define HEALTHY_NS    (30 * NS_PER_SEC) /* a child that lived that long starts the back-off anew */
#define END_WAIT_MS   700

typedef struct {
    pid_t pid;
    int pidfd, socket;
    guint8 *memory;
    gboolean is_ours[DISPLAY_SLOTS];
    gint64 start_ns, released_ns;
    gboolean has_shown;
} Child;

struct DisplayOutput {
    char *program, *title, *connector;
    gboolean is_fullscreen;
    guint rotation;
    Canvas *canvas;
    guint canvas_sink;
    int width, height;
    GThread *thread;
    int wake_fd; /* eventfd: a picture lies in the slot, or it is time to stop */
    Slot newest;
    gint has_child, is_stopping; /* atomic */

    pthread_mutex_t lock;
    DisplayState state; /* lock */
    char *detail;       /* lock */
    DisplayStats stats; /* lock */
    char *told;         /* [control] the borrowed copy */

    Backoff backoff; /* the thread's */
    Frame *pending;  /* the thread's: waits for a slot */
};

static void release_frame(gpointer frame)
{
    frame_unref(frame);
}

static void wake(const DisplayOutput *output)
{
    guint64 one = 1;
    if (write(output->wake_fd, &one, sizeof one) < 0)
        return; /* the counter is full: it is awake */
}

/* [canvas] */
static void on_picture(Frame *frame, gpointer user)
{
    DisplayOutput *output = user;
    if (!g_atomic_int_get(&output->has_child))
        return;
    slot_put(&output->newest, frame_ref(frame));
    wake(output);
}

static gboolean is_stopping(DisplayOutput *output)
{
    return g_atomic_int_get(&output->is_stopping);
}

static void set_state(DisplayOutput *output, DisplayState state, const char *detail)
{
    static const char *const words[] = { "",     "starting", "on",
                                         "none", "retrying", "not supported by this build" };
    pthread_mutex_lock(&output->lock);
    gboolean is_new = output->state != state || g_strcmp0(output->detail, detail) != 0;
    output->state = state;
    if (is_new) {
        g_free(output->detail);
        output->detail = g_strdup(detail);
    }
    pthread_mutex_unlock(&output->lock);
    if (is_new)
        log_info(DISPLAY, "%s: %s%s%s", output->title, words[state], detail ? ", " : "",
                 detail ? detail : "");
}

static char *dup_detail(DisplayOutput *output)
{
    pthread_mutex_lock(&output->lock);
    char *detail = g_strdup(output->detail);
    pthread_mutex_unlock(&output->lock);
    return detail;
}

/* The child */

static gboolean spawn(DisplayOutput *output, Child *child, int socket, int memory)
{
    g_autofree char *width = g_strdup_printf("%d", output->width);
    g_autofree char *height = g_strdup_printf("%d", output->height);
    g_autofree char *rotation = g_strdup_printf("%u", output->rotation);
    const char *argv[] = { output->program,
                           DISPLAY_COMMAND,
                           width,
                           height,
                           rotation,
                           output->is_fullscreen ? "fullscreen" : "window",
                           output->connector,
                           output->title,
                           NULL };
    const int sources[] = { socket, memory }, targets[] = { DISPLAY_SOCKET_FD, DISPLAY_MEMORY_FD };
    g_autoptr(GError) error = NULL;
    if (!g_spawn_async_with_pipes_and_fds(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                          -1, -1, -1, sources, targets, G_N_ELEMENTS(sources),
                                          &child->pid, NULL, NULL, NULL, &error)) {
        set_state(output, DISPLAY_RETRYING, error->message);
        return FALSE;
    }
    child->pidfd = pidfd_open(child->pid, 0);
    g_assert(child->pidfd >= 0);
    return TRUE;
}

static gboolean start_child(DisplayOutput *output, Child *child)
{
    *child = (Child) {
        .pidfd = -1, .socket = -1, .start_ns = clock_now_ns(), .released_ns = clock_now_ns()
    };
    for (guint i = 0; i < DISPLAY_SLOTS; i++)
        child->is_ours[i] = TRUE;
    gsize size = display_slot_size(output->width, output->height) * DISPLAY_SLOTS;
    int pair[2] = { -1, -1 };
    int memory = memfd_create("wallctl-display", MFD_CLOEXEC);
    gboolean is_ready = memory >= 0 && ftruncate(memory, (off_t)size) == 0 &&
                        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0;
    if (is_ready) {
        child->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
        is_ready = child->memory != MAP_FAILED;
    }
    if (!is_ready) {
        set_state(output, DISPLAY_RETRYING, g_strerror(errno));
        child->memory = NULL;
    }
    is_ready = is_ready && spawn(output, child, pair[1], memory);
    if (memory >= 0)
        close(memory);
    if (pair[1] >= 0)
        close(pair[1]);
    child->socket = pair[0];
    if (is_ready && !output->pending)
        output->pending = canvas_ref_picture(output->canvas);
    g_atomic_int_set(&output->has_child, is_ready);
    return is_ready;
}

/* Closes the socket, which ends the child; kills it when it does not end. Its wait status. */
static int end_child(DisplayOutput *output, Child *child)
{
    g_atomic_int_set(&output->has_child, FALSE);
    int status = 0;
    if (child->socket >= 0)
        close(child->socket);
    if (child->pidfd >= 0) {
        struct pollfd ended = { .fd = child->pidfd, .events = POLLIN };
        if (poll(&ended, 1, END_WAIT_MS) == 0)
            kill(child->pid, SIGKILL);
        while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
            ;
        close(child->pidfd);
    }
    if (child->memory)
        munmap(child->memory, display_slot_size(output->width, output->height) * DISPLAY_SLOTS);
    return status;
}

static void copy_picture(const Frame *frame, guint8 *to)
{
    int width = frame->width, height = frame->height;
    guint8 *u = to + (gsize)width * (gsize)height;
    guint8 *v = u + (gsize)width * (gsize)height / 4;
    I420Copy(frame->plane[0], frame->stride[0], frame->plane[1], frame->stride[1], frame->plane[2],
             frame->stride[2], to, width, u, width / 2, v, width / 2, width, height);
}

static void take_newest(DisplayOutput *output)
{
    guint64 count;
    if (read(output->wake_fd, &count, sizeof count) < 0)
        return;
    Frame *newest = slot_take(&output->newest);
    if (!newest)
        return;
    if (output->pending) {
        frame_unref(output->pending);
        pthread_mutex_lock(&output->lock);
        output->stats.skipped++;
        pthread_mutex_unlock(&output->lock);
    }
    output->pending = newest;
}

static void send_pending(DisplayOutput *output, Child *child)
{
    guint slot = 0;
    while (slot < DISPLAY_SLOTS && !child->is_ours[slot])
        slot++;
    if (!output->pending || slot == DISPLAY_SLOTS)
        return;
    copy_picture(output->pending,
                 child->memory + display_slot_size(output->width, output->height) * slot);
    DisplayMessage message = { .word = DISPLAY_SHOW,
                               .slot = slot,
                               .tick_ns = output->pending->arrival_ns };
    if (send(child->socket, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL) !=
        sizeof message)
        return; /* its end is seen by the pidfd */
    child->is_ours[slot] = FALSE;
    g_clear_pointer(&output->pending, frame_unref);
}

static void note_shown(DisplayOutput *output, Child *child, const DisplayMessage *message)
{
    pthread_mutex_lock(&output->lock);
    output->stats.shown++;
    output->stats.delay_ns = clock_now_ns() - message->tick_ns;
    pthread_mutex_unlock(&output->lock);
    if (child->has_shown)
        return;
    child->has_shown = TRUE;
    g_autofree char *detail = dup_detail(output);
    set_state(output, DISPLAY_ON, detail);
}

static void read_messages(DisplayOutput *output, Child *child)
{
    DisplayMessage message;
    for (;;) {
        ssize_t size = recv(child->socket, &message, sizeof message, MSG_DONTWAIT);
        if (size < 0 && errno == ECONNRESET)
            continue; /* told once, before what a child wrote that ended without reading all of ours
                       */
        if (size != sizeof message)
            return;
        if (message.word == DISPLAY_RELEASE && message.slot < DISPLAY_SLOTS) {
            child->is_ours[message.slot] = TRUE;
            child->released_ns = clock_now_ns();
        } else if (message.word == DISPLAY_SHOWN) {
            note_shown(output, child, &message);
        } else if (message.word == DISPLAY_TEXT) {
            message.text[sizeof message.text - 1] = 0;
            pthread_mutex_lock(&output->lock);
            g_free(output->detail);
            output->detail = g_utf8_make_valid(message.text, -1);
            pthread_mutex_unlock(&output->lock);
        }
    }
}

static gboolean is_stuck(const Child *child)
{
    for (guint i = 0; i < DISPLAY_SLOTS; i++) {
        if (child->is_ours[i])
            return FALSE;
    }
    return clock_now_ns() - child->released_ns > STUCK_NS;
}

/* Until the child ends or we shall. */
static void serve(DisplayOutput *output, Child *child)
{
    for (;;) {
        send_pending(output, child);
        struct pollfd fds[] = { { .fd = output->wake_fd, .events = POLLIN },
                                { .fd = child->socket, .events = POLLIN },
                                { .fd = child->pidfd, .events = POLLIN } };
        poll(fds, G_N_ELEMENTS(fds), 1000);
        if (fds[0].revents & POLLIN)
            take_newest(output);
        read_messages(output, child);
        if (is_stopping(output) || fds[2].revents)
            return;
        if (is_stuck(child)) {
            log_warning(DISPLAY, "%s: the display takes no pictures any more; its process is ended",
                        output->title);
            kill(child->pid, SIGKILL);
        }
    }
}

/* What the child's end means. How long to wait before the next one, ms; -1: there is none. */
static int judge_end(DisplayOutput *output, const Child *child, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    g_autofree char *detail = dup_detail(output);
    if (code == DISPLAY_EXIT_UNSUPPORTED) {
        set_state(output, DISPLAY_UNSUPPORTED, NULL);
        return -1;
    }
    if (code == DISPLAY_EXIT_CLOSED && !output->is_fullscreen) {
        set_state(output, DISPLAY_NONE, "the window was closed");
        return -1;
    }
    if (code == DISPLAY_EXIT_NONE) {
        set_state(output, DISPLAY_NONE, detail);
        return LOOK_AGAIN_MS;
    }
    if (child->has_shown && clock_now_ns() - child->start_ns > HEALTHY_NS)
        backoff_reset(&output->backoff);
    g_autofree char *reason =
        WIFSIGNALED(status)
            ? g_strdup_printf("the display process was ended by signal %d", WTERMSIG(status))
            : g_strdup_printf("the display process ended with status %d", code);
    set_state(output, DISPLAY_RETRYING, reason);
    pthread_mutex_lock(&output->lock);
    output->stats.restarts++;
    pthread_mutex_unlock(&output->lock);
    return (int)backoff_next_ms(&output->backoff);
}

/* FALSE: stop. */
static gboolean rest(DisplayOutput *output, int wait_ms)
{
    gint64 until = clock_now_ns() + wait_ms * NS_PER_MS;
    while (!is_stopping(output)) {
        gint64 left_ms = wait_ms < 0 ? -1 : (until - clock_now_ns()) / NS_PER_MS + 1;
        if (left_ms <= 0 && wait_ms >= 0)
            return TRUE;
        struct pollfd woken = { .fd = output->wake_fd, .events = POLLIN };
        if (poll(&woken, 1, (int)left_ms) > 0)
            take_newest(output);
    }
    return FALSE;
}

static gpointer run(gpointer user)
{
    DisplayOutput *output = user;
    int wait_ms = 0;
    while (rest(output, wait_ms)) {
        Child child;
        wait_ms = 0;
        if (start_child(output, &child))
            serve(output, &child);
        else
            wait_ms = (int)backoff_next_ms(&output->backoff);
        int status = end_child(output, &child);
        slot_put(&output->newest, NULL); /* the canvas has few surfaces to give away */
        g_clear_pointer(&output->pending, frame_unref);
        if (wait_ms == 0 && !is_stopping(output))
            wait_ms = judge_end(output, &child, status);
    }
    return NULL;
}

DisplayState display_output_state(DisplayOutput *output, const char **detail)
{
    assert_control_thread();
    g_free(output->told);
    output->told = dup_detail(output);
    if (detail)
        *detail = output->told;
    pthread_mutex_lock(&output->lock);
    DisplayState state = output->state;
    pthread_mutex_unlock(&output->lock);
    return state;
}

void display_output_get_stats(DisplayOutput *output, DisplayStats *stats)
{
    pthread_mutex_lock(&output->lock);
    *stats = output->stats;
    pthread_mutex_unlock(&output->lock);
}

DisplayOutput *display_output_new(const char *program, Canvas *canvas, const char *title,
                                  const char *connector, gboolean is_fullscreen, guint rotation)
{
    assert_control_thread();
    DisplayOutput *output = g_new0(DisplayOutput, 1);
    output->program = g_strdup(program);
    output->title = g_strdup(title);
    output->connector = g_strdup(connector);
    output->is_fullscreen = is_fullscreen;
    output->rotation = rotation;
    output->canvas = canvas;
    output->state = DISPLAY_STARTING;
    canvas_get_size(canvas, &output->width, &output->height);
    output->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    g_assert(output->wake_fd >= 0);
    backoff_init(&output->backoff, 1000, 30000);
    slot_init(&output->newest, release_frame);
    pthread_mutex_init(&output->lock, NULL);
    output->thread = g_thread_new("display", run, output);
    output->canvas_sink = canvas_add_sink(canvas, on_picture, output);
    return output;
}

void display_output_free(DisplayOutput *output)
{
    if (!output)
        return;
    assert_control_thread();
    canvas_remove_sink(output->canvas, output->canvas_sink);
    g_atomic_int_set(&output->is_stopping, TRUE);
    wake(output);
    g_thread_join(output->thread);
    slot_clear(&output->newest);
    close(output->wake_fd);
    pthread_mutex_destroy(&output->lock);
    g_free(output->program);
    g_free(output->title);
    g_free(output->connector);
    g_free(output->detail);
    g_free(output->told);
    g_free(output);
}
