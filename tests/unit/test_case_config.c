/* test_case_config.c - sources, contacts, linkage, briefings and upstreams of a configuration: what they mean,
 * what is refused and in which words */
#include "config/config.h"

#include <string.h>

#define CAM(ID) "{\"id\": \"" ID "\", \"name\": \"" ID "\", \"main\": \"rtsp://10.0.0.1/" ID "\"}"
#define BASE                                                                                       \
    "\"cameras\": [" CAM("a") ", " CAM(                                                            \
        "b") "], \"walls\": [{\"id\": \"main\", \"name\": \"主墙\", "                            \
             "\"layout\": \"4\", \"alarm_tiles\": [2, 3], \"screens\": [{\"x\": 0, \"y\": 0, "     \
             "\"width\": "                                                                         \
             "1920, \"height\": 1080}]}]"
#define DESK(NAME, PHONE)                                                                          \
    "\"contacts\": [{\"region\": \"530402008\", \"name\": \"" NAME "\", \"phone\": " PHONE "}]"
#define MOBILE_REFUSED                                                                                           \
    "contacts[0].phone: a mobile number is refused: it is somebody's own, and the whole room "                   \
    "would read it; accepted: the desk of an office / 手机号是个人的，上墙人人可见，不能用；" \
    "请写单位值班室的座机\n"
#define PERSON_REFUSED                                                                             \
    "contacts[0].name: the value holds what looks like a person's number or name; accepted: the "  \
    "name of an office / 像是含有个人的号码或姓名；请写单位名称\n"
#define FERRY                                                                                      \
    "{\"id\": \"ferry\", \"name\": \"网闸\", \"transport\": \"folder\", \"folder\": \"/srv/in\"}"

static Config *parse(const char *sections, Faults *faults)
{
    g_autofree char *text = g_strdup_printf("{" BASE "%s%s}", *sections ? ", " : "", sections);
    return config_parse(text, strlen(text), "t", NULL, faults);
}

