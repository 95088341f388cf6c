// Signals that the program has asked for: from the handler to a goroutine. See notify.cc.
#pragma once
#include <cstdint>

namespace gort::rt {

// notify_init makes signals that would end the process, but in a Go program do nothing unless they are asked for
// (SIGUSR1, SIGALRM, real-time signals ...), do nothing. For a process that gort owns; once, before there are
// goroutines.
void notify_init();

// notify_enable delivers sig to notify_recv from now on; notify_disable puts back what was there before; notify_ignore
// makes the process ignore it. To be called one at a time.
void notify_enable(int sig);
void notify_disable(int sig);
void notify_ignore(int sig);
bool notify_ignored(int sig);

// notify_recv waits for a signal. For one goroutine, which is locked to its thread: signals that are blocked elsewhere
// come in there.
int notify_recv();

// notify_idle waits until the receiver is waiting again, with everything dealt with that arrived before.
void notify_idle();

}  // namespace gort::rt
