/* Stopping the world (sched/stw.cc) against a thread that enters a system call with its p (sched/syscall.cc) and sysmon,
   which sleeps while the world is stopped: the stopper gets every p, whenever the call begins or ends.

   One thread with the only other p goes in and out of system calls, the last of which never returns; sysmon takes ps out of
   system calls until it sleeps. -DBROKEN looks at the ps in system calls only once, before it waits. */

mtype = { running, syscall, idle, stopped };
mtype status = running;
bool gcwaiting, has = true, sysmonwait;
byte stopwait;
bool world_stopped;

inline give_up() {         /* handoffp, with the world being stopped or not */
  atomic {
    if
    :: gcwaiting -> status = stopped; stopwait--
    :: else -> status = idle
    fi
  }
}

proctype Owner() {
  byte calls = 2;
  do
  :: atomic { calls > 0 && has -> calls--; has = false };   /* entersyscall */
     if
     :: gcwaiting -> give_up(); break
     :: else -> status = syscall; if :: sysmonwait -> sysmonwait = false :: else fi
     fi;
     if
     :: calls == 0 -> break      /* it never returns */
     :: else
     fi;
     /* exitsyscall */
     if
     :: atomic { status == syscall -> status = running }; has = true
     :: else -> break            /* the p is gone: the goroutine queues for another */
     fi
  :: atomic { gcwaiting && has -> has = false }; give_up(); break   /* another entry to the runtime: gcstopm */
  :: !has -> break                                                /* retake_running was faster */
  od
}

proctype Sysmon() {
end_sysmon:
  do
  :: gcwaiting -> sysmonwait = true; !sysmonwait
  :: atomic { !gcwaiting && status == syscall -> status = idle }    /* retake, then handoffp */
  od
}

proctype Stopper() {
  atomic { stopwait = 1; gcwaiting = true };
  if
  :: atomic { status == syscall -> status = stopped; stopwait-- }
  :: atomic { status == idle -> status = stopped; stopwait-- }
  :: status != syscall && status != idle -> skip
  fi;
  do
  :: stopwait == 0 -> break
#ifndef BROKEN
  :: atomic { status == syscall -> status = stopped; stopwait-- }
#endif
  :: atomic { status == running && has -> has = false; status = stopped; stopwait-- }   /* retake_running */
  od;
  world_stopped = true
}

init {
  atomic { run Owner(); run Sysmon(); run Stopper() };
end_all:
  timeout -> assert(world_stopped)
}
