/* sign_in.h - is this person who they say? Passwords and one-time codes, and how often one may try. [control]
 *
 * Hashing runs on one worker of its own behind a short queue, so that a flood of attempts costs one core at most and nobody
 * else's sign-in more than the queue. Who fails waits: a person at an address after five failures (1, 2, 4 ... 30 s), an address
 * after five different accounts, an account after five different addresses; refused attempts are not hashed and do not make it
 * longer. An unknown account takes the same way and the same time as a wrong password.
 */
#ifndef WALLCTL_SIGN_IN_H
#define WALLCTL_SIGN_IN_H

#include "wallctl/accounts.h"
#include "wallctl/base/secret.h"
#include "wallctl/base/seal.h"

#define ONE_TIME_DAYS 7 /* an unused first password is of no use after that */

typedef struct SignIn SignIn;

typedef enum {
    SIGN_IN_OK = 1,
    SIGN_IN_DENIED,
    SIGN_IN_CODE_NEEDED, /* the password is right, a code has to come with it */
    SIGN_IN_WAIT,
    SIGN_IN_UNAVAILABLE, /* no memory to hash */
} SignInResult;

/* wait_s: with SIGN_IN_WAIT. */
typedef void (*SignInDone)(SignInResult result, guint wait_s, gpointer user);
typedef void (*HashDone)(const char *hash, const GError *error, gpointer user);

SignIn *sign_in_new(Accounts *accounts, const SealKey *key);
void sign_in_free(
    SignIn *sign_in); /* what is under way is answered SIGN_IN_UNAVAILABLE, or with an error */

/* done runs later on, or at once for SIGN_IN_WAIT. code: "" for none. */
void sign_in_try(SignIn *sign_in, const char *account, Secret *password, const char *code,
                 const char *address, SignInDone done, gpointer user);

/* A second factor in two steps: a seed that is only offered, and the first code that shows the person has it. The offer's address
 * (code_address(); NULL: out of memory) holds the seed: for its owner's eyes alone; caller wipes and frees it. accept: FALSE if
 * nothing was offered or the code does not fit. */
char *sign_in_offer_code(SignIn *sign_in, const char *account, const char *site);
gboolean sign_in_accept_code(SignIn *sign_in, const char *account, const char *code);

/* How attempts ended since the start, by SignInResult. */
guint64 sign_in_count(const SignIn *sign_in, SignInResult result);

/* A new password's hash; what is wrong with it was said by password_check(). */
void sign_in_hash(SignIn *sign_in, Secret *password, HashDone done, gpointer user);

#endif
