/* category.h - kinds of disputes, how sensitive they are, and what may be said of them where all can
 * see it. Pure. [any]
 *
 * The kinds are a data file (config/data/categories.csv). Sensitive cases are counted and never shown
 * one by one below their township: family (民法典 1032 privacy), minors (未成年人保护法 103), domestic
 * violence (反家庭暴力法 5), health (个人信息保护法 28). A count of one to four of them in a village
 * would point at somebody.
 *
 * A CategoryTable is an immutable counted value.
 */
#ifndef WALLCTL_MODEL_CATEGORY_H
#define WALLCTL_MODEL_CATEGORY_H

#include "wallctl/model/field.h"
#include "wallctl/model/region.h"

typedef enum {
    SENSITIVITY_NORMAL = 1,
    SENSITIVITY_FAMILY,
    SENSITIVITY_MINOR,
    SENSITIVITY_DV,
    SENSITIVITY_HEALTH,
    SENSITIVITY_LABOUR, /* marked for its own clocks; shown like a normal one */
    SENSITIVITY_LAST = SENSITIVITY_LABOUR
} Sensitivity;

const char *sensitivity_word(Sensitivity sensitivity); /* words of FIELD_SENSITIVITY; borrowed */
Sensitivity sensitivity_from_word(const char *word);   /* 0 if unknown or NULL */

/* Counts only: family, minor, domestic violence, health; and what is none of the known. */
gboolean sensitivity_is_protected(Sensitivity sensitivity);

/* The stricter of what a category says and what a case says of itself (0: nothing). */
Sensitivity sensitivity_stricter(Sensitivity a, Sensitivity b);

/* fields_merge() of what an event says into what is known, but for FIELD_SENSITIVITY, of which the stricter
 * stays: a later event without a word on it, or of a plainer category, takes no protection away. */
void sensitivity_merge(Fields *known, const Fields *said);

typedef struct {
    const char *code, *name; /* "labour", 劳动争议 */
    Sensitivity sensitivity; /* every case of this kind has at least this one */
    gboolean is_refused;     /* police-internal: does not come in */
} Category;

typedef struct CategoryTable CategoryTable;

/* Copies the rows; each code is there once. */
CategoryTable *category_table_new(const Category *rows, guint n);
CategoryTable *category_table_ref(CategoryTable *table);
void category_table_unref(CategoryTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CategoryTable, category_table_unref)

guint category_count(const CategoryTable *table);
const Category *category_at(const CategoryTable *table, guint index); /* in the file's order */
const Category *category_find(const CategoryTable *table, const char *code); /* NULL: unknown */

/* Known and not refused: may an event of this category come in? */
gboolean category_may_come_in(const CategoryTable *table, const char *code);

/* --- what all may see --- */

/* Figures of a village, a grid, or any part of a township, one rule for all of them: boards, briefings and
 * their exports count no sensitive case there. It counts for its township (region_counted()), and from
 * there up every total has it. So the counters (store/rollup.h) hold nothing that one figure of a
 * village less another could give away: not a week less its days, not a total less its categories or
 * channels, not a village less its grids. A township less its villages gives the sensitive cases of the
 * whole township, which may be told; in a township of one village that is the village.
 *
 * One figure of a village counts them, and them alone: how many a case list by that village leaves out
 * (protected_dup_shown()). It is that of the whole village whatever else the list asks for, so that lists
 * cannot be taken from each other either, and it is "<5" for none as for four.
 *
 * What platforms count themselves (stat.snapshot) is shown as they send it. */

/* The region that a case counts for in figures: of a sensitive one no smaller than its township. */
void region_counted(const char *code, Sensitivity sensitivity, char out[REGION_MAX_DIGITS + 1]);

#define COUNT_SHOWN_FROM 5 /* k */

/* "12", or "<5". Caller frees. */
char *protected_dup_shown(guint n);

/* The smallest region that may be named with a case: normal and labour village, family and health
 * township, minor and domestic violence county. */
RegionLevel sensitivity_region_level(Sensitivity sensitivity);

/* The code of that region around code, for lists and news: cut, never looked up. sensitivity 0 counts
 * as normal. Caller frees. */
char *region_dup_shown(const char *code, Sensitivity sensitivity);

/* "劳动争议·研和街道": made of the tables' words alone, so no text of a case can be in it. Says only
 * what is known: "劳动争议" without a region, "案件·研和街道" without a category. code, region: may be
 * NULL; sensitivity: what the case says of itself, 0 if nothing. Caller frees. */
char *title_public(const CategoryTable *table, const RegionTree *regions, const char *code,
                   const char *region, Sensitivity sensitivity);

#endif
