/* credentials.h - camera passwords and tokens of sources by reference, in a file of their own (mode
 * 0600) or a systemd credential. [any]
 *
 * File: JSON object, reference -> {"user": "...", "password": "..."} for a camera, {"token": "..."} of
 * 16 to 256 bytes for a source or an upstream. Given as "credentials": "file.json" in the configuration; when $CREDENTIALS_DIRECTORY/wallctl-cameras exists (systemd
 * LoadCredential=) that wins.
 */
#ifndef WALLCTL_CONFIG_CREDENTIALS_H
#define WALLCTL_CONFIG_CREDENTIALS_H

#include "wallctl/base/faults.h"
#include "wallctl/base/secret.h"

typedef struct Credentials Credentials; /* immutable, counted */

typedef struct {
    char *user; /* "": the password is a token */
    Secret *password;
} Credential;

Credentials *credentials_new(void); /* an empty set */

/* Reads the systemd credential, else path, else (NULL) nothing: an empty set. Refuses a file that
 * others can read (mode & 077), naming the mode and the command that mends it, and more than 8192
 * entries. NULL when there is a fault; no fault repeats what stands in the file. The text is wiped
 * after parsing. Caller owns the result. */
Credentials *credentials_load(const char *path, Faults *faults);
Credentials *credentials_ref(Credentials *credentials);
void credentials_unref(Credentials *credentials);

/* Borrowed; NULL if unknown. */
const Credential *credentials_find(const Credentials *credentials, const char *reference);

/* Same user and password? For reload: a new password restarts the session. */
gboolean credential_equal(const Credential *a, const Credential *b);

#endif
