/* test_mapping.c - mapping files: every fault with its place, every transform, and what privacy stops
 *
 * Texts are written with ' for ", so that they can be read.
 */
#include "config/mapping_records.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW_MS G_GINT64_CONSTANT(1767110400000) /* 2025-12-31T00:00:00+08:00 */
#define HEAD   "'platform':'p','name':'n','version':1"
#define EVENT  "'id':'/id','time':'/time','type':{'const':'case.updated'},'subject':'/no'"

static char *dup_json(const char *text)
{
    return g_strdelimit(g_strdup(text), "'", '"');
}

static Json *parsed(const char *text)
{
    g_autofree char *json = dup_json(text);
    g_autoptr(GError) error = NULL;
    Json *value = json_parse(json, strlen(json), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    return value;
}

static Mapping *compiled(const char *members, const char *const *dirs, Faults *faults)
{
    g_autofree char *text = g_strconcat("{" HEAD, *members ? "," : "", members, "}", NULL);
    g_autofree char *json = dup_json(text);
    return mapping_compile(json, strlen(json), dirs, faults);
}

static Mapping *good(const char *members)
{
    g_autoptr(Faults) faults = faults_new("m", 20);
    Mapping *mapping = compiled(members, NULL, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    return mapping;
}

/* --- faults ------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *members; /* after platform, name and version */
    const char *faults;         /* all of them, each begins so */
} fault_rows[] = {
    { "key", "'feilds':{}", "m: unknown key \"feilds\"; did you mean \"fields\"?" },
    { "field", "'fields':{'regoin':'/a'}",
      "m: fields: there is no field \"regoin\"; did you mean region" },
    { "field-person", "'fields':{'phone':'/a'}", "m: fields: there is no field \"phone\"" },
    { "transform", "'fields':{'risk':{'at':'/a','mapp':{}}}",
      "m: fields.risk: unknown key \"mapp\"; did you mean \"map\"?" },
    { "two-transforms", "'fields':{'risk':{'at':'/a','map':{'1':'low'},'enum':['low']}}",
      "m: fields.risk: has 2 transforms" },
    { "no-source", "'fields':{'risk':{'map':{'1':'low'}}}", "m: fields.risk: needs one of" },
    { "two-sources", "'fields':{'risk':{'at':'/a','const':'low'}}",
      "m: fields.risk: needs one of" },
    { "pointer", "'fields':{'risk':'a'}", "m: fields.risk: \"a\" is not a pointer" },
    { "pointer-tilde", "'fields':{'risk':'/a~2'}", "m: fields.risk: \"/a~2\" has a '~'" },
    { "pointer-number", "'fields':{'risk':7}", "m: fields.risk: 7 is not a pointer" },
    { "word", "'fields':{'risk':{'at':'/a','map':{'1':'hihg'}}}",
      "m: fields.risk.map.1: \"hihg\" does not fit risk; accepted: high, mid, low" },
    { "word-const", "'fields':{'risk':{'const':'hihg'}}", "m: fields.risk: \"hihg\" does not fit" },
    { "word-else", "'fields':{'risk':{'at':'/a','else':'hihg'}}", "m: fields.risk.else: \"hihg\"" },
    { "word-enum", "'fields':{'risk':{'at':'/a','enum':['hihg']}}",
      "m: fields.risk.enum: \"hihg\"" },
    { "type", "'type':{'at':'/a','map':{'1':'case.registred'}}",
      "m: type.map.1: \"case.registred\" is no event that comes in; did you mean case.registered" },
    { "type-ours", "'type':{'const':'wall.scene'}", "m: type: \"wall.scene\" is no event" },
    { "classification", "'classification':{'const':'restricted'}",
      "m: classification: \"restricted\" does not fit classification; accepted: public" },
    { "map-empty", "'fields':{'risk':{'at':'/a','map':{}}}", "m: fields.risk.map: is empty" },
    { "map-list", "'fields':{'risk':{'at':'/a','map':[]}}", "m: fields.risk.map: [...] is not" },
    { "table-dir", "'fields':{'risk':{'at':'/a','table':'risk'}}",
      "m: fields.risk.table: is not a table's name" },
    { "int", "'fields':{'party_count':{'at':'/a','int':[9,1]}}",
      "m: fields.party_count.int: is not a range" },
    { "int-one", "'fields':{'party_count':{'at':'/a','int':[9]}}",
      "m: fields.party_count.int: is not a range" },
    { "truncate", "'fields':{'to_org':{'at':'/a','truncate':0}}",
      "m: fields.to_org.truncate: 0 is" },
    { "date", "'time':{'at':'/a','date':'%Y-%q'}", "m: time.date: is not the form of a date" },
    { "date-twice", "'time':{'at':'/a','date':'%Y-%m-%d %d'}", "m: time.date: is not the form" },
    { "date-target", "'fields':{'risk':{'at':'/a','date':'unix'}}",
      "m: fields.risk.date: \"risk\" is no time" },
    { "zone", "'time':{'at':'/a','date':'%Y%m%d','zone':'CST'}",
      "m: time: \"zone\" is not a zone" },
    { "zone-alone", "'time':{'at':'/a','zone':'Z'}", "m: time: \"zone\" and \"day_end\" go with" },
    { "region", "'fields':{'region':{'at':'/a','region':'x'}}",
      "m: fields.region.region: accepted" },
    { "region-target", "'fields':{'place':{'at':'/a','region':true}}",
      "m: fields.place.region: is for the field region only" },
    { "token-target", "'fields':{'doc_no':{'at':'/a','token':true}}",
      "m: fields.doc_no: \"token\" is for id, subject and merged_into only" },
    { "redact-target", "'fields':{'to_org':{'at':'/a','redact':true}}",
      "m: fields.to_org: \"redact\" is for the field note only" },
    { "note-plain", "'fields':{'note':'/a'}", "m: fields.note: the field note needs \"redact\"" },
    { "yes-target", "'fields':{'risk':{'at':'/a','yes':['1']}}", "m: fields.risk: \"yes\" is for" },
    { "yes-empty", "'fields':{'is_private':{'at':'/a','yes':[]}}",
      "m: fields.is_private.yes: names no word" },
    { "join-one", "'id':{'join':['/a']}", "m: id.join: joins 1 places" },
    { "list-empty", "'id':[]", "m: id: tries 0 values" },
    { "list-in-list", "'id':[['/a'],'/b']", "m: id[0]: is a list in a list" },
    { "list-else", "'id':[{'at':'/a','else':'drop'},'/b']", "m: id[0]: \"else\" belongs to" },
    { "asserted", "'fields':{'to_org':'/phone'},'drop_assert':['/phone']",
      "m: fields.to_org: reads /phone, which drop_assert forbids (/phone)" },
    { "asserted-below", "'fields':{'to_org':'/p/0/name'},'drop_assert':['/p']",
      "m: fields.to_org: reads /p/0/name, which drop_assert forbids (/p)" },
    { "asserted-join", "'id':{'join':['/no','/phone']},'drop_assert':['/phone']",
      "m: id: reads /phone, which" },
    { "asserted-list", "'id':['/no','/phone'],'drop_assert':['/phone']", "m: id: reads /phone" },
    { "drop-assert", "'drop_assert':['phone']", "m: drop_assert[0]: is not a pointer" },
    { "only", "'only':[{'at':'x','is':['y']}]", "m: only[0]: \"at\" is not a pointer" },
    { "only-key", "'only':[{'at':'/x','in':['y']}]", "m: only[0]: unknown key \"in\"" },
    { "only-empty", "'only':[{'at':'/x','is':[]}]", "m: only[0].is: names no word" },
    { "set-field", "'set':[{'when':{'categroy':['family']},'set':{'risk':'low'}}]",
      "m: set[0].when: there is no field \"categroy\"" },
    { "set-word", "'set':[{'when':{'risk':['hihg']},'set':{'risk':'low'}}]",
      "m: set[0].when.risk: \"hihg\"" },
    { "set-to", "'set':[{'when':{'risk':['high']},'set':{'sensitivity':'famly'}}]",
      "m: set[0].set.sensitivity: \"famly\"" },
    { "set-half", "'set':[{'when':{'risk':['high']}}]", "m: set[0]: needs \"when\" and \"set\"" },
    { "set-time", "'set':[{'when':{'due':['x']},'set':{'risk':'low'}}]",
      "m: set[0].when.due: times and decimals" },
    { "format", "'accept':{'format':'xml'}", "m: accept: \"format\" is refused" },
    { "max-bytes", "'accept':{'max_bytes':70000}", "m: accept.max_bytes: 70000 is out of range" },
    { "extends-dir", "'extends':'base'", "m: extends: is not the name of a mapping file" },
    { "extends-path", "'extends':'../base'", "m: extends: is not the name of a mapping file" },
};

/* Each line of text begins with expected; one fault at least, and no crash after it. */
static void test_fault(gconstpointer user)
{
    guint row = GPOINTER_TO_UINT(user);
    g_autoptr(Faults) faults = faults_new("m", 20);
    g_autoptr(Mapping) mapping = compiled(fault_rows[row].members, NULL, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_null(mapping);
    gboolean is_there = FALSE;
    for (guint i = 0; faults_get(faults, i); i++)
        is_there |= g_str_has_prefix(faults_get(faults, i), fault_rows[row].faults);
    if (!is_there) {
        g_test_message("%s", text);
        g_test_fail();
    }
}

/* All of them are told at once. */
static void test_all_faults(void)
{
    g_autoptr(Faults) faults = faults_new("m", 20);
    const char *text = "{'name':7,'extra':1,'id':'x','fields':{'risk':'/phone','a':'/b'},"
                       "'drop_assert':['/phone'],'only':7}";
    g_autofree char *json = dup_json(text);
    g_assert_null(mapping_compile(json, strlen(json), NULL, faults));
    static const char *const wanted[] = { "\"platform\" is missing", "\"version\" is missing",
                                          "m: name: 7 is not text",  "unknown key \"extra\"",
                                          "m: id: \"x\" is not",     "there is no field \"a\"",
                                          "drop_assert forbids",     "m: only: 7 is not" };
    g_autofree char *all = faults_dup_text(faults);
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (!strstr(all, wanted[i])) {
            g_test_message("%s is not in %s", wanted[i], all);
            g_test_fail();
        }
    }
    g_assert_cmpuint(faults_count(faults), ==, G_N_ELEMENTS(wanted));
}

/* --- values ------------------------------------------------------------------------------------
 */

static RegionTree *regions(void)
{
    static const Region rows[] = { { .code = "530402", .name = "红塔区" },
                                   { .code = "530402002", .name = "凤凰街道" },
                                   { .code = "530402008", .name = "研和街道" },
                                   { .code = "420704", .name = "鄂城区" },
                                   { .code = "420704001", .name = "凤凰街道" } };
    return region_tree_new(rows, G_N_ELEMENTS(rows));
}

static Event *apply(const Mapping *mapping, const char *record, const Event *envelope,
                    MappingReport *report, GError **error)
{
    g_autoptr(RegionTree) tree = regions();
    g_autoptr(Secret) key = secret_new("key", 3);
    g_autoptr(Json) json = parsed(record);
    MappingContext context = { .now_ms = NOW_MS,
                               .zone_minutes = 480,
                               .source = "/s",
                               .regions = tree,
                               .site_region = "530402",
                               .token_key = key };
    return mapping_apply(mapping, json, envelope, &context, report, error);
}

/* A field with its value in the file, what the record holds at /v, and what is kept; NULL: nothing,
 * and the event is kept without it. */
static const struct {
    const char *name, *field, *value, *record, *kept;
} value_rows[] = {
    { "plain", "to_org", "'/v'", "'人社局'", "'人社局'" },
    { "null", "to_org", "'/v'", "null", NULL },
    { "empty", "to_org", "'/v'", "''", NULL },
    { "object", "to_org", "'/v'", "{'a':'b'}", NULL },
    { "list", "to_org", "'/v'", "['a']", NULL },
    { "list-item", "to_org", "'/v/1'", "['a','b']", "'b'" },
    { "escaped", "to_org", "'/v/a~1b'", "{'a/b':'c'}", "'c'" },
    { "below-missing", "to_org", "'/v/x/y'", "{'a':'b'}", NULL },
    { "long", "doc_no", "'/v'",
      "'00000000001111111111222222222233333333334444444444555555555566666'", NULL },
    { "number-for-code", "place", "'/v'", "17", "'17'" },
    { "text-for-int", "party_count", "'/v'", "'12'", "12" },
    { "text-for-int-bad", "party_count", "'/v'", "'12人'", NULL },
    { "text-for-fixed", "lon", "'/v'", "'102.543'", "102.543" },
    { "text-for-fixed-bad", "lon", "'/v'", "'1e999'", NULL },
    { "text-for-bool", "is_private", "'/v'", "'true'", "true" },
    { "const", "channel", "{'const':'grid'}", "1", "'grid'" },
    { "const-bool", "is_private", "{'const':true}", "1", "true" },
    { "else", "risk", "{'at':'/v','map':{'1':'low'},'else':'high'}", "'9'", "'high'" },
    { "else-missing", "risk", "{'at':'/w','map':{'1':'low'},'else':'high'}", "'9'", "'high'" },
    { "else-unfit", "risk", "{'at':'/v','else':'high'}", "'9'", "'high'" },
    { "map", "risk", "{'at':'/v','map':{'1':'low'}}", "'1'", "'low'" },
    { "map-number", "risk", "{'at':'/v','map':{'1':'low'}}", "1", "'low'" },
    { "map-bool", "risk", "{'at':'/v','map':{'true':'low'}}", "true", "'low'" },
    { "map-spaces", "risk", "{'at':'/v','map':{'1':'low'}}", "' 1 '", "'low'" },
    { "map-other", "risk", "{'at':'/v','map':{'1':'low'}}", "'2'", NULL },
    { "map-to-int", "supervise", "{'at':'/v','map':{'一级':'1'}}", "'一级'", "1" },
    { "enum", "place_kind", "{'at':'/v','enum':['路口']}", "'路口'", "'路口'" },
    { "enum-other", "place_kind", "{'at':'/v','enum':['路口']}", "'家里'", NULL },
    { "yes", "is_private", "{'at':'/v','yes':['是',1]}", "1", "true" },
    { "yes-no", "is_private", "{'at':'/v','yes':['是']}", "'不是'", "false" },
    { "yes-missing", "is_private", "{'at':'/w','yes':['是']}", "1", NULL },
    { "int", "party_count", "{'at':'/v','int':[0,10]}", "'10'", "10" },
    { "int-over", "party_count", "{'at':'/v','int':[0,10]}", "11", NULL },
    { "int-decimal", "party_count", "{'at':'/v','int':[0,10]}", "3.5", NULL },
    { "number", "value", "{'at':'/v','number':[0,100]}", "'99.44'", "99.44" },
    { "number-over", "value", "{'at':'/v','number':[0,100]}", "100.5", NULL },
    { "number-hex", "value", "{'at':'/v','number':[0,100]}", "'0x10'", NULL },
    { "number-nan", "value", "{'at':'/v','number':[0,100]}", "'nan'", NULL },
    { "digits", "region", "{'at':'/v','digits':[6,15]}", "'530402008'", "'530402008'" },
    { "digits-number", "region", "{'at':'/v','digits':[6,15]}", "530402008", "'530402008'" },
    { "digits-short", "region", "{'at':'/v','digits':[6,15]}", "'5304'", NULL },
    { "digits-letters", "region", "{'at':'/v','digits':[6,15]}", "'53040x'", NULL },
    { "truncate", "to_org", "{'at':'/v','truncate':3}", "'人社局劳动科'", "'人社局'" },
    { "truncate-short", "to_org", "{'at':'/v','truncate':3}", "'局'", "'局'" },
    { "date", "due", "{'at':'/v','date':'%Y-%m-%d %H:%M:%S','zone':'+08:00'}",
      "'2025-05-22 09:14:03'", "'2025-05-22T01:14:03+00:00'" },
    { "date-site-zone", "due", "{'at':'/v','date':'%Y-%m-%d %H:%M:%S'}", "'2025-05-22 09:14:03'",
      "'2025-05-22T01:14:03+00:00'" },
    { "date-utc", "due", "{'at':'/v','date':'%Y-%m-%d %H:%M:%S','zone':'Z'}",
      "'2025-05-22 09:14:03'", "'2025-05-22T09:14:03+00:00'" },
    { "date-fraction", "due", "{'at':'/v','date':'%Y-%m-%d %H:%M:%S'}", "'2025-05-22 09:14:03.250'",
      "'2025-05-22T01:14:03.250+00:00'" },
    { "date-packed", "due", "{'at':'/v','date':'%Y%m%d%H%M%S'}", "'20250522091403'",
      "'2025-05-22T01:14:03+00:00'" },
    { "date-packed-short", "due", "{'at':'/v','date':'%Y%m%d%H%M%S'}", "'2025522091403'", NULL },
    { "date-one-digit", "due", "{'at':'/v','date':'%Y/%m/%d %H:%M'}", "'2025/5/2 9:14'",
      "'2025-05-02T01:14:00+00:00'" },
    { "date-chinese", "due", "{'at':'/v','date':'%Y年%m月%d日'}", "'2025年5月2日'",
      "'2025-05-01T16:00:00+00:00'" },
    { "date-day-end", "due", "{'at':'/v','date':'%Y-%m-%d','day_end':true}", "'2025-05-22'",
      "'2025-05-22T15:59:59+00:00'" },
    { "date-no-day", "due", "{'at':'/v','date':'%Y-%m-%d'}", "'2025-02-29'", NULL },
    { "date-more", "due", "{'at':'/v','date':'%Y-%m-%d'}", "'2025-02-28 09:00'", NULL },
    { "date-hour", "due", "{'at':'/v','date':'%Y-%m-%d %H:%M'}", "'2025-02-28 24:00'", NULL },
    { "unix", "due", "{'at':'/v','date':'unix'}", "1747876443", "'2025-05-22T01:14:03+00:00'" },
    { "unix-ms", "due", "{'at':'/v','date':'unix_ms'}", "'1747876443007'",
      "'2025-05-22T01:14:03.007+00:00'" },
    { "unix-far", "due", "{'at':'/v','date':'unix'}", "99999999999", NULL },
    { "rfc3339", "due", "{'at':'/v','date':'rfc3339'}", "'2025-05-22T09:14:03+08:00'",
      "'2025-05-22T01:14:03+00:00'" },
    { "time-plain", "due", "'/v'", "'2025-05-22T09:14:03'", NULL },
    { "region", "region", "{'at':'/v','region':true}", "'凤凰街道办事处'", "'530402002'" },
    { "region-within", "region", "{'at':'/v','region':'420704'}", "'凤凰街道'", "'420704001'" },
    { "region-unknown", "region", "{'at':'/v','region':true}", "'月球街道'", NULL },
    { "join", "doc_no", "{'join':['/v','/no'],'with':'/'}", "'大综治'", "'大综治/C-1'" },
    { "join-missing", "doc_no", "{'join':['/v','/w']}", "'大综治'", NULL },
    { "join-map", "risk", "{'join':['/v','/no'],'map':{'1-C-1':'low'}}", "1", "'low'" },
    { "list-first", "to_org", "['/w','/v']", "'乙'", "'乙'" },
    { "list-map", "risk", "[{'at':'/v','map':{'1':'low'}},{'at':'/v','map':{'2':'mid'}}]", "2",
      "'mid'" },
    { "list-else", "risk", "['/w',{'at':'/v','map':{'1':'low'},'else':'high'}]", "2", "'high'" },
    { "phone", "to_org", "'/v'", "'人社局13900005678'", NULL },
    { "id-card", "doc_no", "'/v'", "'530402198805203417'", NULL },
    { "plate", "to_org", "'/v'", "'车牌云F12345的单位'", NULL },
    { "phone-as-figure", "value", "'/v'", "13900005678", NULL },
    { "figure", "value", "'/v'", "139000", "139000" },
    { "note", "note", "{'at':'/v','redact':true}", "'请拨13900005678'", "'请拨［电话］'" },
    { "note-lines", "note", "{'at':'/v','redact':true}", "'路灯\\n坏了'", "'路灯 坏了'" },
};

static void test_value(gconstpointer user)
{
    guint row = GPOINTER_TO_UINT(user);
    g_autofree char *members =
        g_strdup_printf(EVENT ",'fields':{'%s':%s}", value_rows[row].field, value_rows[row].value);
    g_autofree char *record = g_strdup_printf(
        "{'id':'e','time':'2025-05-22T09:14:03+08:00','no':'C-1','v':%s}", value_rows[row].record);
    g_autoptr(Mapping) mapping = good(members);
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event = apply(mapping, record, NULL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(Json) json = fields_to_json(&event->fields);
    g_autofree char *kept = json_dup_text(json);
    g_autofree char *wanted =
        value_rows[row].kept
            ? g_strdup_printf("{'%s':%s}", value_rows[row].field, value_rows[row].kept)
            : g_strdup("{}");
    g_autofree char *wanted_json = dup_json(wanted);
    g_assert_cmpstr(kept, ==, wanted_json);
}

/* --- refusals ----------------------------------------------------------------------------------
 */

#define RECORD "'id':'e-1','time':'2025-05-22T09:14:03+08:00','no':'C-1'"

static const struct {
    const char *name, *members, *record;
    int code; /* 0: kept */
} refused_rows[] = {
    { "good", EVENT, "{" RECORD "}", 0 },
    { "no-object", EVENT, "[]", REFUSED_MALFORMED },
    { "no-id", EVENT, "{'time':'2025-05-22T09:14:03+08:00','no':'C-1'}", REFUSED_ATTRIBUTE },
    { "id-unnamed", "'time':'/time','type':{'const':'clue.reported'}", "{" RECORD "}",
      REFUSED_ATTRIBUTE },
    { "type-unnamed", "'id':'/id','time':'/time'", "{" RECORD "}", REFUSED_UNMAPPED },
    { "time-unnamed", "'id':'/id','type':{'const':'clue.reported'}", "{" RECORD "}", REFUSED_TIME },
    { "time-dropped",
      "'id':'/id','time':{'at':'/x','else':'drop'},'type':{'const':'clue.reported'}",
      "{" RECORD "}", REFUSED_TIME },
    { "time-ahead", EVENT, "{'id':'e','time':'2026-01-01T00:00:00+08:00','no':'C-1'}",
      REFUSED_TIME },
    { "type-other",
      "'id':'/id','time':'/time','subject':'/no','type':{'at':'/s','map':{'1':"
      "'case.closed'}}",
      "{" RECORD ",'s':2}", REFUSED_UNMAPPED },
    { "subject-form", EVENT, "{'id':'e','time':'2025-05-22T09:14:03+08:00','no':'一号'}",
      REFUSED_ATTRIBUTE },
    { "subject-needed", "'id':'/id','time':'/time','type':{'const':'case.closed'}", "{" RECORD "}",
      REFUSED_ATTRIBUTE },
    { "region-unknown", EVENT ",'fields':{'region':'/r'}", "{" RECORD ",'r':'110101'}",
      REFUSED_REGION },
    { "region-below", EVENT ",'fields':{'region':'/r'}", "{" RECORD ",'r':'530402008001'}", 0 },
    { "region-reject", EVENT ",'fields':{'region':{'at':'/r','else':'reject'}}", "{" RECORD "}",
      REFUSED_REGION },
    { "field-reject", EVENT ",'fields':{'risk':{'at':'/r','else':'reject'}}", "{" RECORD "}",
      REFUSED_FIELD },
    { "classification", EVENT ",'classification':'/c'", "{" RECORD ",'c':'restricted'}",
      REFUSED_CLASSIFICATION },
    { "classification-none", EVENT ",'classification':'/c'", "{" RECORD "}",
      REFUSED_CLASSIFICATION },
    { "only", EVENT ",'only':[{'at':'/k','is':['非警务']}]", "{" RECORD ",'k':'非警务'}", 0 },
    { "only-other", EVENT ",'only':[{'at':'/k','is':['非警务']}]", "{" RECORD ",'k':'刑事'}",
      REFUSED_CLASSIFICATION },
    { "only-missing", EVENT ",'only':[{'at':'/k','is':['非警务']}]", "{" RECORD "}",
      REFUSED_CLASSIFICATION },
    { "only-given", EVENT ",'only':[{'at':'/k'}]", "{" RECORD ",'k':{}}", 0 },
    { "refuse", EVENT ",'refuse':[{'at':'/k','is':['秘密']}]", "{" RECORD ",'k':'秘密'}",
      REFUSED_CLASSIFICATION },
    { "refuse-other", EVENT ",'refuse':[{'at':'/k','is':['秘密']}]", "{" RECORD ",'k':'公开'}", 0 },
    { "refuse-given", EVENT ",'refuse':[{'at':'/k'}]", "{" RECORD ",'k':[1]}",
      REFUSED_CLASSIFICATION },
    { "refuse-empty", EVENT ",'refuse':[{'at':'/k'}]", "{" RECORD ",'k':''}", 0 },
    { "id-phone", EVENT, "{'id':'13900005678','time':'2025-05-22T09:14:03+08:00','no':'C-1'}",
      REFUSED_PRIVACY },
    { "subject-id", EVENT,
      "{'id':'e','time':'2025-05-22T09:14:03+08:00','no':'530402198805203417'}", REFUSED_PRIVACY },
    { "sequence-phone", EVENT ",'sequence':'/q'", "{" RECORD ",'q':13900005678}", REFUSED_PRIVACY },
    { "name-in-org", EVENT ",'fields':{'to_org':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'司法所（找李示例）','p':{'name':'李示例'}}", REFUSED_PRIVACY },
    { "name-in-subject", EVENT ",'drop_assert':['/p']", "{" RECORD ",'p':['C-1']}",
      REFUSED_PRIVACY },
    { "one-letter", EVENT ",'fields':{'to_org':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'男子监狱','p':'男'}", 0 },
    { "short-latin", EVENT ",'fields':{'doc_no':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'HTML-1','p':'HT'}", 0 },
    { "short-latin-word", EVENT ",'fields':{'doc_no':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'to Li','p':'Li'}", REFUSED_PRIVACY },
    { "long-latin", EVENT ",'fields':{'doc_no':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'xoPenid9x','p':'oPenid9'}", REFUSED_PRIVACY },
    { "short-number", EVENT ",'fields':{'to_org':'/o'},'drop_assert':['/p']",
      "{" RECORD ",'o':'第45中学','p':[45,'45']}", 0 },
    { "own-word", EVENT ",'fields':{'risk':{'at':'/r','map':{'1':'high'}}},'drop_assert':['/p']",
      "{" RECORD ",'r':1,'p':'high'}", 0 },
    { "token", "'id':{'at':'/o','token':true},'time':'/time','type':{'const':'clue.reported'}",
      "{" RECORD ",'o':'13900005678'}", 0 },
    { "figure-asserted", EVENT ",'fields':{'value':'/v'},'drop_assert':['/p']",
      "{" RECORD ",'v':12345678,'p':'12345678'}", REFUSED_PRIVACY },
    { "stat-without-value", "'id':'/id','time':'/time','type':{'const':'stat.snapshot'}",
      "{" RECORD "}", REFUSED_FIELD },
};

static void test_refused(gconstpointer user)
{
    guint row = GPOINTER_TO_UINT(user);
    g_autoptr(Mapping) mapping = good(refused_rows[row].members);
    g_autoptr(GError) error = NULL;
    MappingReport report = { .rows = mapping_report_rows() };
    g_autoptr(Event) event = apply(mapping, refused_rows[row].record, NULL, &report, &error);
    guint n_refused = 0;
    for (guint i = 0; i < report.rows->len; i++) {
        const MappingRow *line = report.rows->pdata[i];
        n_refused += line->outcome == MAPPED_REFUSED;
        g_assert_true(line->outcome != MAPPED_KEPT || refused_rows[row].code == 0);
    }
    g_assert_cmpuint(n_refused, ==, refused_rows[row].code ? 1 : 0);
    mapping_report_clear(&report);
    g_assert_true((event == NULL) == (error != NULL));
    g_assert_cmpint(error ? error->code : 0, ==, refused_rows[row].code);
    if (!error)
        return;
    g_assert_true(error->domain == EVENT_ERROR);
    static const char *const canaries[] = { "13900005678", "530402198805203417", "李示例", "刑事" };
    for (guint i = 0; i < G_N_ELEMENTS(canaries); i++)
        g_assert_null(strstr(error->message, canaries[i]));
}

/* --- the rest ----------------------------------------------------------------------------------
 */

static void test_set(void)
{
    g_autoptr(Mapping) mapping =
        good(EVENT ",'fields':{'category':'/c','risk':'/r','lon':'/x','supervise':'/s',"
                   "'is_private':'/p'},'set':[{'when':{'category':['family','medical'],'risk':"
                   "['high']},'set':{'sensitivity':'family','lon':null}},{'when':{'supervise':[2],"
                   "'is_private':['true']},'set':{'risk':'high'}}]");
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) both =
        apply(mapping, "{" RECORD ",'c':'medical','r':'high','x':102.5}", NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fields_text(&both->fields, FIELD_SENSITIVITY), ==, "family");
    g_assert_false(fields_has(&both->fields, FIELD_LON));
    g_autoptr(Event) one =
        apply(mapping, "{" RECORD ",'c':'medical','r':'low','x':102.5}", NULL, NULL, &error);
    g_assert_false(fields_has(&one->fields, FIELD_SENSITIVITY));
    g_assert_true(fields_has(&one->fields, FIELD_LON));
    g_autoptr(Event) numbers =
        apply(mapping, "{" RECORD ",'s':'2','p':true,'r':'low'}", NULL, NULL, &error);
    g_assert_cmpstr(fields_text(&numbers->fields, FIELD_RISK), ==, "high");
}

/* 9 comes before 10. */
static void test_sequence(void)
{
    g_autoptr(Mapping) mapping = good(EVENT ",'sequence':'/q'");
    g_autoptr(Event) nine = apply(mapping, "{" RECORD ",'q':9}", NULL, NULL, NULL);
    g_autoptr(Event) ten = apply(mapping, "{" RECORD ",'q':'10'}", NULL, NULL, NULL);
    g_assert_cmpint(event_compare(nine, ten), <, 0);
}

static void test_token(void)
{
    g_autoptr(Mapping) mapping =
        good("'id':'/id','time':'/time','type':{'const':'case.closed'},'subject':{'at':'/no',"
             "'token':true}");
    g_autoptr(Event) a = apply(mapping, "{" RECORD "}", NULL, NULL, NULL);
    g_autoptr(Event) b = apply(mapping, "{" RECORD "}", NULL, NULL, NULL);
    g_assert_cmpstr(a->subject, ==, b->subject);
    g_assert_cmpuint(strlen(a->subject), ==, 32);
    g_autoptr(Json) record = parsed("{" RECORD "}");
    MappingContext context = { .now_ms = NOW_MS, .source = "/s", .site_region = "" };
    g_autoptr(GError) error = NULL;
    g_assert_null(mapping_apply(mapping, record, NULL, &context, NULL, &error));
    g_assert_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE);
}

