/* test_installed.c - what a fresh installation relies on: its first configuration, where a client looks for the service */
#include "config/config.h"
#include "config/paths.h"

#include <glib/gstdio.h>

static Config *load(const char *name)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    g_assert_nonnull(source);
    g_autofree char *path = g_build_filename(source, "config", name, NULL);
    g_autoptr(Faults) faults = faults_new(name, 20);
    Config *config = config_load(path, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    return config;
}

/* It starts as it is, opens nothing to the network and takes no monitor. */
static void test_first_configuration(void)
{
    g_autoptr(Config) config = load("empty.json");

    g_assert_cmpuint(config->cameras->len, ==, 0);
    g_assert_cmpuint(config->n_walls, ==, 1);
    g_assert_cmpstr(config->http_host, ==, "127.0.0.1");
    g_assert_cmpstr(config->rtsp_host, ==, "127.0.0.1");
    g_assert_cmpuint(config->n_outputs, ==, 1);
    g_assert_cmpuint(config->outputs[0].kind, ==, OUTPUT_RTSP);
}

static void test_client_socket(void)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-paths-XXXXXX", NULL);
    g_autofree char *own = g_build_filename(dir, "wallctl.sock", NULL);
    g_setenv("RUNTIME_DIRECTORY", dir, TRUE);

    g_autofree char *without = paths_find_socket();
    g_assert_cmpstr(without, ==, "/run/wallctl/wallctl.sock");

    g_assert_true(g_file_set_contents(own, "", 0, NULL));
    g_autofree char *with = paths_find_socket();
    g_assert_cmpstr(with, ==, own);

    g_unlink(own);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_test_add_func("/installed/first_configuration", test_first_configuration);
    g_test_add_func("/installed/client_socket", test_client_socket);
    return g_test_run();
}
