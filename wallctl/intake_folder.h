/* intake_folder.h - a folder that files of events are carried into, where networks are joined by
 * a data diode (网闸). [control]
 *
 * A file is taken when it has its name *.ndjson or *.csv (intake_reader.h), so it is written under
 * another name (.NAME, NAME.part, NAME.tmp) and renamed when it is whole. Its events are handed on a
 * piece at a time, as fast as they are answered. When all are durable the file goes to done/, or to
 * failed/ if something of it was refused, with a report beside it (NAME.report.txt). Until then it
 * stays: after a crash, or while nothing can be stored, it is read again from its beginning, and
 * events that were taken before are duplicates.
 */
#ifndef WALLCTL_INTAKE_FOLDER_H
#define WALLCTL_INTAKE_FOLDER_H

#include "web/intake.h"

#include "wallctl/base/work.h"

typedef struct IntakeFolder IntakeFolder;

/* What happened to a file, or with file NULL to the folder. is_well: nothing was refused. text: for
 * people, without any value of an event. */
typedef void (*IntakeFolderNews)(const char *file, gboolean is_well, const char *text,
                                 gpointer user);

/* source: the id that its messages have. Looks every rescan_s (0: 30) and whenever something
 * appears. */
IntakeFolder *intake_folder_new(Intake *intake, WorkPool *pool, const char *path,
                                const char *source, guint rescan_s, IntakeFolderNews news,
                                gpointer user);
void intake_folder_free(IntakeFolder *folder);

#endif
