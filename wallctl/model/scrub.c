/* scrub.c - takes out of technical texts what must not leave the house */
#include "wallctl/model/scrub.h"

#include "wallctl/base/secret.h"
#include "wallctl/model/privacy.h"

#include <gio/gio.h>
#include <string.h>

struct Scrub {
    GRegex *addresses, *hosts;
    GHashTable *names; /* what was found -> what stands for it */
    guint n_addresses, n_hosts;
};

static void add_standing(Scrub *scrub, const char *found, const char *prefix, guint *n,
                         GString *out)
{
    g_autofree char *key = g_ascii_strdown(found, -1);
    const char *name = g_hash_table_lookup(scrub->names, key);
    if (!name) {
        char *fresh = g_strdup_printf("%s-%u", prefix, ++*n);
        name = fresh;
        g_hash_table_insert(scrub->names, g_steal_pointer(&key), fresh);
    }
    g_string_append(out, name);
}

static gboolean is_foreign(const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    return address && !g_inet_address_get_is_loopback(address) &&
           !g_inet_address_get_is_any(address);
}

/* "2001:db8::7:554" could be an address with a port: the whole of it goes. */
static gboolean on_address(const GMatchInfo *match, GString *out, gpointer user)
{
    Scrub *scrub = user;
    g_autofree char *found = g_match_info_fetch(match, 0);
    if (is_foreign(found))
        add_standing(scrub, found, "ip", &scrub->n_addresses, out);
    else
        g_string_append(out, found);
    return FALSE;
}

static gboolean on_host(const GMatchInfo *match, GString *out, gpointer user)
{
    Scrub *scrub = user;
    g_autofree char *before = g_match_info_fetch(match, 1), *found = g_match_info_fetch(match, 2);
    g_string_append(out, before);
    gboolean is_ours = g_str_has_prefix(found, "ip-") || g_str_has_prefix(found, "host-") ||
                       g_ascii_strcasecmp(found, "localhost") == 0;
    if (is_ours)
        g_string_append(out, found);
    else
        add_standing(scrub, found, "host", &scrub->n_hosts, out);
    return FALSE;
}

char *scrub_text(Scrub *scrub, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *no_secrets = secret_redact(valid);
    g_autofree char *no_addresses =
        g_regex_replace_eval(scrub->addresses, no_secrets, -1, 0, 0, on_address, scrub, NULL);
    g_autofree char *no_hosts = no_addresses ? g_regex_replace_eval(scrub->hosts, no_addresses, -1,
                                                                    0, 0, on_host, scrub, NULL)
                                             : NULL;
    /* A text that the expressions cannot be held against is one too many. */
    return no_hosts ? privacy_redact(no_hosts, NULL) : g_strdup("***");
}

static gboolean is_secret(const char *key)
{
    static const char *const words[] = { "password",   "passwd", "secret", "token",
                                         "credential", "pin",    "key" };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(key, words[i]) == 0 || (i < 5 && g_str_has_suffix(key, words[i])))
            return TRUE;
    }
    return FALSE;
}

Json *scrub_json(Scrub *scrub, Json *json)
{
    if (json_object_is_type(json, json_type_string)) {
        g_autofree char *text = scrub_text(scrub, json_object_get_string(json));
        return json_object_new_string(text);
    }
    if (json_object_is_type(json, json_type_array)) {
        Json *copy = json_object_new_array();
        for (gsize i = 0; i < json_object_array_length(json); i++)
            json_object_array_add(copy, scrub_json(scrub, json_object_array_get_idx(json, i)));
        return copy;
    }
    if (json_object_is_type(json, json_type_object)) {
        Json *copy = json_object_new_object();
        struct json_object_iter member;
        json_object_object_foreachC (json, member) {
            g_autofree char *key = scrub_text(scrub, member.key);
            json_add(copy, key,
                     is_secret(member.key) ? json_object_new_string("***")
                                           : scrub_json(scrub, member.val));
        }
        return copy;
    }
    return json_object_get(json);
}

Scrub *scrub_new(void)
{
    Scrub *scrub = g_new0(Scrub, 1);
    scrub->addresses = g_regex_new("\\b[0-9]{1,3}(?:\\.[0-9]{1,3}){3}\\b|"
                                   "(?<![0-9A-Za-z:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}"
                                   "(?:\\.[0-9]{1,3}){0,3}(?![0-9A-Za-z:])",
                                   G_REGEX_OPTIMIZE, 0, NULL);
    scrub->hosts = g_regex_new("(://(?:\\*\\*\\*@)?)([0-9A-Za-z._-]*[A-Za-z][0-9A-Za-z._-]*)",
                               G_REGEX_OPTIMIZE, 0, NULL);
    g_assert(scrub->addresses && scrub->hosts);
    scrub->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return scrub;
}

void scrub_free(Scrub *scrub)
{
    if (!scrub)
        return;
    g_regex_unref(scrub->addresses);
    g_regex_unref(scrub->hosts);
    g_hash_table_unref(scrub->names);
    g_free(scrub);
}
