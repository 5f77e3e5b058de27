/* people.h - accounts, sessions, tokens and sign-in as one: who is at the door of this daemon. [control] */
#ifndef WALLCTL_PEOPLE_H
#define WALLCTL_PEOPLE_H

#include "config/config.h"
#include "wallctl/accounts.h"
#include "wallctl/approvals.h"
#include "wallctl/audit.h"
#include "wallctl/base/log.h"
#include "wallctl/base/seal.h"
#include "wallctl/sessions.h"
#include "wallctl/sign_in.h"
#include "web/server.h"

typedef struct {
    Accounts *accounts;
    Sessions *sessions;
    SignIn *sign_in;
    Approvals *approvals;
    SealKey *key;
    char *first_path;    /* where the first administrator's password was left; gone with it */
    gint64 first_ms;     /* when that password was made */
    Audit *audit;        /* borrowed */
    LogPacer foreign;    /* of rows about pages of other origins */
    guint64 n_strangers; /* tokens and cookies that were shown and are nobody's */
    void (*changed)(gpointer user);
    gpointer user;
} People;

/* state_dir holds the key and, on a fresh site, first-login.txt (mode 0600) with a one-time password for "admin".
 * changed: web_recheck() is due. */
People *people_new(Store *store, const Config *config, const char *state_dir,
                   void (*changed)(gpointer user), gpointer user, GError **error);
void people_stop(People *people); /* who waits for a sign-in has an answer now */
void people_free(People *people);
void people_reload(People *people, const Config *config);

/* audit: where pages of other origins that were refused are told, borrowed. */
WebGate people_gate(People *people, Audit *audit);

#endif
