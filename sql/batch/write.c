/* write - writes the difference between a decided workset and what was loaded; see write.h */
#include "sql/batch/write.h"

typedef int write_step(struct batch *batch);

/* Existing rows are deleted or changed before new ones are written, in one round trip. */
static int write_changes(struct batch *batch)
{
	struct pg_queue queue = { .count = 0 };

	queue_room(batch, &queue);
	queue_references(batch, &queue);
	queue_patches(batch, &queue);
	queue_gone_series_rows(batch, &queue);
	queue_moves(batch, &queue);
	queue_old_msgrefs(batch, &queue);
	queue_people(batch, &queue);
	queue_components(batch, &queue);
	queue_archived(batch, &queue);
	queue_also_delivered(batch, &queue);
	queue_seen(batch, &queue);
	queue_known_comments(batch, &queue);
	return pg_run_queue(batch->pg, &queue, NULL);
}

static int delete_old_msgrefs(struct batch *batch)
{
	struct pg_queue queue = { .count = 0 };

	queue_old_msgrefs(batch, &queue);
	return pg_run_queue(batch->pg, &queue, NULL);
}

static int write_adopted_updates(struct batch *batch)
{
	struct pg_queue queue = { .count = 0 };

	queue_people(batch, &queue);
	queue_components(batch, &queue);
	return pg_run_queue(batch->pg, &queue, NULL);
}

static int run_steps(struct batch *batch, write_step *const *steps, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = steps[i](batch);
	return r;
}

int batch_write_adopted(struct batch *batch)
{
	static write_step *const steps[] = { delete_old_msgrefs, write_members, write_msgrefs,
					     write_depends, write_adopted_updates };

	return run_steps(batch, steps, G_N_ELEMENTS(steps));
}

/* Steps that COPY follow one another: their rows are then sent in one message (copy.h). */
int batch_write(struct batch *batch)
{
	static write_step *const steps[] = {
		write_new_people,       write_ids,        write_instants,
		write_old_dependencies, write_changes,    write_changed_series,
		write_series,           write_items,      write_facts,
		write_comments,         write_references, write_events,
		write_members,          write_msgrefs,    write_waiting,
		write_depends,          write_tags,       write_dependencies,
		write_held_mail,        write_revisions,
	};

	return run_steps(batch, steps, G_N_ELEMENTS(steps));
}
