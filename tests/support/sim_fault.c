/* sim_fault.c - what is wrong with a simulated camera: a value, read from text
 *
 * A row per fault; reading, printing and the list of accepted names come from the same table.
 */
#include "tests/support/sim_fault.h"

#include <string.h>

#include "wallctl/base/error.h"
#include "wallctl/base/faults.h"

typedef enum { FAULT_FLAG = 1, FAULT_INT, FAULT_PERCENT, FAULT_REFUSE } FaultKind;

typedef struct {
    const char *name;
    FaultKind kind;
    gsize offset;
    gint min, max;
    gboolean is_event; /* done once: not printed */
} FaultRow;

static const FaultRow rows[] = {
    { "hang", FAULT_FLAG, offsetof(SimFaults, hang) },
    { "silent", FAULT_FLAG, offsetof(SimFaults, silent) },
    { "drop", FAULT_FLAG, offsetof(SimFaults, drop), .is_event = TRUE },
    { "reboot", FAULT_INT, offsetof(SimFaults, reboot_s), 1, 3600, .is_event = TRUE },
    { "refuse", FAULT_REFUSE, offsetof(SimFaults, refuse) },
    { "not-found", FAULT_FLAG, offsetof(SimFaults, not_found) },
    { "auth-wrong", FAULT_FLAG, offsetof(SimFaults, auth_wrong) },
    { "slow-connect", FAULT_INT, offsetof(SimFaults, slow_connect_ms), 1, 600000 },
    { "ignore-teardown", FAULT_FLAG, offsetof(SimFaults, ignore_teardown) },
    { "ignore-get-parameter", FAULT_FLAG, offsetof(SimFaults, ignore_get_parameter) },
    { "no-idr", FAULT_FLAG, offsetof(SimFaults, no_idr) },
    { "resize", FAULT_FLAG, offsetof(SimFaults, resize) },
    { "garbage", FAULT_FLAG, offsetof(SimFaults, garbage) },
    { "loss", FAULT_PERCENT, offsetof(SimFaults, loss_percent), 0, 100 },
    { "wrong-clock", FAULT_INT, offsetof(SimFaults, wrong_clock_s), -1000000000, 1000000000 },
};

#define FIELD(faults, row, type) ((type *)G_STRUCT_MEMBER_P(faults, (row)->offset))

static const FaultRow *find_row(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(rows)];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_equal(rows[i].name, name))
            return &rows[i];
        names[i] = rows[i].name;
    }
    const char *nearest = nearest_name(name, names, G_N_ELEMENTS(names));
    if (nearest) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "fault '%s' is unknown, did you mean '%s'?", name, nearest);
        return NULL;
    }
    g_autoptr(GString) all = g_string_new("none");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_string_append_printf(all, ", %s", names[i]);
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "fault '%s' is unknown; accepted: %s", name,
                all->str);
    return NULL;
}

static gboolean read_number(const FaultRow *row, const char *value, double *out, GError **error)
{
    char *end = NULL;
    *out = value && *value ? g_ascii_strtod(value, &end) : 0;
    gboolean is_number = end && *end == 0 && *out >= row->min && *out <= row->max;
    if (is_number && (row->kind == FAULT_PERCENT || *out == (gint)*out))
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "fault '%s': '%s' is not a%s number from %d to %d", row->name, value ? value : "",
                row->kind == FAULT_PERCENT ? "" : " whole", row->min, row->max);
    return FALSE;
}

static gboolean set_fault(SimFaults *faults, const FaultRow *row, const char *value, GError **error)
{
    double number;
    switch (row->kind) {
    case FAULT_REFUSE:
        *FIELD(faults, row, gboolean) = TRUE;
        faults->refuse_503 = value && g_str_equal(value, "503");
        if (!value || faults->refuse_503)
            return TRUE;
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "fault 'refuse': '%s' is not 503",
                    value);
        return FALSE;
    case FAULT_FLAG:
        *FIELD(faults, row, gboolean) = TRUE;
        if (value)
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "fault '%s' takes no value",
                        row->name);
        return !value;
    case FAULT_PERCENT:
        return read_number(row, value, FIELD(faults, row, double), error);
    case FAULT_INT:
        if (!read_number(row, value, &number, error))
            return FALSE;
        *FIELD(faults, row, gint) = (gint)number;
        return TRUE;
    }
    return FALSE;
}

gboolean sim_faults_parse(const char *spec, SimFaults *faults, GError **error)
{
    SimFaults read = { 0 };
    if (!g_str_equal(spec, "none")) {
        g_auto(GStrv) words = g_strsplit(*spec ? spec : ",", ",", -1);
        for (guint i = 0; words[i]; i++) {
            char *value = strchr(words[i], '=');
            if (value)
                *value++ = 0;
            const FaultRow *row = find_row(words[i], error);
            if (!row || !set_fault(&read, row, value, error))
                return FALSE;
        }
    }
    *faults = read;
    return TRUE;
}

char *sim_faults_dup_text(const SimFaults *faults)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const FaultRow *row = &rows[i];
        const char *comma = out->len ? "," : "";
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        if (row->is_event)
            continue;
        if (row->kind == FAULT_PERCENT && *FIELD(faults, row, const double) != 0)
            g_string_append_printf(
                out, "%s%s=%s", comma, row->name,
                g_ascii_dtostr(number, sizeof number, *FIELD(faults, row, const double)));
        else if (row->kind == FAULT_INT && *FIELD(faults, row, const gint) != 0)
            g_string_append_printf(out, "%s%s=%d", comma, row->name,
                                   *FIELD(faults, row, const gint));
        else if (row->kind == FAULT_FLAG && *FIELD(faults, row, const gboolean))
            g_string_append_printf(out, "%s%s", comma, row->name);
        else if (row->kind == FAULT_REFUSE && faults->refuse)
            g_string_append_printf(out, "%s%s%s", comma, row->name,
                                   faults->refuse_503 ? "=503" : "");
    }
    if (!out->len)
        g_string_append(out, "none");
    return g_string_free(out, FALSE);
}

guint32 sim_random(guint32 *state)
{
    /* xorshift32 of Marsaglia */
    guint32 x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}
