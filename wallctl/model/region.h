/* region.h - administrative regions: a tree by prefix of the code. Pure. [any]
 *
 * A code has 2 to 15 digits and is text, never a number: GB/T 2260 gives the first six (province,
 * city, county), the statistical division codes three more for the township and three for the
 * village, the grids three more again. A region lies in another exactly when its code begins with the
 * other's, whether or not the table knows the levels between.
 *
 * A RegionTree is an immutable counted value.
 */
#ifndef WALLCTL_MODEL_REGION_H
#define WALLCTL_MODEL_REGION_H

#include <glib.h>

#define REGION_MIN_DIGITS 2
#define REGION_MAX_DIGITS 15

typedef enum {
    REGION_PROVINCE = 1, /* 省: 2 digits */
    REGION_CITY,         /* 市: to 4 */
    REGION_COUNTY,       /* 县: to 6 */
    REGION_TOWNSHIP,     /* 乡镇街道: to 9 */
    REGION_VILLAGE,      /* 村社区: to 12 */
    REGION_GRID          /* 网格: to 15 */
} RegionLevel;

/* 0 if it is no code. */
RegionLevel region_level(const char *code);

/* Is code the same as outer or inside it? Everything lies inside "". */
gboolean region_is_inside(const char *code, const char *outer);

typedef struct {
    const char *code, *name;
    RegionLevel level;
    const char *parent; /* code of the smallest known region around it; NULL: none */
    guint n_children;   /* known regions whose parent this is */
    gboolean has_place;
    gint32 lon, lat; /* WGS-84, millionths of a degree; of its middle or its seat, near enough for a
                        map of counts */
} Region;

typedef struct RegionTree RegionTree;

/* Copies the rows, of which code, name, has_place, lon and lat are read. Codes are valid and each is
 * there once. */
RegionTree *region_tree_new(const Region *rows, guint n);
RegionTree *region_tree_ref(RegionTree *tree);
void region_tree_unref(RegionTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RegionTree, region_tree_unref)

/* In the order of their codes, so all that lies inside one follows it without a gap. */
guint region_count(const RegionTree *tree);
const Region *region_at(const RegionTree *tree, guint index);

/* NULL if the table has no such code. */
const Region *region_find(const RegionTree *tree, const char *code);

/* The region, else the smallest known one around it, else NULL. */
const Region *region_around(const RegionTree *tree, const char *code);

/* The same, but no smaller than level: of a village's code the township with REGION_TOWNSHIP. */
const Region *region_at_level(const RegionTree *tree, const char *code, RegionLevel level);

/* The child number index (from 0, by code) of the region with this code, "" for those without a
 * parent; NULL past the last. */
const Region *region_child(const RegionTree *tree, const char *code, guint index);

/* The region of this name inside the one with the code `within` ("": anywhere). How people write it
 * counts as the same: 研和街道, 研和街道办事处, 研和街道办; 大营村, 大营村委会, 大营村民委员会. Of
 * several the one of the highest level; NULL if there is none, or no single one. */
const Region *region_by_name(const RegionTree *tree, const char *name, const char *within);

#endif