static const char cloud_event[] =
    "{'specversion':'1.0','id':'ce-1','source':'/"
    "yzz','type':'%s','time':'2025-05-22T09:14:03+08:00',"
    "'subject':'C-7','sequence':'17','dataclassification':'confidential','severitynumber':13,"
    "'data':{'r':'high','phone':'13900005678'}}";

static Event *apply_body(const Mapping *mapping, const char *type, GError **error)
{
    g_autofree char *text = g_strdup_printf(cloud_event, type);
    g_autoptr(Json) body = parsed(text);
    MappingContext context = { .now_ms = NOW_MS, .source = "/s", .site_region = "" };
    return mapping_apply_body(mapping, body, &context, NULL, error);
}

static void test_envelope(void)
{
    g_autoptr(Mapping) mapping = good("'fields':{'risk':'/r'},'classification':{'const':'public'}");
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event = apply_body(mapping, "org.wallctl.case.closed.v1", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(event->id, ==, "ce-1");
    g_assert_cmpstr(event->source, ==, "/yzz");
    g_assert_cmpstr(event->subject, ==, "C-7");
    g_assert_cmpstr(event->sequence, ==, "17"); /* its own order, left alone */
    g_assert_cmpint(event->type, ==, EVENT_CASE_CLOSED);
    g_assert_cmpuint(event->severity, ==, 13);
    g_assert_cmpint(event->classification, ==, CLASS_CONFIDENTIAL); /* the stricter */
    g_assert_cmpstr(fields_text(&event->fields, FIELD_RISK), ==, "high");
    /* A type of another world is the mapping's to read. */
    g_assert_null(apply_body(mapping, "com.example.thing", &error));
    g_assert_error(error, EVENT_ERROR, REFUSED_UNMAPPED);
    g_clear_error(&error);
    g_autoptr(Mapping) typed = good("'type':{'const':'case.updated'}");
    g_autoptr(Event) other = apply_body(typed, "com.example.thing", &error);
    g_assert_no_error(error);
    g_assert_cmpint(other->type, ==, EVENT_CASE_UPDATED);
}

/* --- files -------------------------------------------------------------------------------------
 */

static char *new_site(void)
{
    char *dir = g_dir_make_tmp("wallctl-mapping-XXXXXX", NULL);
    static const char *const folders[] = { "connectors", "tables" };
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(dir, folders[i], NULL);
        g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    }
    return dir;
}

