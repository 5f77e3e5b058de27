/* test_account.c - roles, rights, accounts and callers */
#include "wallctl/base/clock.h"
#include "wallctl/model/caller.h"

#include <string.h>

#define BIT(role) (1u << ROLE_##role)

static void test_roles(void)
{
    static const struct {
        RoleSet roles;
        gboolean is_good;
    } rows[] = {
        { 0, FALSE },
        { BIT(DISPATCHER), TRUE },
        { BIT(DISPATCHER) | BIT(LEADER), TRUE },
        { BIT(AUDITOR), TRUE },
        { BIT(AUDITOR) | BIT(DEVICE_ADMIN), FALSE },
        { BIT(SYSADMIN), TRUE },
        { BIT(SYSADMIN) | BIT(DEVICE_ADMIN), TRUE },
        { BIT(SYSADMIN) | BIT(AUDITOR), FALSE },
        { BIT(SYSADMIN) | BIT(REGISTRAR), FALSE },
        { 1u << N_ROLES, FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(roles_check(rows[i].roles, &error), ==, rows[i].is_good);
        g_assert_cmpint(error == NULL, ==, rows[i].is_good);
    }
    for (guint role = 1; role < N_ROLES; role++) {
        RightSet rights = roles_rights(1u << role);
        Role back;
        g_assert_true(role_parse(role_word((Role)role), &back) && back == role);
        g_assert_true(rights_have(rights, RIGHT_SIGNED_IN) &&
                      rights_have(rights, RIGHT_STATUS_READ));
        /* What must not meet: pictures and the register of who looked; cases and the system. */
        g_assert_false(rights_have(rights, RIGHT_AUDIT_READ) &&
                       rights_have(rights, RIGHT_CAMERA_VIEW));
        g_assert_false(rights_have(rights, RIGHT_SYSTEM_ADMIN) &&
                       rights_have(rights, RIGHT_CASE_READ));
        g_assert_false(rights_have(rights, RIGHT_EXPORT_REQUEST) &&
                       rights_have(rights, RIGHT_EXPORT_APPROVE));
    }
    for (guint right = 1; right < N_RIGHTS; right++) {
        Right back;
        g_assert_true(right_parse(right_word((Right)right), &back) && back == right);
    }
}

static Account *parse(const char *text, char **said)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    g_autoptr(Faults) faults = faults_new("account", 16);
    Account *account = account_from_json(json, faults, "");
    *said = faults_dup_text(faults);
    return account;
}

#define PERSON "\"id\":\"zhang\",\"name\":\"张三\",\"unit\":\"红塔区综治中心\""

