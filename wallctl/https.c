/* https.c - the certificate under which the site is reached: given or made, watched, renewed */
#include "wallctl/https.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "web/site_ca.h"

#include <gio/gio.h>
#include <string.h>

#define LOOK_S 3600
#define DAY_S  86400
#define SOON_S (30 * DAY_S)

struct Https {
    guint refs; /* one of each job on its way */
    gboolean is_closed;
    WebServer *web;
    WorkPool *work;
    char *dir;
    Config *config;
    guint timer;
    gboolean is_busy, is_wanted_again;
    Certificate *certificate; /* what is shown; NULL: nothing is */
    gboolean is_given;
    char *ca_fingerprint; /* NULL: given */
    gint64 ca_until_unix_s;
    char *trouble, *trouble_zh; /* why the files are not used */
    char *told;                 /* of trouble or term, so that it is told once */
};

/* One look at the files. Made and taken back on [control], run on a worker. */
typedef struct {
    Https *https;
    char *dir, *path, *key_path, *owner; /* path NULL: of our own making */
    char **names;
    gint64 now_unix_s;
    Certificate *certificate;
    SiteCertificate *site;
    GError *error;
} Look;

static gboolean is_wanted(const Https *https)
{
    return *https->config->https_host != 0;
}

static void unref(Https *https)
{
    if (--https->refs > 0)
        return;
    certificate_unref(https->certificate);
    config_unref(https->config);
    g_free(https->ca_fingerprint);
    g_free(https->trouble);
    g_free(https->trouble_zh);
    g_free(https->told);
    g_free(https->dir);
    g_free(https);
}

/* --- looking --------------------------------------------------------------------------------- */

static Look *look_new(Https *https)
{
    const Config *config = https->config;
    Look *look = g_new0(Look, 1);
    look->https = https;
    https->refs++;
    look->dir = g_strdup(https->dir);
    look->path = g_strdup(config->certificate);
    look->key_path = g_strdup(config->certificate_key);
    look->owner = g_strdup(config->site_name);
    look->names = site_names_of_machine((const char *const *)config->names);
    look->now_unix_s = clock_unix_ms() / 1000;
    return look;
}

static void look_free(gpointer data)
{
    Look *look = data;
    unref(look->https);
    certificate_unref(look->certificate);
    site_certificate_free(look->site);
    g_clear_error(&look->error);
    g_strfreev(look->names);
    g_free(look->dir);
    g_free(look->path);
    g_free(look->key_path);
    g_free(look->owner);
    g_free(look);
}

static void look_at(Look *look)
{
    if (look->path) {
        look->certificate = certificate_load(look->path, look->key_path, &look->error);
        return;
    }
    look->site = site_ca_ensure(look->dir, look->owner, (const char *const *)look->names,
                                look->now_unix_s, &look->error);
    if (look->site)
        look->certificate = certificate_ref(look->site->certificate);
}

/* --- telling --------------------------------------------------------------------------------- */

/* What is wrong with the certificate that is shown, by its dates; NULL: nothing. A made one is
 * renewed before that. Caller frees both. */
static char *dup_term(const Https *https, char **zh)
{
    if (!https->certificate)
        return NULL;
    const CertificateInfo *info = certificate_info(https->certificate);
    gint64 now = clock_unix_ms() / 1000, left = info->until_unix_s - now;
    g_autoptr(GDateTime) end = g_date_time_new_from_unix_local(info->until_unix_s);
    g_autofree char *day = end ? g_date_time_format(end, "%Y-%m-%d") : g_strdup("?");
    if (left <= 0) {
        *zh = g_strdup_printf("证书已于 %s 过期，浏览器会告警；请换新证书后 wallctl reload", day);
        return g_strdup_printf("the certificate has expired on %s: browsers warn of it; put a new "
                               "one in its place and reload",
                               day);
    }
    if (info->from_unix_s > now) {
        *zh = g_strdup("证书尚未生效，浏览器会告警；请检查本机时间");
        return g_strdup("the certificate is not valid yet: browsers warn of it; is this machine's "
                        "clock right?");
    }
    if (left >= SOON_S)
        return NULL;
    gint64 days = left / DAY_S;
    *zh = g_strdup_printf("证书 %" G_GINT64_FORMAT " 天后（%s）到期；请换新证书后 wallctl reload",
                          days, day);
    return g_strdup_printf("the certificate ends in %" G_GINT64_FORMAT
                           " days, on %s; put a new one in its place and reload",
                           days, day);
}

