/*
 * metrics - how all is, as monitoring reads it
 *
 * OpenMetrics 1.0, in the part that Prometheus' older text format (and so node_exporter's
 * textfile collector) shares: gauges only, no timestamps.
 */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include <stdio.h>

#include "daemon/output/health.h"

/* Print all that is known, to the line `# EOF`; of what could not be reached, that it was not. */
void metrics_print(const struct health *health, FILE *to);

#endif
