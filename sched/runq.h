// The run queue of a p: a ring of 256 that its owner fills at the tail and everybody empties at the head, and runnext,
// the goroutine made ready last, which runs next and inherits the time slice. Any order of the operations below by the
// owner and any number of thieves keeps each g in exactly one place:
//   put (owner)     writes the slot, then releases tail;
//   get (owner)     claims slots by a CAS of head;
//   grab (thief)    copies half of the slots, then claims them by the same CAS: if head moved meanwhile, the copies are
//   dropped.
// A slot is reused only after head has passed it, so a thief whose CAS succeeds has copied valid slots.
//
// What yields belongs at the tail of the global queue. Each p keeps its own there, in order (yielded), which spares the
// global lock and, with several Ps, the way of every g and of the queue's ends from one processor's cache to another's.
// With one p this is Go's order to the last: yielded is joined to the global queue before anything else is put there or
// taken from it. With several, a p whose ring is empty takes a batch of each. Thieves take from yielded too, so
// yieldlock guards it; one p needs no lock.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// runqput (owner) queues gp: as runnext (kicking out the old one to the tail) or at the tail. A full ring sends half of
// itself and gp to the global queue.
void runqput(p* pp, g* gp, bool next);
// runqputbatch (owner) appends q (n goroutines); what does not fit goes to the global queue.
void runqputbatch(p* pp, gQueue* q, int32_t n);
// runqget (owner) takes the next goroutine. inherit: it came from runnext and inherits the time slice.
g* runqget(p* pp, bool* inherit);
// runqsteal (owner of pp) steals half of p2's ring; if that is empty its runnext, if steal_next, or else half of what
// has yielded there.
g* runqsteal(p* pp, p* p2, bool steal_next);
bool runqempty(p* pp);
// runqdrain (owner) takes everything.
gQueue runqdrain(p* pp, int32_t* n);

// yieldput (owner) queues gp, which lets all others go first. yieldget (owner) is globrunqget for these.
void yieldput(p* pp, g* gp);
g* yieldget(p* pp, int32_t max);

// globrunqsize tells how long the global queue is, with what the Ps keep of it.
int32_t globrunqsize();
// The global queue; sched.lock held. globrunqget (owner) takes a share of it, at most max if that is not 0, and returns
// the first; the others go to pp's ring.
void globrunqput(g* gp);
void globrunqputhead(g* gp);
void globrunqputbatch(gQueue q, int32_t n);
g* globrunqget(p* pp, int32_t max);

}  // namespace gort::rt
