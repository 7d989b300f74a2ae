/*
 * metrics - the state of database, daemon and mail for monitoring
 *
 * The format is OpenMetrics 1.0, restricted to the part that it shares with Prometheus' older text
 * format (and so with node_exporter's textfile collector): no timestamps, and all metrics are
 * gauges except the counter and the histogram of the web server.
 */
#ifndef DAEMON_OUTPUT_METRICS_H
#define DAEMON_OUTPUT_METRICS_H

#include <stdio.h>

#include "daemon/output/health.h"

/*
 * Print all metrics and the line `# EOF`.  For a part that could not be reached, only that is
 * printed.
 */
void metrics_print(const struct health *health, FILE *to);

#endif
