/* camera_entry.c - a camera while it is read, from JSON or from a table row */
#include "config/camera_entry.h"

#include "config/camera_csv.h"

void camera_entry_init(CameraEntry *entry, const FeedsEntry *defaults)
{
    FeedsEntry builtin = { 0 };
    if (!defaults) {
        options_set_defaults(&table_feeds, &builtin);
        options_set_defaults(&table_quality, &builtin.quality);
    }
    const FeedsEntry *from = defaults ? defaults : &builtin;
    *entry = (CameraEntry) { 0 };
    options_set_defaults(&table_cameras, entry);
    entry->camera.transport = from->transport;
    entry->camera.keep_alive = from->keep_alive;
    entry->camera.latency_ms = from->latency_ms;
    entry->camera.stall_ms = from->stall_ms;
    entry->camera.offline_ms = from->offline_ms;
    entry->camera.quality = from->quality;
    entry->networks = from->networks;
}

void camera_entry_clear(CameraEntry *entry)
{
    options_clear(&table_cameras, entry);
    g_clear_pointer(&entry->camera.masks, g_free);
}

Camera *camera_entry_steal(CameraEntry *entry)
{
    Camera *camera = g_new(Camera, 1);
    *camera = entry->camera;
    entry->camera = (Camera) { 0 };
    camera_entry_clear(entry);
    return camera;
}

/* An address is not repeated in the message when it may hold a password. */
static void check_address(const char *key, const char *address, const Where *where)
{
    const char *fault = address ? camera_address_fault(address) : NULL;
    if (!fault)
        return;
    g_autofree char *shown =
        g_utf8_strchr(address, -1, '@') ? g_strdup("the address") : dup_quoted(address);
    where_fault(where, key, "%s %s", shown, fault);
}

/* Do the addresses lead to where cameras may be? */
static void check_networks(const CameraEntry *entry, const Where *where)
{
    const char *const addresses[] = { entry->camera.main, entry->camera.sub };
    static const char *const keys[] = { "main", "sub" };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        /* Both of a template come from the one host. */
        const char *key = entry->maker ? "host" : keys[i];
        const char *shown_text = entry->maker ? entry->host : addresses[i];
        g_autofree char *fault = addresses[i] && !where_has_fault(where, key)
                                     ? networks_dup_fault(entry->networks, addresses[i])
                                     : NULL;
        g_autofree char *shown = fault ? dup_quoted(shown_text) : NULL;
        if (fault)
            where_fault(where, key, "%s %s", shown, fault);
    }
}

static void apply_template(CameraEntry *entry, const Where *where)
{
    Camera *camera = &entry->camera;
    if (!entry->maker) {
        if (entry->host && !where_has_fault(where, "template"))
            where_fault(where, "host",
                        "goes with \"template\"; accepted without one: \"main\" and \"sub\"");
        return;
    }
    if (camera->main || camera->sub) {
        where_fault(where, "template",
                    "makes the addresses; accepted: either it, or \"main\" and \"sub\"");
        return;
    }
    if (!entry->host && where_has_fault(where, "host"))
        return;
    if (!entry->host) {
        where_fault(where, "host",
                    "is missing; accepted: the device's address, with :PORT if it is not 554");
        return;
    }
    g_autofree char *main = NULL, *sub = NULL;
    if (!camera_template_addresses(entry->maker, entry->host, entry->channel, &main, &sub))
        return; /* the rule of "template" has said so */
    const char *fault = strpbrk(entry->host, "/?#") ? "is not a host" : camera_address_fault(main);
    if (fault) {
        where_fault(where, "host", "%s; accepted: HOST or HOST:PORT", fault);
        return;
    }
    camera->main = g_steal_pointer(&main);
    camera->sub = g_steal_pointer(&sub);
}

void camera_entry_finish(CameraEntry *entry, const Where *where)
{
    Camera *camera = &entry->camera;
    apply_template(entry, where);
    check_address("main", camera->main, where);
    check_address("sub", camera->sub, where);
    if (entry->networks)
        check_networks(entry, where);
    gboolean is_refused = where_has_fault(where, "main") || where_has_fault(where, "sub") ||
                          where_has_fault(where, "template") || where_has_fault(where, "host");
    if (!camera->main && !camera->sub && !is_refused)
        where_fault(
            where, "main",
            "is missing; accepted: \"main\", \"sub\" or both, or \"template\" with \"host\"");
    if (camera->offline_ms <= camera->stall_ms && !where_has_fault(where, "stall_ms") &&
        !where_has_fault(where, "offline_ms"))
        where_fault(where, "offline_ms", "%u is not above stall_ms, which is %u",
                    camera->offline_ms, camera->stall_ms);
}
