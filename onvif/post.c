/* post.c - one request to a device over HTTP: to the address that is meant and nowhere else */
#include "onvif/post.h"

#include "onvif/xml.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS       3000
#define MAX_HEADER_BYTES (32 * 1024)

struct OnvifLine {
    CURL *curl;
    struct curl_slist *headers;
    GInetAddress *device;
    const Credential *login;
    const OnvifLimits *limits;
    GByteArray *answer;
    gsize header_bytes;
    gboolean is_too_large, is_refused; /* refused: the connection would have gone elsewhere */
    gboolean wants_digest;             /* it asked for HTTP's own */
};

void onvif_init(void)
{
    xml_init();
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

GInetAddress *onvif_own_address(const char *address, GInetAddress *device, const Networks *networks,
                                OnvifTrouble *trouble)
{
    g_autofree char *scheme = NULL, *host = NULL;
    gboolean is_read = g_uri_split(address, G_URI_FLAGS_NONE, &scheme, NULL, &host, NULL, NULL,
                                   NULL, NULL, NULL) &&
                       scheme && host;
    g_autoptr(GInetAddress) literal = is_read ? networks_literal(host) : NULL;
    g_autofree char *shown = g_utf8_substring(address, 0, MIN(g_utf8_strlen(address, -1), 80));
    g_autofree char *outside = is_read ? networks_dup_fault(networks, address) : NULL;
    if (!is_read)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, "address");
    else if (outside)
        onvif_trouble_set(trouble, ONVIF_OUTSIDE, shown);
    else if (!literal || !g_inet_address_equal(literal, device))
        onvif_trouble_set(trouble, ONVIF_FOREIGN, shown);
    else
        return g_steal_pointer(&literal);
    return NULL;
}

/* --- what libcurl asks -------------------------------------------------------------------------
 */

/* The last word on where a connection goes. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
    OnvifLine *line = user;
    g_autoptr(GSocketAddress) address = g_socket_address_new_from_native(&to->addr, to->addrlen);
    GInetAddress *host = G_IS_INET_SOCKET_ADDRESS(address)
                             ? g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))
                             : NULL;
    if (!host || !g_inet_address_equal(host, line->device) ||
        !networks_hold(line->limits->networks, host)) {
        line->is_refused = TRUE;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_answer(char *data, size_t size, size_t count, void *user)
{
    OnvifLine *line = user;
    if (line->answer->len + size * count > XML_MAX_BYTES) {
        line->is_too_large = TRUE;
        return 0;
    }
    g_byte_array_append(line->answer, (const guint8 *)data, (guint)(size * count));
    return size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *user)
{
    OnvifLine *line = user;
    line->header_bytes += size * count;
    line->is_too_large = line->header_bytes > MAX_HEADER_BYTES;
    return line->is_too_large ? 0 : size * count;
}

static int on_progress(void *user, curl_off_t all, curl_off_t now, curl_off_t up, curl_off_t sent)
{
    const OnvifLine *line = user;
    return g_atomic_int_get(line->limits->is_stopped) != 0;
}

/* --- a request ---------------------------------------------------------------------------------
 */

static void explain(OnvifLine *line, CURLcode code, OnvifTrouble *trouble)
{
    curl_off_t connected_us = 0;
    curl_easy_getinfo(line->curl, CURLINFO_CONNECT_TIME_T, &connected_us);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        onvif_trouble_set(trouble, ONVIF_STOPPED, "");
    else if (line->is_too_large)
        onvif_trouble_set(trouble, ONVIF_TOO_LARGE, "");
    else if (line->is_refused)
        onvif_trouble_set(trouble, ONVIF_OUTSIDE, "HTTP");
    else if (connected_us == 0)
        onvif_trouble_set(trouble, ONVIF_UNREACHABLE, curl_easy_strerror(code));
    else if (code == CURLE_OPERATION_TIMEDOUT)
        onvif_trouble_set(trouble, ONVIF_SLOW, "");
    else
        onvif_trouble_set(trouble, ONVIF_MALFORMED, curl_easy_strerror(code));
}

