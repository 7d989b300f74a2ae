/*
 * chain_json - the versions of a series as JSON
 */
#ifndef DAEMON_OUTPUT_CHAIN_JSON_H
#define DAEMON_OUTPUT_CHAIN_JSON_H

#include "daemon/output/emit.h"
#include "sql/report/chain.h"

/* Write the list of the series of a chain (struct chain_series), each as an object. */
void chain_json_write(struct emit *emit, const GArray *chain);

#endif
