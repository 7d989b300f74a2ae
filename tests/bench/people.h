/* people - authors on a kernel-like list */
#ifndef TESTS_BENCH_PEOPLE_H
#define TESTS_BENCH_PEOPLE_H

#include "tests/bench/envelope.h"

/* A person with a name, habits, and an address that is unique by `number`. */
struct person *people_make(GRand *dice, int number);

#endif
