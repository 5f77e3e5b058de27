/* test_cli_connector.c - "connector try": what it prints, in both languages and as JSON, and returns */
#include "config/config.h"
#include "wallctl/base/json.h"
#include "wallctl/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Persons who are planted in the samples. */
static const char *const canaries[] = { "柳下惠生", "13900005678", "玉兴路虚构巷", "oX1c4n4ry" };

static const struct {
    const char *name, *mapping, *sample, *option, *value;
    int status;
    const char *out[4], *err; /* parts of what is printed */
} rows[] = {
    { "kept",
      "yunzongzhi",
      "canary.json",
      "--lang",
      "zh",
      0,
      { "case.registered HT20250522-0241", "drop_assert：不得保留", "像电话、证件", "拒收 0 条" } },
    { "english",
      "hotline12345",
      "canary.json",
      "--lang",
      "en",
      0,
      { "case.dispatched", "looks like a phone", "drop_assert: must not be kept", "0 refused" } },
    { "refused",
      "yunzongzhi-public",
      "refused.json",
      "--lang",
      "zh",
      65,
      { "拒收，含公民个人信息", "拒收 1 条" } },
    { "condition",
      "police-nonpolice",
      "refused-secret.json",
      "--lang",
      "en",
      65,
      { "refused: classification", "does not let it in" } },
    { "table",
      "generic-csv",
      "change.csv",
      "--region",
      "530402",
      0,
      { "case.resolved", "530402001" } },
    { "region", "liuyanban", "normal.json", "--region", "420704", 0, { "420704001" } },
    { "json",
      "wage",
      "change.json",
      "--json",
      NULL,
      0,
      { "\"sha256\":\"", "\"outcome\":\"kept\"", "\"why\":\"asserted\"", "\"event\":{" } },
    { "no-sample", "wage", "none.json", "--lang", "en", 66, { "" }, "cannot read" },
    { "no-mapping", "none", "normal.json", "--lang", "en", 65, { "" }, "cannot read" },
    { "faulty",
      "samples/wage/normal",
      "../wage/normal.json",
      "--lang",
      "en",
      65,
      { "" },
      "\"platform\" is missing" },
};

/* The command itself, in a child of its own. */
static void run_command(guint row)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    g_autofree char *config = g_build_filename(source, "config", NULL);
    g_autofree char *mapping = g_strdup_printf("%s/connectors/%s.json", config, rows[row].mapping);
    g_autofree char *sample = g_strdup_printf(
        "%s/connectors/samples/%s/%s", config,
        strchr(rows[row].mapping, '/') ? "wage" : rows[row].mapping, rows[row].sample);
    const char *argv[] = { "wallctl", "connector",      "try",           mapping,
                           sample,    rows[row].option, rows[row].value, NULL };
    config_set_data_dir(config);
    int status = cli_main(rows[row].value ? 7 : 6, (char **)argv);
    fflush(stdout);
    _Exit(status);
}

static void assert_part(const char *text, const char *part)
{
    if (strstr(text, part))
        return;
    g_test_message("%s is not in: %s", part, text);
    g_test_fail();
}

static void test_row(gconstpointer user)
{
    guint row = GPOINTER_TO_UINT(user);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *number = g_strdup_printf("%u", row);
    const char *argv[] = { self, "--row", number, NULL };
    g_autofree char *out = NULL, *err = NULL;
    g_autoptr(GError) error = NULL;
    int wait_status = 0;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &wait_status,
                 &error);
    g_assert_no_error(error);
    int status = g_spawn_check_wait_status(wait_status, &error) ? 0 : error->code;
    g_assert_cmpint(status, ==, rows[row].status);
    for (guint i = 0; i < G_N_ELEMENTS(rows[row].out) && rows[row].out[i]; i++)
        assert_part(out, rows[row].out[i]);
    assert_part(err, rows[row].err ? rows[row].err : "");
    for (guint i = 0; i < G_N_ELEMENTS(canaries); i++)
        g_assert_true(!strstr(out, canaries[i]) && !strstr(err, canaries[i]));
    if (g_strcmp0(rows[row].option, "--json") == 0) {
        g_autoptr(Json) json = json_parse(out, strlen(out), 0, JSON_STRICT, NULL);
        g_assert_true(json_object_is_type(json, json_type_object));
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--row") == 0)
        run_command((guint)atoi(argv[2]));
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/connector/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