/* The host of where it wants one to go: of an address only that is told. */
static void explain_redirect(OnvifLine *line, OnvifTrouble *trouble)
{
    const char *to = NULL;
    g_autofree char *host = NULL;
    curl_easy_getinfo(line->curl, CURLINFO_REDIRECT_URL, &to);
    if (to)
        g_uri_split(to, G_URI_FLAGS_NONE, NULL, NULL, &host, NULL, NULL, NULL, NULL, NULL);
    g_autofree char *clean = g_utf8_make_valid(host ? host : "", -1);
    g_autofree char *shown = g_utf8_substring(clean, 0, MIN(g_utf8_strlen(clean, -1), 64));
    onvif_trouble_set(trouble, ONVIF_REDIRECTED, shown);
}

static gboolean send_once(OnvifLine *line, const char *address, const char *request, long *status,
                          OnvifTrouble *trouble)
{
    gint64 left_ms = (line->limits->deadline_us - g_get_monotonic_time()) / 1000;
    if (left_ms <= 0 || g_atomic_int_get(line->limits->is_stopped))
        return onvif_trouble_set(trouble, ONVIF_STOPPED, "");
    g_byte_array_set_size(line->answer, 0);
    line->header_bytes = 0;
    line->is_too_large = line->is_refused = FALSE;
    curl_easy_setopt(line->curl, CURLOPT_URL, address);
    curl_easy_setopt(line->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(request));
    curl_easy_setopt(line->curl, CURLOPT_POSTFIELDS, request);
    curl_easy_setopt(line->curl, CURLOPT_TIMEOUT_MS, (long)MIN(left_ms, line->limits->limit_ms));
    if (line->wants_digest) {
        curl_easy_setopt(line->curl, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
        curl_easy_setopt(line->curl, CURLOPT_USERNAME, line->login->user);
        curl_easy_setopt(line->curl, CURLOPT_PASSWORD, secret_get(line->login->password));
    }
    CURLcode code = curl_easy_perform(line->curl);
    if (code != CURLE_OK) {
        explain(line, code, trouble);
        return FALSE;
    }
    curl_easy_getinfo(line->curl, CURLINFO_RESPONSE_CODE, status);
    return TRUE;
}

/* 400 and 500 come with a SOAP fault, which says more than they do. */
static gboolean judge(OnvifLine *line, long status, OnvifTrouble *trouble)
{
    if (status >= 300 && status < 400) {
        explain_redirect(line, trouble);
        return FALSE;
    }
    if (status == 401 || status == 403)
        return onvif_trouble_set(trouble, line->login ? ONVIF_DENIED : ONVIF_LOGIN, "");
    if (status == 200 || ((status == 400 || status == 500) && line->answer->len > 0))
        return TRUE;
    g_autofree char *text = g_strdup_printf("HTTP %ld", status);
    return onvif_trouble_set(trouble, ONVIF_REFUSED, text);
}

GBytes *onvif_post(OnvifLine *line, const char *address, const char *request, OnvifTrouble *trouble)
{
    g_autoptr(GInetAddress) host =
        onvif_own_address(address, line->device, line->limits->networks, trouble);
    long status = 0, offered = 0;
    if (!host || !send_once(line, address, request, &status, trouble))
        return NULL;
    curl_easy_getinfo(line->curl, CURLINFO_HTTPAUTH_AVAIL, &offered);
    if (status == 401 && line->login && !line->wants_digest && (offered & (long)CURLAUTH_DIGEST)) {
        line->wants_digest = TRUE;
        if (!send_once(line, address, request, &status, trouble))
            return NULL;
    }
    return judge(line, status, trouble) ? g_bytes_new(line->answer->data, line->answer->len) : NULL;
}

OnvifLine *onvif_line_new(GInetAddress *device, const Credential *login, const OnvifLimits *limits)
{
    OnvifLine *line = g_new0(OnvifLine, 1);
    CURL *curl = line->curl = curl_easy_init();
    line->device = device;
    line->login = login;
    line->limits = limits;
    line->answer = g_byte_array_new();
    line->headers = curl_slist_append(NULL, "Content-Type: application/soap+xml; charset=utf-8");
    line->headers = curl_slist_append(line->headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, line->headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "wallctl/" WALLCTL_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, line);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, line);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, line);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, line);
    /* Cameras sign their own certificates: there is nothing to hold them against, and no password is sent. */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    return line;
}

void onvif_line_free(OnvifLine *line)
{
    curl_easy_cleanup(line->curl);
    curl_slist_free_all(line->headers);
    g_byte_array_unref(line->answer);
    g_free(line);
}