/* Trouble with the files comes before the term of what is shown meanwhile. Caller frees both. */
static char *dup_trouble(const Https *https, char **zh)
{
    if (!https->trouble)
        return dup_term(https, zh);
    *zh = g_strdup(https->trouble_zh);
    return g_strdup(https->trouble);
}

static void tell(Https *https)
{
    g_autofree char *zh = NULL, *text = dup_trouble(https, &zh);
    if (text && g_strcmp0(text, https->told) != 0 && https->certificate)
        log_warning(WEB, "HTTPS: %s", text);
    else if (text && g_strcmp0(text, https->told) != 0)
        log_error(WEB, "HTTPS: nobody is let in: %s", text);
    g_free(https->told);
    https->told = g_steal_pointer(&text);
}

static void tell_certificate(const Https *https, const SiteCertificate *site)
{
    const CertificateInfo *info = certificate_info(https->certificate);
    g_autofree char *names = g_strjoinv(", ", info->names);
    g_autoptr(GDateTime) end = g_date_time_new_from_unix_local(info->until_unix_s);
    g_autofree char *day = end ? g_date_time_format(end, "%Y-%m-%d") : g_strdup("?");
    log_info(WEB, "HTTPS: certificate for %s until %s, SHA-256 %s", names, day, info->fingerprint);
    if (site && site->is_renewed)
        log_info(WEB, "HTTPS: the certificate is new: %s", site->reason);
    if (site && site->is_new_ca)
        log_warning(WEB,
                    "HTTPS: the site's authority is new: computers have to trust it (%s), "
                    "SHA-256 %s",
                    WEB_CA_PATH, site->ca_fingerprint);
}

/* --- taking ---------------------------------------------------------------------------------- */

static void take_certificate(Https *https, const Look *look)
{
    const SiteCertificate *site = look->site;
    gboolean is_same =
        https->certificate && strcmp(certificate_info(https->certificate)->fingerprint,
                                     certificate_info(look->certificate)->fingerprint) == 0;
    certificate_unref(https->certificate);
    https->certificate = certificate_ref(look->certificate);
    https->is_given = site == NULL;
    g_free(https->ca_fingerprint);
    https->ca_fingerprint = site ? g_strdup(site->ca_fingerprint) : NULL;
    https->ca_until_unix_s = site ? site->ca_until_unix_s : 0;
    web_server_set_certificate(https->web, https->certificate, site ? site->ca_pem : NULL);
    if (!is_same)
        tell_certificate(https, site);
}

static void take(Look *look)
{
    Https *https = look->https;
    g_clear_pointer(&https->trouble, g_free);
    g_clear_pointer(&https->trouble_zh, g_free);
    if (look->certificate) {
        take_certificate(https, look);
    } else {
        const char *zh = wall_error_zh(look->error);
        https->trouble = g_strdup(look->error->message);
        https->trouble_zh = g_strdup(zh ? zh : look->error->message);
    }
    web_server_set_names(https->web, (const char *const *)look->names);
    tell(https);
}

static void look_later(Https *https);

static void on_looked(gpointer data)
{
    Look *look = data;
    Https *https = look->https;
    https->is_busy = FALSE;
    if (https->is_closed)
        return;
    take(look);
    if (https->is_wanted_again)
        look_later(https);
}

static void run_look(gpointer data)
{
    look_at(data);
    post_control(on_looked, data, look_free);
}

