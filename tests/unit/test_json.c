/* test_json.c - what strict JSON accepts, what it refuses and in which words */
#include "wallctl/base/error.h"
#include "wallctl/base/json.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *name, *text;
    JsonFlags flags;
    const char *expected; /* one-line JSON, or the message when it does not parse */
} ParseCase;

#define NESTED_16 "[[[[[[[[[[[[[[[["
#define CLOSED_16 "]]]]]]]]]]]]]]]]"
#define A_VALUE   "a value (text in quotes, number, true, false, null, {...} or [...])"

static const ParseCase accepted[] = {
    { "object", "{\"a\": 1, \"b\": [true, false, null]}", 0, "{\"a\":1,\"b\":[true,false,null]}" },
    { "empty object", "{}", 0, "{}" },
    { "empty array", " [ ] ", 0, "[]" },
    { "scalar", "-17", 0, "-17" },
    { "true", "true", 0, "true" },
    { "chinese", "{\"名\": \"红塔区\"}", 0, "{\"名\":\"红塔区\"}" },
    { "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", 0, "\"\\\"\\\\/\\b\\f\\n\\r\\té\"" },
    { "surrogate pair", "\"\\ud83d\\ude00\"", 0, "\"😀\"" },
    { "greatest int", "[9223372036854775807,-9223372036854775808]", 0,
      "[9223372036854775807,-9223372036854775808]" },
    { "fractions", "[0.5,-1.25e3,1E+2]", 0, "[0.5,-1.25e3,1E+2]" },
    { "depth 32", NESTED_16 NESTED_16 CLOSED_16 CLOSED_16, 0,
      NESTED_16 NESTED_16 CLOSED_16 CLOSED_16 },
    { "equal keys in different objects", "[{\"a\":1},{\"a\":2}]", 0, "[{\"a\":1},{\"a\":2}]" },
    { "comments", "// head\n{ /* in\n */ \"a\": 1 } // end", JSON_COMMENTS, "{\"a\":1}" },
    { "comment sign in text", "{\"a\": \"rtsp://h/x\"}", JSON_COMMENTS, "{\"a\":\"rtsp://h/x\"}" },
    { "trailing commas", "{\"a\": [1, 2,], }", JSON_COMMENTS, "{\"a\":[1,2]}" },
    { "comma, comment, bracket", "[1, // one\n]", JSON_COMMENTS, "[1]" },
    { "byte order mark", "\xef\xbb\xbf[1]", JSON_COMMENTS, "[1]" },
    { "windows line ends", "{\r\n\"a\": 1\r\n}\r\n", 0, "{\"a\":1}" },
};

