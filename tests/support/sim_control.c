/* sim_control.c - commands as lines of text, for camera-sim's standard input and its UNIX socket */
#include "tests/support/sim_control.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "wallctl/base/error.h"

/* ---- one line ---- */

static char *finish(GString *out, const GError *error)
{
    if (error)
        g_string_append_printf(out, "error: %s\n", error->message);
    else
        g_string_append(out, "ok\n");
    return g_string_free(out, FALSE);
}

static void print_stats(GString *out, CameraSim *sim, const char *target)
{
    CameraSimStats s;
    if (!camera_sim_get_stats(sim, target, &s))
        return;
    g_string_append_printf(
        out,
        "%s sessions=%u opened=%" G_GUINT64_FORMAT " teardowns=%" G_GUINT64_FORMAT
        " frame=%" G_GUINT64_FORMAT " sent=%" G_GUINT64_FORMAT " dropped=%" G_GUINT64_FORMAT
        " lost=%" G_GUINT64_FORMAT " bytes=%" G_GUINT64_FORMAT " epoch_ns=%" G_GINT64_FORMAT
        " fps=%u/%u loop=%u late_max_us=%u fault=%s\n",
        target, s.sessions, s.opened, s.teardowns, s.frame, s.frames_sent, s.frames_dropped,
        s.packets_lost, s.bytes, s.epoch_ns, s.fps_num, s.fps_den, s.loop_frames, s.late_max_us,
        s.fault);
}

/* TRUE if the stream "ID/main" is meant by "ID", "ID/main", "*" or NULL. */
static gboolean is_meant(const char *stream, const char *target)
{
    if (!target || g_str_equal(target, "*") || g_str_equal(target, stream))
        return TRUE;
    gsize length = strlen(target);
    return g_str_has_prefix(stream, target) && stream[length] == '/';
}

static gboolean stats(GString *out, CameraSim *sim, const char *target, GError **error)
{
    g_auto(GStrv) streams = camera_sim_list(sim);
    gsize before = out->len;
    for (guint i = 0; streams[i]; i++) {
        if (is_meant(streams[i], target))
            print_stats(out, sim, streams[i]);
    }
    if (target && out->len == before)
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "'%s' names no camera", target);
    return out->len > before || !target;
}

static void list(GString *out, CameraSim *sim)
{
    g_auto(GStrv) streams = camera_sim_list(sim);
    for (guint i = 0; streams[i]; i++)
        g_string_append_printf(out, "rtsp://127.0.0.1:%u/%s\n", camera_sim_port(sim), streams[i]);
}

char *sim_control_answer(CameraSim *sim, const char *line)
{
    g_autoptr(GError) error = NULL;
    GString *out = g_string_new(NULL);
    g_autofree char *text = g_utf8_make_valid(line, -1);
    g_auto(GStrv) words = g_strsplit(g_strstrip(text), " ", 3);
    guint n = g_strv_length(words);
    const char *verb = n ? words[0] : "";
    if (g_str_equal(verb, "fault") && n == 3)
        camera_sim_set_fault(sim, words[1], g_strstrip(words[2]), &error);
    else if (g_str_equal(verb, "stats") && n <= 2)
        stats(out, sim, n == 2 ? words[1] : NULL, &error);
    else if (g_str_equal(verb, "list") && n == 1)
        list(out, sim);
    else if (g_str_equal(verb, "help"))
        g_string_append(out, "fault TARGET SPEC | stats [TARGET] | list | help\n");
    else
        g_set_error(
            &error, WALL_ERROR, WALL_ERROR_INVALID,
            "'%s' is no command: fault TARGET SPEC, stats [TARGET], list or help is accepted",
            text);
    return finish(out, error);
}

/* ---- where lines come from ---- */

struct SimControl {
    CameraSim *sim;
    GCancellable *cancel;
    GSocketService *service; /* NULL for standard input */
    char *path;
};

typedef struct {
    CameraSim *sim;
    GCancellable *cancel;
    GIOStream *stream;
    GDataInputStream *in;
} Client;

static void client_free(Client *client)
{
    g_object_unref(client->in);
    g_object_unref(client->stream);
    g_object_unref(client->cancel);
    g_free(client);
}

static void on_line(GObject *source, GAsyncResult *result, gpointer user)
{
    Client *client = user;
    g_autofree char *line = g_data_input_stream_read_line_finish(client->in, result, NULL, NULL);
    if (!line) { /* end, error or sim_control_free() */
        client_free(client);
        return;
    }
    g_autofree char *answer = sim_control_answer(client->sim, line);
    GOutputStream *out = g_io_stream_get_output_stream(client->stream);
    if (!g_output_stream_write_all(out, answer, strlen(answer), NULL, client->cancel, NULL) ||
        !g_output_stream_flush(out, client->cancel, NULL)) {
        client_free(client);
        return;
    }
    g_data_input_stream_read_line_async(client->in, G_PRIORITY_DEFAULT, client->cancel, on_line,
                                        client);
}

static void serve(SimControl *control, GIOStream *stream)
{
    Client *client = g_new0(Client, 1);
    client->sim = control->sim;
    client->cancel = g_object_ref(control->cancel);
    client->stream = g_object_ref(stream);
    client->in = g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    g_filter_input_stream_set_close_base_stream(G_FILTER_INPUT_STREAM(client->in), FALSE);
    g_data_input_stream_read_line_async(client->in, G_PRIORITY_DEFAULT, client->cancel, on_line,
                                        client);
}

static gboolean on_connection(GSocketService *service, GSocketConnection *connection,
                              GObject *source, gpointer user)
{
    serve(user, G_IO_STREAM(connection));
    return TRUE;
}

static gboolean listen_on(SimControl *control, GError **error)
{
    struct stat old;
    if (lstat(control->path, &old) == 0 && S_ISSOCK(old.st_mode))
        g_unlink(control->path);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(control->path);
    control->service = g_socket_service_new();
    mode_t mask = umask(0177);
    gboolean is_bound = g_socket_listener_add_address(G_SOCKET_LISTENER(control->service), address,
                                                      G_SOCKET_TYPE_STREAM,
                                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
    umask(mask);
    if (!is_bound) {
        g_prefix_error(error, "control socket %s: ", control->path);
        return FALSE;
    }
    g_signal_connect(control->service, "incoming", G_CALLBACK(on_connection), control);
    return TRUE;
}

SimControl *sim_control_new(CameraSim *sim, const char *path, GError **error)
{
    g_autoptr(SimControl) control = g_new0(SimControl, 1);
    control->sim = sim;
    control->cancel = g_cancellable_new();
    if (g_str_equal(path, "-")) {
        g_autoptr(GInputStream) in = g_unix_input_stream_new(STDIN_FILENO, FALSE);
        g_autoptr(GOutputStream) out = g_unix_output_stream_new(STDOUT_FILENO, FALSE);
        g_autoptr(GIOStream) both = g_simple_io_stream_new(in, out);
        serve(control, both);
        return g_steal_pointer(&control);
    }
    control->path = g_strdup(path);
    return listen_on(control, error) ? g_steal_pointer(&control) : NULL;
}

void sim_control_free(SimControl *control)
{
    if (!control)
        return;
    g_cancellable_cancel(control->cancel);
    if (control->service) {
        g_socket_service_stop(control->service);
        g_socket_listener_close(G_SOCKET_LISTENER(control->service));
        g_object_unref(control->service);
        g_unlink(control->path);
    }
    /* The clients' cancelled reads end on the main context and free them. */
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    g_object_unref(control->cancel);
    g_free(control->path);
    g_free(control);
}