/* Written with HEAD in front when it is a mapping. */
static char *write_file(const char *site, const char *name, const char *text)
{
    char *path = g_build_filename(site, name, NULL);
    g_autofree char *whole = g_str_has_suffix(name, ".json")
                                 ? g_strconcat("{" HEAD, *text ? "," : "", text, "}", NULL)
                                 : g_strdup(text);
    g_autofree char *json = dup_json(whole);
    g_assert_true(g_file_set_contents(path, json, -1, NULL));
    return path;
}

static void remove_site(char *site)
{
    static const char *const folders[] = { "connectors", "tables", "" };
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(site, folders[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        const char *name;
        while (dir && (name = g_dir_read_name(dir))) {
            g_autofree char *file = g_build_filename(path, name, NULL);
            g_remove(file);
        }
        g_rmdir(path);
    }
    g_free(site);
}

static void test_extends(void)
{
    char *site = new_site();
    g_autofree char *table = write_file(site, "tables/kind.csv", "from,to\n工资,labour\n");
    g_autofree char *base = write_file(
        site, "connectors/base.json",
        EVENT ",'fields':{'category':{'at':'/k','table':'kind'},'to_org':'/o','lead_org':'/l'},"
              "'drop_assert':['/phone'],'only':[{'at':'/k'}]");
    g_autofree char *path = write_file(
        site, "connectors/county.json",
        "'extends':'base','fields':{'to_org':null,'lead_org':'/o'},'drop_assert':['/n']");
    g_autoptr(Faults) faults = faults_new("county.json", 20);
    g_autoptr(Mapping) mapping = mapping_load(path, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event =
        apply(mapping, "{" RECORD ",'k':'工资','o':'人社局','l':'司法局'}", NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fields_text(&event->fields, FIELD_CATEGORY), ==, "labour");
    g_assert_cmpstr(fields_text(&event->fields, FIELD_LEAD_ORG), ==, "人社局");
    g_assert_false(fields_has(&event->fields, FIELD_TO_ORG));
    g_assert_null(apply(mapping, "{" RECORD "}", NULL, NULL, &error)); /* only, of the base */
    g_assert_error(error, EVENT_ERROR, REFUSED_CLASSIFICATION);

    /* What the base forbids, its extension cannot read; the place says in which file it stands. */
    g_autofree char *bad =
        write_file(site, "connectors/bad.json", "'extends':'base','fields':{'to_org':'/phone'}");
    g_autoptr(Faults) bad_faults = faults_new("bad.json", 20);
    g_assert_null(mapping_load(bad, bad_faults));
    g_assert_nonnull(strstr(faults_get(bad_faults, 0), "fields.to_org: reads /phone"));

    /* A site's file elsewhere uses what is shipped. */
    char *other = new_site();
    g_autofree char *own =
        write_file(other, "connectors/own.json", "'extends':'base','fields':{'risk':'/r'}");
    g_autoptr(Faults) own_faults = faults_new("own.json", 20);
    g_assert_null(mapping_load(own, own_faults));
    g_assert_nonnull(strstr(faults_get(own_faults, 0), "there is no connectors/base.json"));
    g_autoptr(Faults) again = faults_new("own.json", 20);
    g_autoptr(Mapping) owned = mapping_load_in(own, (const char *const[]) { site, NULL }, again);
    g_assert_nonnull(owned);
    remove_site(other);
    remove_site(site);
}

static void test_circle(void)
{
    char *site = new_site();
    g_autofree char *a = write_file(site, "connectors/a.json", "'extends':'b'");
    g_autofree char *b = write_file(site, "connectors/b.json", "'extends':'c','riks':1");
    g_autofree char *c = write_file(site, "connectors/c.json", "'extends':'a'");
    g_autoptr(Faults) faults = faults_new("a.json", 20);
    g_assert_null(mapping_load(a, faults));
    g_autofree char *text = faults_dup_text(faults);
    g_assert_nonnull(strstr(text, "a.json: c.json.extends: \"a\" extends this file already"));
    g_assert_nonnull(strstr(text, "a.json: b.json: unknown key \"riks\""));
    for (guint i = 0; i < 6; i++) {
        g_autofree char *name = g_strdup_printf("connectors/d%u.json", i);
        g_autofree char *next = g_strdup_printf("'extends':'d%u'", i + 1);
        g_autofree char *path = write_file(site, name, i < 5 ? next : "");
    }
    g_autofree char *deep = g_build_filename(site, "connectors/d0.json", NULL);
    g_autofree char *less = g_build_filename(site, "connectors/d1.json", NULL);
    g_autoptr(Faults) deep_faults = faults_new("d0.json", 20);
    g_assert_null(mapping_load(deep, deep_faults));
    g_assert_nonnull(strstr(faults_get(deep_faults, 0), "is too deep"));
    g_autoptr(Faults) less_faults = faults_new("d1.json", 20);
    g_autoptr(Mapping) mapping = mapping_load(less, less_faults);
    g_assert_nonnull(mapping);
    remove_site(site);
}

static char *sum_of(const char *path)
{
    g_autoptr(Faults) faults = faults_new("m", 20);
    g_autoptr(Mapping) mapping = mapping_load(path, faults);
    g_assert_nonnull(mapping);
    return g_strdup(mapping_info(mapping)->sha256);
}

/* Alone: as sha256sum says. A byte in a table or in the base changes it. */
static void test_sum(void)
{
    char *site = new_site();
    g_autofree char *plain = write_file(site, "connectors/plain.json", EVENT);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(plain, &text, NULL, NULL));
    g_autofree char *wanted = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_autofree char *sum = sum_of(plain);
    g_assert_cmpstr(sum, ==, wanted);

    g_autofree char *table = write_file(site, "tables/kind.csv", "from,to\na,labour\n");
    g_autofree char *path =
        write_file(site, "connectors/x.json",
                   "'extends':'plain','fields':{'category':{'at':'/k','table':'kind'}}");
    g_autofree char *first = sum_of(path);
    g_autofree char *new_table = write_file(site, "tables/kind.csv", "from,to\nb,labour\n");
    g_autofree char *second = sum_of(path);
    g_assert_cmpstr(first, !=, second);
    g_autofree char *new_base = write_file(site, "connectors/plain.json", EVENT ",'about':'new'");
    g_autofree char *third = sum_of(path);
    g_assert_cmpstr(second, !=, third);

    g_autofree char *bad_table =
        write_file(site, "tables/kind.csv", "from,to\na,labour\na,land\n,x\n");
    g_autoptr(Faults) faults = faults_new("x.json", 20);
    g_assert_null(mapping_load(path, faults));
    g_assert_cmpuint(faults_count(faults), ==, 2);
    g_assert_nonnull(strstr(faults_get(faults, 0), "tables/kind.csv: row 3"));
    remove_site(site);
}

/* --- records -----------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    MappingFormat format;
    const char *text;
    const char *records; /* as JSON, '!' for one that cannot be read; NULL: none can */
} record_rows[] = {
    { "object", MAPPING_JSON, "{'a':1}", "{'a':1} " },
    { "pretty", MAPPING_JSON, "{\n 'a': 1\n}\n", "{'a':1} " },
    { "array", MAPPING_JSON, "[{'a':1},{'a':2},null]", "{'a':1} {'a':2} ! " },
    { "lines", MAPPING_JSON, "{'a':1}\n\n {'a':2}\r\n{'a'\n{'a':3}", "{'a':1} {'a':2} ! {'a':3} " },
    { "empty", MAPPING_JSON, "", "" },
    { "long", MAPPING_JSON, "{'a':1}\n{'a':'0123456789012345678901234567890123456789'}\n",
      "{'a':1} ! " },
    { "table", MAPPING_CSV, "编号,名\r\n1,'a,b'\r\n2\r\n",
      "{'编号':'1','名':'a,b'} {'编号':'2'} " },
    { "table-wide", MAPPING_CSV, "a\n1,2\n3\n", "! {'a':'3'} " },
    { "table-names", MAPPING_CSV, "a,a\n1,2\n", NULL },
    { "table-nameless", MAPPING_CSV, "a,\n1,2\n", NULL },
    { "table-empty", MAPPING_CSV, "", NULL },
};

