/* paths.c - where things lie when the configuration does not say
 *
 * systemd's $STATE_DIRECTORY and $RUNTIME_DIRECTORY win over our own ideas.
 */
#include "config/paths.h"

#include <unistd.h>

#define SYSTEM_SOCKET "/run/wallctl/wallctl.sock"

char *paths_state_dir(const Config *config)
{
    if (config && *config->state_dir)
        return g_strdup(config->state_dir);
    const char *given = g_getenv("STATE_DIRECTORY");
    if (given && *given)
        return g_strdup(given);
    if (geteuid() == 0)
        return g_strdup("/var/lib/wallctl");
    return g_build_filename(g_get_user_state_dir(), "wallctl", NULL);
}

char *paths_socket(const Config *config)
{
    if (config && *config->socket_path)
        return g_strdup(config->socket_path);
    const char *given = g_getenv("RUNTIME_DIRECTORY");
    if (given && *given)
        return g_build_filename(given, "wallctl.sock", NULL);
    if (geteuid() == 0)
        return g_strdup(SYSTEM_SOCKET);
    return g_build_filename(g_get_user_runtime_dir(), "wallctl", "wallctl.sock", NULL);
}

char *paths_find_socket(void)
{
    g_autofree char *own = paths_socket(NULL);
    return g_file_test(own, G_FILE_TEST_EXISTS) ? g_steal_pointer(&own) : g_strdup(SYSTEM_SOCKET);
}
