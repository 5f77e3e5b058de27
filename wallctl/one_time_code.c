/* one_time_code.c - the six digits of an authenticator app as a second factor */
#include "wallctl/one_time_code.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#define STEP_S 30
#define DIGITS 6

guint64 code_step(const guint8 *seed, const char *code, gint64 unix_ms, guint64 newest)
{
    guint64 step = 0;
    int offset = 0;
    if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS)
        return 0;
    int found = oath_totp_validate3((const char *)seed, CODE_SEED_BYTES, unix_ms / 1000, STEP_S, 0,
                                    1, &offset, &step, code);
    return found >= 0 && step > newest ? step : 0;
}

char *code_address(const guint8 *seed, const char *site, const char *account)
{
    char *base32 = NULL;
    if (oath_base32_encode((const char *)seed, CODE_SEED_BYTES, &base32, NULL) != OATH_OK)
        return NULL;
    g_autofree char *issuer = g_uri_escape_string(site, NULL, FALSE);
    g_autofree char *name = g_uri_escape_string(account, NULL, FALSE);
    char *address = g_strdup_printf("otpauth://totp/%s:%s?secret=%s&issuer=%s&digits=%d&period=%d",
                                    issuer, name, base32, issuer, DIGITS, STEP_S);
    memset(base32, 0, strlen(base32));
    free(base32);
    return address;
}
