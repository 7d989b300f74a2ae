/* transaction - how any transaction of ours begins; see transaction.h */
#include "sql/transaction.h"

#include "sql/batch/statements.h"

void transaction_ask(struct pg_queue *queue)
{
	static const char *const statements[] = { sql_begin, sql_no_jit, sql_no_seqscan,
						  sql_idle_limit, sql_client_check };

	for (size_t i = 0; i < G_N_ELEMENTS(statements); i++)
		(void)pg_queue_add(queue, statements[i]);
}