static void look_later(Https *https)
{
    https->is_wanted_again = https->is_busy;
    if (https->is_busy)
        return;
    Look *look = look_new(https);
    https->is_busy = TRUE;
    if (work_submit(https->work, run_look, look, NULL, NULL))
        return;
    https->is_busy = FALSE; /* the workers are busy: at the next look */
    look_free(look);
}

static gboolean on_look(gpointer user)
{
    look_later(user);
    return G_SOURCE_CONTINUE;
}

/* --- public ---------------------------------------------------------------------------------- */

static gboolean is_loopback(const char *name)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(name);
    return address ? g_inet_address_get_is_loopback(address) : strcmp(name, "localhost") == 0;
}

/* Where other computers find the page. */
static Json *addresses_json(const Https *https, guint port)
{
    Json *list = json_object_new_array();
    gboolean is_open = g_str_equal(https->config->https_host, "0.0.0.0") ||
                       g_str_equal(https->config->https_host, "::");
    const char *const host[] = { https->config->https_host, NULL };
    const char *const *names =
        is_open ? (const char *const *)certificate_info(https->certificate)->names : host;
    for (gsize i = 0; names[i]; i++) {
        if (is_open && is_loopback(names[i]))
            continue;
        g_autofree char *address = g_strdup_printf(
            strchr(names[i], ':') ? "https://[%s]:%u/" : "https://%s:%u/", names[i], port);
        json_object_array_add(list, json_object_new_string(address));
    }
    return list;
}

static Json *certificate_json(const Https *https)
{
    const CertificateInfo *info = certificate_info(https->certificate);
    Json *json = json_object_new_object(), *names = json_object_new_array();
    for (gsize i = 0; info->names[i]; i++)
        json_object_array_add(names, json_object_new_string(info->names[i]));
    json_add_bool(json, "is_given", https->is_given);
    json_add(json, "names", names);
    json_add_int(json, "from", info->from_unix_s * 1000);
    json_add_int(json, "until", info->until_unix_s * 1000);
    json_add_string(json, "fingerprint", info->fingerprint);
    if (https->ca_fingerprint) {
        json_add_string(json, "ca_fingerprint", https->ca_fingerprint);
        json_add_int(json, "ca_until", https->ca_until_unix_s * 1000);
    }
    return json;
}

Json *https_state(const Https *https)
{
    guint port = https ? web_server_https_port(https->web) : 0;
    if (!port)
        return NULL;
    Json *json = json_object_new_object();
    json_add_int(json, "port", port);
    json_add(json, "addresses",
             https->certificate ? addresses_json(https, port) : json_object_new_array());
    if (https->certificate)
        json_add(json, "certificate", certificate_json(https));
    g_autofree char *zh = NULL, *text = dup_trouble(https, &zh);
    if (text) {
        json_add_string(json, "trouble", text);
        json_add_string(json, "trouble_zh", zh);
    }
    return json;
}

void https_reload(Https *https, Config *config)
{
    assert_control_thread();
    config_ref(config);
    config_unref(https->config);
    https->config = config;
    if (https->timer)
        look_later(https);
}

Https *https_new(WebServer *web, WorkPool *work, const char *state_dir, Config *config)
{
    assert_control_thread();
    Https *https = g_new0(Https, 1);
    https->refs = 1;
    https->web = web;
    https->work = work;
    https->dir = g_build_filename(state_dir, "tls", NULL);
    https->config = config_ref(config);
    if (!is_wanted(https))
        return https;
    Look *look = look_new(https);
    look_at(look);
    take(look);
    look_free(look);
    https->timer = g_timeout_add_seconds(LOOK_S, on_look, https);
    return https;
}

void https_free(Https *https)
{
    if (!https)
        return;
    assert_control_thread();
    https->is_closed = TRUE;
    g_clear_handle_id(&https->timer, g_source_remove);
    unref(https);
}
