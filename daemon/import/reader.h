/*
 * reader - reads the messages of an import into chunks
 *
 * A large message is not copied; nothing else is read until it is stored, and imports that run at
 * the same time take turns with theirs.
 */
#ifndef DAEMON_IMPORT_READER_H
#define DAEMON_IMPORT_READER_H

#include "daemon/import/import_private.h"

/*
 * Read `paths` to their ends, or until the import is stopped or fails, and then pass on the last
 * chunk.  Returns 0, or -errno after an error message on standard error.
 */
int reader_run(struct import *import, char *const *paths);

#endif
