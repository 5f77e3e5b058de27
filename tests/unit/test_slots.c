/* test_slots.c - the arbitration of the alarm tiles, as the table of rules that slots.h states */
#include "wallctl/model/slots.h"

#include <string.h>

/* Alarms are capital letters, cameras small ones. A claim "B7!r:cd": alarm B of priority 7 that
 * pre-empts, of severity red (b y o r; blue unless given), with the cameras c and d. Alarms were raised
 * in the order of their letters. Times are seconds, the dwell is 5. */
typedef struct {
    int at_s;
    const char *claims, *slots; /* "A:a B:c -" */
    int next_s;                 /* -1: never */
    const char *offline;
    gboolean is_flood;
} Step;

static const struct {
    const char *name;
    guint n_slots;
    Step steps[8];
} tables[] = {
    { "one-alarm", 3, { { 0, "A5:ab", "A:a A:b -", -1 }, { 9, "", "- - -", -1 } } },
    { "first-pictures-first", 2, { { 0, "A5:ab B5:cd", "A:a B:c", -1 } } },
    { "who-was-first-stays", 1, { { 0, "A5:a", "A:a", -1 }, { 9, "A5:a B5:b", "A:a", -1 } } },
    { "priority-waits-for-dwell",
      1,
      { { 0, "A5:a", "A:a", -1 },
        { 2, "A5:a B7:b", "A:a", 5 },
        { 4, "A5:a B7:b", "A:a", 5 },
        { 5, "A5:a B7:b", "B:b", -1 } } },
    { "pre-empts-at-once", 1, { { 0, "A5:a", "A:a", -1 }, { 2, "A5:a B7!:b", "B:b", -1 } } },
    { "the-best-has-the-lowest",
      2,
      { { 0, "A5:a", "A:a -", -1 }, { 2, "A5:a B7!:bc", "B:b B:c", -1 } } },
    { "pre-empts-no-equal", 1, { { 0, "A5:a", "A:a", -1 }, { 2, "A5:a B5!r:b", "A:a", 5 } } },
    { "severity-at-equal-priority",
      1,
      { { 0, "A5y:a", "A:a", -1 }, { 9, "A5y:a B5r:b", "B:b", -1 } } },
    { "returns-to-the-first",
      1,
      { { 0, "A5:a", "A:a", -1 }, { 2, "A5:a B7!:b", "B:b", -1 }, { 3, "A5:a", "A:a", -1 } } },
    { "ends-without-dwell", 1, { { 0, "A5:a", "A:a", -1 }, { 1, "B1:b", "B:b", -1 } } },
    { "pictures-do-not-jump",
      3,
      { { 0, "A5:a B5:b C5:c", "A:a B:b C:c", -1 },
        { 9, "B5:b C5:c", "- B:b C:c", -1 },
        { 10, "B5:b C5:c D9:d", "D:d B:b C:c", -1 },
        { 11, "B5:b C5:c D9:de", "D:d B:b D:e", -1 } } },
    { "second-pictures-give-way",
      2,
      { { 0, "A5:ab", "A:a A:b", -1 }, { 9, "A5:ab B5:c", "A:a B:c", -1 } } },
    { "the-weakest-goes",
      3,
      { { 0, "A3:a B5:b C4:c", "B:b C:c A:a", -1 },
        { 9, "A3:a B5:b C4:c D6:d", "B:b C:c D:d", -1 } } },
    { "one-camera-once",
      2,
      { { 0, "A5:a B5:a", "A:a -", -1 },
        { 1, "A5:a B7:a", "B:a -", -1 },
        { 2, "A5:a", "A:a -", -1 } } },
    { "offline-is-passed-over",
      1,
      { { 0, "A5:ab", "A:b", -1, "a" },
        { 1, "A5:ab", "A:a", -1, "b" },
        { 2, "A5:ab", "A:a", -1, "ab" } } },
    { "offline-gives-its-slot",
      2,
      { { 0, "A5:ab", "A:a A:b", -1 }, { 1, "A5:ab B5:c", "B:c A:b", -1, "a" } } },
    { "flood",
      3,
      { { 0, "A5:a B5:b C5:c", "A:a B:b C:c", -1 },
        { 2, "A5:a B5:b C5:c D5:d", "A:a B:b C:c", 5, "", TRUE },
        { 5, "A5:a B5:b C5:c D5:d", "A:a - -", -1, "", TRUE },
        { 6, "A5:a B5:b C5:c D9:d", "D:d - -", -1, "", TRUE },
        { 7, "A5:a B5:b C5:c", "A:a B:b C:c", -1 } } },
    { "no-cameras", 2, { { 0, "A5: B5:b", "B:b -", -1 } } },
    { "no-slots", 0, { { 0, "A5:a", "", -1 } } },
};

typedef struct {
    char id[2];
    char camera[8][2];
    const char *cameras[8];
} ClaimText;

static Severity severity_of(char letter)
{
    const char *letters = "byor", *found = letter ? strchr(letters, letter) : NULL;
    return found ? (Severity)(SEVERITY_BLUE + (found - letters)) : 0;
}

