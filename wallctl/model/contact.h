/* contact.h - whom an operator calls about a case: the duty desk (值班室) of the office of its region.
 * Pure. [any]
 *
 * An office and never a person, because a card shows it to the whole room: a mobile number is told
 * apart so that it can be refused. What a name says cannot be told apart so surely; privacy.h finds
 * the numbers in it, and names only where the words around them say so.
 */
#ifndef WALLCTL_MODEL_CONTACT_H
#define WALLCTL_MODEL_CONTACT_H

#include <glib.h>

typedef struct {
    char *region; /* code: all that lies inside (region.h) */
    char *name;   /* 研和街道综治中心值班室 */
    char *phone;  /* as people write it: 0877-1234567 转 801 */
} Contact;

/* The contact of the smallest region that holds this code: village before township before county.
 * NULL: none does. Borrowed. */
const Contact *contact_of_region(const Contact *contacts, guint n, const char *code);

typedef enum {
    PHONE_DESK = 1, /* a number as offices have one, also a short one (12345) */
    PHONE_MOBILE, /* somebody's own: 11 digits that begin with 13 to 19, however they are grouped */
    PHONE_OTHER   /* none: accepted are 3 to 12 digits, +86 before and an extension behind them */
} PhoneKind;

PhoneKind phone_kind(const char *text);

#endif
