/* soap.c - what is sent to a device, and the part of an answer that is meant */
#include "onvif/soap.h"

#include <sodium.h>
#include <string.h>

#define NONCE_BYTES 16
#define SECURITY_NS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

char *soap_dup_digest(const guint8 *nonce, gsize nonce_len, const char *created,
                      const Secret *password)
{
    guint8 sum[20];
    gsize len = sizeof sum;
    const char *text = secret_get(password);
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, nonce, (gssize)nonce_len);
    g_checksum_update(sha1, (const guchar *)created, (gssize)strlen(created));
    g_checksum_update(sha1, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(sha1, sum, &len);
    return g_base64_encode(sum, len);
}

char *soap_dup_escaped(const char *text)
{
    return g_markup_escape_text(text, -1);
}

static void append_login(GString *out, const Credential *login, gint64 device_unix_s)
{
    guint8 nonce[NONCE_BYTES];
    randombytes_buf(nonce, sizeof nonce);
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(device_unix_s);
    g_autofree char *created = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *digest = soap_dup_digest(nonce, sizeof nonce, created, login->password);
    g_autofree char *nonce64 = g_base64_encode(nonce, sizeof nonce);
    g_autofree char *user = soap_dup_escaped(login->user);
    g_string_append_printf(
        out,
        "<s:Header><Security s:mustUnderstand=\"1\" xmlns=\"" SECURITY_NS
        "wssecurity-secext-1.0.xsd\"><UsernameToken><Username>%s</Username>"
        "<Password Type=\"" SECURITY_NS "username-token-profile-1.0#PasswordDigest\">%s</Password>"
        "<Nonce EncodingType=\"" SECURITY_NS "soap-message-security-1.0#Base64Binary\">%s</Nonce>"
        "<Created xmlns=\"" SECURITY_NS "wssecurity-utility-1.0.xsd\">%s</Created>"
        "</UsernameToken></Security></s:Header>",
        user, digest, nonce64, created);
}

char *soap_dup_request(const char *body, const Credential *login, gint64 device_unix_s)
{
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                                "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">");
    if (login)
        append_login(out, login, device_unix_s);
    g_string_append_printf(out, "<s:Body>%s</s:Body></s:Envelope>", body);
    return g_string_free(out, FALSE);
}

/* "ter:NotAuthorized" in a subcode; some makers say it in words only. */
static gboolean is_about_login(const xmlNode *fault)
{
    g_autofree char *text = xml_dup_text(fault, 2000);
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return strstr(lower, "notauthorized") || strstr(lower, "not authorized") ||
           strstr(lower, "failedauthentication") || strstr(lower, "unauthorized");
}

static void take_fault(const xmlNode *fault, gboolean is_login, OnvifTrouble *trouble)
{
    const xmlNode *reason = xml_down(fault, "Reason/Text");
    g_autofree char *text = xml_dup_text(reason ? reason : xml_child(fault, "faultstring"), 120);
    if (is_about_login(fault))
        onvif_trouble_set(trouble, is_login ? ONVIF_DENIED : ONVIF_LOGIN, "");
    else
        onvif_trouble_set(trouble, ONVIF_REFUSED, *text ? text : "SOAP Fault");
}

const xmlNode *soap_answer(const xmlDoc *doc, const char *name, gboolean is_login,
                           OnvifTrouble *trouble)
{
    const xmlNode *body = xml_at(doc, "Envelope/Body");
    const xmlNode *fault = xml_child(body, "Fault"), *answer = xml_child(body, name);
    if (fault)
        take_fault(fault, is_login, trouble);
    else if (!answer)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, body ? name : "SOAP");
    return fault ? NULL : answer;
}