/* --- refused -----------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *sections, *expected;
} refused[] = {
    { "source-without-token", "\"sources\": [{\"id\": \"s\", \"name\": \"s\"}]",
      "sources[0].token: is missing; only \"transport\": \"folder\" needs none\n" },
    { "unknown-token", "\"sources\": [{\"id\": \"s\", \"name\": \"s\", \"token\": \"t\"}]",
      "sources[0].token: there is no \"t\" in the credential file\n" },
    { "dial-without-url",
      "\"sources\": [{\"id\": \"s\", \"name\": \"s\", \"token\": \"t\", \"transport\": \"dial\"}]",
      "sources[0].url: is missing; \"transport\": \"dial\" needs it\n"
      "sources[0].token: there is no \"t\" in the credential file\n" },
    { "dial-by-http",
      "\"sources\": [{\"id\": \"s\", \"name\": \"s\", \"token\": \"t\", \"transport\": \"dial\", "
      "\"url\": \"http://10.0.0.2/\"}]",
      "sources[0].url: a source is dialled by ws:// or wss://\n"
      "sources[0].token: there is no \"t\" in the credential file\n" },
    { "url-with-user", "\"upstreams\": [{\"id\": \"u\", \"url\": \"wss://me:pw@10.0.0.2/\"}]",
      "upstreams[0].url: \"wss://***@10.0.0.2/\" is refused; accepted: ws://, wss://, http:// or "
      "https://, without user and password\n" },
    { "folder-with-url",
      "\"sources\": [{\"id\": \"s\", \"name\": \"s\", \"transport\": \"folder\", \"folder\": "
      "\"/in\", \"url\": \"ws://10.0.0.2/\"}]",
      "sources[0].url: goes with \"transport\": \"dial\" only\n" },
    { "claim-that-is-none",
      "\"sources\": [{\"id\": \"f\", \"name\": \"f\", \"transport\": \"folder\", \"folder\": "
      "\"/in\", \"speaks_for\": [\"/a\", \"\", 7]}]",
      "sources[0].speaks_for[2]: 7 is not text; accepted: text in double quotes\n"
      "sources[0].speaks_for[1]: is refused; accepted: 1 to 64 characters without control "
      "characters\n" },
    { "two-of-one-uri",
      "\"sources\": [" FERRY ", {\"id\": \"f2\", \"name\": \"f\", \"transport\": \"folder\", "
      "\"folder\": \"/srv/other\", \"uri\": \"/ferry\", \"speaks_for\": [\"/ferry\"]}]",
      "sources[1].uri: \"/ferry\" is that of sources[0], too; accepted: another one, or the same "
      "in \"speaks_for\" of both\n" },
    { "two-of-one-folder",
      "\"sources\": [" FERRY ", {\"id\": \"f2\", \"name\": \"f\", \"transport\": \"folder\", "
      "\"folder\": \"/srv/in\"}]",
      "sources[1].folder: \"/srv/in\" is used by sources[0].folder already\n" },
    { "contact-of-nothing", "\"contacts\": [{}]",
      "contacts[0].region: is missing; accepted: 2 to 15 digits\n"
      "contacts[0].name: is missing; accepted: 1 to 64 characters without control characters\n"
      "contacts[0].phone: is missing; accepted: the number of an office's desk: 3 to 12 digits, in "
      "groups by a blank or -, with +86 before and 转, 分机 or ext. and an extension behind them "
      "if "
      "you like\n" },
    { "contact-everywhere",
      "\"contacts\": [{\"region\": \"\", \"name\": \"值班室\", \"phone\": \"110\"}]",
      "contacts[0].region: \"\" is refused; accepted: 2 to 15 digits\n" },
    { "contact-with-more",
      "\"contacts\": [{\"region\": \"530402008\", \"name\": \"值班室\", \"phone\": \"110\", "
      "\"mobile\": \"13800138000\"}]",
      "contacts[0]: unknown key \"mobile\"; accepted: region, name, phone\n" },
    { "contact-mobile", DESK("值班室", "\"13800138000\""), MOBILE_REFUSED },
    { "contact-mobile-in-groups", DESK("值班室", "\"+86 138 0013 8000\""), MOBILE_REFUSED },
    { "contact-mobile-as-number", DESK("值班室", "13800138000"),
      "contacts[0].phone: the value is not text; accepted: text in double quotes\n" },
    { "contact-two-numbers", DESK("值班室", "\"0877-13800138000/01\""),
      "contacts[0].phone: the value is refused; accepted: the number of an office's desk: 3 to 12 "
      "digits, in groups by a blank or -, with +86 before and 转, 分机 or ext. and an extension "
      "behind them if you like\n" },
    { "contact-mobile-in-name", DESK("值班室13800138000", "\"110\""), PERSON_REFUSED },
    { "contact-person-in-name", DESK("值班室联系人：张梅", "\"110\""), PERSON_REFUSED },
    { "contact-twice",
      "\"contacts\": [{\"region\": \"530402008\", \"name\": \"值班室\", \"phone\": \"110\"}, "
      "{\"region\": \"530402008\", \"name\": \"派出所\", \"phone\": \"110\"}]",
      "contacts[1].region: \"530402008\" is used by contacts[0].region already\n" },
    { "rule-without-when", "\"linkage\": [{\"id\": \"r\", \"name\": \"r\"}]",
      "linkage[0]: needs \"when\"; {} fits every event\n" },
    { "rule-of-unknown-type",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {\"types\": "
      "[\"case.whistle\"]}}]",
      "linkage[0].when.types[0]: there is no event type \"case.whistle\"; did you mean "
      "\"case.whistled\"?\n" },
    { "rule-of-unknown-words",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {\"risk\": [\"huge\"], "
      "\"region\": [\"53x\"], \"hours\": \"22-6\", \"days\": [8]}}]",
      "linkage[0].when.hours: \"22-6\" is refused; accepted: HH:MM-HH:MM, two different times\n"
      "linkage[0].when.days[0]: 8 is refused; accepted: whole numbers from 1 to 7\n"
      "linkage[0].when.risk[0]: \"huge\": risk: the value is refused; accepted: high, mid, low\n"
      "linkage[0].when.region[0]: \"53x\": region: the value is refused; accepted: 2 to 15 "
      "digits\n" },
    { "rule-of-unknown-source",
      "\"sources\": [" FERRY "], \"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": "
      "{\"sources\": [\"fery\"]}}]",
      "linkage[0].when.sources[0]: there is no source \"fery\"; did you mean \"ferry\"?\n" },
    { "rule-with-unknown-camera",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}, \"cameras\": [\"z\"]}]",
      "linkage[0].cameras[0]: there is no camera \"z\"\n" },
    { "rule-with-two-scenes",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}, \"preset\": \"p\", "
      "\"opens_case\": true}]",
      "linkage[0]: \"preset\" and \"opens_case\" both fill the wall; accepted: one of them\n" },
    { "half-an-order",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}, \"orders\": [{\"kind\": "
      "\"dispatch\"}]}]",
      "linkage[0].orders[0].to: is missing; an order needs both\n" },
    { "order-of-unknown-kind",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}, \"orders\": [{\"kind\": "
      "\"paper\", \"to\": \"人社局\"}]}]",
      "linkage[0].orders[0]: order_kind: the value is refused; accepted: dispatch, accept, "
      "supervise, "
      "appraise, verify, assign, supervise-notice, risk-letter\n" },
    { "plan-with-when",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"by_hand\": true, \"when\": {}}]",
      "linkage[0]: \"when\" and \"by_hand\" exclude each other; accepted: one of them\n" },
    { "too-many-orders",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}, \"orders\": "
      "[1,1,1,1,1,1,1,1,1]}]",
      "linkage[0].orders: has 9 members; accepted: at most 8\n" },
    { "same-rule-twice",
      "\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}}, {\"id\": \"r\", \"name\": "
      "\"q\", \"when\": {}}]",
      "linkage[1].id: \"r\" is used by linkage[0].id already\n" },
    { "briefing-days-of-a-month",
      "\"briefings\": [{\"id\": \"m\", \"name\": \"月调度\", \"kind\": \"month\", \"at\": "
      "\"9:00\", \"days\": [1], \"wall\": \"west\"}]",
      "briefings[0].at: \"9:00\" is refused; accepted: HH:MM from 00:00 to 23:59\n"
      "briefings[0].days: goes with \"kind\": \"day\" or \"week\"; a month has \"day\"\n"
      "briefings[0].wall: there is no wall \"west\"\n" },
    { "briefing-day-of-a-week",
      "\"briefings\": [{\"id\": \"w\", \"name\": \"周研判\", \"kind\": \"week\", \"at\": "
      "\"09:00\", \"day\": 3}]",
      "briefings[0].day: goes with \"kind\": \"month\" only\n" },
    { "unknown-event-upstream",
      "\"upstreams\": [{\"id\": \"u\", \"url\": \"wss://10.0.0.2/\", \"events\": [\"x\"]}]",
      "upstreams[0].events[0]: there is no event type \"x\"\n" },
    { "case-days", "\"cases\": {\"event_days\": -1, \"vocabulary\": \"../x\"}",
      "cases.vocabulary: \"../x\" is refused; accepted: 1 to 64 of A-Z a-z 0-9 . _ -\n"
      "cases.event_days: -1 is out of range; accepted: 0 to 36500\n" },
};

static void test_refused(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config = parse(refused[i].sections, faults);
    g_assert_null(config);
    g_autofree char *text = faults_dup_text(faults);
    GString *plain = g_string_new(text);
    g_string_replace(plain, "t: ", "", 0);
    GString *wanted = g_string_new(refused[i].expected);
    g_string_replace(wanted, "t: ", "", 0);
    g_assert_cmpstr(plain->str, ==, wanted->str);
    g_string_free(plain, TRUE);
    g_string_free(wanted, TRUE);
}

/* --- accepted ----------------------------------------------------------------------------------
 */

