/* case_words.c - what a configuration needs of data files: words and terms, and the mappings of its
 * sources */
#include "config/builder.h"

#include <string.h>

/* Set once before the first configuration is read. */
static char *installed_dir;

void config_set_data_dir(const char *dir)
{
    g_free(installed_dir);
    installed_dir = g_strdup(dir);
}

const char *config_data_dir(void)
{
    return installed_dir ? installed_dir : "";
}

/* A wall without cases needs no words. */
static gboolean is_about_cases(Json *top)
{
    static const char *const keys[] = { "cases", "sources", "linkage", "boards", "briefings" };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (json_object_object_get_ex(top, keys[i], NULL))
            return TRUE;
    }
    return FALSE;
}

static void check_names(Builder *builder)
{
    const Config *config = builder->config;
    const CaseConfig *cases = &config->cases;
    if (!faults_has(builder->faults, "cases.vocabulary") &&
        !case_data_vocabulary(config->words, cases->vocabulary))
        faults_add(builder->faults, "cases.vocabulary", "there is no vocabularies/%s.json",
                   cases->vocabulary);
    if (!faults_has(builder->faults, "cases.deadlines") &&
        !case_data_policy(config->words, cases->deadlines))
        faults_add(builder->faults, "cases.deadlines", "there is no deadlines/%s.json",
                   cases->deadlines);
}

static void read_mappings(Builder *builder, char **dirs)
{
    const Config *config = builder->config;
    for (guint i = 0; i < config->n_sources; i++) {
        SourceConfig *source = &config->sources[i];
        if (!source->name || !source->mapping_name)
            continue;
        g_autofree char *place = g_strdup_printf("sources[%u].mapping", i);
        g_autofree char *path = mapping_find((const char *const *)dirs, source->mapping_name);
        if (!path) {
            faults_add(builder->faults, place, "there is no connectors/%s.json",
                       source->mapping_name);
            continue;
        }
        g_autofree char *file = g_strdup_printf("connectors/%s.json", source->mapping_name);
        g_autoptr(Faults) faults = faults_new(file, 20);
        source->mapping = mapping_load_in(path, (const char *const *)dirs, faults);
        for (guint k = 0; faults_get(faults, k); k++)
            faults_add(builder->faults, place, "%s", faults_get(faults, k));
    }
}

void read_case_words(Builder *builder, Json *top)
{
    Config *config = builder->config;
    if (!builder->base_dir || !is_about_cases(top))
        return;
    g_auto(GStrv) dirs = case_data_dirs(config->path, config->cases.data_dir, installed_dir);
    g_autofree char *regions =
        builder->top.regions ? resolve_path(builder, builder->top.regions) : NULL;
    g_autoptr(Faults) faults = faults_new("", 50);
    config->words = case_data_load((const char *const *)dirs, regions, faults);
    for (guint i = 0; faults_get(faults, i); i++)
        faults_add(builder->faults, "cases", "%s", faults_get(faults, i) + strlen(": "));
    if (config->words)
        check_names(builder);
    read_mappings(builder, dirs);
}
