/* main.c - one binary: the daemon, the client, the display's child */
#include "config/config.h"
#include "pipelines/display_output.h"
#include "wallctl/cli.h"
#include "wallctl/daemon.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static int check(const char *path)
{
    g_autoptr(Faults) faults = faults_new(path, 1000);
    g_autoptr(Config) config = config_load(path, faults);
    if (!config) {
        g_autofree char *text = faults_dup_text(faults);
        fputs(text, stderr);
        return EX_CONFIG;
    }
    printf("%s: good: %u cameras, %u walls, %u outputs, %u presets, %u tours\n", path,
           config->cameras->len, config->n_walls, config->n_outputs, config->n_presets,
           config->n_tours);
    return EX_OK;
}

/* In the source while the program lies in its build tree, else where it is installed. Borrowed. */
static const char *find_dir(const char *source, const char *installed)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = self ? g_path_get_dirname(self) : NULL;
    gboolean is_built_here =
        dir && g_str_has_prefix(dir, WALLCTL_BUILD_ROOT) && g_file_test(source, G_FILE_TEST_IS_DIR);
    return is_built_here ? source : installed;
}

/* The operators' console where it was built or installed, else the plain page. Borrowed. */
static const char *find_page(void)
{
    const char *console = find_dir(WALLCTL_BUILD_CONSOLE, WALLCTL_DATADIR "/console");
    g_autofree char *index = g_build_filename(console, "index.html", NULL);
    if (g_file_test(index, G_FILE_TEST_IS_REGULAR))
        return console;
    return find_dir(WALLCTL_SOURCE_PAGE, WALLCTL_DATADIR "/page");
}

static int run_daemon(int argc, char **argv)
{
    g_autofree char *config = NULL, *page = NULL;
    int http_port = 0, https_port = 0, rtsp_port = 0;
    gboolean is_verbose = FALSE;
    const GOptionEntry entries[] = {
        { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config,
          "configuration (" WALLCTL_SYSCONFDIR "/wallctl.json)", "FILE" },
        { "page-dir", 0, 0, G_OPTION_ARG_FILENAME, &page, "static pages", "DIR" },
        { "http-port", 0, 0, G_OPTION_ARG_INT, &http_port, "instead of listen.http_port", "N" },
        { "https-port", 0, 0, G_OPTION_ARG_INT, &https_port, "instead of listen.https_port", "N" },
        { "rtsp-port", 0, 0, G_OPTION_ARG_INT, &rtsp_port, "instead of listen.rtsp_port", "N" },
        { "verbose", 'v', 0, G_OPTION_ARG_NONE, &is_verbose, "log debug messages", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- run the wall");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1 || http_port < 0 ||
        http_port > 65535 || https_port < 0 || https_port > 65535 || rtsp_port < 0 ||
        rtsp_port > 65535) {
        fprintf(stderr, "wallctl daemon: %s\n",
                error ? error->message : "ports are 1 to 65535; no other arguments");
        return EX_USAGE;
    }
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    if (!page)
        page = g_strdup(find_page());
    DaemonOptions options = { .config_path = config ? config : WALLCTL_SYSCONFDIR "/wallctl.json",
                              .program = self ? self : argv[0],
                              .page_dir = page,
                              .http_port = (guint)http_port,
                              .https_port = (guint)https_port,
                              .rtsp_port = (guint)rtsp_port,
                              .is_verbose = is_verbose };
    return daemon_run(&options);
}

int main(int argc, char **argv)
{
    config_set_data_dir(find_dir(WALLCTL_SOURCE_CONFIG, WALLCTL_DATADIR));
    if (argc >= 2 && strcmp(argv[1], "display-child") == 0)
        return display_child_main(argc, argv);
    if (argc >= 2 && strcmp(argv[1], "daemon") == 0)
        return run_daemon(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "--check") == 0) {
        if (argc == 3)
            return check(argv[2]);
        fputs("wallctl --check FILE\n", stderr);
        return EX_USAGE;
    }
    return cli_main(argc, argv);
}
