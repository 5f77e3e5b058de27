/* soap.h - what is sent to a device, and the part of an answer that is meant. [any] */
#ifndef WALLCTL_ONVIF_SOAP_H
#define WALLCTL_ONVIF_SOAP_H

#include "config/credentials.h"
#include "onvif/xml.h"

#define ONVIF_DEVICE_NS "http://www.onvif.org/ver10/device/wsdl"
#define ONVIF_MEDIA_NS  "http://www.onvif.org/ver10/media/wsdl"
#define ONVIF_MEDIA2_NS "http://www.onvif.org/ver20/media/wsdl"
#define ONVIF_PTZ_NS    "http://www.onvif.org/ver20/ptz/wsdl"

/* A SOAP 1.2 envelope around body. With login it has a UsernameToken: the password itself is not in it, but a digest
 * with a nonce and the device's time. Caller frees. */
char *soap_dup_request(const char *body, const Credential *login, gint64 device_unix_s);

/* Base64 of SHA-1 over nonce, created and password, as WS-Security has it. Caller frees. */
char *soap_dup_digest(const guint8 *nonce, gsize nonce_len, const char *created,
                      const Secret *password);

/* The element below the body of an answer; NULL with the trouble: not SOAP, or a fault of the device (DENIED where that
 * is about who asks). is_login: it was asked with a login. Borrowed from doc. */
const xmlNode *soap_answer(const xmlDoc *doc, const char *name, gboolean is_login,
                           OnvifTrouble *trouble);

/* text with & < > " as entities. Caller frees. */
char *soap_dup_escaped(const char *text);

#endif
