/* transaction - begins a transaction; see transaction.h */
#include "sql/transaction.h"

#include "sql/batch/statements.h"
#include "sql/pg/connection.h"
#include "sql/statements.h"

void transaction_ask(const struct pg *pg, struct pg_queue *queue)
{
	const char *const statements[] = { sql_begin,        sql_no_jit,
					   sql_no_seqscan,   pg_set_idle_timeout(pg),
					   sql_client_check, pg_set_lock_timeout(pg) };

	for (size_t i = 0; i < G_N_ELEMENTS(statements); i++)
		(void)pg_queue_add(queue, statements[i]);
}

void transaction_notify(struct pg_queue *queue)
{
	(void)pg_queue_add(queue, sql_transaction_notify);
}

void transaction_lookup_settings(const struct pg *pg, struct pg_queue *queue)
{
	char secs[16];

	g_snprintf(secs, sizeof(secs), "%d", pg_lock_timeout_secs(pg));
	pg_param_text(pg_queue_add(queue, sql_lookup_settings), view_str(secs));
}
