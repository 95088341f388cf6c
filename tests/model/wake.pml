/* When a thread is woken for work (sched/m.cc, at its head; sched/find.cc): work that is submitted is run although
   threads go to sleep at the same time, and no p sleeps beside a queue that holds something.

   Two ps, three ms, and an ordinary thread that submits to the global queue. A goroutine is a number in a queue; running
   one may submit another to the runner's own queue. sched.lock is the atomic block. -DBROKEN leaves out the look at all
   queues that the last spinning m takes after it has said that it spins no longer. */

#define PS 2
#define MS 3
#define NOP 255

byte runq[PS];           /* goroutines in each p's queue */
byte globq;              /* in the global one */
bool idle[PS];           /* in sched.pidle */
bool owned[PS];          /* some m has it */
byte npidle;
byte nmspinning;
bool needspinning;
bool asleep[MS];         /* in sched.midle */
byte nextp[MS];          /* what the m finds when it wakes */
bool nextspin[MS];
byte unborn = 2;         /* goroutines still to be made */
byte ran;

inline pidleput(x) { idle[x] = true; npidle++; owned[x] = false }

/* x = an idle p, NOP if none */
inline pidleget(x) {
  if
  :: idle[0] -> x = 0; idle[0] = false; npidle--; owned[0] = true
  :: !idle[0] && idle[1] -> x = 1; idle[1] = false; npidle--; owned[1] = true
  :: else -> x = NOP
  fi
}

/* A new m is made where none sleeps; here one that is on its way to sleep is waited for. */
inline startm(x, spin) {
  atomic {
    if
    :: asleep[0] -> asleep[0] = false; nextp[0] = x; nextspin[0] = spin
    :: !asleep[0] && asleep[1] -> asleep[1] = false; nextp[1] = x; nextspin[1] = spin
    :: !asleep[0] && !asleep[1] && asleep[2] -> asleep[2] = false; nextp[2] = x; nextspin[2] = spin
    fi
  }
}

inline wakep(x) {
  if
  :: npidle == 0 -> skip
  :: else ->
     if
     :: atomic { nmspinning == 0 -> nmspinning = 1 };
        atomic { pidleget(x); if :: x == NOP -> needspinning = true :: else fi };
        if
        :: x == NOP -> nmspinning--
        :: else -> startm(x, true)
        fi
     :: else
     fi
  fi
}

proctype M(byte id) {
  byte pp = NOP, x, v;
  bool spinning = false;

  goto end_parked;
top:
  if
  :: atomic { runq[pp] > 0 -> runq[pp]-- }; goto execute
  :: atomic { runq[pp] == 0 && globq > 0 -> globq-- }; goto execute
  :: runq[pp] == 0 && globq == 0 -> skip
  fi;

  /* spin, unless half of the busy ps have spinners already */
  if
  :: spinning || 2 * nmspinning < PS - npidle ->
     if
     :: !spinning -> spinning = true; nmspinning++; needspinning = false
     :: else
     fi;
     v = 1 - pp;
     if
     :: atomic { !idle[v] && runq[v] > 0 -> runq[v]-- }; goto execute
     :: else
     fi
  :: else
  fi;

  atomic {
    if
    :: globq > 0 -> globq--; goto execute
    :: globq == 0 && !spinning && needspinning ->
       spinning = true; nmspinning++; needspinning = false; goto top
    :: else -> pidleput(pp); pp = NOP
    fi
  };

  if
  :: spinning ->
     spinning = false;
     nmspinning--;
#ifndef BROKEN
     atomic {
       if
       :: globq > 0 -> pidleget(x); if :: x == NOP -> needspinning = true :: else fi
       :: else -> x = NOP
       fi
     };
     v = 0;
     do
     :: x == NOP && v < PS ->
        if
        :: !idle[v] && runq[v] > 0 ->
           atomic { pidleget(x); if :: x == NOP -> needspinning = true :: else fi };
           break
        :: else -> v++
        fi
     :: else -> break
     od;
     if
     :: x != NOP -> pp = x; x = NOP; spinning = true; nmspinning++; needspinning = false; goto top
     :: else
     fi
#endif
  :: else
  fi;

  asleep[id] = true;
sleep:
end_parked:
  !asleep[id];
  pp = nextp[id];
  spinning = nextspin[id];
  goto top;

execute:
  if
  :: spinning -> spinning = false; nmspinning--; wakep(x)
  :: else
  fi;
  /* the goroutine may start another, on this p */
  if
  :: atomic { unborn > 0 -> unborn--; runq[pp]++ }; wakep(x)
  :: skip
  fi;
  atomic { ran++ };
  goto top
}

/* An ordinary thread that starts goroutines. */
proctype T() {
  byte x;
  do
  :: atomic { unborn > 0 -> unborn--; globq++ }; wakep(x)
  :: unborn == 0 -> break
  :: break
  od
}

/* Where nothing can happen any more, no work is left. */
proctype Watch() {
end_watch:
  timeout -> assert(globq == 0 && runq[0] == 0 && runq[1] == 0)
}

init {
  atomic {
    byte i = 0;
    do
    :: i < PS -> idle[i] = true; npidle++; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < MS -> asleep[i] = true; nextp[i] = NOP; run M(i); i++
    :: else -> break
    od;
    run T();
    run Watch()
  }
}
