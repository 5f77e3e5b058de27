/* guard.c - which requests are let in: host, origin, media type, path */
#include "web/guard.h"

#include "wallctl/base/error.h"

#include <string.h>

/* The name part of "name", "name:port", "[::1]" or "[::1]:port"; NULL if it is none of these. */
static char *host_name(const char *host)
{
    const char *end = *host == '[' ? strchr(host, ']') : NULL;
    if (*host == '[' && !end)
        return NULL;
    end = end ? end + 1 : host + strcspn(host, ":");
    if (end == host)
        return NULL;
    if (*end == ':') {
        gsize digits = strspn(end + 1, "0123456789");
        if (digits == 0 || digits > 5 || end[1 + digits])
            return NULL;
    } else if (*end) {
        return NULL;
    }
    return g_ascii_strdown(host, end - host);
}

gboolean guard_host(const char *host, const char *const *names)
{
    g_autofree char *name = host ? host_name(host) : NULL;
    if (!name)
        return FALSE;
    static const char *const local[] = { "localhost", "127.0.0.1", "[::1]", NULL };
    if (g_strv_contains(local, name))
        return TRUE;
    for (gsize i = 0; names && names[i]; i++) {
        gboolean is_v6 = strchr(names[i], ':') && *names[i] != '[';
        g_autofree char *known = g_strdup_printf(is_v6 ? "[%s]" : "%s", names[i]);
        if (g_ascii_strcasecmp(name, known) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean guard_origin(const char *origin, const char *host, gboolean is_secure)
{
    if (!origin)
        return TRUE;
    if (!host)
        return FALSE;
    const char *rest = NULL;
    if (!is_secure && g_str_has_prefix(origin, "http://"))
        rest = origin + strlen("http://");
    else if (g_str_has_prefix(origin, "https://"))
        rest = origin + strlen("https://");
    return rest && g_ascii_strcasecmp(rest, host) == 0;
}

static gboolean is_type(const char *content_type, const char *wanted)
{
    if (!content_type || g_ascii_strncasecmp(content_type, wanted, strlen(wanted)) != 0)
        return FALSE;
    const char *rest = content_type + strlen(wanted);
    rest += strspn(rest, " \t");
    return *rest == 0 || *rest == ';';
}

gboolean guard_media_type(const char *content_type)
{
    return is_type(content_type, "application/json");
}

gboolean guard_is_table(const char *content_type)
{
    return is_type(content_type, "text/csv");
}

gboolean guard_path(const char *path)
{
    if (*path != '/' || !g_utf8_validate(path, -1, NULL))
        return FALSE;
    for (const char *c = path; *c; c++) {
        if ((guchar)*c < 0x20 || *c == 0x7f || *c == '\\')
            return FALSE;
    }
    g_auto(GStrv) parts = g_strsplit(path + 1, "/", -1);
    for (guint i = 0; parts[i]; i++) {
        gboolean is_last = parts[i + 1] == NULL;
        if ((*parts[i] == 0 && !is_last) || strcmp(parts[i], ".") == 0 ||
            strcmp(parts[i], "..") == 0)
            return FALSE;
    }
    return TRUE;
}

gboolean guard_split_target(const char *target, char **path, GHashTable **query, GError **error)
{
    const char *mark = strchr(target, '?');
    g_autofree char *raw = mark ? g_strndup(target, mark - target) : g_strdup(target);
    g_autofree char *decoded = g_uri_unescape_string(raw, NULL);
    if (!decoded || !guard_path(decoded)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "path: '%.100s' is not an absolute path without '.' and '..'", raw);
        return FALSE;
    }
    g_autoptr(GHashTable) found = NULL;
    g_autoptr(GError) bad = NULL;
    if (mark)
        found = g_uri_parse_params(mark + 1, -1, "&", G_URI_PARAMS_WWW_FORM, &bad);
    if (bad) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "path: the query '%.100s' is not name=value&...", mark + 1);
        return FALSE;
    }
    *path = g_steal_pointer(&decoded);
    *query = found ? g_steal_pointer(&found)
                   : g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return TRUE;
}

gboolean guard_is_preview_path(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    static const char *const form[] = {
        "", "api", "v1", "walls", NULL, "screens", NULL, "preview"
    };
    if (g_strv_length(parts) != G_N_ELEMENTS(form))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(form); i++) {
        if (form[i] ? strcmp(parts[i], form[i]) != 0 : *parts[i] == 0)
            return FALSE;
    }
    return TRUE;
}
