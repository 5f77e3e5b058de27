/* credentials.h - camera passwords and tokens of sources by reference, in a file of their own, sealed (sealed_file.h) or plain
 * (mode 0600), or a systemd credential. [any]
 *
 * What was sealed, and a plain file: JSON object, reference -> {"user": "...", "password": "..."} for a camera, {"token": "..."} of
 * 16 to 256 bytes for a source or an upstream; "@CAMERA" is the account of that camera and wins over its reference. Given as
 * "credentials": "file.json" in the configuration; when $CREDENTIALS_DIRECTORY/wallctl-cameras exists (systemd LoadCredential=)
 * that wins.
 */
#ifndef WALLCTL_CONFIG_CREDENTIALS_H
#define WALLCTL_CONFIG_CREDENTIALS_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/base/secret.h"

typedef struct Credentials Credentials; /* immutable, counted */

typedef struct {
    char *user; /* "": the password is a token */
    Secret *password;
} Credential;

typedef enum {
    CREDENTIALS_NONE = 1, /* no file is named */
    CREDENTIALS_PLAIN,    /* as it is: who takes the disk has the passwords */
    CREDENTIALS_SEALED,
    CREDENTIALS_SYSTEMD, /* given by systemd, which guards it */
    CREDENTIALS_BROKEN,  /* sealed and damaged, or its key is not there: an empty set */
} CredentialsState;

#define CREDENTIALS_MAX_BYTES  (4 * 1024 * 1024) /* of what is sealed */
#define CREDENTIALS_MAX_USER   128
#define CREDENTIALS_MAX_SECRET 256

Credentials *credentials_new(void); /* an empty set */

/* Reads the systemd credential, else path, else (NULL) nothing: an empty set. Refuses a plain file that
 * others can read (mode & 077), naming the mode and the command that mends it, and more than 8192
 * entries. NULL when there is a fault; no fault repeats what stands in the file. A sealed file that cannot be
 * opened is no fault but a state: cameras are told to have no account, and the wall goes on. The text is wiped
 * after parsing. Caller owns the result. */
Credentials *credentials_load(const char *path, Faults *faults);

/* The same from text that is not sealed; name is the file's for faults. */
Credentials *credentials_parse(const char *text, gsize len, const char *name, Faults *faults);

/* The tree of such a text, which the caller gives to credentials_wipe(); NULL with a fault. */
Json *credentials_parse_tree(const char *text, gsize len, const char *name, Faults *faults);
void credentials_wipe(Json *tree); /* overwrites its texts and frees it */

CredentialsState credentials_state(const Credentials *credentials);
const char *credentials_state_word(CredentialsState state);   /* "sealed"; borrowed */
const char *credentials_file(const Credentials *credentials); /* NULL: none. Borrowed */
const GError *credentials_trouble(
    const Credentials *credentials); /* NULL unless BROKEN. Borrowed */
Credentials *credentials_ref(Credentials *credentials);
void credentials_unref(Credentials *credentials);

/* Borrowed; NULL if unknown. */
const Credential *credentials_of_camera(const Credentials *credentials, const char *camera,
                                        const char *reference);
const Credential *credentials_find(const Credentials *credentials, const char *reference);

/* The references of cameras' passwords, sorted, without tokens and accounts of single cameras. Names are borrowed, the list
 * is the caller's. */
GPtrArray *credentials_list(const Credentials *credentials);

/* Under which of them the same user and password stand; NULL: under none. Borrowed. */
const char *credentials_reference(const Credentials *credentials, const Credential *credential);

/* Same user and password? For reload: a new password restarts the session. */
gboolean credential_equal(const Credential *a, const Credential *b);

#endif
