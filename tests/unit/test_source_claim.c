/* test_source_claim.c - which values of "source" a platform may use: a table, and how it is written */
#include "config/source_claim.h"

#include <string.h>

#define FOLDER(ID)                                                                                 \
    "{\"id\": \"" ID "\", \"name\": \"n\", \"transport\": \"folder\", \"folder\": \"/" ID "\""

/* open and open2: no list. mapped: speaks by its uri. city: relays two platforms and a whole region.
 * town: one of that region by itself. twin and twin2: two doors of one platform. shut: an empty list. */
static const char text[] =
    "{\"walls\": [{\"id\": \"main\", \"name\": \"m\", \"screens\": [{\"x\": 0, \"y\": 0, "
    "\"width\": "
    "1920, \"height\": 1080}]}], \"sources\": [" FOLDER("open") "}, " FOLDER("open2") "}, " FOLDER(
        "map"
        "pe"
        "d") ", \"uri\": \"/530402/yzz\"}, " FOLDER("city") ", \"speaks_for\": "
                                                            "[\"/530402/public\", "
                                                            "\"urn:cn:yzz\", \"/5304/\"]}, " FOLDER(
                                                                "town") ", \"speaks_for\": "
                                                                        "[\"/5304/22\"]}, " FOLDER(
                                                                            "twin") ", \"uri\": "
                                                                                    "\"/twins\", "
                                                                                    "\"speaks_"
                                                                                    "for\": "
                                                                                    "[\"/"
                                                                                    "twins\"]},"
                                                                                    " " FOLDER(
                                                                                        "twin2") ","
                                                                                                 " "
                                                                                                 "\"uri\": "
                                                                                                 "\"/twins\", "
                                                                                                 "\"speaks_"
                                                                                                 "f"
                                                                                                 "o"
                                                                                                 "r"
                                                                                                 "\": "
                                                                                                 "["
                                                                                                 "\"/"
                                                                                                 "t"
                                                                                                 "w"
                                                                                                 "i"
                                                                                                 "n"
                                                                                                 "s"
                                                                                                 "\"]},"
                                                                                                 " " FOLDER(
                                                                                                     "sh"
                                                                                                     "u"
                                                                                                     "t") ", \"speaks_for\": "
                                                                                                          "[]}]}";

static const struct {
    const char *name, *source, *value;
    gboolean may;
    const char *claimant; /* NULL: nobody claims it; of those that are refused */
} rows[] = {
    { "nobodys", "open", "/anything", TRUE, NULL },
    { "nobodys-of-two", "open2", "/anything", TRUE, NULL },
    { "own-default-uri", "open", "/open", TRUE, NULL },
    { "below-own-uri", "open", "/open/hall", TRUE, NULL },
    { "default-uri-of-another", "open", "/open2", FALSE, "open2" },
    { "longer-word-than-a-uri", "open2", "/openhanded", TRUE, NULL },
    { "uri-of-a-mapped-one", "open", "/530402/yzz", FALSE, "mapped" },
    { "below-the-uri-of-a-mapped-one", "open", "/530402/yzz/hall", FALSE, "mapped" },
    { "mapped-by-its-uri", "mapped", "/530402/yzz", TRUE, NULL },
    { "mapped-in-an-envelope-of-nobody", "mapped", "/530402/other", TRUE, NULL },
    { "mapped-in-an-envelope-of-another", "mapped", "/530402/public", FALSE, "city" },
    { "relay-first", "city", "/530402/public", TRUE, NULL },
    { "relay-second", "city", "urn:cn:yzz", TRUE, NULL },
    { "relay-below-a-colon", "city", "urn:cn:yzz:5304", TRUE, NULL },
    { "relay-longer-word", "city", "urn:cn:yzz5304", FALSE, NULL },
    { "relay-own-uri", "city", "/city", TRUE, NULL },
    { "relay-what-nobody-claims", "city", "/anything", FALSE, NULL },
    { "relay-uri-of-another", "city", "/530402/yzz", FALSE, "mapped" },
    { "relay-a-region", "city", "/5304/23/hall", TRUE, NULL },
    { "relay-more-is-claimed-by-another", "city", "/5304/22/hall", FALSE, "town" },
    { "town-more-is-claimed", "town", "/5304/22", TRUE, NULL },
    { "town-less-is-claimed", "town", "/5304/2", FALSE, "city" },
    { "open-in-the-relays-region", "open", "/5304/99", FALSE, "city" },
    { "region-without-the-slash-is-nobodys", "open", "/5304", TRUE, NULL },
    { "first-of-two-doors", "twin", "/twins", TRUE, NULL },
    { "second-of-two-doors", "twin2", "/twins", TRUE, NULL },
    { "neither-door", "open", "/twins", FALSE, "twin" },
    { "empty-list-own", "shut", "/shut", TRUE, NULL },
    { "empty-list-other", "shut", "/anything", FALSE, NULL },
    { "other-letters", "open", "/530402/YZZ", TRUE, NULL }, /* another source: bytes count */
    { "no-value", "open", "", TRUE, NULL },
    { "no-value-with-a-list", "city", "", FALSE, NULL },
};

static void test_row(gconstpointer data)
{
    guint n = GPOINTER_TO_UINT(data);
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(Config) config = config_parse(text, strlen(text), "t", NULL, faults);
    g_autofree char *said = faults_dup_text(faults);
    g_assert_cmpstr(said, ==, "");
    const SourceConfig *source = NULL, *claimant = NULL;
    for (guint i = 0; i < config->n_sources; i++) {
        if (strcmp(config->sources[i].id, rows[n].source) == 0)
            source = &config->sources[i];
    }
    g_assert_nonnull(source);
    g_assert_cmpint(source_may_use(config, source, rows[n].value, NULL), ==, rows[n].may);
    source_may_use(config, source, rows[n].value, &claimant);
    if (!rows[n].may)
        g_assert_cmpstr(claimant ? claimant->id : NULL, ==, rows[n].claimant);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/source-claim/", rows[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
