/* test_scrub.c - what goes out of technical texts, and what stays */
#include "wallctl/model/scrub.h"

#include <string.h>

static void texts(void)
{
    static const struct {
        const char *text, *clean;
    } rows[] = {
        { "", "" },
        { "gate-2/sub: live, 640x360 after 1 tries", "gate-2/sub: live, 640x360 after 1 tries" },
        { "2026-11-22 18:22:03.957 info    STORE: opened",
          "2026-11-22 18:22:03.957 info    STORE: opened" },
        { "2026-11-22 18:22:03.957+08:00 info    STORE: opened",
          "2026-11-22 18:22:03.957+08:00 info    STORE: opened" },
        { "rtsp://admin:s3cret@10.20.30.40:554/main", "rtsp://***@ip-1:554/main" },
        { "10.20.30.40 and 10.20.30.41 and 10.20.30.40", "ip-1 and ip-2 and ip-1" },
        { "rtsp://NVR.Street.local/1 rtsp://nvr.street.local/2",
          "rtsp://host-1/1 rtsp://host-1/2" },
        { "wss://[2001:db8::7]:443/x", "wss://[ip-1]:443/x" },
        { "fe80::1 is near, 2001:DB8::1 is 2001:db8::1", "ip-1 is near, ip-2 is ip-2" },
        { "http://127.0.0.1:8080/ https://localhost/ 0.0.0.0 ::1",
          "http://127.0.0.1:8080/ https://localhost/ 0.0.0.0 ::1" },
        { "1.22.0 and 59.37.100 are versions", "1.22.0 and 59.37.100 are versions" },
        { "999.1.1.1 is none", "999.1.1.1 is none" },
        { "token=abcdef, password: \"x y\"", "token=***, password: \"***\"" },
        { "\xff", "\xef\xbf\xbd" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Scrub) scrub = scrub_new();
        g_autofree char *clean = scrub_text(scrub, rows[i].text);
        g_assert_cmpstr(clean, ==, rows[i].clean);
    }
}

static void persons(void)
{
    g_autoptr(Scrub) scrub = scrub_new();
    g_autofree char *clean = scrub_text(scrub, "请致电 13800138000");
    g_assert_null(strstr(clean, "13800138000"));
}

static void objects(void)
{
    static const char text[] = "{\"cameras\": [{\"id\": \"gate\", \"main\": \"rtsp://10.0.0.9/a\", "
                               "\"credential\": \"all\"}],"
                               " \"sources\": [{\"token\": \"grid\", \"silent_s\": 30}], "
                               "\"Password\": \"x\", \"api_key\": [1, 2],"
                               " \"tile_key\": 3, \"key\": \"k\", \"on\": true, \"none\": null, "
                               "\"upstream_token\": {\"a\": \"b\"}}";
    static const char wanted[] =
        "{\"cameras\":[{\"id\":\"gate\",\"main\":\"rtsp://ip-1/a\",\"credential\":\"***\"}],"
        "\"sources\":[{\"token\":\"***\",\"silent_s\":30}],\"Password\":\"***\",\"api_key\":[1,2],"
        "\"tile_key\":3,\"key\":\"***\",\"on\":true,\"none\":null,\"upstream_token\":\"***\"}";
    g_autoptr(Scrub) scrub = scrub_new();
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    g_assert_nonnull(json);
    g_autoptr(Json) clean = scrub_json(scrub, json);
    g_autofree char *out = json_dup_text(clean);
    g_assert_cmpstr(out, ==, wanted);
    g_autofree char *same = json_dup_text(json);
    g_assert_nonnull(strstr(same, "10.0.0.9")); /* the original is left alone */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scrub/texts", texts);
    g_test_add_func("/scrub/persons", persons);
    g_test_add_func("/scrub/objects", objects);
    return g_test_run();
}
