/* error.c - one error domain for the whole program */
#include "wallctl/base/error.h"

G_DEFINE_QUARK(wall - error - quark, wall_error)

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
