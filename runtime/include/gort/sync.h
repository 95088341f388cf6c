// gort/sync.h: Go's package sync.
//
// Everything here serves goroutines and ordinary threads alike: a goroutine that waits leaves its thread to others, a
// thread that waits sleeps in the kernel. Wait reasons named in the comments are what traces show between brackets.
#ifndef GORT_SYNC_H_
#define GORT_SYNC_H_

#include <gort/sync/atomic.h>
#include <gort/sync/cond.h>
#include <gort/sync/locker.h>
#include <gort/sync/map.h>
#include <gort/sync/mutex.h>
#include <gort/sync/once.h>
#include <gort/sync/pool.h>
#include <gort/sync/rwmutex.h>
#include <gort/sync/waitgroup.h>

#endif  // GORT_SYNC_H_