static void read_claim(const char *text, SlotClaim *claim, ClaimText *store)
{
    store->id[0] = *text++;
    *claim = (SlotClaim) { .alarm = store->id,
                           .severity = SEVERITY_BLUE,
                           .raised_ms = store->id[0],
                           .cameras = store->cameras };
    claim->priority = (guint)(*text++ - '0');
    for (; *text != ':'; text++) {
        claim->preempts = claim->preempts || *text == '!';
        if (severity_of(*text))
            claim->severity = severity_of(*text);
    }
    while (*++text) {
        store->camera[claim->n_cameras][0] = *text;
        store->cameras[claim->n_cameras] = store->camera[claim->n_cameras];
        claim->n_cameras++;
    }
}

static gboolean is_offline(const char *camera, gconstpointer user)
{
    return user && strstr(user, camera) != NULL;
}

static char *print(const AlarmSlot *slots, guint n)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(text, "%s%s%s%s", i ? " " : "",
                               slots[i].alarm ? slots[i].alarm : "-", slots[i].alarm ? ":" : "",
                               slots[i].alarm ? slots[i].camera : "");
    }
    return g_string_free(text, FALSE);
}

static gint64 step(AlarmSlot *slots, guint n_slots, const Step *now)
{
    g_auto(GStrv) parts = g_strsplit(now->claims, " ", -1);
    SlotClaim claims[16];
    ClaimText store[16] = { 0 };
    guint n = 0;
    for (; parts[n] && *parts[n]; n++)
        read_claim(parts[n], &claims[n], &store[n]);
    SlotRules rules = { n_slots, 5000, 1, now->is_flood, is_offline, now->offline };
    gint64 next = slots_arbitrate(slots, &rules, claims, n, now->at_s * 1000);
    AlarmSlot again[SLOTS_MAX] = { 0 };
    for (guint i = 0; i < n_slots; i++)
        again[i] =
            (AlarmSlot) { g_strdup(slots[i].alarm), g_strdup(slots[i].camera), slots[i].since_ms };
    slots_arbitrate(again, &rules, claims, n, now->at_s * 1000);
    g_autofree char *a = print(slots, n_slots), *b = print(again, n_slots);
    g_assert_cmpstr(a, ==, b); /* asked twice, the same */
    slots_clear(again, n_slots);
    return next;
}

static void test_table(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    AlarmSlot slots[SLOTS_MAX] = { 0 };
    for (guint i = 0; i < 8 && tables[row].steps[i].claims; i++) {
        const Step *now = &tables[row].steps[i];
        gint64 next = step(slots, tables[row].n_slots, now);
        g_autofree char *text = print(slots, tables[row].n_slots);
        g_test_message("%d s: %s", now->at_s, now->claims);
        g_assert_cmpstr(text, ==, now->slots);
        g_assert_cmpint(next, ==, now->next_s < 0 ? G_MAXINT64 : now->next_s * 1000);
    }
    slots_clear(slots, SLOTS_MAX);
}

/* Whatever comes: nobody is seen twice, nobody without a claim, and at rest the best are seen. */
static void test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    for (guint round = 0; round < 300; round++) {
        AlarmSlot slots[4] = { 0 };
        gint64 now_ms = 0;
        for (guint i = 0; i < 30; i++) {
            ClaimText store[6] = { 0 };
            SlotClaim claims[6];
            guint n = (guint)g_rand_int_range(rand, 0, 7);
            for (guint k = 0; k < n; k++) {
                g_autofree char *text = g_strdup_printf(
                    "%c%d%s:%c%c", 'A' + (int)k, g_rand_int_range(rand, 1, 4),
                    g_rand_boolean(rand) ? "!" : "", 'a' + g_rand_int_range(rand, 0, 5),
                    'f' + g_rand_int_range(rand, 0, 5));
                read_claim(text, &claims[k], &store[k]);
            }
            SlotRules rules = { 4, 5000, 2, g_rand_boolean(rand), NULL, NULL };
            now_ms += g_rand_int_range(rand, 0, 4000);
            gint64 next = slots_arbitrate(slots, &rules, claims, n, now_ms);
            g_assert_cmpint(next, >, now_ms);
            for (guint k = 0; next < G_MAXINT64 && k < 50; k++) {
                gint64 then = next;
                next = slots_arbitrate(slots, &rules, claims, n, then);
                g_assert_cmpint(next, >, then);
            }
            guint n_seen = 0;
            for (guint k = 0; k < 4; k++) {
                if (!slots[k].alarm)
                    continue;
                n_seen++;
                g_assert_cmpint(slots[k].alarm[0] - 'A', <, (int)n);
                for (guint m = k + 1; m < 4; m++)
                    g_assert_cmpstr(slots[k].camera, !=, slots[m].camera);
            }
            g_assert_cmpuint(n_seen, <=, rules.is_flood ? 2 : 4);
        }
        slots_clear(slots, 4);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *path = g_strdup_printf("/slots/%s", tables[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_table);
    }
    g_test_add_func("/slots/random", test_random);
    return g_test_run();
}
