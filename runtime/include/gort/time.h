// gort/time.h: Go's package time.
#ifndef GORT_TIME_H_
#define GORT_TIME_H_

#include <gort/duration.h>
#include <gort/time/sleep.h>
#include <gort/time/time.h>

#endif  // GORT_TIME_H_
