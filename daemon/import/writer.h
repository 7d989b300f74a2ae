/*
 * writer - the thread of an import that opens the store, and stores chunks in the order in which
 * they were read
 */
#ifndef DAEMON_IMPORT_WRITER_H
#define DAEMON_IMPORT_WRITER_H

#include "daemon/import/import_private.h"

/*
 * For g_thread_new(): open the store, and store chunks until the last one.  import->error is set
 * after an error.
 */
gpointer writer_run(gpointer import);

#endif
