/* batch - what the steps of a batch share; see batch.h */
#include "sql/batch/batch.h"

const char *batch_time_zone(const struct batch *batch)
{
	const char *kept = catalog_time_zone(batch->catalog), *said = batch->options->time_zone;

	return kept != NULL ? kept : said != NULL ? said : "UTC";
}

/* Other writers are done within these, as a rule; the last of them is waited for each time. */
static const unsigned pauses_msecs[] = { 0, 0, 1, 2, 5, 10, 20, 50, 100 };

void batch_pause(int tries)
{
	unsigned msecs = pauses_msecs[MIN((size_t)tries, G_N_ELEMENTS(pauses_msecs)) - 1];

	/* Not all of those who lost at the same time try again at the same time. */
	if (msecs > 0)
		g_usleep((gulong)msecs * 500 + (gulong)g_random_int_range(0, (gint32)msecs * 1000));
}
