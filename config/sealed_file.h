/* sealed_file.h - a file of secrets as it lies on the disk: sealed, of no use without its key. [worker], or before the loop runs
 *
 * "wallctl-sealed 1 KEYID", a new line, and base64 of what seal() makes of the text. KEYID tells which key it was. The key is
 * looked for in $CREDENTIALS_DIRECTORY/wallctl-key (systemd: LoadCredential=, LoadCredentialEncrypted=), FILE.key and FILE.key.new,
 * in this order; the last one is there only while keys are changed, or where a power cut ended that.
 */
#ifndef WALLCTL_CONFIG_SEALED_FILE_H
#define WALLCTL_CONFIG_SEALED_FILE_H

#include "wallctl/base/seal.h"

#define SEALED_MAX_BYTES (6 * 1024 * 1024)

/* Is this text JSON, and not sealed? What is neither was sealed and is damaged. */
gboolean sealed_text_is_plain(const char *text, gsize len);

/* Pure: the id that the first line names (caller frees), or NULL. */
char *sealed_text_dup_key_id(const char *text, gsize len);
/* Pure: what was sealed, with a NUL behind it; NULL: damaged, or another key. The caller wipes and frees it. */
char *sealed_text_open(const SealKey *key, const char *text, gsize len, gsize *opened);

/* What the file's text has sealed, as sealed_text_open(). The error names file and key: NOT_FOUND without the key, INVALID
 * where the file is damaged. *key_path, when not NULL: where the key lies; caller frees. */
char *sealed_file_open(const char *path, const char *text, gsize len, gsize *opened,
                       char **key_path, GError **error);

/* Whoever changes a file holds its lock (FILE.lock) from reading to writing. -1 with an error. */
int sealed_file_lock(const char *path, GError **error);
void sealed_file_unlock(int lock);

/* Under the lock: seals text and puts it in the file's place as a whole, with the file's owner, and overwrites what lay there
 * before. before: the file's text as it was read. The key stays, or is made where there is none; a new one is made for
 * is_new_key. At any moment there is a whole file and its key, also after a power cut. */
gboolean sealed_file_write(const char *path, const char *before, gsize before_len, const char *text,
                           gsize len, gboolean is_new_key, GError **error);

#endif
