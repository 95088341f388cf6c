/* Parking (sched/proc.h, gopark): a goroutine queues itself under a lock, and the lock is released by whoever runs next
   on its thread, when it is off its stack. So the waker, who needs the lock, never starts a goroutine whose registers
   are not saved yet, and a wake-up that comes while the goroutine is still on its way is not lost.

   One goroutine parks and is woken, again and again, while two ms take it from the run queue. -DBROKEN releases the lock
   before the switch. */

#define ROUNDS 2

bool locked;        /* the lock of the wait queue */
bool queued;        /* the goroutine stands in it */
bool runnable;      /* it is in a run queue */
byte onstack;       /* threads that execute on its stack */
byte wakes, parks;

inline lock() { atomic { !locked -> locked = true } }
inline unlock() { locked = false }

proctype M() {
end_idle:
  do
  :: atomic { runnable -> runnable = false };
     onstack++;
     assert(onstack == 1);
     if
     :: parks == ROUNDS -> onstack--; break
     :: else ->
        parks++;
        lock();
        queued = true;
#ifdef BROKEN
        unlock();
        onstack--            /* its registers are saved only now */
#else
        onstack--;
        unlock()             /* by the next context on this thread: parkfn */
#endif
     fi
  od
}

proctype Waker() {
  do
  :: wakes < ROUNDS ->
     lock();
     if
     :: queued -> queued = false; unlock(); runnable = true; wakes++
     :: else -> unlock()
     fi
  :: else -> break
  od
}

init {
  atomic { runnable = true; run M(); run M(); run Waker() };
  (wakes == ROUNDS);
end_all:
  timeout -> assert(parks == ROUNDS && !queued && !runnable && onstack == 0)
}
