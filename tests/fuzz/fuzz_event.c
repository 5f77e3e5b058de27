/* fuzz_event.c - any text as a CloudEvent in the canonical form: refused with a reason that repeats nothing of it, or an
 * event that is written and read again as the same, and is no type of ours */
#include "wallctl/model/event.h"

#include <stdint.h>
#include <string.h>

#define NOW_MS  G_GINT64_CONSTANT(1767110400000)
#define PLANTED "Zyxwvu"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *dup_written(const Event *event, int offset_minutes)
{
    g_autoptr(Json) json = event_to_json(event, offset_minutes);
    return json_dup_text(json);
}

static void check_event(const Event *event)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = dup_written(event, 480);
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    guint n_dropped = 0;
    g_autoptr(Event) back = event_from_json(json, NOW_MS, &n_dropped, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(n_dropped, ==, 0); /* what we write we know */
    g_autofree char *text_back = dup_written(back, 480);
    g_assert_cmpstr(text, ==, text_back);
    g_assert_cmpint(event_compare(event, back), ==, 0);
    g_assert_true(event->type < EVENT_WALL_SCENE && event->time_ms <= NOW_MS + EVENT_MAX_AHEAD_MS);
    g_autoptr(Event) copy = event_copy(event);
    g_autofree char *text_copy = dup_written(copy, 480);
    g_assert_cmpstr(text, ==, text_copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse((const char *)data, size, EVENT_MAX_BYTES, JSON_STRICT, NULL);
    if (!json)
        return 0;
    g_autoptr(Event) event = event_from_json(json, NOW_MS, NULL, &error);
    g_assert_true((event == NULL) == (error != NULL));
    if (event) {
        check_event(event);
        return 0;
    }
    g_assert_true(error->domain == EVENT_ERROR && error->code >= 1 && error->code <= REFUSED_LAST);
    g_assert_true(g_utf8_validate(error->message, -1, NULL) && !strstr(error->message, PLANTED));
    g_assert_nonnull(refused_word(error->code));
    return 0;
}
