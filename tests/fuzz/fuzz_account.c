/* fuzz_account.c - any text as an account and as a token: refused with words, or one that the rules allow */
#include "wallctl/model/account.h"
#include "wallctl/model/region.h"
#include "wallctl/model/token.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is told goes into an answer. */
static void check_faults(const Faults *faults, gboolean is_good)
{
    g_assert_true(is_good == (faults_count(faults) == 0));
    g_autofree char *text = faults_dup_text(faults);
    g_assert_true(g_utf8_validate(text, -1, NULL));
}

static void try_account(Json *json)
{
    g_autoptr(Faults) faults = faults_new("body", 16);
    g_autoptr(Account) account = account_from_json(json, faults, "");
    check_faults(faults, account != NULL);
    if (!account)
        return;
    g_assert_true(account_id_is_valid(account->id) && roles_check(account->roles, NULL));
    g_assert_true(!*account->region || region_level(account->region));
    for (guint minute = 0; minute < 7 * 24 * 60; minute += 97) {
        for (guint i = 0; i < account->n_walls; i++)
            wall_grant_holds(&account->walls[i], minute);
    }
    g_autoptr(Json) out = account_to_json(account);
    g_autoptr(Faults) none = faults_new("again", 16);
    g_autoptr(Account) again = account_from_json(out, none, "");
    check_faults(none, TRUE);
    g_autoptr(Json) out_again = account_to_json(again);
    g_autofree char *text = json_dup_text(out), *text_again = json_dup_text(out_again);
    g_assert_cmpstr(text, ==, text_again);
}

static void try_token(Json *json)
{
    g_autoptr(Faults) faults = faults_new("body", 8);
    TokenRequest request;
    gboolean is_good = token_request_read(json, &request, faults);
    check_faults(faults, is_good);
    if (!is_good)
        return;
    g_assert_true(request.rights && request.rights >> N_RIGHTS == 0);
    g_assert_true(request.days >= 1 && request.days <= TOKEN_MAX_DAYS);
    g_assert_true(!*request.region || region_level(request.region));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Json) json = json_parse((const char *)data, size, 0, JSON_STRICT, NULL);
    if (!json_object_is_type(json, json_type_object))
        return 0;
    try_token(json);
    try_account(json);
    return 0;
}
