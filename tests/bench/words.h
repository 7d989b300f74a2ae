/*
 * words - random numbers, and the vocabulary of a kernel-like list: prose, names, lines of C
 *
 * Used for the archive that `make bench` generates.  All randomness comes from one GRand, whose
 * sequence for a seed is the same everywhere.
 */
#ifndef TESTS_BENCH_WORDS_H
#define TESTS_BENCH_WORDS_H

#include <glib.h>
#include <stdbool.h>

/* A random element of an array. */
#define WORDS_PICK(dice, array) ((array)[words_range((dice), 0, (int)G_N_ELEMENTS(array) - 1)])

struct subsystem {
	const char *directory;
	const char *prefix; /* of its functions, and of subjects */
};

bool words_chance(GRand *dice, double share);
int words_range(GRand *dice, int least, int most);

/* Log-normal: half are below `median`; `sigma` is that of the logarithm. */
double words_spread(GRand *dice, double median, double sigma);

/* 0, 1, 2 ... with this mean; a geometric distribution. */
int words_count(GRand *dice, double mean);

/* MIN() would evaluate its arguments twice and draw two numbers. */
int words_at_most(int value, int most);

/* `length` characters of base64, or of lower-case hexadecimal. */
void words_base64(GRand *dice, GString *out, int length);
void words_hex(GRand *dice, GString *out, int length);

const struct subsystem *words_subsystem(GRand *dice);

/*
 * Append `form`, in which %v is a verb, %n a noun, %w a word of prose, %p the subsystem's
 * prefix, %P the same in capitals, %N a noun in capitals, %d a number, %x one in hexadecimal.
 */
void words_form(GRand *dice, const struct subsystem *about, GString *out, const char *form);

/* `count` words of prose in lines of at most 72 columns, and a newline. */
void words_prose(GRand *dice, const struct subsystem *about, GString *out, int count);

/* A line of C without its newline; *depth is the indentation, which changes. */
void words_code(GRand *dice, const struct subsystem *about, GString *out, int *depth);

/* The name of a file in the subsystem. */
void words_path(GRand *dice, const struct subsystem *about, GString *out);

#endif
