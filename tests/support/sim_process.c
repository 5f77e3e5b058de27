/* sim_process.c - camera-sim as a process of its own */
#include "tests/support/sim_process.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct SimProcess {
    GSubprocess *process;
    GDataInputStream *out;
    guint16 port;
};

static char *program(void)
{
    const char *build = g_getenv("WALLCTL_BUILD");
    if (build)
        return g_build_filename(build, "tests", "support", "camera-sim", NULL);
    return g_strdup("camera-sim");
}

char *sim_process_ask(SimProcess *sim, const char *line)
{
    g_autofree char *text = g_strdup_printf("%s\n", line);
    GOutputStream *in = g_subprocess_get_stdin_pipe(sim->process);
    if (!g_output_stream_write_all(in, text, strlen(text), NULL, NULL, NULL) ||
        !g_output_stream_flush(in, NULL, NULL))
        return NULL;
    GString *answer = g_string_new(NULL);
    for (;;) {
        g_autofree char *got = g_data_input_stream_read_line(sim->out, NULL, NULL, NULL);
        if (!got || g_str_has_prefix(got, "error:")) {
            g_string_free(answer, TRUE);
            return NULL;
        }
        if (strcmp(got, "ok") == 0)
            return g_string_free(answer, FALSE);
        g_string_append_printf(answer, "%s\n", got);
    }
}

gboolean sim_process_epoch(SimProcess *sim, const char *stream, gint64 *epoch_ns,
                           guint *loop_frames)
{
    g_autofree char *line = g_strdup_printf("stats %s", stream);
    g_autofree char *answer = sim_process_ask(sim, line);
    const char *epoch = answer ? strstr(answer, "epoch_ns=") : NULL;
    const char *loop = answer ? strstr(answer, "loop=") : NULL;
    if (!epoch || !loop)
        return FALSE;
    *epoch_ns = g_ascii_strtoll(epoch + strlen("epoch_ns="), NULL, 10);
    *loop_frames = (guint)g_ascii_strtoull(loop + strlen("loop="), NULL, 10);
    return TRUE;
}

double sim_process_cpu_s(const SimProcess *sim)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%s/stat", g_subprocess_get_identifier(sim->process));
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    unsigned long user = 0, system = 0;
    const char *rest = strrchr(text, ')');
    if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                        &system) != 2)
        return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

guint16 sim_process_port(const SimProcess *sim)
{
    return sim->port;
}

SimProcess *sim_process_new(const char *const *arguments, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *path = program();
    g_ptr_array_add(argv, path);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, (gpointer)*arguments);
    static const char *const own[] = { "--port", "0", "--control", "-", "--die-with-parent" };
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        g_ptr_array_add(argv, (gpointer)own[i]);
    g_ptr_array_add(argv, NULL);
    GSubprocess *process =
        g_subprocess_newv((const char *const *)argv->pdata,
                          G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
    if (!process)
        return NULL;
    SimProcess *sim = g_new0(SimProcess, 1);
    sim->process = process;
    sim->out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
    while (!sim->port) {
        g_autofree char *line = g_data_input_stream_read_line(sim->out, NULL, NULL, NULL);
        if (!line) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "camera-sim ended before it served");
            sim_process_free(sim);
            return NULL;
        }
        const char *address = strstr(line, "rtsp://127.0.0.1:");
        if (address)
            sim->port = (guint16)g_ascii_strtoull(address + strlen("rtsp://127.0.0.1:"), NULL, 10);
    }
    return sim;
}

void sim_process_free(SimProcess *sim)
{
    if (!sim)
        return;
    g_subprocess_send_signal(sim->process, 15);
    g_subprocess_wait(sim->process, NULL, NULL);
    g_object_unref(sim->out);
    g_object_unref(sim->process);
    g_free(sim);
}
