/* sim_auth.h - the server's side of RTSP authentication: Basic and Digest (MD5; RFC 2617, qop=auth
 * as in RFC 7616). [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_AUTH_H
#define WALLCTL_TESTS_SUPPORT_SIM_AUTH_H

#include <glib.h>

#include "tests/support/camera_sim.h"
#include "wallctl/base/secret.h"

typedef struct {
    char *user;
    Secret *password;
    CameraSimAuth kind;
} SimAccount;

void sim_account_clear(SimAccount *account);

/* A nonce for one connection: 32 hex digits. */
void sim_auth_nonce(char nonce[33]);

/* The value of WWW-Authenticate. Caller frees. */
char *sim_auth_challenge(const SimAccount *account, const char *nonce, gboolean is_stale);

/* Checks the value of Authorization (NULL: none sent) for a request of this method. is_stale: right
 * but for an old nonce. */
gboolean sim_auth_check(const SimAccount *account, const char *nonce, const char *method,
                        const char *authorization, gboolean *is_stale);

#endif
