/* poison - messages that end the program while they are parsed, or take too long; see poison.h */
#include "daemon/poison.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"

/* A slot is free (no owner), in use (its owner is alive) or a mark (its owner has died). */
struct slot {
	_Atomic uint64_t owner;
	_Atomic uint64_t fingerprint;
	_Atomic int64_t began_secs; /* since 1970 */
};

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a signal handler writes to slots");

/* The owner of the mark of a slow message: no process has this id. */
#define NOBODY ((uint64_t)INT32_MAX << 32)

/* Written once, before there are threads. */
static struct slot *slots;
static int64_t cpu_usecs_max = POISON_CPU_USECS_MAX;

/*
 * The process id, and below it the start time: in a container all processes may have the same id.
 */
static uint64_t self;

static bool is_ours(int fd)
{
	struct stat status;

	/* In /dev/shm another user may have created it first. */
	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

void poison_open(int timeout_secs)
{
	const size_t size = POISON_SLOTS * sizeof(struct slot);
	const char *directory = getenv("RUNTIME_DIRECTORY");
	char path[4096];
	void *memory;
	int fd, n;

	n = directory != NULL ? snprintf(path, sizeof(path), "%s/poison", directory)
			      : snprintf(path, sizeof(path), "/dev/shm/patchmda-poison-%ju",
					 (uintmax_t)geteuid());
	if (timeout_secs > 0)
		cpu_usecs_max = MIN(POISON_CPU_USECS_MAX, timeout_secs * INT64_C(500000));
	if (slots != NULL || n < 0 || (size_t)n >= sizeof(path))
		return;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return;
	/*
	 * The bytes are allocated: in a sparse file, a store on a full file system would raise
	 * SIGBUS.
	 */
	if (is_ours(fd) && posix_fallocate(fd, 0, (off_t)size) == 0) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		self = (uint64_t)getpid() << 32 | ((uint64_t)clock_real_usecs() & UINT32_MAX);
		if (memory != MAP_FAILED)
			slots = memory;
	}
	(void)close(fd);
}

uint64_t poison_fingerprint(struct view raw)
{
	/*
	 * A fast hash is enough: a collision is rare, and a forged one holds only the forger's
	 * mail.
	 */
	uint64_t hash = view_hash64(raw);

	return hash != 0 ? hash : 1;
}

static bool is_gone(uint64_t owner)
{
	pid_t process = (pid_t)(owner >> 32);

	if (owner == 0 || owner == self)
		return false;
	return process == getpid() || (kill(process, 0) != 0 && errno == ESRCH);
}

static bool is_mark(const struct slot *slot)
{
	return is_gone(atomic_load(&slot->owner));
}

static bool is_mark_of(const struct slot *slot, uint64_t fingerprint)
{
	return atomic_load(&slot->fingerprint) == fingerprint && is_mark(slot);
}

static bool claim(struct slot *slot, uint64_t owner, uint64_t fingerprint)
{
	if (!atomic_compare_exchange_strong(&slot->owner, &owner, self))
		return false;
	atomic_store(&slot->began_secs, (int64_t)time(NULL));
	atomic_store(&slot->fingerprint, fingerprint);
	return true;
}

static void release(struct slot *slot)
{
	atomic_store(&slot->fingerprint, 0);
	atomic_store(&slot->owner, 0);
}

/* The slot with the oldest mark; -1 if all slots belong to messages that are being parsed. */
static int find_oldest_mark(void)
{
	int oldest = -1;

	for (int i = 0; i < POISON_SLOTS; i++)
		if (is_mark(&slots[i]) &&
		    (oldest < 0 || slots[i].began_secs < slots[oldest].began_secs))
			oldest = i;
	return oldest;
}

static int take_slot(uint64_t fingerprint)
{
	int oldest;

	for (int i = 0; i < POISON_SLOTS; i++)
		if (atomic_load(&slots[i].owner) == 0 && claim(&slots[i], 0, fingerprint))
			return i;
	oldest = find_oldest_mark();
	if (oldest >= 0)
		release(&slots[oldest]);
	return oldest >= 0 && claim(&slots[oldest], 0, fingerprint) ? oldest : -1;
}

struct poison_reading poison_begin(uint64_t fingerprint)
{
	struct poison_reading reading = { .fingerprint = fingerprint, .slot = -1 };

	if (slots == NULL)
		return reading;
	for (int i = 0; i < POISON_SLOTS; i++)
		reading.ends += is_mark_of(&slots[i], fingerprint);
	reading.slot = take_slot(fingerprint);
	reading.began_cpu_usecs = clock_thread_usecs_coarse();
	return reading;
}

static void forget_marks(uint64_t fingerprint)
{
	for (int i = 0; i < POISON_SLOTS; i++)
		if (is_mark_of(&slots[i], fingerprint))
			release(&slots[i]);
}

bool poison_end(const struct poison_reading *reading, enum poison_end end)
{
	bool is_slow;

	if (slots == NULL)
		return false;
	is_slow = end != POISON_NOT_READ &&
		  clock_thread_usecs_coarse() - reading->began_cpu_usecs > cpu_usecs_max;
	if (reading->slot >= 0 && is_slow)
		atomic_store(&slots[reading->slot].owner, NOBODY);
	else if (reading->slot >= 0)
		release(&slots[reading->slot]);
	if (end == POISON_READ && !is_slow && reading->ends > 0)
		forget_marks(reading->fingerprint);
	return is_slow;
}

void poison_forget_own(void)
{
	for (int i = 0; slots != NULL && i < POISON_SLOTS; i++)
		if (atomic_load(&slots[i].owner) == self)
			release(&slots[i]);
}
