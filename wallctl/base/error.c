/* error.c - one error domain for the whole program */
#include "wallctl/base/error.h"

typedef struct {
    char *zh;
} WallErrorPrivate;

static void wall_error_private_init(WallErrorPrivate *own)
{
    own->zh = NULL;
}

static void wall_error_private_copy(const WallErrorPrivate *from, WallErrorPrivate *to)
{
    to->zh = g_strdup(from->zh);
}

static void wall_error_private_clear(WallErrorPrivate *own)
{
    g_free(own->zh);
}

G_DEFINE_EXTENDED_ERROR(WallError, wall_error)

void wall_error_set(GError **error, WallError code, const char *en, const char *zh, ...)
{
    if (!error)
        return;
    va_list args, again;
    va_start(args, zh);
    va_copy(again, args);
    *error = g_error_new_valist(WALL_ERROR, (int)code, en, args);
    wall_error_get_private(*error)->zh = g_strdup_vprintf(zh, again);
    va_end(again);
    va_end(args);
}

void wall_error_set_literal(GError **error, WallError code, const char *en, const char *zh)
{
    if (!error)
        return;
    *error = g_error_new_literal(WALL_ERROR, (int)code, en);
    wall_error_get_private(*error)->zh = g_strdup(zh);
}

const char *wall_error_zh(const GError *error)
{
    return error->domain == WALL_ERROR ? wall_error_get_private(error)->zh : NULL;
}

const char *wall_error_word(int code)
{
    switch ((WallError)code) {
    case WALL_ERROR_INVALID:
        return "invalid";
    case WALL_ERROR_NOT_FOUND:
        return "not_found";
    case WALL_ERROR_STALE:
        return "stale";
    case WALL_ERROR_LOCKED:
        return "locked";
    case WALL_ERROR_LIMIT:
        return "limit";
    case WALL_ERROR_UNSUPPORTED:
        return "unsupported";
    case WALL_ERROR_UNAVAILABLE:
        return "unavailable";
    case WALL_ERROR_DENIED:
        return "denied";
    case WALL_ERROR_INTERNAL:
        return "internal";
    }
    return "internal";
}
