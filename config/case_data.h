/* case_data.h - the words, terms and tables of the field, read from data files.
 *
 *   data/categories.csv    code,name,sensitivity,is_refused
 *   vocabularies/NAME.json stages of a case and names of papers, one file a county's way
 *   deadlines/NAME.json    by when what must be done, one file a county's rules
 *   calendar/YEAR.csv      day,kind,name: holidays, and weekends that are worked
 *   regions.csv            code,name,lon,lat
 *
 * They are looked for in several folders, file by file, and the first that has one counts: a site puts
 * only what is its own beside its configuration. A CaseData is an immutable counted value.
 * case_data_load() reads files: [worker], or before the loop runs. All else: [any].
 */
#ifndef WALLCTL_CONFIG_CASE_DATA_H
#define WALLCTL_CONFIG_CASE_DATA_H

#include "wallctl/base/faults.h"
#include "wallctl/model/category.h"
#include "wallctl/model/deadline.h"
#include "wallctl/model/vocabulary.h"

typedef struct {
    char *id, *name; /* "xiaogan", 孝感 */
    DeadlinePolicy policy;
} PolicyFile;

typedef struct {
    gint refs;
    CategoryTable *categories;
    RegionTree *regions;
    Calendar *calendar;
    GPtrArray *vocabularies; /* Vocabulary, by id */
    GPtrArray *policies;     /* PolicyFile, by id */
} CaseData;

/* Folders in which to look: data_dir if it is one (not NULL or ""), else that of the configuration
 * file; then installed. Caller frees (g_strfreev). */
char **case_data_dirs(const char *config_file, const char *data_dir, const char *installed);

/* regions_file: a table to use instead of regions.csv, or NULL. NULL with all that is wrong in faults:
 * "vocabularies/liubu.json: stages[2].states: ...". */
CaseData *case_data_load(const char *const *dirs, const char *regions_file, Faults *faults);
CaseData *case_data_ref(CaseData *data);
void case_data_unref(CaseData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseData, case_data_unref)

#define CASE_DATA_VOCABULARY "liubu" /* of a site that names none */
#define CASE_DATA_POLICY     "default"

/* NULL if there is no such file. Borrowed. */
const Vocabulary *case_data_vocabulary(const CaseData *data, const char *id);
const DeadlinePolicy *case_data_policy(const CaseData *data, const char *id);

#endif
