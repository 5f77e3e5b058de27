/* tls_front.c - a TLS door before a camera that speaks plain RTSP */
#include "tests/pipeline/tls_front.h"
#include "tests/support/loopback.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TLS_HANDSHAKE = 0x16, YEAR_S = 365 * 24 * 3600 };

struct TlsFront {
    SSL_CTX *tls; /* NULL: no TLS */
    guint16 port, camera_port;
    GSocketService *service;
    GPtrArray *clients; /* Client; [control] */
    pthread_mutex_t lock;
    GString *said;       /* lock: by clients */
    TlsFrontStats stats; /* lock */
};

typedef struct {
    TlsFront *front;
    GSocket *socket;
    pthread_t thread;
} Client;

static char *pem_of(EVP_PKEY *key, X509 *certificate)
{
    BIO *out = BIO_new(BIO_s_mem());
    g_assert_true(PEM_write_bio_X509(out, certificate));
    g_assert_true(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL));
    char *text;
    long len = BIO_get_mem_data(out, &text);
    char *pem = g_strndup(text, (gsize)len);
    BIO_free(out);
    return pem;
}

static void add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    g_assert_nonnull(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

char *tls_front_pem(const char *host)
{
    g_autofree char *names =
        g_strdup_printf("%s:%s", g_hostname_is_ip_address(host) ? "IP" : "DNS", host);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2); /* means 3 */
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), YEAR_S);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const guint8 *)host, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, NID_subject_alt_name, names);
    g_assert_true(X509_sign(certificate, key, EVP_sha256()));
    char *pem = pem_of(key, certificate);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pem;
}

static SSL_CTX *make_context(const char *pem)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    g_assert_true(SSL_CTX_use_certificate(context, certificate));
    g_assert_true(SSL_CTX_use_PrivateKey(context, key));
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(in);
    return context;
}

static int connect_camera(guint16 port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = g_htons(port),
                                   .sin_addr = { g_htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static gboolean write_all(int fd, const char *data, gssize len)
{
    while (len > 0) {
        gssize done = send(fd, data, (gsize)len, MSG_NOSIGNAL);
        if (done <= 0)
            return FALSE;
        data += done;
        len -= done;
    }
    return TRUE;
}

static gboolean pass_to_camera(TlsFront *front, SSL *tls, int client, int camera)
{
    char bytes[16384];
    gssize got = tls ? SSL_read(tls, bytes, sizeof bytes) : read(client, bytes, sizeof bytes);
    if (got <= 0)
        return FALSE;
    pthread_mutex_lock(&front->lock);
    g_string_append_len(front->said, bytes, got);
    pthread_mutex_unlock(&front->lock);
    return write_all(camera, bytes, got);
}

static gboolean pass_to_client(TlsFront *front, SSL *tls, int client, int camera)
{
    char bytes[16384];
    gssize got = read(camera, bytes, sizeof bytes);
    if (got <= 0)
        return FALSE;
    pthread_mutex_lock(&front->lock);
    front->stats.from_camera += (guint64)got;
    pthread_mutex_unlock(&front->lock);
    return tls ? SSL_write(tls, bytes, (int)got) == got : write_all(client, bytes, got);
}

/* Until one side ends. */
static void pass(TlsFront *front, SSL *tls, int client)
{
    int camera = connect_camera(front->camera_port);
    struct pollfd ends[2] = { { client, POLLIN, 0 }, { camera, POLLIN, 0 } };
    gboolean goes_on = camera >= 0;
    while (goes_on) {
        gboolean has_rest = tls && SSL_pending(tls) > 0;
        poll(ends, 2, has_rest ? 0 : -1);
        if (has_rest || ends[0].revents)
            goes_on = pass_to_camera(front, tls, client, camera);
        if (goes_on && ends[1].revents)
            goes_on = pass_to_client(front, tls, client, camera);
    }
    if (camera >= 0)
        close(camera);
}

static void serve(TlsFront *front, int client)
{
    guint8 first = 0;
    if (recv(client, &first, 1, MSG_PEEK) != 1)
        return; /* closed without a word */
    pthread_mutex_lock(&front->lock);
    front->stats.unencrypted += first != TLS_HANDSHAKE;
    pthread_mutex_unlock(&front->lock);
    if (!front->tls) {
        pass(front, NULL, client);
        return;
    }
    SSL *tls = SSL_new(front->tls);
    SSL_set_fd(tls, client);
    if (SSL_accept(tls) == 1) {
        pthread_mutex_lock(&front->lock);
        front->stats.handshakes++;
        front->stats.resumed += (guint)SSL_session_reused(tls);
        pthread_mutex_unlock(&front->lock);
        pass(front, tls, client);
    }
    SSL_free(tls);
}

static void *run_client(void *data)
{
    Client *client = data;
    serve(client->front, g_socket_get_fd(client->socket));
    g_socket_shutdown(client->socket, TRUE, TRUE, NULL);
    return NULL;
}

static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
                            gpointer user)
{
    TlsFront *front = user;
    Client *client = g_new0(Client, 1);
    client->front = front;
    client->socket = g_object_ref(g_socket_connection_get_socket(connection));
    g_unix_set_fd_nonblocking(g_socket_get_fd(client->socket), FALSE, NULL);
    g_ptr_array_add(front->clients, client);
    pthread_mutex_lock(&front->lock);
    front->stats.connections++;
    pthread_mutex_unlock(&front->lock);
    int failed = pthread_create(&client->thread, NULL, run_client, client);
    g_assert_cmpint(failed, ==, 0);
    return TRUE;
}

static void free_client(gpointer data)
{
    Client *client = data;
    pthread_join(client->thread, NULL);
    g_object_unref(client->socket);
    g_free(client);
}

guint16 tls_front_port(const TlsFront *front)
{
    return front->port;
}

void tls_front_cut(TlsFront *front)
{
    for (guint i = 0; i < front->clients->len; i++) {
        const Client *client = g_ptr_array_index(front->clients, i);
        g_socket_shutdown(client->socket, TRUE, TRUE, NULL);
    }
}

void tls_front_get_stats(TlsFront *front, TlsFrontStats *stats)
{
    pthread_mutex_lock(&front->lock);
    *stats = front->stats;
    pthread_mutex_unlock(&front->lock);
}

gboolean tls_front_heard(TlsFront *front, const char *text)
{
    pthread_mutex_lock(&front->lock);
    gboolean is_there = memmem(front->said->str, front->said->len, text, strlen(text)) != NULL;
    pthread_mutex_unlock(&front->lock);
    return is_there;
}

TlsFront *tls_front_new(const char *pem, guint16 camera_port)
{
    TlsFront *front = g_new0(TlsFront, 1);
    pthread_mutex_init(&front->lock, NULL);
    front->tls = pem ? make_context(pem) : NULL;
    front->camera_port = camera_port;
    front->clients = g_ptr_array_new_with_free_func(free_client);
    front->said = g_string_new(NULL);
    front->service = g_socket_service_new();
    front->port = listen_on_loopback(front->service);
    g_signal_connect(front->service, "incoming", G_CALLBACK(on_incoming), front);
    g_socket_service_start(front->service);
    return front;
}

void tls_front_free(TlsFront *front)
{
    if (!front)
        return;
    g_socket_service_stop(front->service);
    g_socket_listener_close(G_SOCKET_LISTENER(front->service));
    tls_front_cut(front);
    g_ptr_array_unref(front->clients); /* waits for their threads */
    g_object_unref(front->service);
    SSL_CTX_free(front->tls);
    g_string_free(front->said, TRUE);
    pthread_mutex_destroy(&front->lock);
    g_free(front);
}