static const ParseCase refused[] = {
    { "empty", "", 0, "line 1, column 1: found the end of the text where " A_VALUE " belongs" },
    { "only a comment", "// nothing", JSON_COMMENTS,
      "line 1, column 11: found the end of the text where " A_VALUE " belongs" },
    { "null", "null", 0, "line 1, column 1: found null where an object or another value belongs" },
    { "number with letters", "{\"a\": 12abc}", 0,
      "line 1, column 7: 12abc is not a number that fits into 64 bits" },
    { "leading zero", "[007]", 0, "line 1, column 2: 007 is not a number that fits into 64 bits" },
    { "no digit after dot", "[1.]", 0,
      "line 1, column 2: 1. is not a number that fits into 64 bits" },
    { "no exponent", "[1e]", 0, "line 1, column 2: 1e is not a number that fits into 64 bits" },
    { "lone minus", "[-]", 0, "line 1, column 2: - is not a number that fits into 64 bits" },
    { "two dots", "[1.2.3]", 0, "line 1, column 2: 1.2.3 is not a number that fits into 64 bits" },
    { "int too large", "[9223372036854775808]", 0,
      "line 1, column 2: 9223372036854775808 is not a number that fits into 64 bits" },
    { "int too small", "[-9223372036854775809]", 0,
      "line 1, column 2: -9223372036854775809 is not a number that fits into 64 bits" },
    { "infinite double", "[1e999]", 0,
      "line 1, column 2: 1e999 is not a number that fits into 64 bits" },
    { "NaN", "{\"a\": NaN}", 0, "line 1, column 7: found NaN where " A_VALUE " belongs" },
    { "Infinity", "[Infinity]", 0, "line 1, column 2: found Infinity where " A_VALUE " belongs" },
    { "-Infinity", "[-Infinity]", 0,
      "line 1, column 2: -Infinity is not a number that fits into 64 bits" },
    { "True", "[True]", 0, "line 1, column 2: found True where " A_VALUE " belongs" },
    { "single quotes", "{'a': 1}", 0,
      "line 1, column 2: found ''' where a name in quotes belongs" },
    { "bare name", "{a: 1}", 0, "line 1, column 2: found a where a name in quotes belongs" },
    { "no colon", "{\"a\" 1}", 0, "line 1, column 6: found 1 where ':' belongs" },
    { "no comma", "{\"a\": 1\n \"b\": 2}", 0,
      "line 2, column 2: found '\"' where ',' or '}' belongs" },
    { "wrong bracket", "[1}", 0, "line 1, column 3: found '}' where ',' or ']' belongs" },
    { "cut short", "{\"a\": [1, 2", 0,
      "line 1, column 12: found the end of the text where ',' or ']' belongs" },
    { "trailing text", "{} x", 0, "line 1, column 4: found x where the end of the text belongs" },
    { "two values", "[1][2]", 0, "line 1, column 4: found '[' where the end of the text belongs" },
    { "trailing comma", "[1,]", 0, "line 1, column 4: found ']' where " A_VALUE " belongs" },
    { "two commas", "[1,,]", JSON_COMMENTS,
      "line 1, column 4: found ',' where " A_VALUE " belongs" },
    { "only a comma", "[,]", JSON_COMMENTS,
      "line 1, column 2: found ',' where " A_VALUE " belongs" },
    { "comment", "{} // no", 0, "line 1, column 4: comments are not accepted here" },
    { "open comment", "{\n /* x", JSON_COMMENTS,
      "line 2, column 2: this comment is not closed by */" },
    { "lone slash", "[/]", JSON_COMMENTS, "line 1, column 2: found '/' where " A_VALUE " belongs" },
    { "equal keys", "{\"a\": 1,\n \"a\": 2}", 0,
      "line 2, column 2: \"a\" appears twice in this object" },
    { "equal keys by escape", "{\"a\": 1, \"\\u0061\": 2}", 0,
      "line 1, column 10: \"a\" appears twice in this object" },
    { "too deep", NESTED_16 NESTED_16 "[", 0, "line 1, column 33: nested deeper than 32" },
    { "open text", "{\"a\": \"x\n\"}", 0,
      "line 1, column 7: this text is not closed by '\"' on its line" },
    { "tab in text", "[\"a\tb\"]", 0,
      "line 1, column 4: the control character 0x09 must be written as an escape in text" },
    { "bad escape", "[\"\\x\"]", 0,
      "line 1, column 3: '\\' must be followed by one of \" \\ / b f n r t u" },
    { "escape at the end", "[\"\\", 0,
      "line 1, column 3: '\\' must be followed by one of \" \\ / b f n r t u" },
    { "bad unicode escape", "[\"\\u12g4\"]", 0,
      "line 1, column 3: \\u must be followed by four hexadecimal digits" },
    { "high surrogate alone", "[\"\\ud83d\"]", 0,
      "line 1, column 3: \\ud83d is half of a surrogate pair" },
    { "high surrogate twice", "[\"\\ud83d\\ud83d\"]", 0,
      "line 1, column 3: \\ud83d is half of a surrogate pair" },
    { "low surrogate alone", "[\"\\ude00\"]", 0,
      "line 1, column 3: \\ude00 is half of a surrogate pair" },
    { "nul escape", "[\"a\\u0000b\"]", 0, "line 1, column 4: \\u0000 is not accepted in text" },
    { "columns are characters", "{\"名称\": \"红塔\" \"x\"}", 0,
      "line 1, column 13: found '\"' where ',' or '}' belongs" },
    { "chinese punctuation", "{\"a\":1,“b”:2}", 0,
      "line 1, column 8: found '“' where a name in quotes belongs" },
    { "invalid UTF-8", "[\"\n\xff\"]", 0, "line 2, column 1: the byte 0xff is not UTF-8 text" },
    { "overlong UTF-8", "[\"\xc0\xaf\"]", 0, "line 1, column 3: the byte 0xc0 is not UTF-8 text" },
    { "byte order mark", "\xef\xbb\xbf[1]", 0,
      "line 1, column 1: a byte order mark is not accepted here" },
    { "control character", "[\x01]", 0,
      "line 1, column 2: found the control character 0x01 where " A_VALUE " belongs" },
    { "long word", "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", 0,
      "line 1, column 2: found aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... where " A_VALUE
      " belongs" },
};

