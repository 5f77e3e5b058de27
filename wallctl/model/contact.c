/* contact.c - the office in charge of a region, and what kind of number it has */
#include "wallctl/model/contact.h"

#include "wallctl/model/region.h"

#include <string.h>

/* One blank or dash may stand between digits. At most 12: an area code with its 0, and eight. */
#define MORE "(?:[ -]?[0-9])"
static const char form[] = "^(?:(?:\\+|00)?86[ -]?)?[0-9]" MORE "{2,11}"
                           "(?:[ -]*(?:转|分机|ext\\.?) *[0-9]{1,6})?\\z";
/* Anywhere before the extension: with what is dialled first (0, 9) it is still the same number. */
static const char mobile[] = "^[0-9+ -]*?1[ -]?[3-9]" MORE "{9}";

const Contact *contact_of_region(const Contact *contacts, guint n, const char *code)
{
    const Contact *found = NULL;
    for (guint i = 0; i < n; i++) {
        if (region_is_inside(code, contacts[i].region) &&
            (!found || strlen(contacts[i].region) > strlen(found->region)))
            found = &contacts[i];
    }
    return found;
}

PhoneKind phone_kind(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL) || !g_regex_match_simple(form, text, 0, 0))
        return PHONE_OTHER;
    return g_regex_match_simple(mobile, text, 0, 0) ? PHONE_MOBILE : PHONE_DESK;
}