static void test_defaults(void)
{
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config =
        parse("\"linkage\": [{\"id\": \"r\", \"name\": \"r\", \"when\": {}}]", faults);
    g_assert_nonnull(config);
    g_assert_cmpstr(config->cases.vocabulary, ==, "liubu");
    g_assert_cmpstr(config->cases.deadlines, ==, "default");
    g_assert_cmpuint(config->cases.event_days, ==, 365);
    g_assert_cmpuint(config->n_sources, ==, 0);
    g_assert_cmpuint(config->walls[0].n_alarm_tiles, ==, 2);
    g_assert_cmpuint(config->walls[0].alarm_tiles[1], ==, 3);
    g_assert_cmpuint(config->walls[0].alarm_dwell_s, ==, 5);
    LinkageRule *plain = linkage_rule_new();
    const LinkageRule *rule = config->rules[0];
    g_assert_cmpuint(rule->priority, ==, plain->priority);
    g_assert_cmpuint(rule->escalate_s, ==, plain->escalate_s);
    g_assert_cmpuint(rule->group_s, ==, plain->group_s);
    g_assert_cmpint(rule->has_banner, ==, plain->has_banner);
    g_assert_cmpuint(rule->filter.types, ==, 0);
    linkage_rule_free(plain);
}

static void test_rule(void)
{
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config = parse(
        "\"sources\": [" FERRY
        "], \"linkage\": [{\"id\": \"whistle\", \"name\": \"吹哨\", \"when\": "
        "{\"types\": [\"case.whistled\", \"case.reported\"], \"risk\": [\"high\", \"mid\"], "
        "\"region\": [\"5304\"], \"sources\": [\"ferry\"], \"min_severity\": 13, \"hours\": "
        "\"22:00-06:00\", \"days\": [1, 7]}, \"priority\": 500, \"preempts\": true, \"severity\": "
        "\"red\", \"cameras\": [\"b\", \"a\"], \"nearest\": 2, \"radius_m\": 800, \"orders\": "
        "[{\"kind\": \"dispatch\", \"to\": \"人社局\"}], \"ptz_preset\": \"大门\", \"hold_s\": "
        "60}]",
        faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    const LinkageRule *rule = config->rules[0];
    g_assert_cmpuint(rule->filter.types, ==, 1u << EVENT_CASE_WHISTLED | 1u << EVENT_CASE_REPORTED);
    g_assert_cmpuint(rule->filter.n_conditions, ==, 2);
    g_assert_cmpint(rule->filter.conditions[0].field, ==, FIELD_RISK);
    g_assert_cmpstr(rule->filter.conditions[0].words[1], ==, "mid");
    g_assert_true(rule->filter.conditions[1].is_prefix);
    g_assert_cmpstr(rule->filter.sources[0], ==, "ferry");
    g_assert_cmpuint(rule->filter.start_minute, ==, 1320);
    g_assert_cmpuint(rule->filter.end_minute, ==, 360);
    g_assert_cmpuint(rule->filter.weekdays, ==, 1 | 1 << 6);
    g_assert_cmpint(rule->severity, ==, SEVERITY_RED);
    g_assert_cmpstr(rule->cameras[0], ==, "b");
    g_assert_cmpuint(rule->n_orders, ==, 1);
    g_assert_cmpstr(rule->orders[0].to, ==, "人社局");
    g_assert_cmpstr(rule->ptz_preset, ==, "大门");
    g_assert_true(g_str_has_prefix(rule->text, "{"));
    g_assert_cmpuint(rule->hold_s, ==, 60);
    g_assert_cmpstr(config->sources[0].uri, ==, "/ferry");
    g_assert_cmpint(config->sources[0].transport, ==, SOURCE_FOLDER);
}

static void test_contacts(void)
{
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config =
        parse(DESK("研和街道综治中心值班室", "\"0877-0000008 转 801\""), faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(config->n_contacts, ==, 1);
    g_assert_cmpstr(config->contacts[0].region, ==, "530402008");
    g_assert_cmpstr(config->contacts[0].name, ==, "研和街道综治中心值班室");
    g_assert_cmpstr(config->contacts[0].phone, ==, "0877-0000008 转 801");
}

static void test_briefings(void)
{
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config = parse(
        "\"briefings\": [{\"id\": \"d\", \"name\": \"日小结\", \"at\": \"09:00\"}, {\"id\": "
        "\"w\", \"name\": \"周研判\", \"kind\": \"week\", \"at\": \"09:30\"}, {\"id\": \"m\", "
        "\"name\": \"月调度\", \"kind\": \"month\", \"at\": \"10:00\", \"day\": 31}]",
        faults);
    g_assert_nonnull(config);
    g_assert_cmpuint(config->briefings[0].minute, ==, 540);
    g_assert_cmpuint(config->briefings[0].weekdays, ==, 0x7f);
    g_assert_cmpuint(config->briefings[1].weekdays, ==, 1);
    g_assert_cmpuint(config->briefings[2].day, ==, 31);
    g_assert_cmpstr(config->briefings[0].wall, ==, "main");
}

static void test_upstream_types(void)
{
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config = parse(
        "\"upstreams\": [{\"id\": \"all\", \"url\": \"wss://10.0.0.2/e\"}, {\"id\": \"some\", "
        "\"url\": \"https://10.0.0.2/e\", \"events\": [\"camera.offline\"]}]",
        faults);
    g_assert_nonnull(config);
    g_assert_cmpuint(config->upstreams[0].types >> EVENT_ORDER_ACCEPTED & 1, ==, 1);
    g_assert_cmpuint(config->upstreams[1].types, ==, G_GUINT64_CONSTANT(1) << EVENT_CAMERA_OFFLINE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/case-config/refused/%s", refused[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/case-config/defaults", test_defaults);
    g_test_add_func("/case-config/rule", test_rule);
    g_test_add_func("/case-config/contacts", test_contacts);
    g_test_add_func("/case-config/briefings", test_briefings);
    g_test_add_func("/case-config/upstream-types", test_upstream_types);
    return g_test_run();
}