static void test_accepted(gconstpointer user)
{
    const ParseCase *c = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse(c->text, strlen(c->text), 0, c->flags, &error);
    g_assert_no_error(error);
    g_assert_nonnull(json);
    g_autofree char *text = json_dup_text(json);
    g_assert_cmpstr(text, ==, c->expected);
}

static void test_refused(gconstpointer user)
{
    const ParseCase *c = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse(c->text, strlen(c->text), 0, c->flags, &error);
    g_assert_null(json);
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, c->expected);
}

static void test_zero_byte(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(json_parse("[1]\0", 4, 0, 0, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, "line 1, column 4: the byte 0x00 is not UTF-8 text");
}

static void test_size(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(json_parse("[1, 2]", 6, 5, 0, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpstr(error->message, ==, "the text has 6 bytes; accepted: at most 5");
    g_clear_error(&error);
    g_autofree char *large = g_malloc(20 * 1024 * 1024);
    memset(large, ' ', 20 * 1024 * 1024);
    g_assert_null(json_parse(large, 20 * 1024 * 1024, 0, 0, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpstr(error->message, ==, "the text has 20971520 bytes; accepted: at most 1048576");
}

/* --- getters -----------------------------------------------------------------------------------
 */

typedef enum { GET_STRING = 1, GET_INT, GET_DOUBLE, GET_BOOL, GET_OBJECT, GET_ARRAY } Getter;

typedef struct {
    const char *name;
    Getter getter;
    const char *value;    /* of member "k"; NULL: no such member */
    const char *expected; /* the fault, or NULL */
    double number;        /* what a good number reads */
} GetCase;

static const GetCase getters[] = {
    { "string", GET_STRING, "\"x\"", NULL, 0 },
    { "string missing", GET_STRING, NULL, NULL, 0 },
    { "string is int", GET_STRING, "12", "t: o.k: 12 is not text; accepted: text in double quotes",
      0 },
    { "string is null", GET_STRING, "null",
      "t: o.k: null is not text; accepted: text in double quotes", 0 },
    { "string is object", GET_STRING, "{\"password\": \"x\"}",
      "t: o.k: {...} is not text; accepted: text in double quotes", 0 },
    { "int", GET_INT, "50", NULL, 50 },
    { "int low", GET_INT, "9", "t: o.k: 9 is out of range; accepted: 10 to 60", 0 },
    { "int high", GET_INT, "61", "t: o.k: 61 is out of range; accepted: 10 to 60", 0 },
    { "int is text", GET_INT, "\"50\"",
      "t: o.k: \"50\" is not a whole number; accepted: 10 to 60 without fraction or exponent", 0 },
    { "int is fraction", GET_INT, "50.5",
      "t: o.k: 50.5 is not a whole number; accepted: 10 to 60 without fraction or exponent", 0 },
    { "int is 50.0", GET_INT, "50.0",
      "t: o.k: 50.0 is not a whole number; accepted: 10 to 60 without fraction or exponent", 0 },
    { "int with exponent", GET_INT, "5e1",
      "t: o.k: 5e1 is not a whole number; accepted: 10 to 60 without fraction or exponent", 0 },
    { "int is true", GET_INT, "true",
      "t: o.k: true is not a whole number; accepted: 10 to 60 without fraction or exponent", 0 },
    { "double", GET_DOUBLE, "0.25", NULL, 0.25 },
    { "double from int", GET_DOUBLE, "1", NULL, 1 },
    { "double high", GET_DOUBLE, "1.5", "t: o.k: 1.5 is out of range; accepted: 0 to 1", 0 },
    { "double is text", GET_DOUBLE, "\"0.5\"", "t: o.k: \"0.5\" is not a number; accepted: 0 to 1",
      0 },
    { "bool", GET_BOOL, "true", NULL, 1 },
    { "bool is text", GET_BOOL, "\"yes\"",
      "t: o.k: \"yes\" is not a truth value; accepted: true or false", 0 },
    { "bool is int", GET_BOOL, "1", "t: o.k: 1 is not a truth value; accepted: true or false", 0 },
    { "object", GET_OBJECT, "{}", NULL, 0 },
    { "object is array", GET_OBJECT, "[1]", "t: o.k: [...] is not an object; accepted: {...}", 0 },
    { "array", GET_ARRAY, "[]", NULL, 0 },
    { "array is text", GET_ARRAY, "\"a\"", "t: o.k: \"a\" is not an array; accepted: [...]", 0 },
    { "no password in a fault", GET_INT, "\"rtsp://u:hunter2@10.0.0.1/x\"",
      "t: o.k: \"rtsp://***@10.0.0.1/x\" is not a whole number; accepted: 10 to 60 without "
      "fraction or "
      "exponent",
      0 },
    { "cut after redaction", GET_INT,
      "\"rtsp://administrator:a-very-long-password-that-is-cut@10.0.0.1/some/long/path/of/a/"
      "camera\"",
      "t: o.k: \"rtsp://***@10.0.0.1/some/long/path/of/a... is not a whole number; accepted: 10 to "
      "60 without "
      "fraction or exponent",
      0 },
    { "control characters stay escaped", GET_INT, "\"a\\nb\"",
      "t: o.k: \"a\\nb\" is not a whole number; accepted: 10 to 60 without fraction or exponent",
      0 },
};

static gboolean run_getter(Getter getter, Json *object, double *number, Faults *faults)
{
    const char *text = NULL;
    gint64 whole = 0;
    gboolean truth = FALSE;
    Json *part = NULL;
    gboolean found = FALSE;
    switch (getter) {
    case GET_STRING:
        found = json_get_string(object, "k", &text, faults, "o");
        g_assert_true(found == (text != NULL));
        break;
    case GET_INT:
        found = json_get_int(object, "k", 10, 60, &whole, faults, "o");
        *number = (double)whole;
        break;
    case GET_DOUBLE:
        found = json_get_double(object, "k", 0, 1, number, faults, "o");
        break;
    case GET_BOOL:
        found = json_get_bool(object, "k", &truth, faults, "o");
        *number = truth;
        break;
    case GET_OBJECT:
        found = json_get_object(object, "k", &part, faults, "o");
        g_assert_true(found == (part != NULL));
        break;
    case GET_ARRAY:
        found = json_get_array(object, "k", &part, faults, "o");
        g_assert_true(found == (part != NULL));
        break;
    }
    return found;
}

static void test_getter(gconstpointer user)
{
    const GetCase *c = user;
    g_autofree char *text = c->value ? g_strdup_printf("{\"k\": %s}", c->value) : g_strdup("{}");
    g_autoptr(Json) object = json_parse(text, strlen(text), 0, 0, NULL);
    g_assert_nonnull(object);
    g_autoptr(Faults) faults = faults_new("t", 10);
    double number = 0;
    gboolean found = run_getter(c->getter, object, &number, faults);
    g_assert_cmpstr(faults_get(faults, 0), ==, c->expected);
    g_assert_cmpuint(faults_count(faults), ==, c->expected ? 1 : 0);
    g_assert_true(found == (c->value && !c->expected));
    if (found)
        g_assert_cmpfloat(number, ==, c->number);
}

static void test_top_place(void)
{
    g_autoptr(Json) object = json_parse("{\"k\": 1}", 8, 0, 0, NULL);
    g_autoptr(Faults) faults = faults_new("t", 10);
    const char *out = NULL;
    g_assert_false(json_get_string(object, "k", &out, faults, ""));
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: k: 1 is not text; accepted: text in double quotes");
}

static void test_unknown(void)
{
    static const char *const known[] = { "name", "stall_ms" };
    const char *text = "{\"name\": 1, \"stal_ms\": 2, \"other\": 3, \"a\\nb\": 4}";
    g_autoptr(Json) object = json_parse(text, strlen(text), 0, 0, NULL);
    g_autoptr(Faults) faults = faults_new("t", 10);
    json_refuse_unknown(object, known, G_N_ELEMENTS(known), faults, "feeds[3]");
    g_assert_cmpuint(faults_count(faults), ==, 3);
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: feeds[3]: unknown key \"stal_ms\"; did you mean \"stall_ms\"?");
    g_assert_cmpstr(faults_get(faults, 1), ==,
                    "t: feeds[3]: unknown key \"other\"; accepted: name, stall_ms");
    g_assert_cmpstr(faults_get(faults, 2), ==,
                    "t: feeds[3]: unknown key \"a\\nb\"; accepted: name, stall_ms");
}

static void test_building(void)
{
    g_autoptr(Json) object = json_object_new_object();
    json_add_string(object, "text", "上墙/a\"b");
    json_add_string(object, "left out", NULL);
    json_add_string(object, "bad", "a\xff");
    json_add_int(object, "int", G_MAXINT64);
    json_add_double(object, "third", 1.0 / 3);
    json_add_double(object, "whole", 25);
    json_add_double(object, "minus", -0.5);
    json_add_double(object, "nan", NAN);
    json_add_double(object, "inf", INFINITY);
    json_add_double(object, "large", 1e300);
    json_add_bool(object, "yes", TRUE);
    json_add(object, "list", json_object_new_array());
    g_autofree char *text = json_dup_text(object);
    g_assert_cmpstr(
        text, ==,
        "{\"text\":\"上墙/a\\\"b\",\"bad\":\"a\xef\xbf\xbd\",\"int\":9223372036854775807,"
        "\"third\":0.333,\"whole\":25,\"minus\":-0.5,\"nan\":null,\"inf\":null,"
        "\"large\":1.0000000000000001e+300,\"yes\":true,\"list\":[]}");
}

static void add_rows(const char *group, const ParseCase *rows, gsize n, GTestDataFunc func)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/json/%s/%s", group, rows[i].name);
        g_test_add_data_func(path, &rows[i], func);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_rows("accepted", accepted, G_N_ELEMENTS(accepted), test_accepted);
    add_rows("refused", refused, G_N_ELEMENTS(refused), test_refused);
    for (gsize i = 0; i < G_N_ELEMENTS(getters); i++) {
        g_autofree char *path = g_strdup_printf("/json/get/%s", getters[i].name);
        g_test_add_data_func(path, &getters[i], test_getter);
    }
    g_test_add_func("/json/refused/zero byte", test_zero_byte);
    g_test_add_func("/json/refused/size", test_size);
    g_test_add_func("/json/get/top place", test_top_place);
    g_test_add_func("/json/unknown", test_unknown);
    g_test_add_func("/json/building", test_building);
    return g_test_run();
}