static void test_records(gconstpointer user)
{
    guint row = GPOINTER_TO_UINT(user);
    g_autofree char *text = dup_json(record_rows[row].text);
    g_autoptr(GError) error = NULL;
    g_autoptr(Records) records =
        records_new(text, strlen(text), record_rows[row].format, 40, &error);
    g_assert_true((records == NULL) == (error != NULL));
    g_assert_true((records == NULL) == (record_rows[row].records == NULL));
    if (!records)
        return;
    g_autoptr(GString) all = g_string_new(NULL);
    Json *next;
    guint number;
    for (;;) {
        g_autoptr(GError) unread = NULL;
        if (!records_next(records, &next, &number, &unread))
            break;
        g_assert_true((next == NULL) == (unread != NULL));
        g_autoptr(Json) record = next;
        g_autofree char *shown = record ? json_dup_text(record) : g_strdup("!");
        g_string_append_printf(all, "%s ", shown);
    }
    g_autofree char *wanted = dup_json(record_rows[row].records);
    g_assert_cmpstr(all->str, ==, wanted);
}

#define ADD_ROWS(rows, prefix, function)                                                           \
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {                                               \
        g_autofree char *path = g_strdup_printf("/mapping/" prefix "/%s", rows[i].name);           \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                                 \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    ADD_ROWS(fault_rows, "fault", test_fault)
    ADD_ROWS(value_rows, "value", test_value)
    ADD_ROWS(refused_rows, "refused", test_refused)
    ADD_ROWS(record_rows, "records", test_records)
    g_test_add_func("/mapping/all_faults", test_all_faults);
    g_test_add_func("/mapping/set", test_set);
    g_test_add_func("/mapping/sequence", test_sequence);
    g_test_add_func("/mapping/token", test_token);
    g_test_add_func("/mapping/envelope", test_envelope);
    g_test_add_func("/mapping/extends", test_extends);
    g_test_add_func("/mapping/circle", test_circle);
    g_test_add_func("/mapping/sum", test_sum);
    return g_test_run();
}