static void test_json(void)
{
    static const struct {
        const char *text, *fault; /* NULL: taken, and written back the same */
    } rows[] = {
        { "{" PERSON ",\"roles\":[\"dispatcher\"]}", NULL },
        { "{" PERSON
          ",\"roles\":[\"leader\"],\"region\":\"530402005\",\"walls\":[{\"wall\":\"main\","
          "\"level\":\"operate\",\"from\":\"08:30\",\"to\":\"18:00\",\"days\":[1,2,3,4,5]}],"
          "\"disabled\":true}",
          NULL },
        { "{\"id\":\"Zhang\",\"name\":\"x\",\"unit\":\"y\",\"roles\":[\"leader\"]}",
          "id: 'Zhang'" },
        { "{\"id\":\"../x\",\"name\":\"x\",\"unit\":\"y\",\"roles\":[\"leader\"]}", "id: '../x'" },
        { "{\"id\":\"zhang\",\"unit\":\"y\",\"roles\":[\"leader\"]}", "name: is missing" },
        { "{\"id\":\"zhang\",\"name\":\"a\\nb\",\"unit\":\"y\",\"roles\":[\"leader\"]}",
          "name: accepted" },
        { "{" PERSON "}", "roles: is missing" },
        { "{" PERSON ",\"roles\":[\"boss\"]}", "\"boss\" is no role" },
        { "{" PERSON ",\"roles\":[\"auditor\",\"leader\"]}", "no other role" },
        { "{" PERSON ",\"roles\":[\"leader\"],\"region\":\"5x\"}", "no region code" },
        { "{" PERSON ",\"roles\":[\"leader\"],\"walls\":[{\"level\":\"view\"}]}",
          "wall: accepted" },
        { "{" PERSON ",\"roles\":[\"leader\"],\"walls\":[{\"wall\":\"a\",\"level\":\"own\"}]}",
          "level" },
        { "{" PERSON ",\"roles\":[\"leader\"],\"walls\":[{\"wall\":\"a\",\"level\":\"view\","
          "\"from\":\"25:00\"}]}",
          "no time of day" },
        { "{" PERSON
          ",\"roles\":[\"leader\"],\"walls\":[{\"wall\":\"a\",\"level\":\"view\",\"days\":[0]}]}",
          "days" },
        { "{" PERSON ",\"roles\":[\"leader\"],\"password\":\"x\"}", "password" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = NULL;
        g_autoptr(Account) account = parse(rows[i].text, &said);
        g_test_message("%s: %s", rows[i].text, said);
        if (rows[i].fault) {
            g_assert_null(account);
            g_assert_nonnull(strstr(said, rows[i].fault));
            continue;
        }
        g_assert_nonnull(account);
        g_autoptr(Json) json = account_to_json(account);
        g_autofree char *text = json_dup_text(json);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

#define AT(day, hour, minute) (((day)-1) * 24 * 60 + (hour)*60 + (minute))

static void test_grants(void)
{
    static const struct {
        guint from, to;
        guint8 days;
        guint at;
        gboolean holds;
    } rows[] = {
        { 0, 0, 0x7f, AT(7, 23, 59), TRUE },
        { 0, 0, 0x1f, AT(6, 12, 0), FALSE },
        { 480, 1080, 0x1f, AT(1, 8, 0), TRUE },
        { 480, 1080, 0x1f, AT(1, 7, 59), FALSE },
        { 480, 1080, 0x1f, AT(1, 18, 0), FALSE },
        { 1200, 480, 0x10, AT(5, 20, 0), TRUE }, /* Friday night */
        { 1200, 480, 0x10, AT(6, 7, 59), TRUE }, /* belongs to Friday */
        { 1200, 480, 0x10, AT(6, 8, 0), FALSE },
        { 1200, 480, 0x10, AT(5, 7, 0), FALSE }, /* Thursday's night */
        { 1200, 480, 0x40, AT(1, 1, 0), TRUE },  /* Sunday's, on Monday */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        WallGrant grant = { (char *)"main", GRANT_VIEW, rows[i].from, rows[i].to, rows[i].days };
        g_assert_cmpint(wall_grant_holds(&grant, rows[i].at), ==, rows[i].holds);
    }
}

static void test_caller(void)
{
    const gint64 monday_ms =
        G_GINT64_CONSTANT(1747612800000) + 4 * 3600 * 1000; /* 2025-05-19 12:00 in China */
    g_autofree char *said = NULL;
    g_autoptr(Account) account = parse(
        "{" PERSON
        ",\"roles\":[\"dispatcher\"],\"region\":\"530402\",\"walls\":[{\"wall\":\"main\",\"level\":"
        "\"operate\",\"from\":\"08:00\",\"to\":\"18:00\"},{\"wall\":\"hall\",\"level\":\"view\"}]}",
        &said);
    g_autoptr(Caller) caller = caller_new_session(account, "10.0.0.1", "s", "巡查", FALSE);
    g_assert_true(caller_may_wall(caller, "main", RIGHT_WALL_VIEW, monday_ms));
    g_assert_true(caller_may_wall(caller, "main", RIGHT_WALL_OPERATE, monday_ms));
    g_assert_false(caller_may_wall(caller, "main", RIGHT_WALL_EDIT, monday_ms));
    g_assert_false(caller_may_wall(caller, "main", RIGHT_WALL_VIEW, monday_ms + 7 * 3600 * 1000));
    g_assert_true(caller_may_wall(caller, "hall", RIGHT_WALL_VIEW, monday_ms));
    g_assert_false(caller_may_wall(caller, "hall", RIGHT_WALL_OPERATE, monday_ms));
    g_assert_false(caller_may_wall(caller, "third", RIGHT_WALL_VIEW, monday_ms));
    g_assert_true(caller_sees_region(caller, "530402") &&
                  caller_sees_region(caller, "530402005001"));
    g_assert_false(caller_sees_region(caller, "5304") || caller_sees_region(caller, "530403") ||
                   caller_sees_region(caller, ""));
    g_autoptr(Caller) fresh = caller_new_session(account, "10.0.0.1", "s", "", TRUE);
    g_assert_false(caller_may(fresh, RIGHT_STATUS_READ));
    g_assert_true(caller_may(fresh, RIGHT_SIGNED_IN));
    g_assert_true(caller_may(NULL, RIGHT_ANYBODY));
    g_assert_false(caller_may(NULL, RIGHT_SIGNED_IN) || caller_sees_region(NULL, "530402"));
    g_autoptr(Caller) token = caller_new_token("desk", "", 1u << RIGHT_WALL_VIEW, "10.0.0.2");
    g_assert_true(caller_may_wall(token, "any", RIGHT_WALL_VIEW, monday_ms));
    g_assert_false(caller_may(token, RIGHT_WALL_OPERATE));
    g_assert_true(caller_sees_region(token, ""));
    g_autoptr(Caller) local = caller_new_local("root");
    for (guint right = 1; right < N_RIGHTS; right++)
        g_assert_true(caller_may(local, (Right)right));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/account/roles", test_roles);
    g_test_add_func("/account/json", test_json);
    g_test_add_func("/account/grants", test_grants);
    g_test_add_func("/account/caller", test_caller);
    return g_test_run();
}
