/*
 * people - who writes to a kernel-like list
 */
#ifndef TESTS_BENCH_PEOPLE_H
#define TESTS_BENCH_PEOPLE_H

#include "tests/bench/envelope.h"

/* Somebody with a name, an address that `number` makes unlike all others', and habits. */
struct person *people_make(GRand *dice, int number);

#endif
